//! Files to be read, the parts of jobs among them held against what their journals say of them.

use super::folder::{Folder, errors_of, is_jobs, is_part};
use super::journal::{Line, PartLine, Written};
use crate::Error;
use crate::shown::shown;
use alam_models::side;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The files of a walk through `inputs`; a part that is not what was written is an error in its place, and one that is gone
/// from a job's folder among the inputs is one in front of all, as is a job that did not come to its end.
pub fn checked<I: Iterator<Item = Result<PathBuf, Error>>>(inputs: &[PathBuf], files: I) -> Checked<I> {
    let mut gone = Vec::new();
    for folder in inputs.iter().filter(|input| is_jobs(input)) {
        gone.extend(unfinished(folder));
        // A journal that cannot be read is told of at each of its parts.
        let parts = lines(folder).unwrap_or_default();
        gone.extend(parts.values().filter_map(|line| lost(folder, line)));
        gone.extend(parts.into_values().filter_map(|line| {
            let path = folder.join(&line.file);
            let found = if path.is_dir() { "a directory" } else { "none" };
            let message =
                format!("wanted the part that was written, found {found}\ntip: the job's command makes it again");
            (path.is_dir() || !path.exists()).then(|| Error::record(path.display().to_string(), message))
        }));
    }
    Checked { files, gone: gone.into_iter(), folder: None, jobs: false, lines: BTreeMap::new() }
}

/// That a job did not come to its end: what its folder holds are some of its documents.
fn unfinished(folder: &Path) -> Option<Error> {
    let said = side::text(&Folder::at(folder.to_path_buf()).summary(), side::CONFIGURATION).ok();
    let summary = said.and_then(|json| serde_json::from_str::<serde_json::Value>(&json).ok());
    let complete = summary.and_then(|summary| summary["complete"].as_bool()) == Some(true);
    let message = "wanted a finished job, found one that is not, so that these are some of its documents\n\
                   tip: the job's command carries on";
    (!complete).then(|| Error::record(folder.display().to_string(), message))
}

/// Documents that failed and of which a part has no record, as its format has none: they are in a file of their own.
fn lost(folder: &Path, line: &PartLine) -> Option<Error> {
    line.errors.as_ref()?;
    let (path, failed) = (folder.join(errors_of(&line.file)), line.counts.failed);
    Some(Error::record(shown(&path), format!("wanted documents, found {failed} that failed, which are told there")))
}

/// What a folder's journal says of its parts.
fn lines(folder: &Path) -> Result<BTreeMap<String, PartLine>, Error> {
    let mut lines = BTreeMap::new();
    for line in Written::of(Folder::at(folder.to_path_buf()).journal())?.lines()? {
        if let Line::Part(line) = line? {
            lines.insert(line.file.clone(), line);
        }
    }
    Ok(lines)
}

/// See [`checked`].
#[derive(Debug)]
pub struct Checked<I> {
    files: I,
    /// Parts that are gone.
    gone: std::vec::IntoIter<Error>,
    /// The folder whose journal is at hand.
    folder: Option<PathBuf>,
    /// Whether that is a job's.
    jobs: bool,
    /// What it says of each part.
    lines: BTreeMap<String, PartLine>,
}

impl<I: Iterator<Item = Result<PathBuf, Error>>> Iterator for Checked<I> {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(error) = self.gone.next() {
            return Some(Err(error));
        }
        let path = match self.files.next()? {
            Ok(path) => path,
            Err(error) => return Some(Err(error)),
        };
        let part = path.file_name().filter(|name| is_part(name)).map(|name| name.to_string_lossy().into_owned());
        let checked = part.map_or(Ok(()), |part| self.check(path.parent().unwrap_or(Path::new("")), &part));
        Some(checked.map(|()| path))
    }
}

impl<I> Checked<I> {
    /// A part without a line is not the job's: somebody put it there, or a stop came before its line, and it is made again.
    fn check(&mut self, folder: &Path, part: &str) -> Result<(), Error> {
        if self.folder.as_deref() != Some(folder) {
            self.lines.clear();
            self.folder = None;
            self.jobs = is_jobs(folder);
            if self.jobs {
                self.lines = lines(folder)?;
            }
            self.folder = Some(folder.to_path_buf());
        }
        match self.lines.get(part) {
            Some(line) => line.check(folder),
            None if self.jobs => {
                let message = "wanted a part that the job's journal knows, found one that it does not\n\
                               tip: the job's command makes it again, or says that it is none";
                Err(Error::record(shown(&folder.join(part)), message))
            }
            None => Ok(()),
        }
    }
}
