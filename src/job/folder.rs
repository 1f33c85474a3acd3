//! The folder of a job: made where there is none, and refused where it holds something else. What is in it has its name here.

use super::part_id::PartId;
use crate::Error;
use crate::formats::whole;
use crate::shown::shown;
use alam_models::side;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

pub(super) const MANIFEST: &str = "manifest.json";
const LISTING: &str = "inputs.jsonl";
const JOURNAL: &str = "parts.jsonl";
const SUMMARY: &str = "summary.json";
const PART: &str = "part-";
const ERRORS: &str = "errors-";

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// Makes the folder, or takes one that is empty or a job's.
    ///
    /// # Errors
    /// A folder that cannot be made, or that holds other files, or what is no file under a name of a job's: to write to a pipe is to
    /// wait for whoever reads it.
    pub fn open(path: PathBuf) -> Result<Folder, Error> {
        fs::create_dir_all(&path).map_err(|e| Error::io(&path, e))?;
        for entry in fs::read_dir(&path).map_err(|e| Error::io(&path, e))? {
            let entry = entry.map_err(|e| Error::io(&path, e))?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let there = || entry.path().metadata().ok();
            let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
            if let Some(found) = (!is_file).then(there).flatten().as_ref().and_then(side::no_file) {
                let place = shown(&entry.path());
                return Err(Error::config(place, format!("wanted a file of this job or none, found {found}")));
            }
            if !is_ours(&name) {
                let message =
                    format!("wanted an empty folder, or one that this job was begun in, found `{name}` in it");
                return Err(Error::config(path.display().to_string(), message));
            }
        }
        Ok(Folder { path })
    }

    /// One that is only read.
    pub(super) fn at(path: PathBuf) -> Folder {
        Folder { path }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// `manifest.json`.
    pub fn manifest(&self) -> PathBuf {
        self.path.join(MANIFEST)
    }

    /// `inputs.jsonl`.
    pub fn listing(&self) -> PathBuf {
        self.path.join(LISTING)
    }

    /// `parts.jsonl`.
    pub fn journal(&self) -> PathBuf {
        self.path.join(JOURNAL)
    }

    /// `summary.json`.
    pub fn summary(&self) -> PathBuf {
        self.path.join(SUMMARY)
    }

    /// The parts and the files of error records that are there, by chunk and part, with their names.
    pub(super) fn parts(&self) -> Result<Vec<(PartId, String)>, Error> {
        let mut parts = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(|e| Error::io(&self.path, e))? {
            let name = entry.map_err(|e| Error::io(&self.path, e))?.file_name().to_string_lossy().into_owned();
            if let Some(id) = id_of(&name) {
                parts.push((id, name));
            }
        }
        parts.sort_unstable();
        Ok(parts)
    }

    /// Removes what a killed run left half written. Only for who has the lock.
    pub(super) fn sweep(&self) -> Result<(), Error> {
        for entry in fs::read_dir(&self.path).map_err(|e| Error::io(&self.path, e))? {
            let path = entry.map_err(|e| Error::io(&self.path, e))?.path();
            if path.file_name().is_some_and(|name| whole::is_unfinished(&name.to_string_lossy())) {
                fs::remove_file(&path).map_err(|e| Error::io(&path, e))?;
            }
        }
        Ok(())
    }
}

/// Whether a folder is a job's, if one that lost its listing or its journal: then its manifest has to be one. Others have a file of
/// that name, too.
pub(crate) fn is_jobs(folder: &Path) -> bool {
    let manifest = folder.join(MANIFEST);
    let books = [LISTING, JOURNAL].iter().all(|name| folder.join(name).exists());
    manifest.is_file() && (books || says_a_job(&manifest))
}

/// Whether a manifest has what a job's has, of whichever layout.
fn says_a_job(manifest: &Path) -> bool {
    let bytes = side::read(manifest, side::CONFIGURATION).unwrap_or_default();
    let said: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    said["alam"].is_string() && said["shard"].is_string() && said["settings"].is_object()
}

/// The file of a part. Names sort as parts do, and so parts put together are the corpus in order.
pub(super) fn part_of(chunk: u64, part: u64, extension: &str) -> String {
    format!("{PART}{chunk:06}-{part:06}.{extension}")
}

/// Which part a file is by its name, or has the error records of.
fn id_of(name: &str) -> Option<PartId> {
    let numbers = name.strip_prefix(PART).or(name.strip_prefix(ERRORS))?;
    let (chunk, part) = numbers.split_once('.')?.0.split_once('-')?;
    let number = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?;
    Some(PartId { chunk: number(chunk)?, part: number(part)? })
}

/// Whether a part's file has the name that is its own.
pub(super) fn is_named(file: &str, id: PartId) -> bool {
    let ending = file.strip_prefix(&part_of(id.chunk, id.part, ""));
    ending.is_some_and(|ending| !ending.is_empty() && ending.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// Whether a file is a part by its name.
pub(crate) fn is_part(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with(PART))
}

/// The file with the error records of a part whose format has no place for them.
pub(super) fn errors_of(part: &str) -> String {
    let stem = part.strip_prefix(PART).unwrap_or(part).split('.').next().unwrap_or_default();
    format!("{ERRORS}{stem}.jsonl")
}

fn is_ours(name: &str) -> bool {
    [MANIFEST, LISTING, JOURNAL, SUMMARY].contains(&name) || id_of(name).is_some() || whole::is_unfinished(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_run_left_is_swept_and_nothing_else() {
        let held = tempfile::tempdir().unwrap();
        let names = [".part-000000-000000.jsonl.Ab12Cd.part", "part-000000-000000.jsonl", "manifest.json"];
        names.iter().for_each(|name| fs::write(held.path().join(name), "").unwrap());
        Folder::open(held.path().to_path_buf()).unwrap().sweep().unwrap();
        let mut left: Vec<_> = fs::read_dir(held.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["manifest.json", "part-000000-000000.jsonl"]);
    }

    #[test]
    fn a_folder_with_other_files_is_refused_and_named() {
        for name in ["thesis.doc", "part-one.jsonl", "part-000000-000001 (copy).jsonl"] {
            let held = tempfile::tempdir().unwrap();
            fs::write(held.path().join(name), "").unwrap();
            let error = Folder::open(held.path().to_path_buf()).unwrap_err().to_string();
            assert!(error.contains("wanted an empty folder") && error.contains(&format!("`{name}`")), "{error}");
        }
    }

    #[test]
    fn a_folder_that_lost_its_journal_is_still_a_jobs_and_one_with_a_manifest_of_another_kind_is_none() {
        let held = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(held.path().join(name), text).unwrap();
        file(LISTING, "");
        file(MANIFEST, "{\"name\":\"a corpus\"}");
        assert!(!is_jobs(held.path()));
        file(MANIFEST, "{\"layout\":1,\"alam\":\"1.0.0\",\"shard\":\"1/1\",\"settings\":{}}");
        assert!(is_jobs(held.path()));
    }

    #[test]
    fn parts_are_told_by_their_names() {
        assert_eq!(id_of("errors-000001-1234567.jsonl"), Some(PartId { chunk: 1, part: 1_234_567 }));
        for name in ["part-1.jsonl", "part-+1-2.jsonl", "part-1-2", "parts.jsonl", "part--.x"] {
            assert_eq!(id_of(name), None, "{name}");
        }
        let id = PartId { chunk: 1, part: 2 };
        assert!(is_named(&part_of(1, 2, "conll"), id));
        for name in ["part-000001-000003.conll", "part-000001-000002.", "part-000001-000002.a/b", "part-1-2.conll"] {
            assert!(!is_named(name, id), "{name}");
        }
    }
}
