//! The head of masked language modelling: a layer with GELU and norm, and the loss against the tied word table.

use super::buffer::Buffer;
use super::linear::{Linear, column_sums};
use super::norm::{Norm, Normalised};
use super::{Kept, ROWS, slice, take};
use crate::Arithmetic;
use crate::kernels::elementwise::{Dropout, gelu, gelu_backward, hash, softmax};
use crate::kernels::matrix::{Form, Start, Threads, View};
use crate::kernels::product::product;
use crate::parameters::{Parameter, with_values};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};

/// A linear layer, GELU, and norm where there is one.
#[derive(Debug)]
pub(crate) struct Transform {
    pub(crate) linear: Linear,
    pub(crate) norm: Option<Norm>,
    pub(crate) kept: Kept<(Buffer, Option<Normalised>)>,
}

impl CustomOp1 for Transform {
    fn name(&self) -> &'static str {
        "transform"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(x, layout)?;
        let rows = x.len() / self.linear.inputs();
        let before = self.linear.forward(x)?;
        let mut after = Buffer::new(before.len());
        gelu(&before, &mut after);
        let (result, normalised) = match &self.norm {
            Some(norm) => {
                let mut result = vec![0.0; after.len()];
                let normalised = norm.forward(after, (None, Dropout::NONE), &mut result)?;
                (result, Some(normalised))
            }
            None => (after.to_vec(), None),
        };
        self.kept.put((before, normalised));
        Ok((CpuStorage::F32(result), Shape::from((rows, self.linear.outputs()))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let (before, normalised) = self.kept.take()?;
        let mut gradient = take(gradient)?;
        if let (Some(norm), Some(normalised)) = (&self.norm, &normalised) {
            norm.backward(&mut gradient, normalised)?;
        }
        gelu_backward(&before, &mut gradient);
        let (rows, inputs) = (gradient.len() / self.linear.outputs(), self.linear.inputs());
        let view = View::new(&gradient, rows, self.linear.outputs());
        with_values(x, |x| self.linear.backward_parameters(x, view))?;
        let mut back = vec![0.0; rows * inputs];
        self.linear.backward_input(view, &mut back, Start::Zero)?;
        Ok(Some(Tensor::from_vec(back, (rows, inputs), x.device())?))
    }
}

/// What the model made of masked places, besides the loss.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Guesses {
    /// Places at which the likeliest piece was the right one.
    pub correct: usize,
    /// A piece drawn from each place's distribution: ELECTRA's replacements.
    pub drawn: Vec<u32>,
}

/// Mean cross-entropy of hidden rows against pieces of the word table.
#[derive(Debug)]
pub(crate) struct Decoder {
    pub(crate) table: Arc<Parameter>,
    pub(crate) bias: Arc<Parameter>,
    pub(crate) arithmetic: Arithmetic,
    pub(crate) targets: Vec<u32>,
    /// Seed of the drawn pieces.
    pub(crate) seed: u32,
    pub(crate) guesses: Arc<Mutex<Guesses>>,
    pub(crate) kept: Kept<Buffer>,
}

impl Decoder {
    fn how(&self, form: Form) -> (Arithmetic, Form, Threads) {
        (self.arithmetic, form, Threads::All)
    }

    /// Turns a row of logits into its part of the gradient; returns its loss, whether it was right, and a drawn piece.
    fn row(&self, row: &mut [f32], place: usize) -> (f64, usize, u32) {
        let target = self.targets[place] as usize;
        let logit = row[target];
        let log_sum = softmax(row, 1.0);
        let right = row.iter().all(|&p| p <= row[target]);
        let mut left = hash(self.seed, place as u32) as f32 / 4_294_967_296.0;
        let mut drawn = row.len() - 1;
        // Sixteen at a time until the stretch is found, so that most of the row is summed in vectors.
        for (i, stretch) in row.chunks(16).enumerate() {
            let mass: f32 = stretch.iter().sum();
            if left < mass {
                let mut at = 0;
                while at + 1 < stretch.len() && left >= stretch[at] {
                    left -= stretch[at];
                    at += 1;
                }
                drawn = i * 16 + at;
                break;
            }
            left -= mass;
        }
        let part = 1.0 / self.targets.len() as f32;
        row.iter_mut().for_each(|p| *p *= part);
        row[target] -= part;
        (f64::from((log_sum - logit) * part), usize::from(right), drawn as u32)
    }
}

impl CustomOp1 for Decoder {
    fn name(&self) -> &'static str {
        "masked decoder"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(x, layout)?;
        let (rows, width) = layout.shape().dims2()?;
        let vocab = self.bias.len();
        let mut logits = Buffer::new(rows * vocab);
        with_values(self.table.var.as_tensor(), |table| {
            with_values(self.bias.var.as_tensor(), |bias| {
                let (x, table) = (View::new(x, rows, width), View::new(table, vocab, width));
                product(self.how(Form::NT), x, table, (&mut logits, vocab), Start::Bias(bias));
            })
        })??;
        let found: Vec<(f64, usize, u32)> =
            logits.par_chunks_mut(vocab).enumerate().map(|(i, row)| self.row(row, i)).collect();
        let loss: f64 = found.iter().map(|f| f.0).sum();
        *self.guesses.lock().unwrap_or_else(PoisonError::into_inner) =
            Guesses { correct: found.iter().map(|f| f.1).sum(), drawn: found.iter().map(|f| f.2).collect() };
        self.kept.put(logits);
        Ok((CpuStorage::F32(vec![loss as f32]), Shape::from(())))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let factor = gradient.to_scalar::<f32>()?;
        let mut logits = self.kept.take()?;
        if factor != 1.0 {
            logits.par_chunks_mut(ROWS * ROWS).for_each(|part| part.iter_mut().for_each(|g| *g *= factor));
        }
        let (rows, width) = x.dims2()?;
        let vocab = self.bias.len();
        let gradient = View::new(&logits, rows, vocab);
        with_values(x, |x| {
            self.table.accumulate(|sum, start| {
                product(self.how(Form::TN), gradient, View::new(x, rows, width), (sum, width), start);
            });
        })?;
        self.bias.accumulate_rows(|sum| column_sums(gradient, sum));
        let mut back = vec![0.0; rows * width];
        with_values(self.table.var.as_tensor(), |table| {
            product(self.how(Form::NN), gradient, View::new(table, vocab, width), (&mut back, width), Start::Zero);
        })?;
        Ok(Some(Tensor::from_vec(back, (rows, width), x.device())?))
    }
}
