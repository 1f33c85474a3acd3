//! Token, position and type embeddings with their layer norm.

use super::linear::Linear;
use super::norm::Norm;
use super::scratch::{Scratch, first};
use super::source::Source;
use crate::kernels::Kernels;
use crate::kernels::epilogue::Epilogue;
use crate::quant::QuantTable;
use crate::{Config, Error, Input};

/// A table of embeddings.
#[derive(Debug)]
enum Table {
    Floats(Vec<f32>),
    Bytes(QuantTable),
}

impl Table {
    fn new(source: Source<'_>, name: &str, shape: &[usize]) -> Result<Table, Error> {
        match source.bytes(name)? {
            Some(table) => Ok(Table::Bytes(table)),
            None => Ok(Table::Floats(source.floats(name, shape)?.into_owned())),
        }
    }

    /// Adds a row to `to`, which is as wide as the table.
    fn add(&self, row: usize, to: &mut [f32]) {
        let at = row * to.len()..(row + 1) * to.len();
        match self {
            Table::Floats(values) => to.iter_mut().zip(&values[at]).for_each(|(to, x)| *to += x),
            Table::Bytes(table) => {
                let scale = table.scales[row];
                to.iter_mut().zip(&table.values()[at]).for_each(|(to, x)| *to += scale * f32::from(*x));
            }
        }
    }
}

/// The tables, and the product that widens their sum where it is narrower than the blocks.
#[derive(Debug)]
pub(super) struct Embeddings {
    width: usize,
    vocabulary: usize,
    words: Table,
    positions: Table,
    first_position: usize,
    types: Vec<f32>,
    norm: Norm,
    project: Option<Linear>,
}

impl Embeddings {
    pub(super) fn new(config: &Config, source: Source<'_>) -> Result<Self, Error> {
        let width = config.embedding_size;
        Ok(Embeddings {
            width,
            vocabulary: config.vocab_size,
            words: Table::new(source, "embeddings.word", &[config.vocab_size, width])?,
            positions: Table::new(source, "embeddings.position", &[config.max_positions, width])?,
            first_position: config.first_position,
            types: match config.token_types {
                0 => Vec::new(),
                n => source.floats("embeddings.type", &[n, width])?.into_owned(),
            },
            norm: Norm::new(source, "embeddings.norm", (width, config.norm_epsilon))?,
            project: match width == config.hidden_size {
                true => None,
                false => Some(Linear::new(source, "embeddings.project", (config.hidden_size, width))?),
            },
        })
    }

    /// Fails on ids and types that have no row.
    pub(super) fn check(&self, input: &Input) -> Result<(), Error> {
        let rows = self.vocabulary;
        if let Some((i, id)) = input.ids.iter().enumerate().find(|(_, id)| **id as usize >= rows) {
            return Err(Error::Input(format!("token {i}: expected an id below {rows}, found {id}")));
        }
        let types = self.types.len() / self.width;
        if types > 0 && input.token_type as usize >= types {
            return Err(Error::Input(format!("token type: expected one below {types}, found {}", input.token_type)));
        }
        Ok(())
    }

    /// Leaves the embeddings of `ids`, whose sequences end at `scratch.bounds`, in `scratch.hidden`.
    pub(super) fn apply(&self, kernels: &Kernels, ids: &[u32], token_type: u32, scratch: &mut Scratch) {
        let width = self.width;
        scratch.tokens = ids.len();
        let hidden = first(&mut scratch.hidden, ids.len() * width);
        let of_type = self.types.chunks_exact(width).nth(token_type as usize);
        for bounds in scratch.bounds.windows(2) {
            let rows = hidden[bounds[0] * width..bounds[1] * width].chunks_exact_mut(width);
            for (i, (to, id)) in rows.zip(&ids[bounds[0]..bounds[1]]).enumerate() {
                match of_type {
                    Some(of_type) => to.copy_from_slice(of_type),
                    None => to.fill(0.0),
                }
                self.words.add(*id as usize, to);
                self.positions.add(self.first_position + i, to);
            }
        }
        self.norm.apply(kernels, hidden);
        if let Some(project) = &self.project {
            let wide = first(&mut scratch.other, ids.len() * project.outputs());
            project.apply(kernels, hidden, &mut scratch.quantised, (wide, Epilogue::Bias));
            std::mem::swap(&mut scratch.hidden, &mut scratch.other);
        }
    }
}
