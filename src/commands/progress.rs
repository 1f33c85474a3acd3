//! How far a run is: a bar where standard error is a terminal, a line now and then elsewhere, a summary at the end.

use super::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two lines where there is no terminal.
const INTERVAL: Duration = Duration::from_secs(10);

/// What was done so far.
#[derive(Debug, Default, Clone)]
pub(crate) struct Done {
    pub(crate) documents: u64,
    pub(crate) failed: u64,
    pub(crate) words: u64,
    pub(crate) names: BTreeMap<Arc<str>, u64>,
}

impl Done {
    /// One more document.
    pub(crate) fn count(&mut self, document: &alam::Document) {
        self.documents += 1;
        self.words += document.text.split_whitespace().count() as u64;
        for entity in &document.entities {
            *self.names.entry(entity.label.clone()).or_default() += 1;
        }
    }
}

/// Tells the user how far a run is.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
    begin: Instant,
    told: Instant,
    pub(crate) done: Done,
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
        Progress { bar, quiet, begin: now, told: now, done: Done::default() }
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

    /// The end: what was done in all.
    pub(crate) fn finish(self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        if !self.quiet {
            let names: u64 = self.done.names.values().sum();
            let types: Vec<String> = self.done.names.iter().map(|(label, count)| format!("{label} {count}")).collect();
            let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
            let seconds = self.begin.elapsed().as_secs_f64();
            say(&format!("{}, {names} names{types}, {seconds:.1} s", self.line()));
        }
    }

    fn line(&self) -> String {
        let Done { documents, failed, words, .. } = self.done;
        let rate = words as f64 / self.begin.elapsed().as_secs_f64().max(1e-3);
        let failed = if failed > 0 { format!(" ({failed} failed)") } else { String::new() };
        format!("{documents} documents{failed}, {words} words, {rate:.0} words/s")
    }
}
