//! The encoder over slices: no padding, no graph.
//!
//! The tokens of some whole sequences make one matrix, a block of work; attention looks at the rows of one sequence at a
//! time. Threads share blocks, and every row's arithmetic is the same wherever it stands: a sequence's scores do not
//! depend, to the bit, on what else is in the input, nor on the number of threads.

mod block;
mod embed;
mod linear;
mod norm;
mod scratch;
mod source;

use crate::kernels::epilogue::Epilogue;
use crate::kernels::{self, Kernels};
use crate::quant::QuantWeights;
use crate::weights::{CLITIC_OUTPUTS, Weights};
use crate::{Config, Error, Input, Output, Scores};
use block::Block;
use embed::Embeddings;
use linear::Linear;
use rayon::prelude::*;
use scratch::{Pool, Scratch};
use source::Source;
use std::ops::Range;

/// Tokens in a block of work at most, more or less: whole sequences make it.
const MOST: usize = 384;
/// Tokens that are worth a block of their own.
const LEAST: usize = 32;

/// An encoder with its heads, ready to score on the CPU.
#[derive(Debug)]
pub struct CpuEncoder {
    kernels: &'static Kernels,
    embeddings: Embeddings,
    blocks: Vec<Block>,
    classifier: Linear,
    clitics: Option<Linear>,
    width: usize,
    max_tokens: usize,
    pool: Pool,
}

impl CpuEncoder {
    /// Packs the weights for this processor. All weights of the table in [`crate::weights`] but `clitics` must be there.
    pub fn new(config: &Config, weights: &Weights) -> Result<CpuEncoder, Error> {
        CpuEncoder::from_source(config, Source::Floats(weights))
    }

    /// Packs quantised weights for this processor: products of bytes with 32-bit sums, activations quantised token by
    /// token while it runs.
    ///
    /// # Errors
    /// [`Error::Weights`] as [`QuantWeights::check`]; [`Error::Device`] for kernels that this processor has not.
    pub fn quantised(config: &Config, weights: &QuantWeights) -> Result<CpuEncoder, Error> {
        weights.check(config)?;
        CpuEncoder::from_source(config, Source::Bytes(weights))
    }

    fn from_source(config: &Config, source: Source<'_>) -> Result<CpuEncoder, Error> {
        let hidden = config.hidden_size;
        Ok(CpuEncoder {
            kernels: kernels::best()?,
            embeddings: Embeddings::new(config, source)?,
            blocks: (0..config.layers).map(|i| Block::new(config, source, i)).collect::<Result<_, Error>>()?,
            classifier: Linear::new(source, "classifier", (config.labels.len(), hidden))?,
            clitics: match source.has("clitics.weight") {
                true => Some(Linear::new(source, "clitics", (CLITIC_OUTPUTS, hidden))?),
                false => None,
            },
            width: hidden,
            max_tokens: config.max_tokens(),
            pool: Pool::default(),
        })
    }

    /// Scores every token. Fails on an id that is outside the vocabulary, and on a sequence that is longer than the
    /// position table.
    pub fn forward(&self, input: &Input) -> Result<Output, Error> {
        self.check(input)?;
        let tokens = input.ids.len();
        let labels = self.classifier.outputs();
        let mut tags = vec![0.0; tokens * labels];
        let extra = self.clitics.as_ref().map_or(0, Linear::outputs);
        let mut clitics = vec![0.0; tokens * extra];
        let mut jobs = Vec::new();
        let (mut tags_left, mut clitics_left) = (tags.as_mut_slice(), clitics.as_mut_slice());
        for sequences in blocks(&input.bounds, rayon::current_num_threads()) {
            let size = input.bounds[sequences.end] - input.bounds[sequences.start];
            let (tags, clitics);
            (tags, tags_left) = tags_left.split_at_mut(size * labels);
            (clitics, clitics_left) = clitics_left.split_at_mut(size * extra);
            jobs.push((sequences, tags, clitics));
        }
        // One by one: a thread that is slowed down leaves the rest to the others.
        jobs.into_par_iter().with_max_len(1).for_each(|(sequences, tags, clitics)| {
            let mut scratch = self.pool.take();
            self.run(input, sequences, &mut scratch);
            let Scratch { tokens, hidden, quantised, .. } = &mut scratch;
            let hidden = scratch::first(hidden, *tokens * self.width);
            self.classifier.apply(self.kernels, hidden, quantised, (tags, Epilogue::Bias));
            if let Some(head) = &self.clitics {
                head.apply(self.kernels, hidden, quantised, (clitics, Epilogue::Bias));
            }
            self.pool.give(scratch);
        });
        let clitics = self.clitics.as_ref().map(|head| Scores { values: clitics, labels: head.outputs() });
        Ok(Output { tags: Scores { values: tags, labels }, clitics })
    }

    /// Leaves the last hidden states of some sequences in `scratch.hidden`.
    fn run(&self, input: &Input, sequences: Range<usize>, scratch: &mut Scratch) {
        let bounds = &input.bounds[sequences.start..=sequences.end];
        let first = bounds[0];
        scratch.bounds.clear();
        scratch.bounds.extend(bounds.iter().map(|b| b - first));
        let ids = &input.ids[first..bounds[bounds.len() - 1]];
        self.embeddings.apply(self.kernels, ids, input.token_type, scratch);
        for block in &self.blocks {
            block.apply(self.kernels, scratch);
        }
    }

    fn check(&self, input: &Input) -> Result<(), Error> {
        let rising = input.bounds.windows(2).all(|b| b[0] <= b[1]);
        if input.bounds.first() != Some(&0) || input.bounds.last() != Some(&input.ids.len()) || !rising {
            return Err(Error::Input(format!(
                "bounds: expected to rise from 0 to the number of ids, {}, found {:?}",
                input.ids.len(),
                input.bounds
            )));
        }
        if input.longest() > self.max_tokens {
            return Err(Error::Input(format!(
                "sequence: expected at most {} tokens, found {}",
                self.max_tokens,
                input.longest()
            )));
        }
        self.embeddings.check(input)
    }
}

/// Ranges of whole sequences with nearly the same number of tokens each: as many ranges as are a multiple of the threads, so
/// that none of these waits for the others at the end, unless ranges would become too small.
fn blocks(bounds: &[usize], threads: usize) -> Vec<Range<usize>> {
    let (Some(sequences), Some(tokens)) = (bounds.len().checked_sub(1), bounds.last()) else { return Vec::new() };
    let count = tokens.div_ceil(MOST).next_multiple_of(threads.max(1)).min(tokens / LEAST).max(1);
    let mut all = Vec::with_capacity(count);
    let mut start = 0;
    for i in 1..=count {
        // the bound that is nearest to where the range should end
        let wanted = tokens * i / count;
        let behind = bounds.partition_point(|bound| *bound < wanted).min(sequences);
        let before = behind.saturating_sub(1);
        let end = if wanted - bounds[before] < bounds[behind] - wanted { before } else { behind };
        let end = if i == count { sequences } else { end };
        if end > start {
            all.push(start..end);
            start = end;
        }
    }
    all
}

#[cfg(test)]
pub(crate) mod tests;
