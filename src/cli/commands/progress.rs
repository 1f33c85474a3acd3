//! How far a run is: a bar where standard error is a terminal, a line now and then elsewhere, a summary at the end.

use super::notices::Notices;
use crate::Document;
use crate::cli::outcome::{Failure, Outcome, say};
use crate::formats::conll::Columns;
use crate::formats::notes::Notes;
use crate::job::listing::Totals;
use crate::job::summary::{End, Rate, Summary};
use crate::job::{Counts, Meter};
use crate::walk::Skipped;
use indicatif::{HumanBytes, HumanDuration, ProgressBar, ProgressStyle};
use std::collections::{BTreeSet, HashMap};
use std::io::IsTerminal;
use std::path::Path;
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// Tells the user how far a run is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    begin: Instant,
    told: Instant,
    whole: Option<Whole>,
    /// Messages of records that failed, and how many had each.
    messages: HashMap<String, u64>,
    notices: Notices,
    /// Ways to read columns that were told.
    columns: BTreeSet<Columns>,
    pub(crate) done: Counts,
    /// What is passed over in folders.
    pub(crate) skipped: Skipped,
}

/// Records that are told one by one where they have the same message; the others are counted.
const ALIKE: u64 = 10;
/// Different messages that are counted at most.
const MESSAGES: usize = 1000;

/// What there is to do, where that is known.
struct Whole {
    totals: Totals,
    /// How many machines share it.
    shares: u64,
    meter: Meter,
    begin: Instant,
}

impl Progress {
    /// Begins now; `output` is a file or folder that data goes to, which is else standard output.
    pub(crate) fn new(quiet: bool, output: Option<&Path>) -> Progress {
        // Data on the same terminal and a bar would write over each other.
        let free = output.is_some() || !std::io::stdout().is_terminal();
        let bar = (!quiet && free && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let now = Instant::now();
        Progress {
            bar,
            quiet,
            begin: now,
            told: now,
            whole: None,
            messages: HashMap::new(),
            notices: Notices::default(),
            columns: BTreeSet::new(),
            done: Counts::default(),
            skipped: Skipped::default(),
        }
    }

    /// From here on the end is known.
    pub(crate) fn expect(&mut self, totals: Totals, meter: Meter, shares: u64) {
        if let Some(bar) = &self.bar {
            bar.set_length(totals.bytes);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3} % {msg}") {
                bar.set_style(style);
            }
        }
        let files = if totals.files == 1 { "file" } else { "files" };
        self.note(&format!("{} {files}, {}", totals.files, HumanBytes(totals.bytes)));
        self.whole = Some(Whole { totals, shares, meter, begin: Instant::now() });
    }

    /// Something the user should know at once.
    pub(crate) fn say(&self, message: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| say(message)),
            None => say(message),
        }
    }

    /// Something the user may want to know.
    pub(crate) fn note(&self, message: &str) {
        if !self.quiet {
            self.say(message);
        }
    }

    /// A document that was tagged.
    pub(crate) fn count(&mut self, document: &Document) {
        self.done.count(document);
        for message in self.notices.of(document) {
            self.note(&message);
        }
        self.note_columns(&document.id, document.columns);
    }

    /// How the columns of a document were read, where that has to be said: once of each way.
    pub(crate) fn note_columns(&mut self, document: &str, columns: Option<Columns>) {
        if let Some(columns) = columns.filter(|columns| self.columns.insert(*columns)) {
            self.note(&format!("{document}: {columns}"));
        }
    }

    /// What there is to say of the files that were read, and of those that were not.
    pub(crate) fn tell_files(&self, notes: &Notes) {
        notes.take().iter().for_each(|note| self.note(note));
        if let Some(message) = self.skipped.message() {
            self.note(&message);
        }
    }

    /// A record that could not be read or tagged.
    pub(crate) fn failed(&mut self, error: &crate::Error) {
        self.done.failed += 1;
        let message = error.place().1;
        let room = self.messages.len() < MESSAGES;
        let told = match self.messages.get_mut(&message) {
            Some(told) => {
                *told += 1;
                *told
            }
            None if room => *self.messages.entry(message).or_insert(1),
            None => 1,
        };
        if told <= ALIKE {
            self.say(&error.to_string());
        }
        if told == ALIKE {
            self.say("further ones like the last are counted");
        }
    }

    /// Says how many records more there were of each message that was not told each time.
    pub(crate) fn tell_alike(&mut self) {
        let mut alike: Vec<(String, u64)> = self.messages.drain().filter(|(_, count)| *count > ALIKE).collect();
        alike.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
        for (message, count) in alike {
            let message = message.lines().next().unwrap_or_default().to_owned();
            self.say(&format!("{} more records failed so: {message}", count - ALIKE));
        }
    }

    /// Called behind each batch.
    pub(crate) fn tell(&mut self) {
        match &self.bar {
            Some(bar) => {
                if let Some(whole) = &self.whole {
                    bar.set_position(whole.meter.position());
                }
                bar.set_message(self.line());
            }
            None if !self.quiet && self.told.elapsed() >= INTERVAL => {
                self.told = Instant::now();
                say(&self.line());
            }
            None => {}
        }
    }

    /// The end: says what was done, and writes it to a file where one is given.
    pub(crate) fn finish(mut self, end: Outcome, file: Option<&Path>) -> Result<(), Failure> {
        self.tell_alike();
        let summary = self.summary(end, &self.done);
        self.tell_end(&summary);
        file.map_or(Ok(()), |file| Ok(summary.write(file)?))
    }

    /// What was done in all, of which `self.done` is this run's.
    pub(crate) fn summary(&self, end: Outcome, all: &Counts) -> Summary {
        let end = if end == Outcome::Interrupted { End::Stopped } else { End::Complete };
        Summary::new(end, all, Rate::of(&self.done, self.begin.elapsed())).without(self.skipped.counts())
    }

    /// Says what was done in all.
    pub(crate) fn tell_end(self, summary: &Summary) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if !self.quiet {
            say(&summary.to_string());
        }
    }

    /// How far a job is of what there is to do, where that is known.
    pub(crate) fn position(&self) -> String {
        self.whole.as_ref().map_or(String::new(), Whole::position)
    }

    fn line(&self) -> String {
        let Counts { documents, failed, words, .. } = self.done;
        let rate = Rate::of(&self.done, self.begin.elapsed()).words_per_second;
        let failed = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
        let of_whole = self.whole.as_ref().map_or(String::new(), Whole::line);
        format!("{documents} documents{failed}, {words} words, {rate:.0} words/s{of_whole}")
    }
}

impl Whole {
    /// `1.20 MiB of 2.40 MiB`: what is done, not what is read.
    fn position(&self) -> String {
        format!("{} of {}", HumanBytes(self.meter.position().min(self.totals.bytes)), HumanBytes(self.totals.bytes))
    }

    /// `, 1.20 MiB of 2.40 MiB, 3 minutes left`: by what this run has worked on, not by what it passed over.
    fn line(&self) -> String {
        let (position, worked) = (self.meter.position().min(self.totals.bytes), self.meter.worked());
        let speed = worked as f64 / self.begin.elapsed().as_secs_f64().max(1e-3);
        let left = (self.totals.bytes - position) as f64 / self.shares as f64 / speed.max(1.0);
        let left =
            Duration::try_from_secs_f64(left).map_or(String::new(), |left| format!(", {} left", HumanDuration(left)));
        format!(", {}{left}", self.position())
    }
}
