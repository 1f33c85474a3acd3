//! What is left of a job, read in the order of the corpus: the files that matter, and of these the parts to be made.

use super::chunk::{Chunk, chunks};
use super::folder::Folder;
use super::journal::{ANEW, ChunkLine, Line, PartLine, Written};
use super::listing::{self, Listed};
use super::meter::Meter;
use super::part::weight;
use super::part_id::PartId;
use super::shard::Shard;
use crate::formats::stamp::Stamp;
use crate::formats::{self, ReadOptions, Reader};
use crate::shown::shown;
use crate::{Document, Error};

/// One thing at a time.
#[derive(Debug)]
pub enum Item {
    /// What follows is a part, and the journal may know it already (its file is gone).
    Begin(PartId, Option<Box<PartLine>>),
    /// A document, or a record that cannot be read.
    Record(Result<Document, Error>),
    /// The part has no more.
    End,
    /// A part that is there, to the byte.
    Passed(Box<PartLine>),
    /// A part that is there but not as it was written: it is made again.
    Damaged(Error),
    /// The chunk has no more.
    Whole(ChunkLine),
}

/// See the module.
#[derive(Debug)]
pub struct Reading {
    pub(super) folder: Folder,
    pub(super) journal: Written,
    pub(super) read: ReadOptions,
    pub(super) part_bytes: u64,
    pub(super) shard: Shard,
    pub(super) meter: Meter,
}

/// Nobody takes what is read any more.
struct Left;

impl Reading {
    /// Reads on until all is read or `put` says that nobody wants more.
    ///
    /// # Errors
    /// A listing or a journal that cannot be read. Inputs that cannot are records.
    pub fn run(self, put: &mut dyn FnMut(Item) -> bool) -> Result<(), Error> {
        let mut journal = self.journal.lines()?.peekable();
        for chunk in chunks(listing::read(&self.folder.listing())?, self.part_bytes) {
            let chunk = chunk?;
            let mut known = Vec::new();
            let mut whole = None;
            while let Some(line) =
                journal.next_if(|line| line.as_ref().map_or(true, |line| line.chunk() == chunk.number))
            {
                match line? {
                    Line::Part(line) => known.push(Known { line, there: false }),
                    Line::Chunk(line) => whole = Some(line.parts),
                }
            }
            self.complete(&chunk, &known, whole)?;
            let whole = whole.is_some();
            let others = !chunk.is_large() && !self.shard.owns(&chunk, 0);
            if !whole
                && !others
                && let Some(line) = journal.next()
            {
                return Err(foreign(&self.folder, line?.chunk(), chunk.number));
            }
            let mut there = true;
            for line in &mut known {
                let told = self.look(line, put);
                if told.is_err() {
                    return Ok(());
                }
                there &= line.there;
            }
            if others || (whole && there) {
                self.meter.skip(chunk.files.iter().map(Listed::bytes).sum());
            }
            let done = match whole && there {
                true => known.into_iter().try_for_each(|known| give(put, Item::Passed(Box::new(known.line)))),
                false if others => Ok(()),
                false => Cut::of(&self, &chunk, known, put).all(whole),
            };
            if done.is_err() {
                return Ok(());
            }
        }
        match journal.next() {
            None => Ok(()),
            Some(line) => {
                let found = line?.chunk();
                let message = format!("wanted lines of the chunks of this corpus, found one of chunk {found}\n{ANEW}");
                Err(Error::config(self.folder.journal().display().to_string(), message))
            }
        }
    }

    /// Refuses a journal without the lines of all parts of a chunk that it says to be done, or of those before the last that it
    /// knows, and one that has others.
    fn complete(&self, chunk: &Chunk, known: &[Known], parts: Option<u64>) -> Result<(), Error> {
        let parts = parts.unwrap_or_else(|| known.last().map_or(0, |known| known.line.part.saturating_add(1)));
        let ours = |part: u64| self.shard.owns(chunk, part) && part < parts;
        let owned = self.shard.owned(chunk, parts);
        if known.len() as u64 == owned && known.iter().all(|known| ours(known.line.part)) {
            return Ok(());
        }
        let (number, found) = (chunk.number, known.len());
        let message = format!("wanted a line for each of the {owned} parts of chunk {number}, found {found}\n{ANEW}");
        Err(Error::config(self.folder.journal().display().to_string(), message))
    }

    /// Looks whether a part is there as it was written. One that is gone needs no word: it may have been taken away.
    fn look(&self, known: &mut Known, put: &mut dyn FnMut(Item) -> bool) -> Result<(), Left> {
        match known.line.check(self.folder.path()) {
            Ok(()) => {
                known.there = true;
                Ok(())
            }
            Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => give(put, Item::Damaged(error)),
        }
    }
}

/// That a journal goes on behind a chunk whose end it does not know, or that the corpus does not have.
pub(super) fn foreign(folder: &Folder, found: u64, wanted: u64) -> Error {
    let message = format!("wanted the line that ends chunk {wanted}, found one of chunk {found}\n{ANEW}");
    Error::config(folder.journal().display().to_string(), message)
}

/// A part that the journal knows.
#[derive(Debug, Clone)]
struct Known {
    line: PartLine,
    /// Whether it is there as it was written.
    there: bool,
}

fn give(put: &mut dyn FnMut(Item) -> bool, item: Item) -> Result<(), Left> {
    if put(item) { Ok(()) } else { Err(Left) }
}

/// Where a chunk is being read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// Before its first record.
    Between,
    /// In a part that is to be made.
    Making,
    /// In a part that is there or another machine's.
    Passing,
}

/// A chunk being cut into parts.
struct Cut<'a> {
    reading: &'a Reading,
    chunk: &'a Chunk,
    /// Parts that the journal knows, in order.
    known: Vec<Known>,
    weight: u64,
    /// Parts begun.
    parts: u64,
    at: At,
    /// Bytes that had been read when the part began.
    begun: u64,
    put: &'a mut dyn FnMut(Item) -> bool,
}

impl<'a> Cut<'a> {
    fn of(reading: &'a Reading, chunk: &'a Chunk, known: Vec<Known>, put: &'a mut dyn FnMut(Item) -> bool) -> Cut<'a> {
        Cut { reading, chunk, known, weight: 0, parts: 0, at: At::Between, begun: 0, put }
    }

    /// Reads the chunk; the journal is told of its end unless it knows that.
    fn all(mut self, known: bool) -> Result<(), Left> {
        for file in &self.chunk.files {
            self.reading.meter.begin(file.bytes());
            self.file(file)?;
            self.reading.meter.end();
        }
        self.close()?;
        match known {
            true => Ok(()),
            false => give(self.put, whole(self.chunk.number, self.parts)),
        }
    }

    /// A file that was changed meanwhile has an error record at its end, which takes the place of a single document, and of what
    /// else is wrong there: a file that was cut off is.
    fn file(&mut self, file: &Listed) -> Result<(), Left> {
        let mut records = open(file, &self.reading.read);
        let mut held = records.next();
        let mut single = true;
        for next in records {
            if let Some(record) = held.replace(next) {
                self.record(record)?;
                single = false;
            }
        }
        let changed = changed(file);
        if let Some(last) = held.filter(|last| changed.is_none() || (!single && last.is_ok())) {
            self.record(last)?;
        }
        changed.map_or(Ok(()), |error| self.record(Err(error)))
    }

    fn record(&mut self, record: Result<Document, Error>) -> Result<(), Left> {
        let weight = weight(&record);
        if self.at != At::Between && self.weight + weight > self.reading.part_bytes {
            self.close()?;
        }
        if self.at == At::Between {
            self.begin()?;
        }
        self.weight += weight;
        match self.at {
            At::Making => give(self.put, Item::Record(record)),
            _ => Ok(()),
        }
    }

    fn begin(&mut self) -> Result<(), Left> {
        let id = PartId { chunk: self.chunk.number, part: self.parts };
        self.parts += 1;
        self.weight = 0;
        self.begun = self.reading.meter.read_to();
        self.at = At::Passing;
        if !self.reading.shard.owns(self.chunk, id.part) {
            return Ok(());
        }
        let known = self.known.binary_search_by_key(&id.part, |known| known.line.part).ok();
        match known.map(|at| self.known[at].clone()) {
            Some(Known { line, there: true }) => give(self.put, Item::Passed(Box::new(line))),
            known => {
                self.at = At::Making;
                give(self.put, Item::Begin(id, known.map(|known| Box::new(known.line))))
            }
        }
    }

    fn close(&mut self) -> Result<(), Left> {
        match std::mem::replace(&mut self.at, At::Between) {
            At::Making => return give(self.put, Item::End),
            At::Passing => self.reading.meter.pass(self.reading.meter.read_to() - self.begun),
            At::Between => {}
        }
        Ok(())
    }
}

/// A chunk is behind us.
fn whole(chunk: u64, parts: u64) -> Item {
    Item::Whole(ChunkLine { chunk, parts })
}

/// The documents of a file; what could not be listed or opened is one broken record.
fn open(file: &Listed, options: &ReadOptions) -> Reader {
    let opened = match &file.state {
        Ok(_) => formats::open(&file.path, options),
        Err(message) => Err(Error::record(shown(&file.path), message.as_str())),
    };
    opened.unwrap_or_else(|error| Box::new(std::iter::once(Err(error))))
}

/// Whether a file was written to since it was listed: what was read of it is then neither the old nor the new.
fn changed(file: &Listed) -> Option<Error> {
    let then = file.state.as_ref().ok()?;
    // One that is gone was reported when it was opened, or was read from its open file to the end.
    let now = Stamp::of(&file.path).ok()?;
    let error = || {
        let Stamp { bytes, .. } = now;
        let message = format!("wanted the file as it was listed ({} bytes), found it changed ({bytes})", then.bytes);
        Error::record(shown(&file.path), message)
    };
    (*then != now).then(error)
}
