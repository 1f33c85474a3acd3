//! `metrics.jsonl`: what a run measured, a line a moment.

use crate::Error;
use crate::files::whole_text;
use crate::run::evaluation::Evaluation;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

/// A moment of training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Training {
    /// Steps done.
    pub step: u64,
    /// Mean loss since the last moment.
    pub loss: f64,
    /// Learning rate of the last step.
    pub rate: f32,
    /// Norm of the last gradient before clipping.
    pub norm: f32,
    /// Tokens so far.
    pub tokens: u64,
    /// Words a second (tokens where words are not known) since the session began.
    pub speed: f64,
    /// Seconds of training so far.
    pub seconds: f64,
}

/// A line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Line {
    /// A moment of training.
    Training(Training),
    /// An evaluation.
    Evaluation {
        /// Steps done.
        step: u64,
        /// Seconds of training so far.
        seconds: f64,
        /// What was found.
        #[serde(flatten)]
        evaluation: Evaluation,
    },
}

impl Line {
    /// Steps done.
    pub fn step(&self) -> u64 {
        match self {
            Line::Training(training) => training.step,
            Line::Evaluation { step, .. } => *step,
        }
    }
}

/// The file, open at its end.
#[derive(Debug)]
pub struct Metrics {
    path: PathBuf,
    file: File,
}

impl Metrics {
    /// Opens the file in `out`; what a lost session wrote behind step `step` is dropped, because it will come again.
    pub fn open(out: &Path, step: u64) -> Result<Metrics, Error> {
        let path = path(out);
        let kept: String = match std::fs::read_to_string(&path) {
            Ok(text) => {
                text.lines().filter(|l| parse(l).is_some_and(|l| l.step() <= step)).map(|l| format!("{l}\n")).collect()
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(e) => return Err(Error::io(&path)(e)),
        };
        whole_text(&path, &kept)?;
        let file = File::options().append(true).open(&path).map_err(Error::io(&path))?;
        Ok(Metrics { path, file })
    }

    /// Adds a moment of training.
    pub fn training(&mut self, training: Training) -> Result<(), Error> {
        self.line(&Line::Training(training))
    }

    /// Adds an evaluation.
    pub fn evaluation(&mut self, step: u64, seconds: f64, evaluation: &Evaluation) -> Result<(), Error> {
        self.line(&Line::Evaluation { step, seconds, evaluation: evaluation.clone() })
    }

    fn line(&mut self, line: &Line) -> Result<(), Error> {
        let json = serde_json::to_string(line).map_err(|e| Error::Run(format!("metrics: {e}")))?;
        writeln!(self.file, "{json}").map_err(Error::io(&self.path))
    }
}

/// All lines of the file in `out`; a line that a kill cut short is passed over.
pub fn read(out: &Path) -> Result<Vec<Line>, Error> {
    let path = path(out);
    let text = std::fs::read_to_string(&path).map_err(Error::io(&path))?;
    Ok(text.lines().filter_map(parse).collect())
}

fn path(out: &Path) -> PathBuf {
    out.join("metrics.jsonl")
}

fn parse(line: &str) -> Option<Line> {
    serde_json::from_str(line).ok()
}

#[cfg(test)]
mod tests {
    use super::{Metrics, Training, read};
    use crate::run::evaluation::Evaluation;

    #[test]
    fn lines_behind_the_checkpoint_and_half_lines_are_dropped() {
        let out = tempfile::tempdir().unwrap();
        let moment = |step| Training { step, loss: 1.5, rate: 0.1, norm: 2.0, tokens: 7, speed: 1.0, seconds: 0.5 };
        let mut metrics = Metrics::open(out.path(), 0).unwrap();
        (1..=4).for_each(|step| metrics.training(moment(step)).unwrap());
        let evaluation = Evaluation { score: 0.5, numbers: [("dev/f1".to_owned(), 0.5)].into() };
        metrics.evaluation(4, 1.0, &evaluation).unwrap();
        std::fs::write(out.path().join("metrics.jsonl"), {
            std::fs::read_to_string(out.path().join("metrics.jsonl")).unwrap() + "{\"kind\":\"trai"
        })
        .unwrap();
        assert_eq!(read(out.path()).unwrap().len(), 5);
        let mut metrics = Metrics::open(out.path(), 3).unwrap();
        metrics.training(moment(4)).unwrap();
        let steps: Vec<u64> = read(out.path()).unwrap().iter().map(super::Line::step).collect();
        assert_eq!(steps, [1, 2, 3, 4]);
    }
}
