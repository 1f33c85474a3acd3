//! What is measured once, at the end of a run: the temperature, and everything that the card says of the dev sets.

use super::{FineTune, calibrate, dev};
use crate::Error;
use crate::data::corpora::Loaded;
use crate::data::examples::Stretches;
use crate::data::plan::Plan;
use crate::run::evaluation::JOINED;
use alam::decode::Decoder;
use alam::evaluate::sampling::Sampling;
use alam::evaluate::{Evaluation, evaluate};
use alam_models::weights::Weights;
use alam_models::{Model, Precision};

/// A finished model's numbers.
#[derive(Debug)]
pub(super) struct Report {
    /// The fitted temperature; `None` if no name was found to fit it on.
    pub(super) temperature: Option<f32>,
    /// Each dev set.
    pub(super) sets: Vec<SetReport>,
}

/// A dev set's numbers, at the fitted temperature.
#[derive(Debug)]
pub(super) struct SetReport {
    /// Its name.
    pub(super) name: String,
    /// Whether it chose the best step and the temperature.
    pub(super) selected: bool,
    /// Whether it is a copy with neighbouring sentences joined.
    pub(super) joined: bool,
    /// Whether spans are compared to the letter, not by whole words.
    pub(super) exact: bool,
    /// Expected calibration error at temperature 1; `None` if nothing was found.
    pub(super) before: Option<f64>,
    /// Everything else.
    pub(super) evaluation: Evaluation,
}

impl Report {
    /// The dev sets as they are.
    pub(super) fn plain(&self) -> impl Iterator<Item = &SetReport> {
        self.sets.iter().filter(|set| !set.joined)
    }

    /// The copy of a dev set with neighbouring sentences joined.
    pub(super) fn joined(&self, set: &SetReport) -> Option<&SetReport> {
        self.sets.iter().find(|copy| copy.joined && copy.name.strip_suffix(JOINED) == Some(&*set.name))
    }

    /// Fits the temperature, puts it into the model's settings, and measures.
    pub(super) fn new(run: &mut FineTune) -> Result<Report, Error> {
        let weights = run.network.parameters().to_weights()?;
        run.beginning.settings.temperature = 1.0;
        let before = run.dev.iter().map(|set| Ok(measure(run, set, &weights)?.calibration.map(|c| c.error)));
        let before: Vec<Option<f64>> = before.collect::<Result<_, Error>>()?;
        let temperature = fit(run, &weights)?;
        run.beginning.settings.temperature = temperature.unwrap_or(1.0);
        let mut sets = Vec::new();
        for (set, before) in run.dev.iter().zip(before) {
            sets.push(SetReport {
                name: set.corpus.name().to_owned(),
                selected: run.recipe.selects(set),
                joined: set.joined,
                exact: set.corpus.knows_clitics(),
                before,
                evaluation: measure(run, set, &weights)?,
            });
        }
        Ok(Report { temperature, sets })
    }
}

fn measure(run: &FineTune, set: &Loaded, weights: &Weights) -> Result<Evaluation, Error> {
    let tagger = run.tagger(weights, dev::options(set))?;
    Ok(evaluate(&dev::pairs(set, dev::tag(set, &tagger)?), Sampling::default()))
}

fn fit(run: &FineTune, weights: &Weights) -> Result<Option<f32>, Error> {
    let model = Model::from_weights(&run.beginning.config, weights, Precision::F32)?;
    let window = run.beginning.settings.window;
    let (before, behind) = run.encoder.special();
    let plan = Plan { window: (window, window), ..run.plan };
    let mut sequences = Vec::new();
    let selected: Vec<&Loaded> = run.dev.iter().filter(|set| run.recipe.selects(set)).collect();
    for set in &selected {
        let once = Stretches { weight: 1.0, ..Stretches::new(set, &run.labels, &run.encoder, None) };
        sequences.extend(calibrate::sequences(&once, &model, &plan, (before, behind))?);
    }
    let decoder = Decoder::new(&run.labels, run.beginning.settings.decoding);
    let counts = |label: &str| selected.iter().any(|set| set.corpus.scores(label));
    Ok(calibrate::fit(&sequences, &run.labels, &decoder, &counts))
}
