//! Attention of one sequence over its own tokens, head by head (Vaswani et al., 2017, section 3.2).

use super::exponential::exponentials;
use super::float::{Stripes, View, balanced, tile};
use super::lanes::{Lanes, load_some, store_some};
use super::pack::{PANEL, STRIPE};

/// Working memory for one sequence; it grows to the longest and is then kept.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    /// Transposed keys of one head, in panels of tokens.
    keys: Vec<f32>,
    /// Values of one head, in panels of dimensions.
    values: Vec<f32>,
    /// Attention weights of one tile of queries.
    weights: Vec<f32>,
}

impl Workspace {
    fn reserve(&mut self, tokens: usize, size: usize) {
        let padded = tokens.next_multiple_of(PANEL);
        let at_least = |v: &mut Vec<f32>, n| v.resize(v.len().max(n), 0.0);
        at_least(&mut self.keys, padded * size);
        at_least(&mut self.values, tokens * (size + 1).next_multiple_of(PANEL));
        at_least(&mut self.weights, 16 * padded);
    }
}

/// Width of the model and number of its attention heads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Heads {
    pub(crate) hidden: usize,
    pub(crate) heads: usize,
}

/// `qkv` holds queries, keys and values (`3 * hidden`) of every token of the sequence; `out` gets `hidden` for each.
#[inline(always)]
pub(crate) fn attention<V: Lanes>(qkv: &[f32], out: &mut [f32], shape: Heads, work: &mut Workspace) {
    let (hidden, stride) = (shape.hidden, 3 * shape.hidden);
    let (tokens, size) = (out.len() / hidden, hidden / shape.heads);
    assert!(qkv.len() == tokens * stride && size * shape.heads == hidden, "this is a bug: shapes of attention");
    if tokens == 0 {
        return;
    }
    let padded = tokens.next_multiple_of(PANEL);
    let scale = 1.0 / (size as f32).sqrt();
    let step = V::N * V::COLUMNS;
    work.reserve(tokens, size);
    let mut sums = [0.0; 16 * PANEL];
    let mut totals = [0.0; 16];
    for head in 0..shape.heads {
        pack(&qkv[hidden + head * size..], stride, (tokens, size), work);
        let mut row = 0;
        while row < tokens {
            let height = balanced(tokens - row, V::ROWS);
            for column in (0..tokens).step_by(step) {
                let keys = &work.keys[column / PANEL * PANEL * size + column % PANEL..];
                let width = step.min(tokens - column);
                let queries = View { values: &qkv[row * stride + head * size..], stride };
                let keys = Stripes { values: keys, stride: PANEL, next: STRIPE };
                let to = (&mut work.weights[column..], padded);
                // SAFETY: `height` rows of queries begin there, `size` long, the keys have `size` rows of a panel, and there
                // are 16 rows of weights that end with a panel.
                unsafe { tile::<V>(queries, keys, (height, width, size), to) };
            }
            for (r, total) in totals.iter_mut().enumerate().take(height) {
                let weights = &mut work.weights[r * padded..][..tokens.next_multiple_of(V::N)];
                // what this leaves in the sum is below 1e-37
                weights[tokens..].fill(f32::NEG_INFINITY);
                *total = exponentials::<V>(weights, scale);
            }
            for column in (0..size).step_by(step) {
                let values = &work.values[column / PANEL * PANEL * tokens + column % PANEL..];
                let width = step.min(size - column);
                let weights = View { values: &work.weights, stride: padded };
                let values = Stripes { values, stride: PANEL, next: STRIPE };
                // SAFETY: there are 16 rows of weights, `padded` long, and `tokens` rows of a panel of values.
                unsafe { tile::<V>(weights, values, (height, width, tokens), (&mut sums, PANEL)) };
                for r in 0..height {
                    let share = V::splat(1.0 / totals[r]);
                    let to = &mut out[(row + r) * hidden + head * size + column..][..width];
                    for (to, sum) in to.chunks_mut(V::N).zip(sums[r * PANEL..].chunks(V::N)) {
                        store_some(load_some::<V>(sum, 0.0).mul(share), to);
                    }
                }
            }
            row += height;
        }
    }
}

/// Lays out one head's keys and values, which begin at `kv[0]` and `kv[stride / 3]`.
#[inline(always)]
fn pack(kv: &[f32], stride: usize, (tokens, size): (usize, usize), work: &mut Workspace) {
    let has_room = kv.len() >= (tokens - 1) * stride + size && work.keys.len() >= tokens.next_multiple_of(PANEL) * size;
    assert!(has_room, "this is a bug: shapes of attention");
    for first in (0..tokens).step_by(8) {
        // eight at a time, so that a line of the panel is not fetched once for each of its tokens
        let rows: [*const f32; 8] = std::array::from_fn(|i| kv[(first + i).min(tokens - 1) * stride..].as_ptr());
        let panel = work.keys[first / PANEL * PANEL * size + first % PANEL..].as_mut_ptr();
        for k in 0..size {
            for (i, row) in rows.iter().enumerate() {
                // SAFETY: each row has `size` elements, and `size` rows of the panel are there, as asserted above.
                unsafe { *panel.add(k * PANEL + i) = *row.add(k) };
            }
        }
    }
    for token in 0..tokens {
        let values = &kv[token * stride + stride / 3..][..size];
        let (panels, rest) = values.as_chunks::<PANEL>();
        for (i, from) in panels.iter().enumerate() {
            work.values[(i * tokens + token) * PANEL..][..PANEL].copy_from_slice(from);
        }
        work.values[(panels.len() * tokens + token) * PANEL..][..rest.len()].copy_from_slice(rest);
    }
}
