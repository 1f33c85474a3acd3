//! The encoder as a candle graph: what trains, and what runs on CUDA.
//!
//! On the CPU the graph is made of the fused operations of `ops`, over ragged rows. The same network out of candle's own
//! operations is in `encoder/stock.rs`: it runs on CUDA, and is the definition that the fused one is tested against.

mod builder;
pub(crate) mod stock;

use crate::config::Activation;
use crate::kernels::elementwise::Dropout;
use crate::ops::Kept;
use crate::ops::block::{Block, Parts};
use crate::ops::embed::{Embed, Tables};
use crate::ops::linear::Linear;
use crate::ops::rows::Rows;
use crate::parameters::{Parameter, Parameters};
use crate::weights::Weights;
use crate::{Config, Error, Input, Rng};
pub(crate) use builder::Builder;
use candle_core::{Device, Tensor};
use std::sync::Arc;

/// Whether a pass is one of training. Dropout cannot run unseeded, and an operation without gradient cannot be chosen
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

    fn keep<T>(&self) -> Option<Kept<T>> {
        matches!(self, Mode::Train(_)).then(Kept::new)
    }
}

/// In which arithmetic the products of training run; weights, sums and everything else are f32.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Arithmetic {
    /// f32.
    #[default]
    F32,
    /// Operands of products rounded to bf16 (AMX or CUDA where there; slow but equal elsewhere).
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
    config: Config,
    parameters: Parameters,
    prefix: String,
    path: Path,
    pub(crate) arithmetic: Arithmetic,
    device: Device,
    tables: Arc<Tables>,
    project: Option<Linear>,
    blocks: Vec<Arc<Parts>>,
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
        let tables = Arc::new(builder.tables(config)?);
        let project = match (config.hidden_size, config.embedding_size) {
            (h, e) if h == e => None,
            (h, e) => Some(builder.linear("embeddings.project", h, e)?),
        };
        let blocks: Result<_, Error> = (0..config.layers).map(|i| builder.block(i, config).map(Arc::new)).collect();
        let heads: Result<_, Error> = heads
            .iter()
            .map(|head| Ok((head.name.clone(), builder.linear(&head.name, head.outputs, config.hidden_size)?)))
            .collect();
        // The fused block knows GELU with the error function only.
        let fused = builder.device.is_cpu() && config.activation == Activation::Gelu;
        Ok(Network {
            config: config.clone(),
            path: if fused { Path::Fused } else { Path::Stock },
            arithmetic: builder.arithmetic,
            device: builder.device.clone(),
            prefix: builder.prefix,
            parameters: builder.parameters,
            tables,
            project,
            blocks: blocks?,
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
        &self.config
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
        &self.tables.word
    }

    /// Adds what a head of pretraining needs to the network's parameters.
    pub(crate) fn extend<T>(
        &mut self,
        weights: &Weights,
        rng: &mut Rng,
        make: impl FnOnce(&mut Builder<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut builder = Builder::new(&self.config, weights, rng, (&self.device, self.arithmetic));
        builder.prefix = self.prefix.clone();
        let made = make(&mut builder)?;
        self.parameters = self.parameters.union(&builder.parameters);
        Ok(made)
    }

    /// Refuses what would reach behind a table.
    fn check(&self, input: &Input) -> Result<(), Error> {
        let (config, longest) = (&self.config, input.longest());
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
            Path::Fused => self.fused(input, mode),
            Path::Stock => self.stock(input, mode),
        }
    }

    fn positions(&self, input: &Input) -> Vec<u32> {
        let first = self.config.first_position as u32;
        input.bounds.windows(2).flat_map(|b| (0..(b[1] - b[0]) as u32).map(move |i| first + i)).collect()
    }

    fn fused(&self, input: &Input, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        let embed = Embed {
            tables: self.tables.clone(),
            ids: input.ids.clone(),
            positions: self.positions(input),
            token_type: input.token_type,
            dropout: mode.dropout(self.config.dropout),
            kept: mode.keep(),
        };
        let mut x = self.tables.word.var.as_tensor().apply_op1(embed)?;
        if let Some(project) = &self.project {
            x = x.apply_op1(project.clone())?;
        }
        let bounds: Arc<[usize]> = input.bounds.as_slice().into();
        for parts in &self.blocks {
            let dropout = [
                mode.dropout(self.config.attention_dropout),
                mode.dropout(self.config.dropout),
                mode.dropout(self.config.dropout),
            ];
            x = x.apply_op1(Block { parts: parts.clone(), bounds: bounds.clone(), dropout, kept: mode.keep() })?;
        }
        Ok(x)
    }

    /// Logits of one head for some rows (indices into the input's tokens) of the hidden states, `rows x outputs`; with the
    /// classifier's dropout while training.
    pub fn scores(&self, head: &str, hidden: &Tensor, rows: &[u32], mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        let Some((_, linear)) = self.heads.iter().find(|(name, _)| name == head) else {
            return Err(Error::Input(format!("this is a bug: the network has no head `{head}`")));
        };
        let dropout = mode.dropout(self.config.classifier_dropout);
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
