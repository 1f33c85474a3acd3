//! What `alam eval` has to say, as it stands in its JSON.

use super::context;
use super::scored::Scored;
use crate::cli::args::eval::{EvalArgs, ScoreMode};
use crate::evaluate::calibration::Calibration;
use crate::evaluate::errors::{Class, Errors, Example, Name};
use crate::evaluate::gold::Gold;
use crate::evaluate::onsets::{Onset, Onsets};
use crate::evaluate::sampling::{Comparison, Interval, Sampling};
use crate::evaluate::{self, Pair};
use crate::metrics::{Score, Tally};
use serde::Serialize;
use std::collections::BTreeMap;

/// All of it. Scores are fractions between 0 and 1.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) gold: String,
    /// What was scored: a file, or the model.
    pub(crate) predicted: String,
    pub(crate) mode: &'static str,
    pub(crate) raw: bool,
    pub(crate) labels: Vec<String>,
    pub(crate) documents: usize,
    pub(crate) words: usize,
    pub(crate) micro: Row,
    #[serde(rename = "macro")]
    pub(crate) macro_average: Row,
    pub(crate) weighted: Row,
    pub(crate) types: BTreeMap<String, Row>,
    /// 95 % of the micro F1, documents drawn again.
    pub(crate) interval: Range,
    pub(crate) errors: BTreeMap<&'static str, ErrorsOut>,
    pub(crate) calibration: Option<CalibrationOut>,
    pub(crate) beginnings: Option<Beginnings>,
    pub(crate) comparison: Option<ComparisonOut>,
}

/// Precision, recall, F1, and the counts they are made of.
#[derive(Serialize, Clone, Copy)]
pub(crate) struct Row {
    #[serde(rename = "p")]
    pub(crate) precision: f64,
    #[serde(rename = "r")]
    pub(crate) recall: f64,
    pub(crate) f1: f64,
    pub(crate) support: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) predicted: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) correct: Option<usize>,
}

#[derive(Serialize)]
pub(crate) struct Range {
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// A kind of error.
#[derive(Serialize)]
pub(crate) struct ErrorsOut {
    pub(crate) count: usize,
    pub(crate) worst: Vec<Worst>,
}

#[derive(Serialize)]
pub(crate) struct Worst {
    pub(crate) gold: Option<NameOut>,
    pub(crate) predicted: Option<NameOut>,
    pub(crate) count: usize,
    pub(crate) score: Option<f64>,
    /// Where it was made first.
    pub(crate) place: String,
    pub(crate) context: String,
}

#[derive(Serialize)]
pub(crate) struct NameOut {
    pub(crate) text: String,
    pub(crate) label: String,
}

#[derive(Serialize)]
pub(crate) struct CalibrationOut {
    pub(crate) ece: f64,
    pub(crate) thresholds: Vec<ThresholdOut>,
}

#[derive(Serialize)]
pub(crate) struct ThresholdOut {
    pub(crate) at: f64,
    pub(crate) kept: usize,
    #[serde(rename = "p")]
    pub(crate) precision: f64,
    #[serde(rename = "r")]
    pub(crate) recall: f64,
    pub(crate) f1: f64,
}

/// Where names begin, of documents with a text of their own.
#[derive(Serialize)]
pub(crate) struct Beginnings {
    pub(crate) bare: OnsetOut,
    pub(crate) joined: OnsetOut,
    pub(crate) particles: BTreeMap<String, OnsetOut>,
}

#[derive(Serialize)]
pub(crate) struct OnsetOut {
    pub(crate) names: usize,
    pub(crate) found: usize,
    pub(crate) exact: usize,
    pub(crate) share: f64,
}

#[derive(Serialize)]
pub(crate) struct ComparisonOut {
    pub(crate) against: String,
    pub(crate) micro: Row,
    /// Micro F1 of what was scored less that of the other.
    pub(crate) difference: f64,
    pub(crate) interval: Range,
    /// Probability of so large a difference if the two were equally good.
    pub(crate) p: f64,
}

/// Six digits: more than scores are compared by, and the same bytes wherever sums are added up in another order.
fn rounded(fraction: f64) -> f64 {
    (fraction * 1e6).round() / 1e6
}

impl Row {
    fn new(score: Score, tally: Option<Tally>) -> Row {
        Row {
            precision: rounded(score.precision),
            recall: rounded(score.recall),
            f1: rounded(score.f1),
            support: score.support,
            predicted: tally.map(|tally| tally.predicted),
            correct: tally.map(|tally| tally.correct),
        }
    }
}

impl From<Interval> for Range {
    fn from(interval: Interval) -> Range {
        Range { low: rounded(interval.low), high: rounded(interval.high) }
    }
}

impl Report {
    /// Scores what there is.
    pub(crate) fn new(args: &EvalArgs, scored: &Scored) -> Report {
        let sampling = Sampling::default();
        let evaluation = evaluate::evaluate(&scored.pairs, sampling);
        let (scores, tallies) = (&evaluation.scores, evaluation.counts.types());
        let types = scores.types.iter();
        let types = types.map(|(label, &score)| (label.to_string(), Row::new(score, tallies.get(label).copied())));
        let comparison = scored.against.as_ref().map(|other| {
            let (a, b) = (evaluate::tallies(&scored.pairs), evaluate::tallies(other));
            let total = b.iter().copied().fold(Tally::default(), Tally::plus);
            let Comparison { difference, interval, p } = sampling.compare(&a, &b);
            let path = args.against.as_deref().unwrap_or(&args.gold);
            ComparisonOut {
                against: path.display().to_string(),
                micro: Row::new(total.score(), Some(total)),
                difference: rounded(difference),
                interval: interval.into(),
                p: rounded(p),
            }
        });
        Report {
            gold: args.gold.display().to_string(),
            predicted: match (&args.predicted, &args.model.model) {
                (Some(path), _) => path.display().to_string(),
                (None, Some(model)) => format!("the model {}", model.display()),
                (None, None) => "the model in this program".into(),
            },
            mode: match args.mode {
                ScoreMode::Strict => "strict",
                ScoreMode::Default => "default",
            },
            raw: args.raw,
            labels: args.labels.clone(),
            documents: evaluation.documents,
            words: scored.gold.iter().map(words).sum(),
            micro: Row::new(scores.micro, Some(evaluation.counts.total())),
            macro_average: Row::new(scores.macro_average, None),
            weighted: Row::new(scores.weighted, None),
            types: types.collect(),
            interval: evaluation.interval.into(),
            errors: errors(&evaluation.errors, scored, args.worst),
            calibration: evaluation.calibration.map(calibration),
            beginnings: beginnings(scored),
            comparison,
        }
    }

    /// One line of JSON.
    pub(crate) fn to_json(&self) -> String {
        // Strings, numbers and lists of them: there is no value here without a JSON form.
        serde_json::to_string(self).unwrap_or_default() + "\n"
    }
}

/// A corpus's own words, or what white space parts.
fn words(gold: &Gold) -> usize {
    match &gold.tokens {
        Some(tokens) => tokens.sentences.iter().map(|sentence| sentence.words.len()).sum(),
        None => gold.document.text.split_whitespace().count(),
    }
}

fn errors(errors: &Errors, scored: &Scored, most: usize) -> BTreeMap<&'static str, ErrorsOut> {
    let name = |name: &Name| NameOut { text: name.text.clone(), label: name.label.clone() };
    let worst = |example: &Example| Worst {
        gold: example.gold.as_ref().map(name),
        predicted: example.predicted.as_ref().map(name),
        count: example.count,
        score: example.score.map(|score| (f64::from(score) * 1e4).round() / 1e4),
        place: scored.gold[example.pair].place_of(example.span.start()),
        context: context::of(&scored.pairs[example.pair].text, example.span),
    };
    let of_class = |class: Class| {
        let worst = errors.of_class(class).take(most).map(worst).collect();
        (class.name(), ErrorsOut { count: errors.count(class), worst })
    };
    Class::ALL.map(of_class).into()
}

fn calibration(calibration: Calibration) -> CalibrationOut {
    let thresholds = calibration.thresholds.iter().map(|row| ThresholdOut {
        at: (f64::from(row.at) * 100.0).round() / 100.0,
        kept: row.kept,
        precision: rounded(row.score.precision),
        recall: rounded(row.score.recall),
        f1: rounded(row.score.f1),
    });
    CalibrationOut { ece: rounded(calibration.error), thresholds: thresholds.collect() }
}

/// Gold in words says nothing of where in its word a name begins.
fn beginnings(scored: &Scored) -> Option<Beginnings> {
    let texts = scored.gold.iter().zip(&scored.pairs).filter(|(gold, _)| gold.tokens.is_none());
    let texts: Vec<Pair> = texts.map(|(_, pair)| pair.clone()).collect();
    if texts.is_empty() {
        return None;
    }
    let out = |onset: Onset| {
        let share = rounded(onset.share());
        OnsetOut { names: onset.names, found: onset.found, exact: onset.exact, share }
    };
    let Onsets { bare, joined, particles } = Onsets::of(&texts);
    let particles = particles.into_iter().map(|(letters, onset)| (letters, out(onset))).collect();
    Some(Beginnings { bare: out(bare), joined: out(joined), particles })
}
