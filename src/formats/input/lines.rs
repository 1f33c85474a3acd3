//! Files line by line.

use super::longest::Longest;
use super::open;
use crate::Error;
use crate::formats::encoding::Decoding;
use crate::shown::shown;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

/// A line of a file: its number, from 1, and its bytes without the line feed.
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Lines of a file with their numbers.
pub(crate) struct Lines {
    path: PathBuf,
    source: Box<dyn BufRead + Send>,
    number: usize,
    broken: bool,
    longest: Longest,
}

impl Lines {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> Result<Lines, Error> {
        Ok(Lines::of(path, open(path)?))
    }

    /// Those of a source that is open; `path` is what it is called.
    pub(crate) fn of(path: &Path, source: Box<dyn BufRead + Send>) -> Lines {
        Lines { path: path.to_path_buf(), source, number: 0, broken: false, longest: Longest(u64::MAX) }
    }

    /// The same, its bytes decoded.
    pub(crate) fn decoded(self, decoding: &Decoding) -> Lines {
        Lines { source: Box::new(decoding.decode(self.source)), ..self }
    }

    /// The same, longer lines being broken ones.
    pub(crate) fn up_to(self, longest: Longest) -> Lines {
        Lines { longest, ..self }
    }

    /// The next line with its line feed, or `None` where it is longer than lines may be. No bytes are the end.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let limit = self.longest.0.saturating_add(1);
        self.source.by_ref().take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.last() == Some(&b'\n') || self.longest.holds(bytes.len()) {
            return Ok(Some(bytes));
        }
        drop(bytes);
        // What is left of it is passed over piece by piece.
        self.source.skip_until(b'\n')?;
        Ok(None)
    }

    /// `path:line`.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", shown(&self.path))
    }

    /// An error in a line.
    pub(crate) fn error(&self, line: usize, message: impl Into<String>) -> Error {
        Error::record(self.place(line), message)
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        match self.read() {
            Ok(Some(bytes)) if bytes.is_empty() => None,
            Ok(None) => {
                self.number += 1;
                Some(Err(self.error(self.number, self.longest.exceeded())))
            }
            Ok(Some(mut bytes)) => {
                self.number += 1;
                if bytes.last() == Some(&b'\n') {
                    bytes.pop();
                }
                Some(Ok(Line { number: self.number, bytes }))
            }
            Err(error) => {
                // Behind a fault of the disk or of the compression there is nothing left to read.
                self.broken = true;
                Some(Err(Error::record(self.place(self.number + 1), format!("wanted to read on, found: {error}"))))
            }
        }
    }
}
