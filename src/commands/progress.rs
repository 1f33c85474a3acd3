//! How far a run is: a bar where standard error is a terminal, a line now and then elsewhere, a summary at the end.

use super::{Failure, Outcome, say};
use alam::job::Counts;
use alam::job::summary::{End, Rate, Summary};
use indicatif::{ProgressBar, ProgressStyle};
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
    pub(crate) done: Counts,
}

impl Progress {
    /// Begins now.
    pub(crate) fn new(quiet: bool) -> Progress {
        // Data on the same terminal and a bar would write over each other.
        let bar = (!quiet && std::io::stderr().is_terminal() && !std::io::stdout().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.set_style(ProgressStyle::default_spinner());
            bar.enable_steady_tick(Duration::from_millis(100));
            bar
        });
        let now = Instant::now();
        Progress { bar, quiet, begin: now, told: now, done: Counts::default() }
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

    /// A record that could not be read or tagged.
    pub(crate) fn failed(&mut self, error: &alam::Error) {
        self.done.failed += 1;
        self.say(&error.to_string());
    }

    /// Called behind each batch.
    pub(crate) fn tell(&mut self) {
        match &self.bar {
            Some(bar) => bar.set_message(self.line()),
            None if !self.quiet && self.told.elapsed() >= INTERVAL => {
                self.told = Instant::now();
                say(&self.line());
            }
            None => {}
        }
    }

    /// The end: says what was done, and writes it to a file where one is given.
    pub(crate) fn finish(self, end: Outcome, file: Option<&Path>) -> Result<(), Failure> {
        let summary = self.summary(end, &self.done);
        self.tell_end(&summary);
        file.map_or(Ok(()), |file| Ok(summary.write(file)?))
    }

    /// What was done in all, of which `self.done` is this run's.
    pub(crate) fn summary(&self, end: Outcome, all: &Counts) -> Summary {
        let end = if end == Outcome::Interrupted { End::Stopped } else { End::Complete };
        Summary::new(end, all, Rate::of(&self.done, self.begin.elapsed()))
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

    fn line(&self) -> String {
        let Counts { documents, failed, words, .. } = self.done;
        let rate = Rate::of(&self.done, self.begin.elapsed()).words_per_second;
        let failed = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
        format!("{documents} documents{failed}, {words} words, {rate:.0} words/s")
    }
}
