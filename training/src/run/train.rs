//! The `[train]` table of a recipe: what the loop needs to know, whatever is learnt.

use crate::Error;
use crate::recipe::Source;
use crate::run::optim;
use crate::run::schedule::{Decay, Schedule};
use alam_models::Arithmetic;
use serde::{Deserialize, Serialize};

/// See the module.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// What all randomness of the run comes from.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Steps of the whole run; or [`Train::passes`].
    pub steps: Option<u64>,
    /// Passes over the data, where the data has an end.
    pub passes: Option<f64>,
    /// Tokens of a step.
    #[serde(default = "batch_tokens")]
    pub batch_tokens: usize,
    /// Tokens that go through the network at once; a step gathers gradients over `batch_tokens / micro_tokens` (rounded up)
    /// such parts. `batch_tokens` where it is absent.
    pub micro_tokens: Option<usize>,
    /// The highest learning rate.
    pub learning_rate: f32,
    /// Share of the steps that the learning rate takes to rise.
    #[serde(default = "warmup")]
    pub warmup: f32,
    /// How it falls.
    #[serde(default)]
    pub schedule: Decay,
    /// Share of the peak at which the fall ends.
    #[serde(default)]
    pub floor: f32,
    /// Steps between two lines of `metrics.jsonl`.
    #[serde(default = "log_every")]
    pub log_every: u64,
    /// Steps between evaluations; 0 for one at the end only.
    #[serde(default)]
    pub evaluate_every: u64,
    /// Whether what the run begins with is evaluated, too: where no step is better, it is what the run ends with.
    #[serde(default)]
    pub evaluate_first: bool,
    /// Steps between checkpoints; 0 for none by steps.
    #[serde(default)]
    pub checkpoint_every: u64,
    /// Minutes between checkpoints.
    #[serde(default = "checkpoint_minutes")]
    pub checkpoint_minutes: f64,
    /// Evaluations in a row without a better score that end the run; 0 for never.
    #[serde(default)]
    pub patience: u32,
    /// The output folder of another run over the same data, whose newest checkpoint this one goes on from: weights, moments
    /// of the optimiser and place in the data. Steps and learning rate are this recipe's own, so a long run at a constant
    /// rate can be brought to an end at any time by a short one whose rate falls.
    pub after: Option<String>,
    /// In which arithmetic the products run.
    #[serde(default)]
    pub arithmetic: Products,
    /// How a gradient becomes a step.
    #[serde(default)]
    pub optimiser: optim::Settings,
}

fn seed() -> u64 {
    1
}

fn log_every() -> u64 {
    10
}

fn batch_tokens() -> usize {
    4096
}

fn warmup() -> f32 {
    0.1
}

fn checkpoint_minutes() -> f64 {
    10.0
}

/// Steps of a run at most: they have nine digits in the names of checkpoints, and a year has 31 million seconds.
pub const MOST_STEPS: u64 = 999_999_999;
/// Passes of a run at most: each is planned before the first step.
const MOST_PASSES: f64 = 10_000.0;

/// [`Arithmetic`] as a recipe spells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Products {
    /// f32.
    #[default]
    F32,
    /// bf16 operands, f32 sums and master weights.
    Bf16,
}

impl From<Products> for Arithmetic {
    fn from(products: Products) -> Arithmetic {
        match products {
            Products::F32 => Arithmetic::F32,
            Products::Bf16 => Arithmetic::Bf16,
        }
    }
}

impl Train {
    /// Refuses values out of range, with their lines.
    pub fn check(&self, source: &Source) -> Result<(), Error> {
        let share = |key: &str, value: f32| match (0.0..=1.0).contains(&value) {
            true => Ok(()),
            false => Err(source.error(key, format!("wanted a share between 0 and 1, found {value}"))),
        };
        share("train.warmup", self.warmup)?;
        share("train.floor", self.floor)?;
        match (self.steps, self.passes) {
            (Some(_), Some(_)) => return Err(source.error("train.passes", "wanted `steps` or `passes`, found both")),
            (None, None) => return Err(source.error("train", "wanted `steps` or `passes`, found neither")),
            (Some(steps), _) if !(1..=MOST_STEPS).contains(&steps) => {
                return Err(source.error("train.steps", format!("wanted 1 to {MOST_STEPS}, found {steps}")));
            }
            (_, Some(passes)) if !(passes > 0.0 && passes <= MOST_PASSES) => {
                let message = format!("wanted a positive number up to {MOST_PASSES}, found {passes}");
                return Err(source.error("train.passes", message));
            }
            _ => {}
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            let message = format!("wanted a positive number, found {}", self.learning_rate);
            return Err(source.error("train.learning_rate", message));
        }
        if self.batch_tokens == 0 || self.micro_tokens == Some(0) {
            return Err(source.error("train.batch_tokens", "wanted at least 1 token, found 0"));
        }
        if self.checkpoint_minutes.is_nan() || self.checkpoint_minutes <= 0.0 {
            let message = format!("wanted a positive number, found {}", self.checkpoint_minutes);
            return Err(source.error("train.checkpoint_minutes", message));
        }
        Ok(())
    }

    /// Tokens that go through the network at once.
    pub fn micro_tokens(&self) -> usize {
        self.micro_tokens.unwrap_or(self.batch_tokens).min(self.batch_tokens)
    }

    /// Parts of a step.
    pub fn parts(&self) -> usize {
        self.batch_tokens.div_ceil(self.micro_tokens())
    }

    /// The learning rate over so many steps.
    pub fn schedule(&self, steps: u64) -> Schedule {
        Schedule { peak: self.learning_rate, warmup: self.warmup, decay: self.schedule, floor: self.floor, steps }
    }
}

#[cfg(test)]
mod tests {
    use super::Train;
    use crate::recipe::Source;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Recipe {
        train: Train,
    }

    fn complaint(text: &str) -> String {
        let source = Source { path: "r.toml".into(), text: text.into() };
        source.parse::<Recipe>().and_then(|r| r.train.check(&source)).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        for (text, place, part) in [
            ("[train]\nsteps = 1\nlearning_rate = -1.0\n", "r.toml:3: `train.learning_rate`: ", "positive"),
            ("[train]\nlearning_rate = 1.0\n", "r.toml:1: `train`: ", "neither"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\npasses = 2\n", "r.toml:4: ", "both"),
            ("[train]\nlearning_rate = 1.0\nsteps = 0\n", "r.toml:3: ", "wanted 1 to"),
            ("\n[train]\nlearning_rate = 1.0\nsteps = 1\nwarmup = 2\n", "r.toml:5: ", "share"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\nwarmpu = 2\n", "r.toml:4: ", "unknown field `warmpu`"),
            ("[train]\nlearning_rate = \"1\"\nsteps = 1\n", "r.toml:2: ", "invalid type"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\n[train.optimiser]\nbeta3 = 1\n", "r.toml:5: ", "beta3"),
            ("[train\n", "r.toml:1: ", "]"),
        ] {
            let found = complaint(text);
            assert!(found.starts_with(place) && found.contains(part), "{text:?}: {found}");
        }
    }
}
