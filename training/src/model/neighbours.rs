//! First weights with which attention sees neighbours before anything is learnt.
//!
//! An encoder that guesses hidden words begins with a long plateau: until attention has found out from learnt absolute
//! positions who stands beside whom, no more than the words' frequency can be guessed. Here the last dimensions of the
//! position table hold sines and cosines, and some heads of the lower blocks turn them (Vaswani et al., 2017: a rotation
//! leads from one position to another), so that each looks at one neighbour. Weights that begin in the image of trained ones
//! are due to Trockman and Kolter (2023).

use crate::Error;
use crate::recipe::Source;
use alam_models::weights::{Weight, Weights};
use alam_models::{Config, Rng};
use serde::{Deserialize, Serialize};
use std::f32::consts::PI;

/// The table `neighbours` of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Neighbours {
    /// Blocks, from the lowest, whose heads look at neighbours.
    pub blocks: usize,
    /// How far the farthest head looks: 3 takes six heads a block, the rest is drawn.
    pub reach: usize,
    /// Dimensions of the embeddings that hold positions; even, and at most the width of a head.
    pub dimensions: usize,
    /// The score of a neighbour over that of a word far away; 10 is nearly all of the attention.
    pub sharpness: f32,
    /// A position's share of the embedding, as the standard deviation of its numbers.
    pub deviation: f32,
}

impl Default for Neighbours {
    fn default() -> Self {
        Neighbours { blocks: 2, reach: 3, dimensions: 32, sharpness: 10.0, deviation: 0.05 }
    }
}

/// How fast the wave lengths grow: 1 would make far places look like near ones.
const SPREAD: f32 = 1.4;

impl Neighbours {
    /// Refuses what does not fit the encoder.
    pub(crate) fn check(&self, config: &Config, (source, table): (&Source, &str)) -> Result<(), Error> {
        let wrong = |key: &str, message: String| Err(source.error(&format!("{table}.{key}"), message));
        let head = config.hidden_size / config.heads;
        if config.embedding_size > config.hidden_size {
            return wrong("dimensions", "wanted embeddings no wider than the blocks".into());
        }
        if self.dimensions == 0 || !self.dimensions.is_multiple_of(2) || self.dimensions > head {
            return wrong("dimensions", format!("wanted an even number up to {head}, the width of a head"));
        }
        if self.blocks > config.layers {
            return wrong("blocks", format!("wanted at most {}, found {}", config.layers, self.blocks));
        }
        if 2 * self.reach > config.heads {
            return wrong(
                "reach",
                format!("wanted at most {}, half of the heads, found {}", config.heads / 2, self.reach),
            );
        }
        for (key, value) in [("sharpness", self.sharpness), ("deviation", self.deviation)] {
            if !(value > 0.0 && value.is_finite()) {
                return wrong(key, format!("wanted a positive number, found {value}"));
            }
        }
        Ok(())
    }

    /// Adds the position table and the blocks' queries and keys to `weights`; a word table that is there gives up its
    /// last dimensions.
    pub(crate) fn write(&self, config: &Config, weights: &mut Weights, rng: &mut Rng) {
        let (width, narrow, d) = (config.hidden_size, config.embedding_size, self.dimensions);
        if let Some(words) = weights.get_mut("embeddings.word") {
            words.values.chunks_mut(narrow).for_each(|row| row[narrow - d..].fill(0.0));
        }
        let frequencies = self.frequencies();
        let mut positions = vec![0.0; config.max_positions * narrow];
        for (i, row) in positions.chunks_mut(narrow).enumerate() {
            for (pair, f) in row[narrow - d..].chunks_mut(2).zip(&frequencies) {
                let (sin, cos) = (f * i as f32).sin_cos();
                // The mean square of a sine is a half.
                pair.copy_from_slice(&[cos, sin].map(|x| x * self.deviation * 2f32.sqrt()));
            }
        }
        weights.insert(
            "embeddings.position".into(),
            Weight { shape: vec![config.max_positions, narrow], values: positions },
        );
        if narrow < width {
            let values = projection((narrow, width), d, rng);
            weights.insert("embeddings.project.weight".into(), Weight { shape: vec![width, narrow], values });
        }
        let head = width / config.heads;
        // Behind the norm a pair has the square 2, and the score is divided by the root of the head's width.
        let scale = (self.sharpness * (head as f32).sqrt() / d as f32).sqrt();
        for block in 0..self.blocks {
            let mut table =
                || -> Vec<f32> { (0..width * width).map(|_| rng.normal() * config.initializer_range).collect() };
            let (mut query, mut key) = (table(), table());
            for h in 0..2 * self.reach {
                let distance = (h / 2 + 1) as f32 * if h % 2 == 0 { -1.0 } else { 1.0 };
                let rows = h * head * width..(h + 1) * head * width;
                query[rows.clone()].fill(0.0);
                key[rows].fill(0.0);
                for (p, f) in frequencies.iter().enumerate() {
                    let (sin, cos) = (f * distance).sin_cos();
                    let at = |row: usize, column: usize| (h * head + 2 * p + row) * width + width - d + 2 * p + column;
                    query[at(0, 0)] = cos * scale;
                    query[at(0, 1)] = -sin * scale;
                    query[at(1, 0)] = sin * scale;
                    query[at(1, 1)] = cos * scale;
                    key[at(0, 0)] = scale;
                    key[at(1, 1)] = scale;
                }
            }
            for (part, values) in [("query", query), ("key", key)] {
                let name = format!("layer.{block}.attention.{part}.weight");
                weights.insert(name, Weight { shape: vec![width, width], values });
            }
        }
    }

    fn frequencies(&self) -> Vec<f32> {
        let count = self.dimensions / 2;
        (1..=count).map(|k| PI * (k as f32 / (count as f32 + 0.5)).powf(SPREAD)).collect()
    }
}

/// From narrow embeddings to the blocks' width: each number of a word keeps its place, what is wider mixes them at the same
/// scale, and the last `d` stay those of the position.
fn projection((narrow, width): (usize, usize), d: usize, rng: &mut Rng) -> Vec<f32> {
    let (words, scale) = (narrow - d, 1.0 / ((narrow - d).max(1) as f32).sqrt());
    let mut values = vec![0.0; width * narrow];
    for (i, row) in values.chunks_mut(narrow).enumerate() {
        match i {
            _ if i < words => row[i] = 1.0,
            _ if i < width - d => row[..words].iter_mut().for_each(|x| *x = rng.normal() * scale),
            _ => row[narrow + i - width] = 1.0,
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use alam_models::Family;

    const WIDTH: usize = 64;
    const HEADS: usize = 4;
    const NEIGHBOURS: Neighbours = Neighbours { blocks: 1, reach: 2, dimensions: 16, sharpness: 10.0, deviation: 0.05 };

    fn config(embedding_size: usize) -> Config {
        let text = format!(
            "hidden_size = {WIDTH}\nembedding_size = {embedding_size}\nlayers = 2\nheads = {HEADS}\nmax_positions = 80\n\
             family = \"electra\"\n"
        );
        let source = Source { path: "r.toml".into(), text };
        source.parse::<crate::model::shape::Shape>().unwrap().config(10, 1, (&source, "shape")).unwrap()
    }

    /// What the blocks see: words drawn at random, each with its position, behind a norm and a projection where there is one.
    fn rows(weights: &Weights, narrow: usize, rng: &mut Rng) -> Vec<Vec<f32>> {
        let row = |position: &[f32]| {
            let mut row: Vec<f32> = position.to_vec();
            row[..narrow - NEIGHBOURS.dimensions].iter_mut().for_each(|x| *x += 0.05 * rng.normal());
            let mean = row.iter().sum::<f32>() / narrow as f32;
            let root = (row.iter().map(|x| (x - mean).powi(2)).sum::<f32>() / narrow as f32).sqrt();
            let row: Vec<f32> = row.iter().map(|x| (x - mean) / root).collect();
            match weights.get("embeddings.project.weight") {
                Some(table) => product(&table.values, &row),
                None => row,
            }
        };
        weights["embeddings.position"].values.chunks(narrow).map(row).collect()
    }

    fn product(table: &[f32], x: &[f32]) -> Vec<f32> {
        table.chunks(x.len()).map(|row| row.iter().zip(x).map(|(w, x)| w * x).sum()).collect()
    }

    #[test]
    fn every_head_looks_at_its_neighbour() {
        [WIDTH, 40].into_iter().for_each(heads_look_at_their_neighbours);
    }

    fn heads_look_at_their_neighbours(narrow: usize) {
        let config = config(narrow);
        assert_eq!(config.family, Family::Electra);
        let mut weights = Weights::new();
        NEIGHBOURS.write(&config, &mut weights, &mut Rng::new(1));
        let rows = rows(&weights, narrow, &mut Rng::new(2));
        let deviation = (rows.iter().flatten().map(|x| x * x).sum::<f32>() / (rows.len() * WIDTH) as f32).sqrt();
        assert!((0.9..1.1).contains(&deviation), "{deviation}");
        let head = WIDTH / HEADS;
        let part = |name: &str, h: usize, x: &[f32]| -> Vec<f32> {
            let table = &weights[&format!("layer.0.attention.{name}.weight")].values;
            product(&table[h * head * WIDTH..(h + 1) * head * WIDTH], x)
        };
        for (h, distance) in [-1isize, 1, -2, 2].into_iter().enumerate() {
            let keys: Vec<Vec<f32>> = rows.iter().map(|x| part("key", h, x)).collect();
            for i in 2..78 {
                let query = part("query", h, &rows[i]);
                let score = |key: &Vec<f32>| query.iter().zip(key).map(|(q, k)| q * k).sum::<f32>() / 4.0;
                let scores: Vec<f32> = keys.iter().map(score).collect();
                let total: f32 = scores.iter().map(|s| s.exp()).sum();
                let share = scores[i.strict_add_signed(distance)].exp() / total;
                assert!(share > 0.5, "head {h} at {i}: {share}");
            }
        }
        assert!(!weights.contains_key("layer.1.attention.query.weight"));
    }

    #[test]
    fn words_leave_room_for_positions() {
        let config = config(WIDTH);
        let words = Weight { shape: vec![10, WIDTH], values: vec![1.0; 10 * WIDTH] };
        let mut weights = Weights::from([("embeddings.word".into(), words)]);
        NEIGHBOURS.write(&config, &mut weights, &mut Rng::new(1));
        for row in weights["embeddings.word"].values.chunks(WIDTH) {
            assert!(row[..WIDTH - 16].iter().all(|&x| x == 1.0) && row[WIDTH - 16..].iter().all(|&x| x == 0.0));
        }
    }
}
