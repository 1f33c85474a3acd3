//! Whether a pass is one of training.

use crate::Rng;
use crate::kernels::elementwise::Dropout;
use crate::ops::Kept;

/// Dropout cannot run unseeded, and an operation without gradient cannot be chosen
/// while training.
#[derive(Debug)]
pub enum Mode<'a> {
    /// Dropout is on, its masks come from this source.
    Train(&'a mut Rng),
    /// Dropout is off.
    Eval,
}

impl Mode<'_> {
    /// A new use of dropout; none while evaluating.
    pub(crate) fn dropout(&mut self, probability: f32) -> Dropout {
        match self {
            Mode::Train(rng) if probability > 0.0 => Dropout::new(probability, rng.bits() as u32),
            _ => Dropout::NONE,
        }
    }

    pub(super) fn keep<T>(&self) -> Option<Kept<T>> {
        matches!(self, Mode::Train(_)).then(Kept::new)
    }
}
