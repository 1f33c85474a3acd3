//! AdamW, and Muon for the matrices of blocks, with groups, clipping and a state that can be saved.

use alam_models::Arithmetic;
use alam_models::Error;
use alam_models::parameters::{AdamStep, Moments, MuonStep, Parameter, Parameters};
use alam_models::weights::{Weight, Weights};
use serde::{Deserialize, Serialize};

/// Constants of AdamW (Loshchilov and Hutter, 2019), and of Muon where it is asked for.
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
    /// The learning rate of block `i` of `n` is multiplied by this to the power `n - 1 - i`, that of the embeddings by one
    /// power more; 1 for none.
    pub layer_decay: f32,
    /// Factor on the learning rate of heads.
    pub head_rate: f32,
    /// Factor on the learning rate of the word table. Where it is far below 1, words that the labelled text does not have
    /// stay near the like words that it has.
    pub word_rate: f32,
    /// Factor on the learning rate of the matrices of blocks, which then step by Muon (Jordan et al., 2024) and not by
    /// AdamW; 0 for AdamW.
    pub muon: f32,
    /// Decay of Muon's momentum.
    pub momentum: f32,
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
            word_rate: 1.0,
            muon: 0.0,
            momentum: 0.95,
        }
    }
}

/// The optimiser's state over parameters in their order.
#[derive(Debug)]
pub struct Optimiser {
    settings: Settings,
    arithmetic: Arithmetic,
    steps: u64,
    slots: Vec<Slot>,
}

/// What the optimiser keeps for one parameter.
#[derive(Debug)]
struct Slot {
    moments: Moments,
    rate: f32,
    decay: f32,
    muon: bool,
}

impl Optimiser {
    /// A fresh state for these parameters.
    pub fn new(parameters: &Parameters, settings: Settings, arithmetic: Arithmetic) -> Result<Optimiser, Error> {
        let blocks = parameters.iter().filter_map(block).max().map_or(0, |last| last + 1);
        let slot = |parameter: &Parameter| {
            let muon = settings.muon > 0.0 && block(parameter).is_some() && parameter.is_matrix();
            Ok(Slot {
                moments: if muon { parameter.momentum(None)? } else { parameter.moments(None)? },
                rate: rate(parameter, blocks, settings) * if muon { settings.muon } else { 1.0 },
                muon,
                decay: if parameter.name.ends_with("bias") || parameter.name.contains("norm.") {
                    0.0
                } else {
                    settings.weight_decay
                },
            })
        };
        Ok(Optimiser {
            settings,
            arithmetic,
            steps: 0,
            slots: parameters.iter().map(slot).collect::<Result<_, Error>>()?,
        })
    }

    /// One step with the gradients gathered in `parameters`, each times `scale` (1 / accumulated batches), and the norm
    /// they had before clipping; one that is not finite changes nothing. Fails on a parameter
    /// without gradient, naming it.
    pub fn step(&mut self, parameters: &Parameters, learning_rate: f32, scale: f32) -> Result<f32, Error> {
        let mut squares = 0.0;
        for parameter in parameters.iter() {
            squares += parameter.gradient_squares()?.ok_or_else(|| {
                Error::Input(format!("`{}`: wanted a gradient, none came: it would not be trained", parameter.name))
            })?;
        }
        let norm = squares.sqrt() as f32 * scale;
        if !norm.is_finite() {
            return Ok(norm);
        }
        let clip = self.settings.clip;
        let scale = if clip > 0.0 && norm > clip { scale * clip / norm } else { scale };
        self.steps += 1;
        let s = self.settings;
        let power = i32::try_from(self.steps).unwrap_or(i32::MAX);
        for (parameter, slot) in parameters.iter().zip(&mut self.slots) {
            let rate = learning_rate * slot.rate;
            let keep = 1.0 - rate * slot.decay;
            if slot.muon {
                let arithmetic = self.arithmetic;
                let step = MuonStep { momentum: s.momentum, rate, keep, scale, arithmetic };
                parameter.muon(&mut slot.moments, step)?;
                continue;
            }
            let step = AdamStep {
                beta1: s.beta1,
                beta2: s.beta2,
                rate: rate / (1.0 - s.beta1.powi(power)),
                root: (1.0 - s.beta2.powi(power)).sqrt(),
                epsilon: s.epsilon,
                keep,
                scale,
            };
            parameter.adam(&mut slot.moments, step)?;
        }
        Ok(norm)
    }

    /// Everything of the state as named tensors (`m.NAME`, `v.NAME`) and the number of steps taken.
    pub fn state(&self, parameters: &Parameters) -> Result<(Weights, u64), Error> {
        let mut state = Weights::new();
        for (parameter, slot) in parameters.iter().zip(&self.slots) {
            let shape = parameter.var.dims().to_vec();
            let (first, second) = slot.moments.values()?;
            state.insert(format!("m.{}", parameter.name), Weight { shape: shape.clone(), values: first });
            if !slot.muon {
                state.insert(format!("v.{}", parameter.name), Weight { shape, values: second });
            }
        }
        Ok((state, self.steps))
    }

    /// Puts a saved state back.
    pub fn restore(&mut self, parameters: &Parameters, state: &Weights, steps: u64) -> Result<(), Error> {
        let find = |name: String| match state.get(&name) {
            Some(weight) => Ok(weight.values.clone()),
            None => {
                let message = format!("wanted the tensor `{name}`, it is not there");
                Err(Error::Weights { origin: "optimiser state".into(), message })
            }
        };
        for (parameter, slot) in parameters.iter().zip(&mut self.slots) {
            let first = find(format!("m.{}", parameter.name))?;
            slot.moments = match slot.muon {
                true => parameter.momentum(Some(first))?,
                false => parameter.moments(Some((first, find(format!("v.{}", parameter.name))?)))?,
            };
        }
        self.steps = steps;
        Ok(())
    }
}

/// The number of the block that a parameter belongs to.
fn block(parameter: &Parameter) -> Option<usize> {
    parameter.name.split_once("layer.")?.1.split('.').next()?.parse().ok()
}

/// The factor on the learning rate of a parameter.
fn rate(parameter: &Parameter, blocks: usize, settings: Settings) -> f32 {
    match block(parameter) {
        Some(i) => settings.layer_decay.powi((blocks - 1 - i) as i32),
        None if parameter.name == "embeddings.word" => settings.word_rate * settings.layer_decay.powi(blocks as i32),
        None if parameter.name.contains("embeddings.") => settings.layer_decay.powi(blocks as i32),
        None => settings.head_rate,
    }
}
