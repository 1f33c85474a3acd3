//! The networks of a pretraining, and what they make of a masked text.

use super::recipe::{Goal, Recipe};
use crate::Error;
use crate::pretrain::mask::{Masked, Replacement};
use crate::run::job::Job;
use alam_models::encoder::{Mode, Network};
use alam_models::heads::{DetectionHead, MaskedHead};
use alam_models::parameters::Parameters;
use alam_models::weights::Weights;
use alam_models::{Config, Input, Rng};
use candle_core::Tensor;

/// The networks of one objective.
#[derive(Debug)]
pub(super) enum Networks {
    /// An encoder that guesses hidden pieces.
    Guess {
        /// The encoder.
        encoder: Network,
        /// Its head.
        head: MaskedHead,
    },
    /// An encoder that tells which pieces were replaced, and the generator that replaces them.
    Detect {
        /// The encoder.
        encoder: Network,
        /// Its head.
        detection: DetectionHead,
        /// The generator.
        generator: Box<Network>,
        /// The generator's head.
        head: MaskedHead,
        /// Weight of the encoder's loss beside the generator's.
        weight: f64,
    },
}

/// What the networks made of a text.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What is learnt from: a scalar with gradient.
    pub(super) loss: Tensor,
    /// Mean loss of a guess.
    pub(super) guess_loss: Tensor,
    /// Right guesses.
    pub(super) guessed: usize,
    /// What the encoder said of replacements.
    pub(super) detection: Option<Detection>,
}

/// What the encoder said of replacements.
#[derive(Debug)]
pub(super) struct Detection {
    /// Mean loss of a token.
    pub(super) loss: Tensor,
    /// Tokens that were replaced and told to be.
    pub(super) found: usize,
    /// Tokens that were told to be replaced.
    pub(super) told: usize,
    /// Tokens that were replaced.
    pub(super) replaced: usize,
}

impl Networks {
    /// The networks of a recipe; what `weights` has of the encoder is taken from there.
    pub(super) fn new(recipe: &Recipe, config: &Config, weights: &Weights, job: &Job) -> Result<Networks, Error> {
        let config = Config {
            dropout: recipe.dropout,
            attention_dropout: recipe.dropout,
            classifier_dropout: recipe.dropout,
            ..config.clone()
        };
        let mut rng = Rng::new(recipe.train.seed).fork(WEIGHTS);
        let place = (&job.device, recipe.train.arithmetic.into());
        let mut encoder = Network::new(&config, &[], weights, &mut rng, place)?;
        match (recipe.objective, &recipe.generator) {
            (Goal::Electra, Some(shape)) => {
                let blocks = shape.config(&config);
                let mut generator = encoder.generator(&blocks, &Weights::new(), &mut rng)?;
                let head = MaskedHead::new(&mut generator, &Weights::new(), &mut rng)?;
                let detection = DetectionHead::new(&mut encoder, &Weights::new(), &mut rng)?;
                let (generator, weight) = (Box::new(generator), recipe.detection_weight);
                Ok(Networks::Detect { encoder, detection, generator, head, weight })
            }
            _ => {
                let head = MaskedHead::new(&mut encoder, &Weights::new(), &mut rng)?;
                Ok(Networks::Guess { encoder, head })
            }
        }
    }

    /// All parameters, those that two networks share once.
    pub(super) fn parameters(&self) -> Parameters {
        match self {
            Networks::Guess { encoder, .. } => encoder.parameters().clone(),
            Networks::Detect { encoder, generator, .. } => encoder.parameters().union(generator.parameters()),
        }
    }

    /// The encoder.
    pub(super) fn encoder(&self) -> &Network {
        match self {
            Networks::Guess { encoder, .. } | Networks::Detect { encoder, .. } => encoder,
        }
    }

    /// What stands in the place of a hidden piece.
    pub(super) fn replacement(&self) -> Replacement {
        match self {
            Networks::Guess { .. } => Replacement::Mixed,
            Networks::Detect { .. } => Replacement::Always,
        }
    }

    /// The losses of a masked text; `seed` decides what a generator draws.
    pub(super) fn look(&self, masked: &Masked, seed: u64, mode: &mut Mode<'_>) -> Result<Outcome, Error> {
        let targets = (&masked.rows[..], &masked.targets[..]);
        match self {
            Networks::Guess { encoder, head } => {
                let hidden = encoder.hidden(&masked.input, mode)?;
                let (loss, guesses) = head.loss(encoder, &hidden, targets, seed)?;
                Ok(Outcome { guess_loss: loss.detach(), loss, guessed: guesses.correct, detection: None })
            }
            Networks::Detect { encoder, detection, generator, head, weight } => {
                let hidden = generator.hidden(&masked.input, mode)?;
                let (guess_loss, guesses) = head.loss(generator, &hidden, targets, seed)?;
                let (input, replaced) = filled(masked, &guesses.drawn);
                let hidden = encoder.hidden(&input, mode)?;
                let (loss, logits) = detection.loss(encoder, &hidden, &replaced)?;
                let told = |i: usize| logits[i] > 0.0;
                let count = |f: &dyn Fn(usize) -> bool| (0..logits.len()).filter(|&i| f(i)).count();
                let detection = Detection {
                    loss: loss.detach(),
                    found: count(&|i| told(i) && replaced[i] > 0.5),
                    told: count(&told),
                    replaced: count(&|i| replaced[i] > 0.5),
                };
                Ok(Outcome {
                    guess_loss: guess_loss.detach(),
                    loss: (guess_loss + (loss * *weight)?)?,
                    guessed: guesses.correct,
                    detection: Some(detection),
                })
            }
        }
    }
}

/// The stream of a run's seed that initial weights are drawn from.
const WEIGHTS: u64 = 0x3e16;

/// The text with a generator's pieces in the hidden places, and 1 for each that differs from what stood there.
fn filled(masked: &Masked, drawn: &[u32]) -> (Input, Vec<f32>) {
    let mut input = masked.input.clone();
    let mut replaced = vec![0.0; input.ids.len()];
    for ((&row, &target), &piece) in masked.rows.iter().zip(&masked.targets).zip(drawn) {
        input.ids[row as usize] = piece;
        replaced[row as usize] = f32::from(piece != target);
    }
    (input, replaced)
}
