//! A linear layer: `x W^T + b`.

use super::buffer::Buffer;
use super::{ROWS, slice, take};
use crate::Arithmetic;
use crate::kernels::elementwise::add;
use crate::kernels::matrix::{Form, Start, Threads, View};
use crate::kernels::product::product;
use crate::parameters::{Parameter, with_values};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

/// Weight (`outputs x inputs`), bias, and the arithmetic of their products.
#[derive(Debug, Clone)]
pub(crate) struct Linear {
    pub(crate) weight: Arc<Parameter>,
    pub(crate) bias: Arc<Parameter>,
    pub(crate) arithmetic: Arithmetic,
}

impl Linear {
    pub(crate) fn outputs(&self) -> usize {
        self.bias.len()
    }

    pub(crate) fn inputs(&self) -> usize {
        self.weight.len() / self.bias.len()
    }

    fn how(&self, form: Form) -> (Arithmetic, Form, Threads) {
        (self.arithmetic, form, Threads::All)
    }

    /// Writes the result into `to`, rows `stride` apart.
    pub(crate) fn forward_into(&self, x: &[f32], (to, stride): (&mut [f32], usize)) -> Result<()> {
        let (inputs, outputs) = (self.inputs(), self.outputs());
        with_values(self.weight.var.as_tensor(), |w| {
            with_values(self.bias.var.as_tensor(), |b| {
                let x = View::new(x, x.len() / inputs, inputs);
                product(self.how(Form::NT), x, View::new(w, outputs, inputs), (to, stride), Start::Bias(b));
            })
        })?
    }

    pub(crate) fn forward(&self, x: &[f32]) -> Result<Buffer> {
        let outputs = self.outputs();
        let mut result = Buffer::new(x.len() / self.inputs() * outputs);
        self.forward_into(x, (&mut result, outputs))?;
        Ok(result)
    }

    /// Adds up the gradients of weight and bias.
    pub(crate) fn backward_parameters(&self, x: &[f32], gradient: View<'_>) {
        let inputs = self.inputs();
        let x = View::new(x, gradient.rows, inputs);
        self.weight.accumulate(|sum, start| product(self.how(Form::TN), gradient, x, (sum, inputs), start));
        self.bias.accumulate_rows(|sum| column_sums(gradient, sum));
    }

    /// The gradient of `x`, written over or added to what is there.
    pub(crate) fn backward_input(&self, gradient: View<'_>, to: &mut [f32], start: Start<'_>) -> Result<()> {
        let (inputs, outputs) = (self.inputs(), self.outputs());
        with_values(self.weight.var.as_tensor(), |w| {
            product(self.how(Form::NN), gradient, View::new(w, outputs, inputs), (to, inputs), start);
        })
    }
}

/// Adds the sums over rows, in parts of a fixed number of rows.
pub(crate) fn column_sums(gradient: View<'_>, to: &mut [f32]) {
    let chunks = gradient.rows.div_ceil(ROWS);
    let parts: Vec<Vec<f32>> = (0..chunks)
        .into_par_iter()
        .map(|i| {
            let mut part = vec![0.0; gradient.columns];
            for r in i * ROWS..gradient.rows.min((i + 1) * ROWS) {
                add(&mut part, &gradient.data[r * gradient.stride..r * gradient.stride + gradient.columns]);
            }
            part
        })
        .collect();
    parts.iter().for_each(|part| add(to, part));
}

impl CustomOp1 for Linear {
    fn name(&self) -> &'static str {
        "linear"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(x, layout)?;
        let rows = x.len() / self.inputs();
        let mut result = vec![0.0; rows * self.outputs()];
        self.forward_into(x, (&mut result, self.outputs()))?;
        Ok((CpuStorage::F32(result), Shape::from((rows, self.outputs()))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let gradient = take(&gradient.contiguous()?)?;
        let (outputs, inputs) = (self.outputs(), self.inputs());
        let rows = gradient.len() / outputs;
        let mut back = vec![0.0; rows * inputs];
        with_values(x, |x| self.backward_parameters(x, View::new(&gradient, rows, outputs)))?;
        self.backward_input(View::new(&gradient, rows, outputs), &mut back, Start::Zero)?;
        Ok(Some(Tensor::from_vec(back, (rows, inputs), x.device())?))
    }
}
