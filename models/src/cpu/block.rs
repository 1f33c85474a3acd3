//! One block of the encoder: attention and feed-forward part, each with its residual and layer norm behind it.

use super::linear::Linear;
use super::norm::Norm;
use super::scratch::{Scratch, first};
use super::source::Source;
use crate::config::Activation;
use crate::kernels::Kernels;
use crate::kernels::attention::Heads;
use crate::kernels::epilogue::Epilogue;
use crate::{Config, Error};

/// A block.
#[derive(Debug)]
pub(super) struct Block {
    heads: Heads,
    activation: Activation,
    qkv: Linear,
    output: Linear,
    attention_norm: Norm,
    up: Linear,
    down: Linear,
    ffn_norm: Norm,
}

impl Block {
    pub(super) fn new(config: &Config, source: Source<'_>, i: usize) -> Result<Self, Error> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let name = |part: &str| format!("layer.{i}.{part}");
        let parts = ["query", "key", "value"].map(|part| name(&format!("attention.{part}")));
        Ok(Block {
            heads: Heads { hidden, heads: config.heads },
            activation: config.activation,
            qkv: Linear::stacked(source, &parts.each_ref().map(String::as_str), (hidden, hidden))?,
            output: Linear::new(source, &name("attention.output"), (hidden, hidden))?,
            attention_norm: Norm::new(source, &name("attention.norm"), (hidden, config.norm_epsilon))?,
            up: Linear::new(source, &name("ffn.up"), (wide, hidden))?,
            down: Linear::new(source, &name("ffn.down"), (hidden, wide))?,
            ffn_norm: Norm::new(source, &name("ffn.norm"), (hidden, config.norm_epsilon))?,
        })
    }

    /// Replaces `scratch.hidden` by the block's output.
    pub(super) fn apply(&self, kernels: &Kernels, scratch: &mut Scratch) {
        let hidden = self.heads.hidden;
        let Scratch { bounds, tokens, hidden: x, wide, other, work, quantised } = scratch;
        let size = *tokens * hidden;
        let input = first(x, size);
        let (qkv, context) = (first(wide, 3 * size), first(other, size));
        self.qkv.apply(kernels, input, quantised, (qkv, Epilogue::Bias));
        for bounds in bounds.windows(2) {
            let (from, to) = (bounds[0] * hidden, bounds[1] * hidden);
            kernels.attention(&qkv[3 * from..3 * to], &mut context[from..to], self.heads, work);
        }
        let sum = first(wide, size);
        self.output.apply(kernels, context, quantised, (sum, Epilogue::Add(input)));
        self.attention_norm.apply(kernels, sum);
        std::mem::swap(wide, x);
        let (input, sum) = (first(x, size), first(other, size));
        let inner = first(wide, *tokens * self.up.outputs());
        self.up.apply(kernels, input, quantised, (inner, Epilogue::Activate(self.activation)));
        self.down.apply(kernels, inner, quantised, (sum, Epilogue::Add(input)));
        self.ffn_norm.apply(kernels, sum);
        std::mem::swap(other, x);
    }
}
