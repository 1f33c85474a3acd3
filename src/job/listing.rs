//! `inputs.jsonl`: the files of a corpus as they were when its job began, so that a later run works on the same ones.

use crate::Error;
use crate::formats::stamp::Stamp;
use crate::formats::whole::WholeFile;
use crate::shown::shown;
use alam_models::side;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

/// A file of the corpus, or a place in it that could not be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Where.
    pub path: PathBuf,
    /// How it was; why it could not be listed.
    pub state: Result<Stamp, String>,
}

/// All files of a listing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many.
    pub files: u64,
    /// Their sizes together.
    pub bytes: u64,
}

impl Totals {
    fn add(&mut self, listed: &Listed) {
        self.files += 1;
        self.bytes += listed.bytes();
    }
}

impl Listed {
    /// What a walk found, as it is now.
    pub fn now(found: Result<PathBuf, Error>) -> Listed {
        match found {
            Ok(path) => {
                let state = Stamp::of(&path).map_err(|e| e.to_string());
                Listed { path, state }
            }
            Err(error) => {
                let (place, message) = error.place();
                Listed { path: place.into(), state: Err(message) }
            }
        }
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.state.as_ref().map_or(0, |stamp| stamp.bytes)
    }
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    path: String,
    /// The bytes of a path that is not Unicode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    raw: Option<Vec<u8>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl From<&Listed> for Row {
    fn from(listed: &Listed) -> Row {
        let raw = listed.path.to_str().is_none().then(|| listed.path.as_os_str().as_encoded_bytes().to_vec());
        let stamp = listed.state.as_ref().ok();
        Row {
            path: shown(&listed.path),
            raw,
            bytes: stamp.map(|s| s.bytes),
            modified: stamp.map(|s| s.modified),
            error: listed.state.as_ref().err().cloned(),
        }
    }
}

impl From<Row> for Listed {
    fn from(row: Row) -> Listed {
        let stamp = row.bytes.zip(row.modified).map(|(bytes, modified)| Stamp { bytes, modified });
        let path = row.raw.map_or_else(|| row.path.into(), path_of);
        Listed { path, state: stamp.ok_or(row.error.unwrap_or_default()) }
    }
}

#[cfg(unix)]
fn path_of(raw: Vec<u8>) -> PathBuf {
    <std::ffi::OsString as std::os::unix::ffi::OsStringExt>::from_vec(raw).into()
}

#[cfg(not(unix))]
fn path_of(raw: Vec<u8>) -> PathBuf {
    String::from_utf8_lossy(&raw).into_owned().into()
}

/// Writes a listing, whole or not at all.
///
/// # Errors
/// A file that cannot be written.
pub fn write(path: &Path, files: impl Iterator<Item = Listed>) -> Result<Totals, Error> {
    let mut out = WholeFile::create(path)?;
    let mut totals = Totals::default();
    for file in files {
        totals.add(&file);
        let mut line = serde_json::to_vec(&Row::from(&file)).map_err(|e| Error::io(path, e.into()))?;
        line.push(b'\n');
        out.write_all(&line).map_err(|e| Error::io(path, e))?;
    }
    out.commit()?;
    Ok(totals)
}

/// The files of a listing, in order.
///
/// # Errors
/// A listing that cannot be read; a line that is none.
pub fn read(path: &Path) -> Result<impl Iterator<Item = Result<Listed, Error>> + Send + use<>, Error> {
    let lines = BufReader::new(side::open(path).map_err(|e| Error::io(path, e))?).lines();
    let path = path.to_path_buf();
    Ok(lines.enumerate().map(move |(index, line)| {
        let row: Row = serde_json::from_str(&line.map_err(|e| Error::io(&path, e))?)
            .map_err(|e| Error::config(format!("{}:{}", path.display(), index + 1), e.to_string()))?;
        Ok(row.into())
    }))
}

/// Compares the files of now with a listing.
///
/// # Errors
/// The first file that is new, gone or changed.
pub fn check(path: &Path, mut files: impl Iterator<Item = Listed>) -> Result<Totals, Error> {
    let mut totals = Totals::default();
    let mut listed = read(path)?;
    loop {
        let then = listed.next().transpose()?;
        match (then, files.next()) {
            (None, None) => return Ok(totals),
            (Some(then), Some(now)) if then == now => totals.add(&now),
            (then, now) => return Err(changed(then, now)),
        }
    }
}

/// What is the matter with the first two that differ.
fn changed(then: Option<Listed>, now: Option<Listed>) -> Error {
    let (path, message) = match (then, now) {
        (Some(then), Some(now)) if then.path == now.path => {
            let message = match (then.state, now.state) {
                (Ok(then), Ok(now)) if then.bytes != now.bytes => {
                    format!("wanted {} bytes as when this job began, found {}", then.bytes, now.bytes)
                }
                (Ok(_), Ok(_)) => "wanted the file as it was when this job began, found it written since".into(),
                (Ok(_), Err(now)) => format!("wanted the file as it was when this job began, found: {now}"),
                (Err(then), _) => format!("wanted what was found when this job began ({then}), found a file"),
            };
            (now.path, message)
        }
        (Some(then), Some(now)) if then.path.exists() => (now.path, NEW.into()),
        (None, Some(now)) => (now.path, NEW.into()),
        (then, _) => {
            let path = then.map(|then| then.path).unwrap_or_default();
            (path, "wanted a file that was there when this job began, found none in the inputs".into())
        }
    };
    let tip = "tip: a changed corpus is another job, with another folder as --output";
    Error::config(shown(&path), format!("{message}\n{tip}"))
}

const NEW: &str = "wanted the files that were there when this job began, found one more";
