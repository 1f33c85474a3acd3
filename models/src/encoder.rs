//! The encoder as a candle graph: what trains, and what runs on CUDA.
//!
//! On the CPU the graph is made of the fused operations of `ops`, over ragged rows (`encoder/fused.rs`). The same network out
//! of candle's own operations is in `encoder/stock.rs`: it runs on CUDA, and is the definition that the fused one is tested
//! against.

mod builder;
mod fused;
mod layers;
mod mode;
pub(crate) mod stock;

use crate::Arithmetic;
use crate::config::Activation;
use crate::kernels::elementwise::Dropout;
use crate::ops::linear::Linear;
use crate::ops::rows::Rows;
use crate::parameters::{Parameter, Parameters};
use crate::weights::Weights;
use crate::{Config, Error, Input, Rng};
pub(crate) use builder::Builder;
use candle_core::{Device, Tensor};
use layers::Layers;
pub use mode::Mode;
use std::sync::Arc;

/// A linear head on the encoder's last hidden states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// `classifier`, `clitics`, ...: the prefix of its weight and bias.
    pub name: String,
    /// Number of its outputs.
    pub outputs: usize,
}

/// Whether the CPU's fused operations run, or candle's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// Fused operations on the CPU.
    Fused,
    /// Candle's own, on any device.
    Stock,
}

/// An encoder and its linear heads with trainable parameters.
#[derive(Debug)]
pub struct Network {
    parameters: Parameters,
    prefix: String,
    path: Path,
    pub(crate) arithmetic: Arithmetic,
    device: Device,
    layers: Layers,
    heads: Vec<(String, Linear)>,
}

impl Network {
    /// Takes from `weights` what is there under its name (and refuses a wrong shape), and draws the rest from `rng` as the
    /// configuration says.
    pub fn new(
        config: &Config,
        heads: &[Head],
        weights: &Weights,
        rng: &mut Rng,
        (device, arithmetic): (&Device, Arithmetic),
    ) -> Result<Network, Error> {
        Network::build(Builder::new(config, weights, rng, (device, arithmetic)), config, heads)
    }

    /// A second network (ELECTRA's generator) that shares this one's embeddings; its own parameters have the prefix
    /// `generator.`.
    pub fn generator(&self, config: &Config, weights: &Weights, rng: &mut Rng) -> Result<Network, Error> {
        let builder = Builder::new(config, weights, rng, (&self.device, self.arithmetic));
        Network::build(builder.beside("generator.", &self.parameters), config, &[])
    }

    fn build(mut builder: Builder<'_>, config: &Config, heads: &[Head]) -> Result<Network, Error> {
        let layers = builder.layers(config)?;
        let heads: Result<_, Error> = heads
            .iter()
            .map(|head| Ok((head.name.clone(), builder.linear(&head.name, head.outputs, config.hidden_size)?)))
            .collect();
        // The fused block knows GELU with the error function only.
        let fused = builder.device.is_cpu() && config.activation == Activation::Gelu;
        Ok(Network {
            path: if fused { Path::Fused } else { Path::Stock },
            arithmetic: builder.arithmetic,
            device: builder.device.clone(),
            prefix: builder.prefix,
            parameters: builder.parameters,
            layers,
            heads: heads?,
        })
    }

    /// The same network on candle's own operations, or on the fused ones (CPU and exact GELU only).
    pub fn on_path(mut self, path: Path) -> Network {
        self.path = path;
        self
    }

    /// What it is.
    pub fn config(&self) -> &Config {
        &self.layers.config
    }

    /// Its parameters.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    pub(crate) fn path(&self) -> Path {
        self.path
    }

    /// The word table, which a masked head is tied to.
    pub(crate) fn word_table(&self) -> &Arc<Parameter> {
        &self.layers.tables.word
    }

    /// Adds what a head of pretraining needs to the network's parameters.
    pub(crate) fn extend<T>(
        &mut self,
        weights: &Weights,
        rng: &mut Rng,
        make: impl FnOnce(&mut Builder<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut builder = Builder::new(&self.layers.config, weights, rng, (&self.device, self.arithmetic));
        builder.prefix = self.prefix.clone();
        let made = make(&mut builder)?;
        self.parameters = self.parameters.union(&builder.parameters);
        Ok(made)
    }

    /// Refuses what would reach behind a table.
    fn check(&self, input: &Input) -> Result<(), Error> {
        let (config, longest) = (&self.layers.config, input.longest());
        let ordered = input.bounds.first() == Some(&0)
            && input.bounds.last() == Some(&input.ids.len())
            && input.bounds.windows(2).all(|b| b[0] < b[1]);
        let wrong = if !ordered {
            "bounds: wanted rising offsets from 0 to the number of ids".into()
        } else if longest > config.max_tokens() {
            format!(
                "a sequence of {longest} tokens: wanted at most {}, the length of the position table",
                config.max_tokens()
            )
        } else if let Some(id) = input.ids.iter().find(|&&id| id as usize >= config.vocab_size) {
            format!("token id {id}: wanted one below {}", config.vocab_size)
        } else if config.token_types > 0 && input.token_type as usize >= config.token_types {
            format!("token type {}: wanted one below {}", input.token_type, config.token_types)
        } else {
            return Ok(());
        };
        Err(Error::Input(wrong))
    }

    /// Last hidden states, `tokens x hidden_size`, in the input's order, no padding.
    pub fn hidden(&self, input: &Input, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        self.check(input)?;
        match self.path {
            Path::Fused => fused::hidden(&self.layers, input, mode),
            Path::Stock => stock::hidden(&self.layers, input, (&self.device, mode)),
        }
    }

    /// Logits of one head for some rows (indices into the input's tokens) of the hidden states, `rows x outputs`; with the
    /// classifier's dropout while training.
    pub fn scores(&self, head: &str, hidden: &Tensor, rows: &[u32], mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        let Some((_, linear)) = self.heads.iter().find(|(name, _)| name == head) else {
            return Err(Error::Input(format!("this is a bug: the network has no head `{head}`")));
        };
        let dropout = mode.dropout(self.layers.config.classifier_dropout);
        let x = self.rows(hidden, rows, dropout)?;
        self.linear(linear, &x)
    }

    /// Some rows of the hidden states, with dropout.
    pub(crate) fn rows(&self, hidden: &Tensor, rows: &[u32], dropout: Dropout) -> Result<Tensor, Error> {
        match self.path {
            Path::Fused => {
                let width = hidden.dims2()?.1;
                Ok(hidden.apply_op1(Rows { rows: rows.to_vec(), width, dropout })?)
            }
            Path::Stock => {
                let index = Tensor::from_slice(rows, rows.len(), &self.device)?;
                Ok(stock::drop_out(&hidden.index_select(&index, 0)?, dropout)?)
            }
        }
    }

    pub(crate) fn linear(&self, linear: &Linear, x: &Tensor) -> Result<Tensor, Error> {
        match self.path {
            Path::Fused => Ok(x.apply_op1(linear.clone())?),
            Path::Stock => Ok(stock::linear(linear, x)?),
        }
    }
}
