//! The loss of masked language modelling against some of the vocabulary: the pieces that are wanted and some that are drawn
//! (sampled softmax: Jean, Cho, Memisevic and Bengio, "On Using Very Large Target Vocabulary", 2015).

use super::{Kept, slice};
use crate::Arithmetic;
use crate::kernels::elementwise::{add, softmax};
use crate::kernels::matrix::{Form, Start, Threads, View};
use crate::kernels::product::product;
use crate::parameters::{Parameter, with_values};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

/// Pieces that hidden rows are compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Among {
    /// Their ids, each once.
    pub(crate) ids: Vec<u32>,
    /// What is added to the logit of each.
    pub(crate) bias: Vec<f32>,
    /// For each row the place of its own piece in `ids`.
    pub(crate) targets: Vec<u32>,
}

/// Mean cross-entropy of hidden rows against some pieces of the word table.
#[derive(Debug)]
pub(crate) struct Sampled {
    pub(crate) table: Arc<Parameter>,
    pub(crate) arithmetic: Arithmetic,
    pub(crate) among: Among,
    /// The gradient of the logits, and the rows of the table.
    pub(crate) kept: Kept<(Vec<f32>, Vec<f32>)>,
}

impl Sampled {
    fn how(&self, form: Form) -> (Arithmetic, Form, Threads) {
        (self.arithmetic, form, Threads::All)
    }
}

impl CustomOp1 for Sampled {
    fn name(&self) -> &'static str {
        "sampled decoder"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(x, layout)?;
        let (rows, width) = layout.shape().dims2()?;
        let Among { ids, bias, targets } = &self.among;
        let mut table = Vec::with_capacity(ids.len() * width);
        with_values(self.table.var.as_tensor(), |all| {
            ids.iter().for_each(|&id| table.extend_from_slice(&all[id as usize * width..(id as usize + 1) * width]));
        })?;
        let mut logits = vec![0.0; rows * ids.len()];
        let (x, pieces) = (View::new(x, rows, width), View::new(&table, ids.len(), width));
        product(self.how(Form::NT), x, pieces, (&mut logits, ids.len()), Start::Bias(bias));
        let part = 1.0 / rows as f32;
        let gradient = |(row, &target): (&mut [f32], &u32)| {
            let logit = row[target as usize];
            let log_sum = softmax(row, 1.0);
            row.iter_mut().for_each(|p| *p *= part);
            row[target as usize] -= part;
            f64::from((log_sum - logit) * part)
        };
        let losses: Vec<f64> = logits.par_chunks_mut(ids.len()).zip(targets).map(gradient).collect();
        self.kept.put((logits, table));
        Ok((CpuStorage::F32(vec![losses.iter().sum::<f64>() as f32]), Shape::from(())))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let factor = gradient.to_scalar::<f32>()?;
        let (mut logits, table) = self.kept.take()?;
        logits.iter_mut().for_each(|g| *g *= factor);
        let (rows, width) = x.dims2()?;
        let ids = &self.among.ids;
        let gradient = View::new(&logits, rows, ids.len());
        let mut of_pieces = vec![0.0; ids.len() * width];
        with_values(x, |x| {
            let x = View::new(x, rows, width);
            product(self.how(Form::TN), gradient, x, (&mut of_pieces, width), Start::Zero);
        })?;
        self.table.accumulate_rows(|sum| {
            for (&id, values) in ids.iter().zip(of_pieces.chunks(width)) {
                add(&mut sum[id as usize * width..(id as usize + 1) * width], values);
            }
        });
        let mut back = vec![0.0; rows * width];
        let pieces = View::new(&table, ids.len(), width);
        product(self.how(Form::NN), gradient, pieces, (&mut back, width), Start::Zero);
        Ok(Some(Tensor::from_vec(back, (rows, width), x.device())?))
    }
}
