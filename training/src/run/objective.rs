//! What is learnt: a closed set of objectives under one loop.

use crate::Error;
use crate::finetune::FineTune;
use crate::pretrain::Pretrain;
use crate::recipe;
use crate::recipe::Train;
use crate::run::trainer::Summary;
use alam_models::Rng;
use alam_models::parameters::Parameters;
use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What is learnt. Each of them owns its networks, its data and its position in the data; the loop owns the optimiser, the
/// clock and the files.
///
/// An objective draws all its randomness but dropout from sources of its own, and says all of its state in
/// [`Objective::state`]: after [`Objective::restore`] the same parts follow as would have without a stop.
#[derive(Debug)]
pub enum Objective {
    /// Tags and proclitics from labelled text.
    FineTune(Box<FineTune>),
    /// Masked or replaced pieces from raw text.
    Pretrain(Box<Pretrain>),
}

/// One part of a step.
#[derive(Debug)]
pub struct Part {
    /// The mean loss of the part, a scalar with gradient.
    pub loss: Tensor,
    /// What that mean counts for in the step's mean: its number of targets, say. Positive.
    pub weight: f32,
    /// Tokens that went through the network.
    pub tokens: usize,
    /// Words that they stand for; 0 where words are not known.
    pub words: usize,
}

/// What an evaluation found.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// What the best checkpoint is chosen by; the higher the better.
    pub score: f64,
    /// Everything that was measured, by name, in fractions: `dev/micro/f1`, `masked/accuracy`.
    pub numbers: BTreeMap<String, f64>,
}

macro_rules! each {
    ($self:ident, $objective:ident => $call:expr) => {
        match $self {
            Objective::FineTune($objective) => $call,
            Objective::Pretrain($objective) => $call,
        }
    };
}

impl Objective {
    /// All parameters that the optimiser moves.
    pub fn parameters(&self) -> &Parameters {
        each!(self, objective => objective.parameters())
    }

    /// Steps of the whole run.
    pub fn steps(&self, train: &Train) -> Result<u64, Error> {
        each!(self, objective => objective.steps(train))
    }

    /// Takes the next part of at most [`recipe::Train::micro_tokens`] tokens from the data and computes its loss;
    /// `dropout` is the loop's.
    pub fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        each!(self, objective => objective.next(dropout))
    }

    /// Measures the present parameters on held-out data.
    pub fn evaluate(&mut self) -> Result<Evaluation, Error> {
        each!(self, objective => objective.evaluate())
    }

    /// Its place in the data and all its random sources, as JSON.
    pub fn state(&self) -> Result<serde_json::Value, Error> {
        each!(self, objective => objective.state())
    }

    /// Puts a saved state back; refuses one of other data.
    pub fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        each!(self, objective => objective.restore(state))
    }

    /// Writes the present parameters as a model folder. `summary` says how the run stands; when it is finished, this is the
    /// last call, with the best parameters in place.
    pub fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        each!(self, objective => objective.save(folder, summary))
    }
}

/// Everything that a run is started with, besides its recipe's own tables.
#[derive(Debug, Clone)]
pub struct Job {
    /// The recipe.
    pub recipe: recipe::Source,
    /// The output folder.
    pub out: PathBuf,
    /// The folder that corpora are named from.
    pub data: PathBuf,
    /// Where the networks train.
    pub device: candle_core::Device,
    /// When this session of the run ends with a checkpoint.
    pub limit: Limit,
    /// How progress is shown.
    pub show: crate::run::progress::Show,
    /// The command that was given, for the card.
    pub command: String,
}

impl Job {
    /// The file or folder of that name beside the output folder, in the folder with data, or in the working folder; `key` is
    /// where the recipe names it.
    pub fn find(&self, name: &str, key: &str) -> Result<PathBuf, Error> {
        let beside = self.out.parent().unwrap_or(Path::new("")).join(name);
        let places = [beside, self.data.join(name), PathBuf::from(name)];
        places.iter().find(|path| path.exists()).cloned().ok_or_else(|| {
            let places = places.each_ref().map(|path| path.display().to_string()).join(", ");
            self.recipe.error(key, format!("wanted one of {places}, found none"))
        })
    }
}

/// The end of a session; the same command carries on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// After that time.
    pub time: Option<std::time::Duration>,
    /// After so many steps.
    pub steps: Option<u64>,
}
