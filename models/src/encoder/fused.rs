//! The network out of operations of our own, on the CPU.

use super::layers::Layers;
use super::mode::Mode;
use crate::ops::block::Block;
use crate::ops::embed::Embed;
use crate::{Error, Input};
use candle_core::Tensor;
use std::sync::Arc;

/// The last hidden states.
pub(super) fn hidden(layers: &Layers, input: &Input, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
    let embed = Embed {
        tables: layers.tables.clone(),
        ids: input.ids.clone(),
        positions: layers.positions(input),
        token_type: input.token_type,
        dropout: mode.dropout(layers.config.dropout),
        kept: mode.keep(),
    };
    let mut x = layers.tables.word.var.as_tensor().apply_op1(embed)?;
    if let Some(project) = &layers.project {
        x = x.apply_op1(project.clone())?;
    }
    let bounds: Arc<[usize]> = input.bounds.as_slice().into();
    for parts in &layers.blocks {
        let dropout = [
            mode.dropout(layers.config.attention_dropout),
            mode.dropout(layers.config.dropout),
            mode.dropout(layers.config.dropout),
        ];
        x = x.apply_op1(Block { parts: parts.clone(), bounds: bounds.clone(), dropout, kept: mode.keep() })?;
    }
    Ok(x)
}
