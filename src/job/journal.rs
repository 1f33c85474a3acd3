//! `parts.jsonl`: a line for each part that is there, written and synced behind it. It is also the lock of its folder.
//!
//! A line that a stop cut off is taken away, and its part made again: to the same bytes.

use super::Counts;
use super::folder::{Folder, errors_of, is_named};
use super::part_id::PartId;
use crate::{Error, checksum};
use alam_models::side;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// What to do with a journal that somebody changed.
pub(super) const ANEW: &str = "tip: without parts.jsonl the job's command makes all parts again, to the same bytes";

/// A line of the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// A part is there.
    Part(PartLine),
    /// A chunk is behind us.
    Chunk(ChunkLine),
}

/// A part that is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PartLine {
    /// Its chunk.
    pub chunk: u64,
    /// Its number in the chunk.
    pub part: u64,
    /// Its file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Of its bytes.
    pub sha256: String,
    /// Of the file with its error records, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<String>,
    /// What is in it.
    pub counts: Counts,
}

impl PartLine {
    /// Whether the part in a folder is the one that was written, to the byte, and its error records too.
    ///
    /// # Errors
    /// The file that is not, with what was wanted and what is there.
    pub fn check(&self, folder: &Path) -> Result<(), Error> {
        let path = folder.join(&self.file);
        let there = path.metadata().map_err(|e| Error::io(&path, e))?;
        if let Some(found) = side::no_file(&there) {
            let message = format!("wanted the part that was written, found {found}");
            return Err(Error::record(path.display().to_string(), message));
        }
        let bytes = there.len();
        if bytes != self.bytes {
            let wanted = self.bytes;
            let message = format!("wanted the part that was written ({wanted} bytes), found {bytes}");
            return Err(Error::record(path.display().to_string(), message));
        }
        same(&path, &self.sha256)?;
        self.errors.as_deref().map_or(Ok(()), |wanted| same(&folder.join(errors_of(&self.file)), wanted))
    }
}

fn same(path: &Path, wanted: &str) -> Result<(), Error> {
    let found = checksum::of_file(path).map_err(|e| Error::io(path, e))?;
    if found == wanted {
        return Ok(());
    }
    let message = format!("wanted the part that was written (SHA-256 {wanted}), found {found}");
    Err(Error::record(path.display().to_string(), message))
}

/// A chunk of which all parts are there that this machine was to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunkLine {
    /// Its number.
    pub chunk: u64,
    /// How many parts it has on all machines.
    pub parts: u64,
}

impl Line {
    /// The chunk it is about.
    pub fn chunk(&self) -> u64 {
        match self {
            Line::Part(line) => line.chunk,
            Line::Chunk(line) => line.chunk,
        }
    }

    /// Where it stands among the others: the end of a chunk behind its parts.
    fn place(&self) -> (u64, u64) {
        match self {
            Line::Part(line) => (line.chunk, line.part),
            Line::Chunk(line) => (line.chunk, u64::MAX),
        }
    }

    /// What is wrong with it behind the line at `before`, where somebody changed the journal.
    fn fault(&self, before: Option<(u64, u64)>) -> Option<String> {
        let place = self.place();
        if before.is_some_and(|before| place <= before) {
            return Some(format!("wanted lines in the order of the parts, found chunk {} once more", place.0));
        }
        match self {
            Line::Part(line) if !is_named(&line.file, PartId { chunk: line.chunk, part: line.part }) => {
                let (chunk, part) = place;
                Some(format!("wanted the name of part {part} of chunk {chunk}, found `{}`", line.file.escape_debug()))
            }
            _ => None,
        }
    }
}

/// The journal of a job that is this process's alone.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// Bytes that were there when it was opened.
    written: u64,
}

/// What a journal held when it was opened.
#[derive(Debug, Clone)]
pub struct Written {
    path: PathBuf,
    bytes: u64,
}

impl Journal {
    /// Opens or begins the journal of a folder, and locks the folder until it is dropped or the process ends, however that comes.
    ///
    /// # Errors
    /// Another run has the folder; a file that cannot be written.
    pub fn open(folder: &Folder) -> Result<Journal, Error> {
        let path = folder.journal();
        let failed = |e| Error::io(&path, e);
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let found = "wanted a folder that no other run writes to, found one that does";
                return Err(Error::config(folder.path().display().to_string(), found));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let written = whole_lines(&mut file).map_err(failed)?;
        file.set_len(written).map_err(failed)?;
        Ok(Journal { path, file, written })
    }

    /// Refuses a journal that has lines but no manifest.
    pub(super) fn is_new(&self) -> Result<(), Error> {
        match self.written {
            0 => Ok(()),
            _ => Err(Error::config(self.path.display().to_string(), "wanted a manifest beside it, found none")),
        }
    }

    /// Takes all lines away.
    pub(super) fn clear(&mut self) -> Result<(), Error> {
        self.written = 0;
        self.file.set_len(0).map_err(|e| Error::io(&self.path, e))
    }

    /// Adds a line and waits until it is on the disk.
    pub(super) fn append(&mut self, line: &Line) -> Result<(), Error> {
        let mut bytes = serde_json::to_vec(line).map_err(|e| Error::io(&self.path, e.into()))?;
        bytes.push(b'\n');
        let written = self.file.write_all(&bytes).and_then(|()| self.file.sync_data());
        written.map_err(|e| Error::io(&self.path, e))
    }

    /// What it held when it was opened.
    pub(super) fn written(&self) -> Written {
        Written { path: self.path.clone(), bytes: self.written }
    }
}

impl Journal {
    /// Parts and counts that it held when it was opened.
    pub(super) fn held(&self) -> Result<Held, Error> {
        let mut held = Held::default();
        for line in self.written().lines()? {
            if let Line::Part(line) = line? {
                held.parts.insert(PartId { chunk: line.chunk, part: line.part });
                held.counts.add(&line.counts);
            }
        }
        Ok(held)
    }
}

/// What a journal says in all.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Its parts.
    pub(super) parts: BTreeSet<PartId>,
    /// What is in them.
    pub(super) counts: Counts,
}

/// The bytes up to the last line feed.
fn whole_lines(file: &mut File) -> io::Result<u64> {
    let mut end = file.seek(SeekFrom::End(0))?;
    let mut block = [0; 4096];
    while end > 0 {
        let begin = end.saturating_sub(block.len() as u64);
        let block = &mut block[..(end - begin) as usize];
        file.seek(SeekFrom::Start(begin))?;
        file.read_exact(block)?;
        if let Some(last) = block.iter().rposition(|byte| *byte == b'\n') {
            return Ok(begin + last as u64 + 1);
        }
        end = begin;
    }
    Ok(0)
}

impl Written {
    /// The whole lines of a folder's journal as it is now, for who only reads the folder.
    ///
    /// # Errors
    /// A journal that cannot be read.
    pub fn of(path: PathBuf) -> Result<Written, Error> {
        let bytes = side::open(&path).and_then(|mut file| whole_lines(&mut file));
        bytes.map(|bytes| Written { path: path.clone(), bytes }).map_err(|e| Error::io(path, e))
    }

    /// Its lines, in the order of the parts.
    ///
    /// # Errors
    /// A journal that cannot be read; a line that is none, that is not in its place, or that calls a part by another one's name.
    pub fn lines(&self) -> Result<impl Iterator<Item = Result<Line, Error>> + use<>, Error> {
        let path = self.path.clone();
        let file = side::open(&path).map_err(|e| Error::io(&path, e))?;
        let lines = BufReader::new(file.take(self.bytes)).lines();
        let mut before = None;
        Ok(lines.enumerate().map(move |(index, line)| {
            let line = line.map_err(|e| Error::io(&path, e))?;
            let wrong = |message: String| Error::config(format!("{}:{}", path.display(), index + 1), message);
            let line: Line = serde_json::from_str(&line).map_err(|e| wrong(e.to_string()))?;
            match line.fault(before.replace(line.place())) {
                None => Ok(line),
                Some(fault) => Err(wrong(format!("{fault}\n{ANEW}"))),
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let folder = tempfile::tempdir().unwrap();
        let opened = Folder::open(folder.path().to_path_buf()).unwrap();
        (folder, opened)
    }

    #[test]
    fn lines_come_back_and_a_torn_one_is_taken_away() {
        let (_held, folder) = folder();
        let lines: Vec<Line> = (0..300).map(|chunk| Line::Chunk(ChunkLine { chunk, parts: 1 })).collect();
        let mut journal = Journal::open(&folder).unwrap();
        lines.iter().for_each(|line| journal.append(line).unwrap());
        drop(journal);
        let whole = std::fs::read(folder.journal()).unwrap();
        for torn in ["", "{\"chunk\"", "x".repeat(10_000).as_str()] {
            std::fs::write(folder.journal(), [&whole[..], torn.as_bytes()].concat()).unwrap();
            let journal = Journal::open(&folder).unwrap();
            let found: Vec<Line> = journal.written().lines().unwrap().map(Result::unwrap).collect();
            assert!(found == lines, "{torn}");
            assert_eq!(std::fs::read(folder.journal()).unwrap(), whole);
        }
    }

    #[test]
    fn a_second_run_is_refused_while_the_first_lives() {
        let (_held, folder) = folder();
        let first = Journal::open(&folder).unwrap();
        assert!(Journal::open(&folder).unwrap_err().to_string().contains("no other run"));
        drop(first);
        Journal::open(&folder).unwrap();
    }

    #[test]
    fn a_journal_without_a_manifest_is_refused() {
        let (_held, folder) = folder();
        std::fs::write(folder.journal(), "{\"chunk\":0,\"parts\":1}\n").unwrap();
        assert!(Journal::open(&folder).unwrap().is_new().is_err());
    }
}
