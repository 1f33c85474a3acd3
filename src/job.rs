//! A batch job: a corpus tagged into a folder of numbered parts, which carries on after any stop to the same bytes.
//!
//! What a part holds follows from the inputs alone, never from how far a run came, how many threads it had or who else works
//! on the corpus. So a part that is there need not be made again, and machines that share a corpus need not talk.
//!
//! | in the folder | what | written |
//! | --- | --- | --- |
//! | `inputs.jsonl` | the files, in order, with size and time of change ([`listing`]) | once, whole |
//! | `manifest.json` | what decides the output ([`manifest`]) | once, whole, when the listing is there |
//! | `part-CCCCCC-PPPPPP.jsonl` | part P of chunk C ([`chunk`], [`part`]) | whole, synced |
//! | `errors-CCCCCC-PPPPPP.jsonl` | its error records, where its format has no place for them | with the part |
//! | `parts.jsonl` | a line for each part that is there ([`journal`]); also the lock | line by line, behind its part |
//! | `summary.json` | what came of it ([`summary`]) | whole, at the end |

pub mod checked;
pub mod chunk;
pub mod counts;
pub mod folder;
pub mod journal;
pub mod listing;
pub mod manifest;
pub mod merge;
pub mod meter;
pub mod part;
pub mod part_id;
pub mod reading;
pub mod shard;
pub mod summary;

pub use counts::Counts;
pub use manifest::Manifest;
pub use meter::Meter;
pub use shard::Shard;
pub use summary::Summary;

use crate::formats::{OutputFormat, ReadOptions, WriteOptions};
use crate::shown::shown;
use crate::{Document, Error};
use folder::Folder;
use journal::{Journal, Line, PartLine};
use listing::{Listed, Totals};
use part::PartFile;
use part_id::PartId;
use reading::{Item, Reading};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What a job writes, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// The format of the parts.
    pub format: OutputFormat,
    /// How documents are written.
    pub write: WriteOptions,
    /// Bytes of text in a part at most, unless one document has more.
    pub part_bytes: u64,
    /// Which share of the parts is this machine's.
    pub shard: Shard,
}

/// A job whose folder is this process's alone.
#[derive(Debug)]
pub struct Job {
    folder: Folder,
    journal: Journal,
    options: Options,
    totals: Totals,
    /// The part being written, and what the journal says of it already.
    open: Option<(PartFile, Option<PartLine>)>,
    /// Of all parts that are there.
    counts: Counts,
    meter: Meter,
    found: Found,
    /// Parts in the journal.
    known: BTreeSet<PartId>,
}

/// What a job found of its own when it began.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Whether it had been begun before.
    pub begun: bool,
    /// Parts in its journal.
    pub parts: u64,
    /// What is in them.
    pub counts: Counts,
}

impl Job {
    /// Begins a job in a folder, or carries on with the one that is there: `settings` and the files of `inputs` must then be what
    /// they were.
    ///
    /// # Errors
    /// A folder that cannot be written, that holds something else, or that another run has; settings or inputs that have changed,
    /// each named.
    pub fn open(
        folder: PathBuf,
        options: Options,
        settings: Manifest,
        inputs: impl Iterator<Item = Listed>,
    ) -> Result<Job, Error> {
        let folder = Folder::open(folder)?;
        let journal = Journal::open(&folder)?;
        folder.sweep()?;
        let mut found = Found::default();
        let mut known = BTreeSet::new();
        let totals = match Manifest::read(&folder.manifest())? {
            Some(begun) => {
                let held = journal.held()?;
                settings.check(&begun, &folder.manifest())?;
                // A stop leaves one part behind the last line at most.
                let behind = held.parts.last().copied();
                strays(&folder, &held.parts, options.format, |id| Some(id) <= behind)?;
                known = held.parts;
                found = Found { begun: true, parts: known.len() as u64, counts: held.counts };
                listing::check(&folder.listing(), inputs)?
            }
            None => {
                journal.is_new()?;
                let totals = listing::write(&folder.listing(), inputs)?;
                settings.write(&folder.manifest())?;
                totals
            }
        };
        let (counts, meter) = (Counts::default(), Meter::default());
        Ok(Job { folder, journal, options, totals, open: None, counts, meter, found, known })
    }

    /// The files of the corpus, and their bytes.
    pub fn totals(&self) -> Totals {
        self.totals
    }

    /// What was there when it began.
    pub fn found(&self) -> &Found {
        &self.found
    }

    /// How far it is.
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// Of all parts that are there.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    /// What is left to do, for the thread that reads.
    pub fn reading(&self, options: ReadOptions) -> Reading {
        Reading {
            folder: self.folder.clone(),
            journal: self.journal.written(),
            read: options,
            part_bytes: self.options.part_bytes,
            shard: self.options.shard,
            meter: self.meter(),
        }
    }

    /// Takes what the reading thread gives, but for records, which are tagged first, and for what is only to be told.
    ///
    /// # Errors
    /// A part or a line of the journal that cannot be written, or is not what it was when it was written before.
    pub fn take(&mut self, item: Item) -> Result<(), Error> {
        match item {
            Item::Begin(id, known) => self.begin(id, known.map(|known| *known)),
            Item::End => self.end(),
            Item::Whole(line) => self.journal.append(&Line::Chunk(line)),
            Item::Passed(line) => {
                self.counts.add(&line.counts);
                Ok(())
            }
            Item::Record(_) | Item::Damaged(_) => Ok(()),
        }
    }

    /// Writes a tagged document.
    ///
    /// # Errors
    /// A part that cannot be written.
    pub fn write(&mut self, document: &Document) -> Result<(), Error> {
        self.part()?.write(document)
    }

    /// Writes an error record.
    ///
    /// # Errors
    /// A part that cannot be written.
    pub fn write_failed(&mut self, error: &Error) -> Result<(), Error> {
        self.part()?.write_failed(error)
    }

    /// Leaves what came of it in the folder. Where nothing was left to do, the summary of the run that did it stays.
    ///
    /// # Errors
    /// A file that cannot be written; where all is done, a part that is none of this job.
    pub fn finish(self, summary: &Summary) -> Result<(), Error> {
        let path = self.folder.summary();
        if summary.complete {
            strays(&self.folder, &self.known, self.options.format, |_| true)?;
            if summary.this_run.documents == 0 && summary.is_told(&path) {
                return Ok(());
            }
        }
        summary.write(&path)
    }

    fn part(&mut self) -> Result<&mut PartFile, Error> {
        let none = || Error::config("job", "this is a bug: a record outside of a part");
        self.open.as_mut().map(|(part, _)| part).ok_or_else(none)
    }

    fn begin(&mut self, id: PartId, known: Option<PartLine>) -> Result<(), Error> {
        let part = PartFile::create(self.folder.path(), id, self.options.format, self.options.write)?;
        self.open = Some((part, known));
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some((part, known)) = self.open.take() else { return Ok(()) };
        let line = part.commit()?;
        self.counts.add(&line.counts);
        match known {
            None => {
                self.known.insert(PartId { chunk: line.chunk, part: line.part });
                self.journal.append(&Line::Part(line))
            }
            Some(known) if known == line => Ok(()),
            Some(known) => Err(Error::config(
                self.folder.path().join(&line.file).display().to_string(),
                format!(
                    "wanted the part that was there before (SHA-256 {}), made one of {}",
                    known.sha256, line.sha256
                ),
            )),
        }
    }
}

/// Refuses parts that a journal does not know, of those that cannot be left by a stop: whoever reads the parts of the folder would
/// read them too.
fn strays(
    folder: &Folder,
    known: &BTreeSet<PartId>,
    format: OutputFormat,
    is_one: impl Fn(PartId) -> bool,
) -> Result<(), Error> {
    let named = |id: PartId, name: &str| {
        let part = folder::part_of(id.chunk, id.part, format.extension());
        *name == part || *name == folder::errors_of(&part)
    };
    match folder.parts()?.into_iter().find(|(id, name)| is_one(*id) && !(known.contains(id) && named(*id, name))) {
        None => Ok(()),
        Some((_, name)) => {
            let message =
                "wanted the parts of this job, found one more\ntip: take it away; `alam merge` puts shares together";
            Err(Error::config(shown(&folder.path().join(name)), message))
        }
    }
}
