//! What is done to the sums of a tile before they are written.

use super::lanes::{Lanes, load_some, store_some};
use super::pack::PANEL;
use crate::config::Activation;

/// What comes behind the bias.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Epilogue<'a> {
    /// Nothing.
    Bias,
    /// An activation.
    Activate(Activation),
    /// A matrix of the output's shape is added.
    Add(&'a [f32]),
}

/// A tile's place in an output of rows `stride` long.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) stride: usize,
    pub(crate) row: usize,
    pub(crate) column: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
}

/// Writes a tile: `value(r, c)` is the vector of sums with bias in its row `r`, from its column `c` on.
#[inline(always)]
pub(crate) fn finish<V: Lanes>(out: &mut [f32], place: Place, after: Epilogue<'_>, value: impl Fn(usize, usize) -> V) {
    match after {
        Epilogue::Bias => write(out, place, value, |v, _, _| v),
        Epilogue::Activate(Activation::Gelu) => write(out, place, value, |v, _, _| gelu(v)),
        Epilogue::Activate(Activation::GeluTanh) => write(out, place, value, |v, _, _| gelu_tanh(v)),
        Epilogue::Activate(Activation::Relu) => write(out, place, value, |v, _, _| v.max(V::splat(0.0))),
        Epilogue::Add(other) => write(out, place, value, |v, at, n| v.add(load_some(&other[at..at + n], 0.0))),
    }
}

/// [`finish`] for one epilogue: `then` gets a vector, its place in the output, and its length there.
#[inline(always)]
fn write<V: Lanes>(
    out: &mut [f32],
    place: Place,
    value: impl Fn(usize, usize) -> V,
    then: impl Fn(V, usize, usize) -> V,
) {
    for r in 0..place.height {
        let at = (place.row + r) * place.stride + place.column;
        let to = &mut out[at..at + place.width];
        if place.width == PANEL {
            for c in (0..PANEL).step_by(V::N) {
                store_some(then(value(r, c), at + c, V::N), &mut to[c..c + V::N]);
            }
            continue;
        }
        for (i, to) in to.chunks_mut(V::N).enumerate() {
            store_some(then(value(r, i * V::N), at + i * V::N, to.len()), to);
        }
    }
}

/// GELU with the error function, within 2e-7 (Hendrycks and Gimpel, 2016).
#[inline(always)]
fn gelu<V: Lanes>(x: V) -> V {
    x.max(V::splat(0.0)).sub(x.abs().gelu_tail())
}

/// GELU by its tanh approximation: `0.5 (1 + tanh u) = 1 / (1 + exp(-2u))`.
#[inline(always)]
fn gelu_tanh<V: Lanes>(x: V) -> V {
    let u = x.mul(x).mul(V::splat(0.044_715)).mul_add(x, x).mul(V::splat(-1.595_769_1));
    x.div(V::splat(1.0).add(super::float::exp(u)))
}
