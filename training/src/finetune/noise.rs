//! What is done to the pieces of a window before they are learnt from.

use super::recipe::Recipe;
use alam::encode::Encoder;
use alam_models::Rng;

/// How much of it, and with what.
#[derive(Debug, Clone)]
pub(super) struct Noise {
    /// What all of it comes from.
    pub(super) seed: u64,
    mask: f32,
    mask_id: Option<u32>,
    vocabulary: usize,
    drop_stop: f32,
    stops: Vec<u32>,
}

impl Noise {
    /// As the recipe says.
    pub(super) fn new(recipe: &Recipe, encoder: &Encoder, vocabulary: usize) -> Noise {
        let mask_id = ["[MASK]", "<mask>"].iter().find_map(|token| encoder.token_id(token));
        let stops = [".", "؟", "!", "…"].iter().map(|stop| encoder.pieces(stop));
        let stops = stops.filter(|pieces| pieces.len() == 1).flatten().collect();
        let (mask, drop_stop) = (recipe.examples.mask, recipe.examples.drop_stop);
        Noise { seed: recipe.train.seed, mask, mask_id, vocabulary, drop_stop, stops }
    }

    /// Whether this window loses the full stop at its end.
    pub(super) fn drops_stop(&self, pieces: &[u32], rng: &mut Rng) -> bool {
        self.drop_stop > 0.0 && pieces.last().is_some_and(|p| self.stops.contains(p)) && rng.uniform() < self.drop_stop
    }

    /// Hides pieces; returns their places and what stood there.
    pub(super) fn mask(&self, pieces: &mut [u32], rng: &mut Rng) -> Vec<(u32, u32)> {
        let mut hidden = Vec::new();
        if self.mask <= 0.0 {
            return hidden;
        }
        for (at, piece) in pieces.iter_mut().enumerate() {
            if rng.uniform() < self.mask {
                hidden.push((at as u32, *piece));
                *piece = match self.mask_id {
                    Some(id) if rng.uniform() < 0.8 => id,
                    _ => rng.below(self.vocabulary) as u32,
                };
            }
        }
        hidden
    }
}
