//! Where a network's parameters come from: shared with another network, read, or drawn.

use super::layers::Layers;
use crate::ops::block::Parts;
use crate::ops::embed::Tables;
use crate::ops::linear::Linear;
use crate::ops::norm::Norm;
use crate::parameters::{Parameter, Parameters};
use crate::weights::{Weight, Weights};
use crate::{Arithmetic, Config, Error, Rng};
use candle_core::Device;
use std::sync::Arc;

/// Gathers parameters while a network is built.
pub(crate) struct Builder<'a> {
    pub(crate) parameters: Parameters,
    pub(crate) prefix: String,
    pub(crate) device: &'a Device,
    pub(crate) arithmetic: Arithmetic,
    weights: &'a Weights,
    shared: Option<&'a Parameters>,
    rng: Rng,
    range: f32,
    epsilon: f32,
}

/// A number for a name (FNV-1a), so that each parameter is drawn from a stream of its own.
fn stream(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}

impl<'a> Builder<'a> {
    pub(crate) fn new(
        config: &Config,
        weights: &'a Weights,
        rng: &mut Rng,
        (device, arithmetic): (&'a Device, Arithmetic),
    ) -> Self {
        Builder {
            parameters: Parameters::default(),
            prefix: String::new(),
            device,
            arithmetic,
            weights,
            shared: None,
            rng: rng.fork(0),
            range: config.initializer_range,
            epsilon: config.norm_epsilon,
        }
    }

    /// For a network beside another one: its own parameters get a prefix, the embeddings are shared.
    pub(crate) fn beside(mut self, prefix: &str, shared: &'a Parameters) -> Self {
        self.prefix = prefix.into();
        self.shared = Some(shared);
        self
    }

    fn wrong_shape(name: &str, wanted: &[usize], found: &[usize]) -> Error {
        let message = format!("`{name}`: wanted the shape {wanted:?}, found {found:?}");
        Error::Weights { origin: "weights".into(), message }
    }

    /// The parameter of that name and shape. Drawn ones are normal, but norms begin at 1 and biases at 0.
    pub(crate) fn parameter(&mut self, name: &str, shape: &[usize]) -> Result<Arc<Parameter>, Error> {
        let is_table = name.starts_with("embeddings.") && !name.starts_with("embeddings.project");
        let parameter = match self.shared {
            Some(shared) if is_table => {
                let parameter = shared.get(name)?;
                if parameter.var.dims() != shape {
                    return Err(Self::wrong_shape(name, shape, parameter.var.dims()));
                }
                parameter
            }
            _ => {
                let name = format!("{}{name}", self.prefix);
                match self.weights.get(&name) {
                    Some(weight) if weight.shape == shape => Parameter::new(&name, weight, self.device)?,
                    Some(weight) => return Err(Self::wrong_shape(&name, shape, &weight.shape)),
                    None => Parameter::new(&name, &self.drawn(&name, shape), self.device)?,
                }
            }
        };
        self.parameters.push(parameter.clone());
        Ok(parameter)
    }

    fn drawn(&self, name: &str, shape: &[usize]) -> Weight {
        let mut rng = self.rng.clone().fork(stream(name));
        let count = shape.iter().product();
        let values = if name.ends_with("norm.weight") {
            vec![1.0; count]
        } else if name.ends_with("bias") {
            vec![0.0; count]
        } else {
            (0..count).map(|_| rng.normal() * self.range).collect()
        };
        Weight { shape: shape.to_vec(), values }
    }

    pub(crate) fn linear(&mut self, name: &str, outputs: usize, inputs: usize) -> Result<Linear, Error> {
        Ok(Linear {
            weight: self.parameter(&format!("{name}.weight"), &[outputs, inputs])?,
            bias: self.parameter(&format!("{name}.bias"), &[outputs])?,
            arithmetic: self.arithmetic,
        })
    }

    pub(crate) fn norm(&mut self, name: &str, width: usize) -> Result<Norm, Error> {
        Ok(Norm {
            gamma: self.parameter(&format!("{name}.weight"), &[width])?,
            beta: self.parameter(&format!("{name}.bias"), &[width])?,
            epsilon: self.epsilon,
        })
    }

    /// All layers but the heads.
    pub(super) fn layers(&mut self, config: &Config) -> Result<Layers, Error> {
        let tables = Arc::new(self.tables(config)?);
        let project = match (config.hidden_size, config.embedding_size) {
            (h, e) if h == e => None,
            (h, e) => Some(self.linear("embeddings.project", h, e)?),
        };
        let blocks: Result<_, Error> = (0..config.layers).map(|i| self.block(i, config).map(Arc::new)).collect();
        Ok(Layers { config: config.clone(), tables, project, blocks: blocks? })
    }

    fn tables(&mut self, config: &Config) -> Result<Tables, Error> {
        let width = config.embedding_size;
        Ok(Tables {
            word: self.parameter("embeddings.word", &[config.vocab_size, width])?,
            position: self.parameter("embeddings.position", &[config.max_positions, width])?,
            token_type: match config.token_types {
                0 => None,
                n => Some(self.parameter("embeddings.type", &[n, width])?),
            },
            norm: self.norm("embeddings.norm", width)?,
        })
    }

    fn block(&mut self, i: usize, config: &Config) -> Result<Parts, Error> {
        let (h, f) = (config.hidden_size, config.intermediate_size);
        let name = |part: &str| format!("layer.{i}.{part}");
        Ok(Parts {
            query: self.linear(&name("attention.query"), h, h)?,
            key: self.linear(&name("attention.key"), h, h)?,
            value: self.linear(&name("attention.value"), h, h)?,
            output: self.linear(&name("attention.output"), h, h)?,
            attention_norm: self.norm(&name("attention.norm"), h)?,
            up: self.linear(&name("ffn.up"), f, h)?,
            down: self.linear(&name("ffn.down"), h, f)?,
            ffn_norm: self.norm(&name("ffn.norm"), h)?,
            heads: config.heads,
        })
    }
}
