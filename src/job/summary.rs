//! What came of a run, for people and, as `summary.json`, for programs.

use super::Counts;
use crate::Error;
use crate::formats::whole;
use alam_models::side;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::path::Path;
use std::time::Duration;

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// Whether all is done: each file of the inputs was read, or is named in `skipped`, and each record tagged, or counted in `failed`.
    pub complete: bool,
    /// Documents tagged.
    pub documents: u64,
    /// Records that could not be read or tagged.
    pub failed: u64,
    /// Words.
    pub words: u64,
    /// Names by type.
    pub names: BTreeMap<String, u64>,
    /// Documents by what was noticed of them, and decided how they were read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub noticed: BTreeMap<String, u64>,
    /// Files and folders that were passed over in folders, by their endings ([`crate::walk::Skipped`]).
    pub skipped: BTreeMap<String, u64>,
    /// What this run did of it.
    pub this_run: Rate,
}

/// How fast a run was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Rate {
    /// Documents tagged.
    pub documents: u64,
    /// Words.
    pub words: u64,
    /// Time since it began, the model's loading included.
    pub seconds: f64,
    /// Words a second.
    pub words_per_second: f64,
}

impl Rate {
    /// Of what was done in a time.
    pub fn of(done: &Counts, time: Duration) -> Rate {
        let seconds = time.as_secs_f64();
        let tenths = |value: f64| (value * 10.0).round() / 10.0;
        Rate {
            documents: done.documents,
            words: done.words,
            seconds: (seconds * 1e3).round() / 1e3,
            words_per_second: tenths(done.words as f64 / seconds.max(1e-3)),
        }
    }
}

/// Whether all is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is.
    Complete,
    /// It was stopped.
    Stopped,
}

impl Summary {
    /// Of all that was done, of which this run did a part.
    pub fn new(end: End, all: &Counts, this_run: Rate) -> Summary {
        let Counts { documents, failed, words, names, noticed } = all.clone();
        let (complete, skipped) = (end == End::Complete, BTreeMap::new());
        Summary { complete, documents, failed, words, names, noticed, skipped, this_run }
    }

    /// The same with what was passed over.
    pub fn without(self, skipped: BTreeMap<String, u64>) -> Summary {
        Summary { skipped, ..self }
    }

    /// Whether a file says the same, but for the run that it came of.
    pub fn is_told(&self, path: &Path) -> bool {
        let there = side::read(path, side::CONFIGURATION).ok();
        let there = there.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok());
        let Some((mut there, Ok(mut here))) = there.map(|there| (there, serde_json::to_value(self))) else {
            return false;
        };
        let has_run = there["this_run"].is_object();
        [&mut there, &mut here]
            .into_iter()
            .filter_map(Value::as_object_mut)
            .for_each(|all| drop(all.remove("this_run")));
        has_run && there == here
    }

    /// Writes it, whole or not at all.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let json = serde_json::to_string_pretty(self).map_err(|e| Error::io(path, e.into()))?;
        Ok(whole::write(path, (json + "\n").as_bytes())?)
    }
}

/// `10 documents (1 failed), 200 words, 5 names (LOC 2, PER 3), 100 words/s, 2.0 s; noticed: markup 2`.
impl Display for Summary {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let Summary { documents, failed, words, names, this_run, .. } = self;
        let failed = if *failed > 0 { format!(" ({failed} failed)") } else { String::new() };
        let types: Vec<String> = names.iter().map(|(label, count)| format!("{label} {count}")).collect();
        let types = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        let all: u64 = names.values().sum();
        let Rate { words_per_second, seconds, .. } = this_run;
        write!(f, "{documents} documents{failed}, {words} words, {all} names{types}, ")?;
        write!(f, "{words_per_second:.0} words/s, {seconds:.1} s")?;
        let noticed: Vec<String> = self.noticed.iter().map(|(kind, count)| format!("{kind} {count}")).collect();
        if noticed.is_empty() { Ok(()) } else { write!(f, "; noticed: {}", noticed.join(", ")) }
    }
}
