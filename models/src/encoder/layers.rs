//! What a network is made of.

use crate::ops::block::Parts;
use crate::ops::embed::Tables;
use crate::ops::linear::Linear;
use crate::{Config, Input};
use std::sync::Arc;

/// The layers between the ids and the last hidden states.
#[derive(Debug)]
pub(super) struct Layers {
    pub(super) config: Config,
    pub(super) tables: Arc<Tables>,
    /// Widens embeddings that are narrower than the blocks.
    pub(super) project: Option<Linear>,
    pub(super) blocks: Vec<Arc<Parts>>,
}

impl Layers {
    /// For each token its row in the table of positions.
    pub(super) fn positions(&self, input: &Input) -> Vec<u32> {
        let first = self.config.first_position as u32;
        input.bounds.windows(2).flat_map(|b| (0..(b[1] - b[0]) as u32).map(move |i| first + i)).collect()
    }
}
