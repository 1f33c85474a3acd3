//! Guessing masked pieces against some of the vocabulary.

use super::front::Front;
use crate::encoder::stock::log_softmax;
use crate::encoder::{Mode, Network, Path};
use crate::ops::Kept;
use crate::ops::sampled::{Among, Sampled};
use crate::parameters::Parameter;
use crate::weights::Weights;
use crate::{Error, Rng};
use candle_core::Tensor;
use std::sync::Arc;

/// Guesses masked pieces beside another task: a layer, GELU, norm, and as decoder those rows of the word table that are wanted
/// or drawn, so that a large vocabulary costs next to nothing.
#[derive(Debug)]
pub struct SampledHead {
    front: Front,
    table: Arc<Parameter>,
    /// Pieces are drawn by these sums of their weights.
    sums: Vec<f64>,
    /// The share of each piece in the text, and among what is drawn.
    shares: Vec<(f64, f64)>,
    /// How many are drawn.
    drawn: usize,
}

/// Text's counts to this power are what negatives are drawn by (Mikolov et al., 2013).
const FLATTENED: f64 = 0.75;

impl SampledHead {
    /// The prefix of the head's weights: `guess.dense` and `guess.norm`.
    pub const PREFIX: &'static str = "guess.";

    /// Adds the head to a network. `counts` are those of the pieces in the text; `drawn` of them are compared with at a time.
    pub fn new(
        network: &mut Network,
        weights: &Weights,
        rng: &mut Rng,
        (counts, drawn): (&[u64], usize),
    ) -> Result<SampledHead, Error> {
        let (e, h) = (network.config().embedding_size, network.config().hidden_size);
        let front = network.extend(weights, rng, |builder| {
            Ok(Front { linear: builder.linear("guess.dense", e, h)?, norm: Some(builder.norm("guess.norm", e)?) })
        })?;
        let total = counts.iter().sum::<u64>().max(1) as f64;
        let powers: Vec<f64> = counts.iter().map(|&n| (n as f64).powf(FLATTENED)).collect();
        let all = powers.iter().sum::<f64>().max(1.0);
        let shares = counts.iter().zip(&powers).map(|(&n, p)| (n as f64 / total, p / all)).collect();
        let mut sum = 0.0;
        let sums = powers.iter().map(|p| {
            sum += p;
            sum
        });
        Ok(SampledHead { front, table: network.word_table().clone(), sums: sums.collect(), shares, drawn })
    }

    /// Mean cross-entropy of the pieces `targets` at `rows`. Logits are lessened by the logarithm of how likely their pieces
    /// are to be there at all, so that what is learnt are the probabilities over the whole vocabulary.
    pub fn loss(
        &self,
        network: &Network,
        hidden: &Tensor,
        (rows, targets): (&[u32], &[u32]),
        rng: &mut Rng,
    ) -> Result<Tensor, Error> {
        let x = network.rows(hidden, rows, Mode::Eval.dropout(0.0))?;
        let x = self.front.forward(network, &x)?;
        let among = self.among(targets, rng);
        if network.path() == Path::Stock {
            let ids = Tensor::from_slice(&among.ids, among.ids.len(), x.device())?;
            let pieces = self.table.var.as_tensor().index_select(&ids, 0)?;
            let bias = Tensor::from_slice(&among.bias, among.bias.len(), x.device())?;
            let logits = x.matmul(&pieces.t()?)?.broadcast_add(&bias)?;
            let index = Tensor::from_slice(&among.targets, (rows.len(), 1), x.device())?;
            return Ok(log_softmax(&logits)?.gather(&index, 1)?.mean_all()?.neg()?);
        }
        let (table, arithmetic) = (self.table.clone(), network.arithmetic);
        Ok(x.apply_op1(Sampled { table, arithmetic, among, kept: Kept::new() })?)
    }

    fn among(&self, targets: &[u32], rng: &mut Rng) -> Among {
        let all = self.sums.last().copied().unwrap_or_default();
        let mut draw = || {
            // 48 random bits: f32 would never reach the rare pieces.
            let place = (rng.bits() >> 16) as f64 / (1u64 << 48) as f64 * all;
            self.sums.partition_point(|&sum| sum <= place).min(self.sums.len() - 1) as u32
        };
        let mut ids: Vec<u32> = (0..self.drawn).map(|_| draw()).chain(targets.iter().copied()).collect();
        ids.sort_unstable();
        ids.dedup();
        let missing = |share: f64, times: usize| (1.0 - share).powi(times as i32);
        let there = |&id: &u32| {
            let (text, drawn) = self.shares[id as usize];
            let likely = 1.0 - missing(text, targets.len()) * missing(drawn, self.drawn);
            -(likely.max(1e-9).ln() as f32)
        };
        let bias = ids.iter().map(there).collect();
        let targets = targets.iter().map(|id| ids.partition_point(|other| other < id) as u32).collect();
        Among { ids, bias, targets }
    }
}
