//! `manifest.json`: all that decides what a job writes, so that it is not carried on as another one.

use super::Shard;
use super::folder::MANIFEST;
use crate::Error;
use crate::formats::whole;
use alam_models::side;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

/// How a folder of parts is laid out; another number is another layout.
const LAYOUT: u32 = 1;
/// The setting that says where parts are cut.
const PART_BYTES: &str = "--part-bytes";

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    layout: u32,
    /// Version of the program.
    alam: String,
    /// Which share of the corpus is here.
    pub shard: Shard,
    /// Flags and what they say; files as checksums.
    pub settings: BTreeMap<String, String>,
}

impl Manifest {
    /// Of this program.
    pub fn new(shard: Shard, settings: BTreeMap<String, String>) -> Manifest {
        Manifest { layout: LAYOUT, alam: env!("CARGO_PKG_VERSION").into(), shard, settings }
    }

    /// The same for another share.
    pub(super) fn of_shard(&self, shard: Shard) -> Manifest {
        Manifest { shard, ..self.clone() }
    }

    /// Bytes of text in a part.
    ///
    /// # Errors
    /// None that [`Manifest::new`] has seen to: a manifest of another program.
    pub fn part_bytes(&self) -> Result<u64, Error> {
        let said = self.settings.get(PART_BYTES).map_or("none", String::as_str);
        said.parse().map_err(|_| Error::config(MANIFEST, format!("{PART_BYTES}: wanted a number, found {said}")))
    }

    /// Reads it; `None` where there is none.
    ///
    /// # Errors
    /// A file that is no manifest.
    pub fn read(path: &Path) -> Result<Option<Manifest>, Error> {
        match side::read(path, side::CONFIGURATION) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|e| Error::config(path.display().to_string(), format!("wanted a job's manifest, found: {e}"))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io(path, error)),
        }
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(self).map_err(|e| Error::io(path, e.into()))?;
        Ok(whole::write(path, (json + "\n").as_bytes())?)
    }

    /// Whether a job that began as `begun` may be carried on as this one.
    ///
    /// # Errors
    /// All that differs.
    pub fn check(&self, begun: &Manifest, path: &Path) -> Result<(), Error> {
        let mut changed = Vec::new();
        let mut differs = |what: &str, then: &str, now: &str| {
            if then != now {
                changed.push(format!("{what}: wanted {then}, found {now}"));
            }
        };
        differs("alam", &begun.alam, &self.alam);
        differs("layout", &begun.layout.to_string(), &self.layout.to_string());
        differs("--shard", &begun.shard.to_string(), &self.shard.to_string());
        let names: std::collections::BTreeSet<&String> = begun.settings.keys().chain(self.settings.keys()).collect();
        for name in names {
            let said = |manifest: &Manifest| manifest.settings.get(name).cloned().unwrap_or_else(|| "none".into());
            differs(name, &said(begun), &said(self));
        }
        if changed.is_empty() {
            return Ok(());
        }
        let changed = changed.join("\n");
        Err(Error::config(
            path.display().to_string(),
            format!(
                "wanted this job to go on as it began, found it changed\n{changed}\ntip: give another folder as --output"
            ),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(settings: &[(&str, &str)]) -> Manifest {
        let pairs = settings.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        Manifest::new(Shard::WHOLE, pairs.collect())
    }

    #[test]
    fn all_that_changed_is_named() {
        let begun = manifest(&[("--format", "jsonl"), ("--min-score", "0.5"), ("--group", "yes")]);
        let now = manifest(&[("--format", "jsonl"), ("--min-score", "0.9"), ("--labels", "PER")]);
        let now = now.of_shard("1/2".parse().unwrap());
        let error = now.check(&begun, Path::new("out/manifest.json")).unwrap_err().to_string();
        let wanted = "out/manifest.json: wanted this job to go on as it began, found it changed\n\
                      --shard: wanted 1/1, found 1/2\n--group: wanted yes, found none\n--labels: wanted none, found PER\n\
                      --min-score: wanted 0.5, found 0.9\ntip: give another folder as --output";
        assert_eq!(error, wanted);
        begun.check(&begun, Path::new("m")).unwrap();
    }

    #[test]
    fn it_is_read_as_it_was_written_and_nothing_else_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("manifest.json");
        assert_eq!(Manifest::read(&path).unwrap(), None);
        let manifest = manifest(&[("--format", "jsonl")]);
        manifest.write(&path).unwrap();
        assert_eq!(Manifest::read(&path).unwrap(), Some(manifest));
        std::fs::write(&path, "{\"layout\":1,\"more\":2}").unwrap();
        assert!(Manifest::read(&path).unwrap_err().to_string().contains("wanted a job's manifest"));
    }
}
