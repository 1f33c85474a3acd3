//! A transformer block (post-norm, as in BERT) as one operation.

use super::attention::Attention;
use super::buffer::Buffer;
use super::linear::Linear;
use super::norm::{Norm, Normalised, undrop};
use super::{Kept, slice, take};
use crate::kernels::elementwise::{Dropout, gelu, gelu_backward};
use crate::kernels::matrix::{Start, View};
use crate::parameters::with_values;
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

/// The parameters of a block.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) query: Linear,
    pub(crate) key: Linear,
    pub(crate) value: Linear,
    pub(crate) output: Linear,
    pub(crate) attention_norm: Norm,
    pub(crate) up: Linear,
    pub(crate) down: Linear,
    pub(crate) ffn_norm: Norm,
    pub(crate) heads: usize,
}

/// One pass through a block.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) parts: Arc<Parts>,
    pub(crate) bounds: Arc<[usize]>,
    /// On attention probabilities, on what attention adds, on what the feed-forward part adds.
    pub(crate) dropout: [Dropout; 3],
    /// `None` where there will be no backward pass.
    pub(crate) kept: Option<Kept<Activations>>,
}

/// What the backward pass needs.
#[derive(Debug)]
pub(crate) struct Activations {
    qkv: Buffer,
    context: Buffer,
    sums: Vec<f32>,
    attention_norm: Normalised,
    middle: Buffer,
    before_gelu: Buffer,
    after_gelu: Buffer,
    ffn_norm: Normalised,
}

/// Elements that one task of GELU or a sum takes.
const CHUNK: usize = 1 << 14;

impl Block {
    fn attention(&self) -> Attention<'_> {
        Attention {
            bounds: &self.bounds,
            heads: self.parts.heads,
            width: self.parts.query.outputs(),
            dropout: self.dropout[0],
            arithmetic: self.parts.query.arithmetic,
        }
    }

    fn forward(&self, x: &[f32]) -> Result<(Vec<f32>, Activations)> {
        let parts = &*self.parts;
        let width = parts.query.outputs();
        let mut qkv = Buffer::new(3 * x.len());
        for (i, linear) in [&parts.query, &parts.key, &parts.value].into_iter().enumerate() {
            linear.forward_into(x, (&mut qkv[i * width..], 3 * width))?;
        }
        let (context, sums) = self.attention().forward(&qkv);
        let branch = parts.output.forward(&context)?;
        let mut middle = Buffer::new(x.len());
        let attention_norm = parts.attention_norm.forward(branch, (Some(x), self.dropout[1]), &mut middle)?;
        let before_gelu = parts.up.forward(&middle)?;
        let mut after_gelu = Buffer::new(before_gelu.len());
        after_gelu.par_chunks_mut(CHUNK).zip(before_gelu.par_chunks(CHUNK)).for_each(|(to, from)| gelu(from, to));
        let branch = parts.down.forward(&after_gelu)?;
        let mut result = vec![0.0; x.len()];
        let ffn_norm = parts.ffn_norm.forward(branch, (Some(&middle), self.dropout[2]), &mut result)?;
        Ok((result, Activations { qkv, context, sums, attention_norm, middle, before_gelu, after_gelu, ffn_norm }))
    }

    /// From the gradient of the result to that of `x`.
    fn backward(&self, x: &[f32], kept: Activations, mut gradient: Vec<f32>) -> Result<Vec<f32>> {
        let parts = &*self.parts;
        let width = parts.query.outputs();
        let rows = x.len() / width;
        parts.ffn_norm.backward(&mut gradient, &kept.ffn_norm)?;
        let branch = undrop(&gradient, self.dropout[2]);
        let branch = View::new(&branch, rows, width);
        parts.down.backward_parameters(&kept.after_gelu, branch);
        let mut inner = kept.after_gelu;
        parts.down.backward_input(branch, &mut inner, Start::Zero)?;
        inner
            .par_chunks_mut(CHUNK)
            .zip(kept.before_gelu.par_chunks(CHUNK))
            .for_each(|(gradient, argument)| gelu_backward(argument, gradient));
        let inner = View::new(&inner, rows, parts.up.outputs());
        parts.up.backward_parameters(&kept.middle, inner);
        parts.up.backward_input(inner, &mut gradient, Start::Add)?;

        parts.attention_norm.backward(&mut gradient, &kept.attention_norm)?;
        let branch = undrop(&gradient, self.dropout[1]);
        let branch = View::new(&branch, rows, width);
        parts.output.backward_parameters(&kept.context, branch);
        let mut of_context = kept.middle;
        parts.output.backward_input(branch, &mut of_context, Start::Zero)?;
        let of_qkv = self.attention().backward(&kept.qkv, (&kept.context, &kept.sums), &of_context);
        for (i, linear) in [&parts.query, &parts.key, &parts.value].into_iter().enumerate() {
            let part = View { data: &of_qkv[i * width..], rows, columns: width, stride: 3 * width };
            linear.backward_parameters(x, part);
            linear.backward_input(part, &mut gradient, Start::Add)?;
        }
        Ok(gradient)
    }
}

impl CustomOp1 for Block {
    fn name(&self) -> &'static str {
        "block"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (result, activations) = self.forward(slice(x, layout)?)?;
        if let Some(kept) = &self.kept {
            kept.put(activations);
        }
        Ok((CpuStorage::F32(result), layout.shape().clone()))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let Some(kept) = &self.kept else {
            candle_core::bail!("this is a bug: a block that keeps nothing was walked back")
        };
        let gradient = take(gradient)?;
        let back = with_values(x, |x| self.backward(x, kept.take()?, gradient))??;
        Ok(Some(Tensor::from_vec(back, x.shape(), x.device())?))
    }
}
