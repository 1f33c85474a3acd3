//! Dropout, residual and layer norm in one pass over rows.

use super::ROWS;
use super::buffer::Buffer;
use crate::kernels::elementwise::{Dropout, add, drop_out, norm, norm_backward};
use crate::parameters::{Parameter, with_values};
use candle_core::Result;
use rayon::prelude::*;
use std::sync::Arc;

/// Gamma, beta and epsilon.
#[derive(Debug, Clone)]
pub(crate) struct Norm {
    pub(crate) gamma: Arc<Parameter>,
    pub(crate) beta: Arc<Parameter>,
    pub(crate) epsilon: f32,
}

/// What the backward pass needs: the normalised rows and 1 / deviation of each.
#[derive(Debug)]
pub(crate) struct Normalised {
    rows: Buffer,
    scales: Vec<f32>,
}

impl Norm {
    /// `norm(residual + dropout(branch))` into `to`; `branch` is used up.
    pub(crate) fn forward(
        &self,
        mut branch: Buffer,
        (residual, dropout): (Option<&[f32]>, Dropout),
        to: &mut [f32],
    ) -> Result<Normalised> {
        let width = self.gamma.len();
        let rows = branch.len() / width;
        let mut scales = vec![0.0; rows];
        with_values(self.gamma.var.as_tensor(), |gamma| {
            with_values(self.beta.var.as_tensor(), |beta| {
                let task = |i: usize, values: &mut [f32], to: &mut [f32], scales: &mut [f32]| {
                    drop_out(values, dropout, i * ROWS * width);
                    if let Some(residual) = residual {
                        add(values, &residual[i * ROWS * width..][..values.len()]);
                    }
                    for ((x, y), s) in values.chunks_mut(width).zip(to.chunks_mut(width)).zip(scales) {
                        *s = norm(x, (gamma, beta), self.epsilon, y);
                    }
                };
                branch
                    .par_chunks_mut(ROWS * width)
                    .zip(to.par_chunks_mut(ROWS * width))
                    .zip(scales.par_chunks_mut(ROWS))
                    .enumerate()
                    .for_each(|(i, ((values, to), scales))| task(i, values, to, scales));
            })
        })??;
        Ok(Normalised { rows: branch, scales })
    }

    /// From the gradient of the result to that of `residual + dropout(branch)`, in place; gamma's and beta's are added up.
    pub(crate) fn backward(&self, gradient: &mut [f32], kept: &Normalised) -> Result<()> {
        let width = self.gamma.len();
        let sums: Vec<(Vec<f32>, Vec<f32>)> = with_values(self.gamma.var.as_tensor(), |gamma| {
            gradient
                .par_chunks_mut(ROWS * width)
                .zip(kept.rows.par_chunks(ROWS * width).zip(kept.scales.par_chunks(ROWS)))
                .map(|(gradient, (rows, scales))| {
                    let (mut of_gamma, mut of_beta) = (vec![0.0; width], vec![0.0; width]);
                    for ((g, x), s) in gradient.chunks_mut(width).zip(rows.chunks(width)).zip(scales) {
                        norm_backward(g, x, (*s, gamma), (&mut of_gamma, &mut of_beta));
                    }
                    (of_gamma, of_beta)
                })
                .collect()
        })?;
        self.gamma.accumulate_rows(|sum| sums.iter().for_each(|(part, _)| add(sum, part)));
        self.beta.accumulate_rows(|sum| sums.iter().for_each(|(_, part)| add(sum, part)));
        Ok(())
    }
}

/// The gradient of dropout's argument, as a copy.
pub(crate) fn undrop(gradient: &[f32], dropout: Dropout) -> Buffer {
    let mut result = Buffer::of(gradient);
    let chunk = 1 << 14;
    result.par_chunks_mut(chunk).enumerate().for_each(|(i, values)| drop_out(values, dropout, i * chunk));
    result
}

/// The same in place, forward or backward.
pub(crate) fn drop_in_place(values: &mut [f32], dropout: Dropout) {
    let chunk = 1 << 14;
    values.par_chunks_mut(chunk).enumerate().for_each(|(i, values)| drop_out(values, dropout, i * chunk));
}
