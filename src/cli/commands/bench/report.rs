//! What was measured, for people and for programs.

use super::statistics::Figure;
use crate::tagger::Stages;
use serde::Serialize;
use std::fmt::{Display, Formatter, Result};

/// The model, and what it ran on.
#[derive(Debug, Serialize)]
pub(super) struct Model {
    pub(super) source: String,
    pub(super) kind: String,
    pub(super) layers: usize,
    pub(super) hidden: usize,
    pub(super) precision: &'static str,
    pub(super) device: String,
    /// The instruction set that the processor was found to have.
    pub(super) kernels: String,
    pub(super) threads: usize,
}

/// The text of a pass; an average where passes have their own.
#[derive(Debug, Serialize)]
pub(super) struct Text {
    pub(super) source: String,
    /// `None` for a text that was not made.
    pub(super) seed: Option<u64>,
    pub(super) articles: usize,
    /// What white space separates.
    pub(super) words: f64,
    /// What went through the model, special tokens included.
    pub(super) tokens: f64,
}

/// Shares of the time of all passes.
#[derive(Debug, Serialize)]
pub(super) struct Shares {
    pub(super) segment: f64,
    pub(super) encode: f64,
    pub(super) model: f64,
    pub(super) decode: f64,
    /// What no stage accounts for.
    pub(super) other: f64,
}

impl Shares {
    pub(super) fn new(stages: &Stages, seconds: f64) -> Shares {
        let of = |stage: std::time::Duration| stage.as_secs_f64() / seconds;
        let (segment, encode) = (of(stages.segment), of(stages.encode));
        let (model, decode) = (of(stages.model), of(stages.decode));
        Shares { segment, encode, model, decode, other: (1.0 - segment - encode - model - decode).max(0.0) }
    }
}

/// Everything that `alam bench` prints.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) model: Model,
    pub(super) text: Text,
    pub(super) passes: usize,
    pub(super) warm_up: usize,
    /// Of one pass.
    pub(super) seconds: Figure,
    pub(super) articles_per_second: Figure,
    pub(super) words_per_second: Figure,
    pub(super) tokens_per_second: Figure,
    pub(super) stages: Shares,
    /// From the files, or the bytes in the program, to a model that can run.
    pub(super) load_seconds: f64,
    /// From the start of the program to its first record.
    pub(super) start_seconds: Option<Figure>,
    /// The most memory that this process has held; `None` where the system does not say.
    pub(super) peak_memory_bytes: Option<u64>,
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let Report { model, text, stages, .. } = self;
        let Model { source, kind, layers, hidden, precision, device, kernels, threads } = model;
        let plural = if *threads == 1 { "" } else { "s" };
        writeln!(f, "model     {source}: {kind}, {layers} layers of {hidden}, {precision}")?;
        writeln!(f, "runs on   {device}, {kernels}, {threads} thread{plural}")?;
        let seed = text.seed.map(|seed| format!(", seed {seed}")).unwrap_or_default();
        let (articles, words, tokens) = (text.articles, text.words, text.tokens);
        writeln!(
            f,
            "text      {}{seed}: {articles} articles, {words:.0} words, {tokens:.0} tokens a pass",
            text.source
        )?;
        writeln!(
            f,
            "passes    {} timed behind {} for warming up; median (95 % interval)\n",
            self.passes, self.warm_up
        )?;
        line(f, "pass", self.seconds.map(|s| 1e3 * s), "ms")?;
        line(f, "articles", self.articles_per_second, "/s")?;
        line(f, "words", self.words_per_second, "/s")?;
        line(f, "tokens", self.tokens_per_second, "/s")?;
        if let Some(start) = self.start_seconds {
            line(f, "start", start.map(|s| 1e3 * s), "ms to the first record")?;
        }
        writeln!(f, "load      {:.1} ms", 1e3 * self.load_seconds)?;
        if let Some(bytes) = self.peak_memory_bytes {
            writeln!(f, "memory    {:.0} MB at most", bytes as f64 / 1e6)?;
        }
        let Shares { segment, encode, model, decode, other } = *stages;
        let stages = [("segment", segment), ("encode", encode), ("model", model), ("decode", decode), ("other", other)];
        write!(f, "stages   ")?;
        for (name, share) in stages {
            write!(f, " {name} {:.1} %", 100.0 * share)?;
        }
        writeln!(f)
    }
}

fn line(f: &mut Formatter<'_>, name: &str, figure: Figure, unit: &str) -> Result {
    let Figure { median, low, high } = figure;
    let digits = if median < 1000.0 { 1 } else { 0 };
    writeln!(f, "{name:9} {median:.digits$} {unit} ({low:.digits$} to {high:.digits$})")
}
