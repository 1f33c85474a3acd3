//! Losses, and the heads of pretraining.

mod sampled;

use crate::encoder::{Mode, Network, Path, stock};
use crate::ops::Kept;
use crate::ops::linear::Linear;
use crate::ops::loss::{Binary, CrossEntropy, Targets};
pub use crate::ops::masked::Guesses;
use crate::ops::masked::{Decoder, Transform};
use crate::ops::norm::Norm;
use crate::parameters::Parameter;
use crate::weights::Weights;
use crate::{Error, Rng};
use candle_core::{D, DType, Tensor};
pub use sampled::SampledHead;
use std::sync::{Arc, Mutex, PoisonError};

/// How a row of logits is compared with its target.
#[derive(Debug, Clone, Default)]
pub struct Loss {
    /// Mass taken from the target and spread over all classes.
    pub smoothing: f32,
    /// One weight a class; empty for all 1.
    pub class_weights: Vec<f32>,
}

impl Loss {
    /// Weighted mean cross-entropy of `logits` (`rows x classes`) against class indices, each row times its own weight
    /// (`row_weights`; empty for all 1). A scalar with gradient.
    pub fn cross_entropy(&self, logits: &Tensor, targets: &[u32], row_weights: &[f32]) -> Result<Tensor, Error> {
        let (rows, classes) = logits.dims2()?;
        if targets.len() != rows || targets.iter().any(|&t| t as usize >= classes) {
            return Err(Error::Input(format!(
                "targets: wanted {rows} classes below {classes}, found {}",
                targets.len()
            )));
        }
        let weight = |(i, &t): (usize, &u32)| {
            self.class_weights.get(t as usize).unwrap_or(&1.0) * row_weights.get(i).unwrap_or(&1.0)
        };
        let weights = targets.iter().enumerate().map(weight).collect();
        self.mean(logits, Targets::Classes(targets.to_vec()), weights)
    }

    /// The same against one distribution a row (`rows x classes`, row-major): what a student learns from its teacher.
    pub fn soft_cross_entropy(&self, logits: &Tensor, targets: &[f32], row_weights: &[f32]) -> Result<Tensor, Error> {
        let (rows, classes) = logits.dims2()?;
        if targets.len() != rows * classes {
            let found = targets.len();
            return Err(Error::Input(format!(
                "targets: wanted {rows} distributions over {classes}, found {found} numbers"
            )));
        }
        let weights = (0..rows).map(|i| *row_weights.get(i).unwrap_or(&1.0)).collect();
        self.mean(logits, Targets::Distributions(targets.to_vec()), weights)
    }

    fn mean(&self, logits: &Tensor, targets: Targets, weights: Vec<f32>) -> Result<Tensor, Error> {
        if logits.device().is_cpu() {
            let op = CrossEntropy { targets, weights, smoothing: self.smoothing, kept: Kept::new() };
            return Ok(logits.contiguous()?.apply_op1(op)?);
        }
        let (rows, classes) = logits.dims2()?;
        let mut wanted = vec![self.smoothing / classes as f32; rows * classes];
        let total: f32 = weights.iter().sum();
        for (r, row) in wanted.chunks_mut(classes).enumerate() {
            match &targets {
                Targets::Classes(ids) => row[ids[r] as usize] += 1.0 - self.smoothing,
                Targets::Distributions(p) => {
                    row.iter_mut().zip(&p[r * classes..]).for_each(|(w, p)| *w += (1.0 - self.smoothing) * p);
                }
            }
            row.iter_mut().for_each(|w| *w *= weights[r] / total);
        }
        let wanted = Tensor::from_vec(wanted, (rows, classes), logits.device())?;
        Ok((log_softmax(logits)? * wanted)?.sum_all()?.neg()?)
    }
}

fn log_softmax(x: &Tensor) -> candle_core::Result<Tensor> {
    let x = x.broadcast_sub(&x.max_keepdim(D::Minus1)?.detach())?;
    x.broadcast_sub(&x.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

/// A layer with GELU, and norm where there is one, in front of a head of pretraining.
#[derive(Debug)]
struct Front {
    linear: Linear,
    norm: Option<Norm>,
}

impl Front {
    fn forward(&self, network: &Network, x: &Tensor) -> Result<Tensor, Error> {
        match network.path() {
            Path::Fused => {
                let op = Transform { linear: self.linear.clone(), norm: self.norm.clone(), kept: Kept::new() };
                Ok(x.apply_op1(op)?)
            }
            Path::Stock => {
                let x = stock::linear(&self.linear, x)?.gelu_erf()?;
                Ok(match &self.norm {
                    Some(norm) => stock::norm(norm, &x)?,
                    None => x,
                })
            }
        }
    }
}

/// Guesses masked pieces: a layer, GELU, norm, and the word table as decoder.
#[derive(Debug)]
pub struct MaskedHead {
    front: Front,
    table: Arc<Parameter>,
    bias: Arc<Parameter>,
}

impl MaskedHead {
    /// Adds the head to a network; its weights are named `masked.dense`, `masked.norm`, `masked.bias`.
    pub fn new(network: &mut Network, weights: &Weights, rng: &mut Rng) -> Result<MaskedHead, Error> {
        let (e, h, vocab) =
            (network.config().embedding_size, network.config().hidden_size, network.config().vocab_size);
        let (front, bias) = network.extend(weights, rng, |builder| {
            let front =
                Front { linear: builder.linear("masked.dense", e, h)?, norm: Some(builder.norm("masked.norm", e)?) };
            Ok((front, builder.parameter("masked.bias", &[vocab])?))
        })?;
        Ok(MaskedHead { front, table: network.word_table().clone(), bias })
    }

    /// Mean cross-entropy of the pieces at `rows`, and what was guessed there; `seed` decides what is drawn.
    pub fn loss(
        &self,
        network: &Network,
        hidden: &Tensor,
        (rows, targets): (&[u32], &[u32]),
        seed: u64,
    ) -> Result<(Tensor, Guesses), Error> {
        let x = network.rows(hidden, rows, Mode::Eval.dropout(0.0))?;
        let x = self.front.forward(network, &x)?;
        if network.path() == Path::Stock {
            return self.stock_loss(&x, targets, seed);
        }
        let guesses = Arc::new(Mutex::new(Guesses::default()));
        let op = Decoder {
            table: self.table.clone(),
            bias: self.bias.clone(),
            arithmetic: network.arithmetic,
            targets: targets.to_vec(),
            seed: seed as u32,
            guesses: guesses.clone(),
            kept: Kept::new(),
        };
        let loss = x.apply_op1(op)?;
        let guesses = guesses.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((loss, guesses))
    }

    fn stock_loss(&self, x: &Tensor, targets: &[u32], seed: u64) -> Result<(Tensor, Guesses), Error> {
        let (table, x16) = (self.table.var.as_tensor().t()?, x);
        let logits = match self.front.linear.arithmetic {
            crate::encoder::Arithmetic::F32 => x16.matmul(&table)?,
            crate::encoder::Arithmetic::Bf16 => {
                x16.to_dtype(DType::BF16)?.matmul(&table.to_dtype(DType::BF16)?)?.to_dtype(DType::F32)?
            }
        };
        let logits = logits.broadcast_add(self.bias.var.as_tensor())?;
        let logs = log_softmax(&logits)?;
        let index = Tensor::from_slice(targets, (targets.len(), 1), x.device())?;
        let loss = logs.gather(&index, 1)?.mean_all()?.neg()?;
        // Drawing by Gumbel noise: the largest of logit plus noise is a draw from the softmax (Gumbel 1954).
        let mut rng = Rng::new(seed);
        let noise: Vec<f32> =
            (0..logs.elem_count()).map(|_| -(-(rng.uniform().max(1e-9)).ln()).max(1e-9).ln()).collect();
        let noisy = (logs.detach() + Tensor::from_vec(noise, logs.shape(), x.device())?)?;
        let best: Vec<u32> = logs.detach().argmax(1)?.to_vec1()?;
        let correct = best.iter().zip(targets).filter(|(a, b)| a == b).count();
        Ok((loss, Guesses { correct, drawn: noisy.argmax(1)?.to_vec1()? }))
    }
}

/// Tells which tokens were replaced (ELECTRA's discriminator): a layer, GELU, one logit a token.
#[derive(Debug)]
pub struct DetectionHead {
    front: Front,
    prediction: Linear,
}

impl DetectionHead {
    /// Adds the head to a network; its weights are named `detection.dense` and `detection.prediction`.
    pub fn new(network: &mut Network, weights: &Weights, rng: &mut Rng) -> Result<DetectionHead, Error> {
        let h = network.config().hidden_size;
        network.extend(weights, rng, |builder| {
            let front = Front { linear: builder.linear("detection.dense", h, h)?, norm: None };
            Ok(DetectionHead { front, prediction: builder.linear("detection.prediction", 1, h)? })
        })
    }

    /// Mean binary cross-entropy over all tokens (1: replaced), and the logits.
    pub fn loss(&self, network: &Network, hidden: &Tensor, replaced: &[f32]) -> Result<(Tensor, Vec<f32>), Error> {
        let x = self.front.forward(network, hidden)?;
        let logits = network.linear(&self.prediction, &x)?;
        let values = logits.flatten_all()?.to_vec1()?;
        if logits.device().is_cpu() {
            let op = Binary { targets: replaced.to_vec(), kept: Kept::new() };
            return Ok((logits.apply_op1(op)?, values));
        }
        let x = logits.flatten_all()?;
        let wanted = Tensor::from_slice(replaced, replaced.len(), x.device())?;
        // max(x, 0) - x t + ln(1 + e^-|x|), which cannot overflow.
        let soft = (x.abs()?.neg()?.exp()? + 1.0)?.log()?;
        let loss = ((x.relu()? - (&x * &wanted)?)? + soft)?.mean_all()?;
        Ok((loss, values))
    }
}
