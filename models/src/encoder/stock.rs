//! The network out of candle's own operations: the definition, and what runs on CUDA.
//!
//! Candle's fused layer norm and softmax have no gradient: the norm is spelt out here, and softmax is the one of candle-nn that is made
//! of operations which have one.

use super::layers::Layers;
use super::mode::Mode;
use crate::config::Activation;
use crate::kernels::elementwise::Dropout;
use crate::ops::block::Parts;
use crate::ops::linear::Linear;
use crate::ops::norm::Norm;
use crate::{Arithmetic, Error, Input};
use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops::softmax;

/// What attention puts where there is no token: far below any score, and finite in f32.
const NOTHING: f64 = -1e9;

/// Dropout by the same factors as the fused operations, index by index.
pub(crate) fn drop_out(x: &Tensor, dropout: Dropout) -> Result<Tensor> {
    if dropout.is_none() {
        return Ok(x.clone());
    }
    let factors: Vec<f32> = (0..x.elem_count()).map(|i| dropout.at(i)).collect();
    x * Tensor::from_vec(factors, x.shape(), x.device())?
}

pub(crate) fn linear(linear: &Linear, x: &Tensor) -> Result<Tensor> {
    let weight = linear.weight.var.as_tensor().t()?;
    let product = match linear.arithmetic {
        Arithmetic::F32 => x.matmul(&weight)?,
        Arithmetic::Bf16 => x.to_dtype(DType::BF16)?.matmul(&weight.to_dtype(DType::BF16)?)?.to_dtype(DType::F32)?,
    };
    product.broadcast_add(linear.bias.var.as_tensor())
}

pub(crate) fn norm(norm: &Norm, x: &Tensor) -> Result<Tensor> {
    let centred = x.broadcast_sub(&x.mean_keepdim(D::Minus1)?)?;
    let variance = centred.sqr()?.mean_keepdim(D::Minus1)?;
    let scaled = centred.broadcast_div(&(variance + f64::from(norm.epsilon))?.sqrt()?)?;
    scaled.broadcast_mul(norm.gamma.var.as_tensor())?.broadcast_add(norm.beta.var.as_tensor())
}

/// As that of candle-nn, but that nothing goes back through the largest score, which adds up to nothing: losses stand on it.
pub(crate) fn log_softmax(x: &Tensor) -> Result<Tensor> {
    let x = x.broadcast_sub(&x.max_keepdim(D::Minus1)?.detach())?;
    x.broadcast_sub(&x.exp()?.sum_keepdim(D::Minus1)?.log()?)
}

fn activate(activation: Activation, x: &Tensor) -> Result<Tensor> {
    match activation {
        Activation::Gelu => x.gelu_erf(),
        Activation::GeluTanh => x.gelu(),
        Activation::Relu => x.relu(),
    }
}

/// Ragged rows as a padded square and back.
struct Padding {
    /// For each place of the square, the row it holds (row 0 where there is none).
    rows: Tensor,
    /// For each row, its place in the square.
    places: Tensor,
    /// 0 where a token is, [`NOTHING`] elsewhere: `sequences x 1 x 1 x longest`.
    mask: Tensor,
    sequences: usize,
    longest: usize,
}

impl Padding {
    fn new(input: &Input, device: &Device) -> Result<Padding> {
        let (sequences, longest) = (input.len(), input.longest());
        let (mut rows, mut places, mut mask) = (Vec::new(), Vec::new(), Vec::new());
        for (i, b) in input.bounds.windows(2).enumerate() {
            let length = b[1] - b[0];
            places.extend((0..length).map(|t| (i * longest + t) as u32));
            rows.extend((0..longest).map(|t| if t < length { (b[0] + t) as u32 } else { 0 }));
            mask.extend((0..longest).map(|t| if t < length { 0.0 } else { NOTHING as f32 }));
        }
        Ok(Padding {
            rows: Tensor::from_vec(rows, sequences * longest, device)?,
            places: Tensor::from_vec(places, input.ids.len(), device)?,
            mask: Tensor::from_vec(mask, (sequences, 1, 1, longest), device)?,
            sequences,
            longest,
        })
    }
}

fn attention(parts: &Parts, x: &Tensor, padding: &Padding, dropout: Dropout) -> Result<Tensor> {
    let width = x.dim(1)?;
    let size = width / parts.heads;
    let square = |layer: &Linear| -> Result<Tensor> {
        linear(layer, x)?
            .index_select(&padding.rows, 0)?
            .reshape((padding.sequences, padding.longest, parts.heads, size))?
            .transpose(1, 2)?
            .contiguous()
    };
    let (q, k, v) = (square(&parts.query)?, square(&parts.key)?, square(&parts.value)?);
    let scores = (q.matmul(&k.t()?.contiguous()?)? / (size as f64).sqrt())?.broadcast_add(&padding.mask)?;
    let context = drop_out(&softmax(&scores, D::Minus1)?, dropout)?.matmul(&v)?;
    let flat = context.transpose(1, 2)?.contiguous()?.reshape((padding.sequences * padding.longest, width))?;
    flat.index_select(&padding.places, 0)
}

/// The last hidden states by candle's own operations.
pub(super) fn hidden(
    layers: &Layers,
    input: &Input,
    (device, mode): (&Device, &mut Mode<'_>),
) -> std::result::Result<Tensor, Error> {
    let index = |ids: &[u32]| Tensor::from_slice(ids, ids.len(), device);
    let table =
        |parameter: &crate::parameters::Parameter, ids: &[u32]| parameter.var.as_tensor().index_select(&index(ids)?, 0);
    let mut x = table(&layers.tables.word, &input.ids)?;
    x = (x + table(&layers.tables.position, &layers.positions(input))?)?;
    if let Some(token_type) = &layers.tables.token_type {
        x = x.broadcast_add(&table(token_type, &[input.token_type])?)?;
    }
    x = drop_out(&norm(&layers.tables.norm, &x)?, mode.dropout(layers.config.dropout))?;
    if let Some(project) = &layers.project {
        x = linear(project, &x)?;
    }
    let padding = Padding::new(input, device)?;
    for parts in &layers.blocks {
        let inside = mode.dropout(layers.config.attention_dropout);
        let branch = linear(&parts.output, &attention(parts, &x, &padding, inside)?)?;
        x = norm(&parts.attention_norm, &(x + drop_out(&branch, mode.dropout(layers.config.dropout))?)?)?;
        let inner = activate(layers.config.activation, &linear(&parts.up, &x)?)?;
        let branch = linear(&parts.down, &inner)?;
        x = norm(&parts.ffn_norm, &(x + drop_out(&branch, mode.dropout(layers.config.dropout))?)?)?;
    }
    Ok(x)
}
