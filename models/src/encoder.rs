//! The encoder as a candle graph: what trains, and what runs on CUDA.

use crate::parameters::Parameters;
use crate::weights::Weights;
use crate::{Config, Error, Input, Rng};
use candle_core::{Device, Tensor};

/// Whether a pass is one of training. Dropout cannot run unseeded, and an operation without gradient cannot be chosen
/// while training.
#[derive(Debug)]
pub enum Mode<'a> {
    /// Dropout is on, its masks come from this source.
    Train(&'a mut Rng),
    /// Dropout is off.
    Eval,
}

/// In which arithmetic the products of training run; weights, sums and everything else are f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// f32.
    #[default]
    F32,
    /// Operands of products rounded to bf16 (AMX, AVX-512 BF16 or CUDA where there; slow but equal elsewhere).
    Bf16,
}

/// A linear head on the encoder's last hidden states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// `classifier`, `clitics`, ...: the prefix of its weight and bias.
    pub name: String,
    /// Number of its outputs.
    pub outputs: usize,
}

/// An encoder and its linear heads with trainable parameters.
#[derive(Debug)]
pub struct Network {
    config: Config,
    parameters: Parameters,
}

impl Network {
    /// Takes from `weights` what is there under its name (and refuses a wrong shape), and draws the rest from `rng` as the
    /// configuration says.
    pub fn new(
        config: &Config,
        heads: &[Head],
        weights: &Weights,
        rng: &mut Rng,
        place: (&Device, Arithmetic),
    ) -> Result<Network, Error> {
        let _ = (heads, weights, rng, place);
        Ok(Network { config: config.clone(), parameters: Parameters::default() })
    }

    /// What it is.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Its parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Last hidden states, `tokens x hidden_size`, in the input's order, no padding.
    pub fn hidden(&self, input: &Input, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        let _ = (input, mode);
        todo!()
    }

    /// Logits of one head for some rows (indices into the input's tokens) of the hidden states, `rows x outputs`; with the
    /// classifier's dropout while training.
    pub fn scores(&self, head: &str, hidden: &Tensor, rows: &[u32], mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        let _ = (head, hidden, rows, mode);
        todo!()
    }
}
