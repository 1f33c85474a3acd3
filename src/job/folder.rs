//! The folder of a job: made where there is none, and refused where it holds something else. What is in it has its name here.

use crate::Error;
use crate::formats::whole;
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
    /// A folder that cannot be made, or that holds other files.
    pub fn open(path: PathBuf) -> Result<Folder, Error> {
        fs::create_dir_all(&path).map_err(|e| Error::io(&path, e))?;
        for entry in fs::read_dir(&path).map_err(|e| Error::io(&path, e))? {
            let name = entry.map_err(|e| Error::io(&path, e))?.file_name();
            let name = name.to_string_lossy();
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

/// Whether a folder is a job's.
pub(crate) fn is_jobs(folder: &Path) -> bool {
    [MANIFEST, LISTING, JOURNAL].iter().all(|name| folder.join(name).is_file())
}

/// The file of a part. Names sort as parts do, and so parts put together are the corpus in order.
pub(super) fn part_of(chunk: u64, part: u64, extension: &str) -> String {
    format!("{PART}{chunk:06}-{part:06}.{extension}")
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
    [MANIFEST, LISTING, JOURNAL, SUMMARY].contains(&name)
        || is_part(name.as_ref())
        || name.starts_with(ERRORS)
        || whole::is_unfinished(name)
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
        let held = tempfile::tempdir().unwrap();
        fs::write(held.path().join("thesis.doc"), "").unwrap();
        let error = Folder::open(held.path().to_path_buf()).unwrap_err().to_string();
        assert!(error.contains("wanted an empty folder") && error.contains("`thesis.doc`"), "{error}");
    }
}
