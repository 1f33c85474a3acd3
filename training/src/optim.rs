//! AdamW with groups, clipping and a state that can be saved.

use alam_models::Error;
use alam_models::parameters::Parameters;
use serde::{Deserialize, Serialize};

/// Constants of AdamW (Loshchilov and Hutter, 2019).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Decay of the first moment.
    pub beta1: f32,
    /// Decay of the second moment.
    pub beta2: f32,
    /// Added to the root of the second moment.
    pub epsilon: f32,
    /// Weight decay; never applied to biases and norms.
    pub weight_decay: f32,
    /// The global norm that gradients are clipped to; 0 for no clipping.
    pub clip: f32,
    /// The learning rate of layer `i` of `n` is multiplied by this to the power `n - i`; 1 for none.
    pub layer_decay: f32,
    /// Factor on the learning rate of heads.
    pub head_rate: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.01,
            clip: 1.0,
            layer_decay: 1.0,
            head_rate: 1.0,
        }
    }
}

/// The optimiser's state over parameters in their order.
#[derive(Debug)]
pub struct AdamW {
    settings: Settings,
    steps: u64,
}

impl AdamW {
    /// A fresh state for these parameters.
    pub fn new(parameters: &Parameters, settings: Settings) -> AdamW {
        let _ = parameters;
        AdamW { settings, steps: 0 }
    }

    /// One step with the gradients gathered in `parameters`, each times `scale` (1 / accumulated batches), and the norm
    /// they had before clipping. Fails on a parameter without gradient, naming it.
    pub fn step(&mut self, parameters: &Parameters, learning_rate: f32, scale: f32) -> Result<f32, Error> {
        let _ = (parameters, learning_rate, scale, self.settings, self.steps);
        todo!()
    }

    /// Everything of the state as named tensors (`m.NAME`, `v.NAME`) and the number of steps taken.
    pub fn state(&self, parameters: &Parameters) -> (alam_models::weights::Weights, u64) {
        let _ = parameters;
        todo!()
    }

    /// Puts a saved state back.
    pub fn restore(
        &mut self,
        parameters: &Parameters,
        state: &alam_models::weights::Weights,
        steps: u64,
    ) -> Result<(), Error> {
        let _ = (parameters, state, steps);
        todo!()
    }
}
