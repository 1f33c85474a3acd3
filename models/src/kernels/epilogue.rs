//! What is done to the sums of a tile before they are written.

use super::float::exp;
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

/// The sums of a tile, with bias. (A trait and no closure: closures are not sure to become part of their caller, and only
/// there they are compiled for its instruction set.)
pub(crate) trait Sums<V> {
    /// The vector in row `r` from column `c` on.
    fn at(&self, r: usize, c: usize) -> V;
}

/// What is done to each vector.
trait Then<V> {
    /// `n` elements of `v` are written at `at`.
    fn then(&self, v: V, at: usize, n: usize) -> V;
}

struct Nothing;
struct Gelu;
struct GeluTanh;
struct Relu;
struct Add<'a>(&'a [f32]);

impl<V: Lanes> Then<V> for Nothing {
    #[inline(always)]
    fn then(&self, v: V, _: usize, _: usize) -> V {
        v
    }
}

impl<V: Lanes> Then<V> for Gelu {
    /// GELU with the error function, within 1e-6 (Hendrycks and Gimpel, 2016).
    #[inline(always)]
    fn then(&self, v: V, _: usize, _: usize) -> V {
        v.max(V::splat(0.0)).sub(v.abs().gelu_tail())
    }
}

impl<V: Lanes> Then<V> for GeluTanh {
    /// GELU by its tanh approximation: `0.5 (1 + tanh u) = 1 / (1 + exp(-2u))`.
    #[inline(always)]
    fn then(&self, v: V, _: usize, _: usize) -> V {
        let u = v.mul(v).mul(V::splat(0.044_715)).mul_add(v, v).mul(V::splat(-1.595_769));
        v.div(V::splat(1.0).add(exp(u)))
    }
}

impl<V: Lanes> Then<V> for Relu {
    #[inline(always)]
    fn then(&self, v: V, _: usize, _: usize) -> V {
        v.max(V::splat(0.0))
    }
}

impl<V: Lanes> Then<V> for Add<'_> {
    #[inline(always)]
    fn then(&self, v: V, at: usize, n: usize) -> V {
        v.add(load_some(&self.0[at..at + n], 0.0))
    }
}

/// Writes a tile.
#[inline(always)]
pub(crate) fn finish<V: Lanes>(out: &mut [f32], place: Place, after: Epilogue<'_>, sums: &impl Sums<V>) {
    match after {
        Epilogue::Bias => write(out, place, sums, &Nothing),
        Epilogue::Activate(Activation::Gelu) => write(out, place, sums, &Gelu),
        Epilogue::Activate(Activation::GeluTanh) => write(out, place, sums, &GeluTanh),
        Epilogue::Activate(Activation::Relu) => write(out, place, sums, &Relu),
        Epilogue::Add(other) => write(out, place, sums, &Add(other)),
    }
}

/// [`finish`] for one epilogue.
#[inline(always)]
fn write<V: Lanes>(out: &mut [f32], place: Place, sums: &impl Sums<V>, then: &impl Then<V>) {
    for r in 0..place.height {
        let at = (place.row + r) * place.stride + place.column;
        let to = &mut out[at..at + place.width];
        if place.width == PANEL {
            for c in (0..PANEL).step_by(V::N) {
                store_some(then.then(sums.at(r, c), at + c, V::N), &mut to[c..c + V::N]);
            }
            continue;
        }
        for (i, to) in to.chunks_mut(V::N).enumerate() {
            store_some(then.then(sums.at(r, i * V::N), at + i * V::N, to.len()), to);
        }
    }
}
