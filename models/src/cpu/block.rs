//! One block of the encoder: attention and feed-forward part, each with its residual and layer norm behind it.

use super::scratch::Scratch;
use super::source::Source;
use crate::config::Activation;
use crate::kernels::Kernels;
use crate::kernels::attention::Heads;
use crate::kernels::epilogue::Epilogue;
use crate::kernels::pack::{PackedF32, PackedI8, Quantised};
use crate::{Config, Error};

/// A product with bias.
#[derive(Debug)]
pub(super) enum Linear {
    F32(PackedF32),
    I8(PackedI8),
}

impl Linear {
    pub(super) fn outputs(&self) -> usize {
        match self {
            Linear::F32(weight) => weight.outputs,
            Linear::I8(weight) => weight.outputs,
        }
    }

    /// Products of all rows of `from`; `quantised` is working memory.
    pub(super) fn apply(
        &self,
        kernels: &Kernels,
        from: &[f32],
        quantised: &mut Quantised,
        (to, after): (&mut [f32], Epilogue<'_>),
    ) {
        match self {
            Linear::F32(weight) => kernels.product(from, weight, to, after),
            Linear::I8(weight) => {
                kernels.quantise(from, weight.inputs, quantised);
                kernels.product_i8(quantised, weight, to, after);
            }
        }
    }
}

/// A layer norm.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) gain: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) epsilon: f32,
}

impl Norm {
    pub(super) fn apply(&self, kernels: &Kernels, x: &mut [f32]) {
        kernels.layer_norm(x, &self.gain, &self.bias, self.epsilon);
    }
}

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
            qkv: source.stacked(&parts.each_ref().map(String::as_str), (hidden, hidden))?,
            output: source.linear(&name("attention.output"), (hidden, hidden))?,
            attention_norm: source.norm(&name("attention.norm"), hidden, config.norm_epsilon)?,
            up: source.linear(&name("ffn.up"), (wide, hidden))?,
            down: source.linear(&name("ffn.down"), (hidden, wide))?,
            ffn_norm: source.norm(&name("ffn.norm"), hidden, config.norm_epsilon)?,
        })
    }

    /// Replaces `scratch.hidden` by the block's output.
    pub(super) fn apply(&self, kernels: &Kernels, scratch: &mut Scratch) {
        let hidden = self.heads.hidden;
        let tokens = scratch.hidden.len() / hidden;
        let Scratch { bounds, hidden: x, wide, other, work, quantised } = scratch;
        wide.resize(tokens * 3 * hidden, 0.0);
        other.resize(tokens * hidden, 0.0);
        self.qkv.apply(kernels, x, quantised, (wide, Epilogue::Bias));
        for bounds in bounds.windows(2) {
            let (from, to) = (bounds[0] * hidden, bounds[1] * hidden);
            kernels.attention(&wide[3 * from..3 * to], &mut other[from..to], self.heads, work);
        }
        wide.resize(tokens * hidden, 0.0);
        self.output.apply(kernels, other, quantised, (wide, Epilogue::Add(x)));
        self.attention_norm.apply(kernels, wide);
        std::mem::swap(wide, x);
        wide.resize(tokens * self.up.outputs(), 0.0);
        self.up.apply(kernels, x, quantised, (wide, Epilogue::Activate(self.activation)));
        self.down.apply(kernels, wide, quantised, (other, Epilogue::Add(x)));
        self.ffn_norm.apply(kernels, other);
        std::mem::swap(other, x);
    }
}
