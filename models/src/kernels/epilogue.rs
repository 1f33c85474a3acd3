//! What is done to the sums of a tile before they are written.

use super::exponential::exp;
use super::lanes::{Lanes, load_some, store_some};
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
    /// What the vectors of one column share.
    type Column: Copy;
    /// That of the vectors from column `c` on.
    fn column(&self, c: usize) -> Self::Column;
    /// The vector in row `r` from column `c` on.
    fn at(&self, r: usize, c: usize, column: Self::Column) -> V;
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
        v.add(load_some(&self.0[at..][..n], 0.0))
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

/// [`finish`] for one epilogue: column by column, so that what its rows share stays in registers.
#[inline(always)]
fn write<V: Lanes, S: Sums<V>>(out: &mut [f32], place: Place, sums: &S, then: &impl Then<V>) {
    for c in (0..place.width).step_by(V::N) {
        let column = sums.column(c);
        let first = place.row * place.stride + place.column + c;
        let n = place.width - c;
        for r in 0..place.height {
            let at = first + r * place.stride;
            let sums = sums.at(r, c, column);
            // two ways, that the usual one may be free of copies through memory
            if n >= V::N {
                store_some(then.then(sums, at, V::N), &mut out[at..][..V::N]);
            } else {
                store_some(then.then(sums, at, n), &mut out[at..][..n]);
            }
        }
    }
}
