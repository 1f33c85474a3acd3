//! Embeddings: word, position and token type together, norm and dropout.

use super::buffer::Buffer;
use super::norm::{Norm, Normalised, drop_in_place};
use super::{Kept, slice, take};
use crate::kernels::elementwise::{Dropout, add};
use crate::parameters::{Parameter, with_values};
use candle_core::{CpuStorage, CustomOp1, Layout, Result, Shape, Tensor};
use rayon::prelude::*;
use std::sync::Arc;

/// The tables.
#[derive(Debug)]
pub(crate) struct Tables {
    pub(crate) word: Arc<Parameter>,
    pub(crate) position: Arc<Parameter>,
    pub(crate) token_type: Option<Arc<Parameter>>,
    pub(crate) norm: Norm,
}

/// One look into the tables. Its argument in the graph is the word table, so that the graph knows there is a gradient.
#[derive(Debug)]
pub(crate) struct Embed {
    pub(crate) tables: Arc<Tables>,
    pub(crate) ids: Vec<u32>,
    pub(crate) positions: Vec<u32>,
    pub(crate) token_type: u32,
    pub(crate) dropout: Dropout,
    pub(crate) kept: Option<Kept<Normalised>>,
}

/// Tokens that one task embeds.
const CHUNK: usize = 256;

impl Embed {
    fn width(&self) -> usize {
        self.tables.norm.gamma.len()
    }
}

/// Row `i` of a table; ids were checked when the input came in.
fn row(table: &[f32], i: u32, width: usize) -> &[f32] {
    &table[i as usize * width..][..width]
}

impl CustomOp1 for Embed {
    fn name(&self) -> &'static str {
        "embed"
    }

    fn cpu_fwd(&self, word: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let (word, width) = (slice(word, layout)?, self.width());
        let mut sum = Buffer::new(self.ids.len() * width);
        let token_type = match &self.tables.token_type {
            Some(table) => with_values(table.var.as_tensor(), |t| row(t, self.token_type, width).to_vec())?,
            None => vec![0.0; width],
        };
        with_values(self.tables.position.var.as_tensor(), |position| {
            sum.par_chunks_mut(CHUNK * width).enumerate().for_each(|(c, sum)| {
                for (i, to) in sum.chunks_mut(width).enumerate() {
                    let token = c * CHUNK + i;
                    to.copy_from_slice(row(word, self.ids[token], width));
                    add(to, row(position, self.positions[token], width));
                    add(to, &token_type);
                }
            });
        })?;
        let mut result = vec![0.0; sum.len()];
        let normalised = self.tables.norm.forward(sum, (None, Dropout::NONE), &mut result)?;
        drop_in_place(&mut result, self.dropout);
        if let Some(kept) = &self.kept {
            kept.put(normalised);
        }
        Ok((CpuStorage::F32(result), Shape::from((self.ids.len(), width))))
    }

    fn bwd(&self, _: &Tensor, _: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        let Some(kept) = &self.kept else {
            candle_core::bail!("this is a bug: embeddings that keep nothing were walked back")
        };
        let mut gradient = take(gradient)?;
        drop_in_place(&mut gradient, self.dropout);
        self.tables.norm.backward(&mut gradient, &kept.take()?)?;
        let width = self.width();
        let scatter = |table: &Parameter, ids: &[u32]| {
            table.accumulate_rows(|sum| {
                for (&id, values) in ids.iter().zip(gradient.chunks(width)) {
                    add(&mut sum[id as usize * width..][..width], values);
                }
            });
        };
        rayon::join(
            || scatter(&self.tables.word, &self.ids),
            || {
                scatter(&self.tables.position, &self.positions);
                if let Some(table) = &self.tables.token_type {
                    table.accumulate_rows(|sum| {
                        let to = &mut sum[self.token_type as usize * width..][..width];
                        gradient.chunks(width).for_each(|values| add(to, values));
                    });
                }
            },
        );
        Ok(None)
    }
}
