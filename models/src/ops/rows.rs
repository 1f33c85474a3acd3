//! Some rows of the hidden states, with dropout.

use super::{slice, take};
use crate::kernels::elementwise::{Dropout, add, drop_out};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};

/// Gathers rows; the gradient is added back to them (a row may be asked for twice).
#[derive(Debug)]
pub(crate) struct Rows {
    pub(crate) rows: Vec<u32>,
    pub(crate) width: usize,
    pub(crate) dropout: Dropout,
}

impl CustomOp1 for Rows {
    fn name(&self) -> &'static str {
        "rows"
    }

    fn cpu_fwd(&self, x: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let x = slice(x, layout)?;
        let mut result = Vec::with_capacity(self.rows.len() * self.width);
        for &row in &self.rows {
            let from = row as usize * self.width;
            let Some(values) = x.get(from..from + self.width) else {
                candle_core::bail!("row {row}: wanted one of {}", x.len() / self.width);
            };
            result.extend_from_slice(values);
        }
        drop_out(&mut result, self.dropout, 0);
        Ok((CpuStorage::F32(result), Shape::from((self.rows.len(), self.width))))
    }

    fn bwd(&self, x: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let mut gradient = take(gradient)?;
        drop_out(&mut gradient, self.dropout, 0);
        let mut back = vec![0.0; x.elem_count()];
        for (&row, values) in self.rows.iter().zip(gradient.chunks(self.width)) {
            let from = row as usize * self.width;
            add(&mut back[from..from + self.width], values);
        }
        Ok(Some(Tensor::from_vec(back, x.shape(), x.device())?))
    }
}
