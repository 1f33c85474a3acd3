//! Token, position and type embeddings with their layer norm.

use super::Source;
use super::block::{Linear, Norm};
use super::scratch::Scratch;
use crate::kernels::Kernels;
use crate::{Config, Error, Input};

/// The tables, and the product that widens their sum where it is narrower than the blocks.
#[derive(Debug)]
pub(super) struct Embeddings {
    width: usize,
    words: Vec<f32>,
    /// From the first position on.
    positions: Vec<f32>,
    types: Vec<f32>,
    norm: Norm,
    project: Option<Linear>,
}

impl Embeddings {
    pub(super) fn new(config: &Config, source: &Source<'_>) -> Result<Self, Error> {
        let width = config.embedding_size;
        let positions = source.get("embeddings.position", &[config.max_positions, width])?;
        Ok(Embeddings {
            width,
            words: source.get("embeddings.word", &[config.vocab_size, width])?.to_vec(),
            positions: positions[config.first_position * width..].to_vec(),
            types: match config.token_types {
                0 => Vec::new(),
                n => source.get("embeddings.type", &[n, width])?.to_vec(),
            },
            norm: source.norm("embeddings.norm", width, config.norm_epsilon)?,
            project: match width == config.hidden_size {
                true => None,
                false => Some(source.linear("embeddings.project", (config.hidden_size, width))?),
            },
        })
    }

    /// Fails on ids and types that have no row.
    pub(super) fn check(&self, input: &Input) -> Result<(), Error> {
        let rows = self.words.len() / self.width;
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
        scratch.hidden.resize(ids.len() * width, 0.0);
        let types = self.types.get(token_type as usize * width..).unwrap_or_default();
        for bounds in scratch.bounds.windows(2) {
            let rows = scratch.hidden[bounds[0] * width..bounds[1] * width].chunks_exact_mut(width);
            for ((to, id), position) in rows.zip(&ids[bounds[0]..bounds[1]]).zip(self.positions.chunks_exact(width)) {
                let word = &self.words[*id as usize * width..][..width];
                for ((to, word), position) in to.iter_mut().zip(word).zip(position) {
                    *to = word + position;
                }
                for (to, kind) in to.iter_mut().zip(types) {
                    *to += kind;
                }
            }
        }
        self.norm.apply(kernels, &mut scratch.hidden);
        if let Some(project) = &self.project {
            scratch.other.resize(ids.len() * project.outputs(), 0.0);
            project.apply(kernels, &scratch.hidden, &mut scratch.other);
            std::mem::swap(&mut scratch.hidden, &mut scratch.other);
        }
    }
}
