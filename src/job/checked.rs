//! Files to be read, the parts of jobs among them held against what their journals say of them.

use super::folder::{Folder, is_jobs};
use super::journal::{Line, PartLine, Written};
use super::part::is_part;
use crate::Error;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The files of a walk; a part that is not what was written is an error in its place.
pub fn checked<I: Iterator<Item = Result<PathBuf, Error>>>(files: I) -> Checked<I> {
    Checked { files, folder: None, lines: HashMap::new() }
}

/// See [`checked`].
#[derive(Debug)]
pub struct Checked<I> {
    files: I,
    /// The folder whose journal is at hand.
    folder: Option<PathBuf>,
    /// What it says of each part.
    lines: HashMap<String, PartLine>,
}

impl<I: Iterator<Item = Result<PathBuf, Error>>> Iterator for Checked<I> {
    type Item = Result<PathBuf, Error>;

    fn next(&mut self) -> Option<Self::Item> {
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
    /// A part without a line was written before a stop took its line: it will be made again, to the same bytes.
    fn check(&mut self, folder: &Path, part: &str) -> Result<(), Error> {
        if self.folder.as_deref() != Some(folder) {
            self.lines.clear();
            self.folder = None;
            if is_jobs(folder) {
                let journal = Folder::at(folder.to_path_buf()).journal();
                for line in Written::of(journal)?.lines()? {
                    if let Line::Part(line) = line? {
                        self.lines.insert(line.file.clone(), line);
                    }
                }
            }
            self.folder = Some(folder.to_path_buf());
        }
        self.lines.get(part).map_or(Ok(()), |line| line.check(folder))
    }
}
