//! The inner loops in f32, written once over [`Lanes`].
//!
//! Whatever the tile, a row's sums run over the inputs in the same order, so that a row's result does not depend on its
//! place in a batch.

use super::lanes::{Lanes, load_some, store_some};
use super::pack::{PANEL, PackedF32};
use crate::config::Activation;

/// What is done to a product's sums, behind the bias, before they are written.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Epilogue<'a> {
    /// Nothing.
    Bias,
    /// An activation.
    Activate(Activation),
    /// A matrix of the output's shape is added.
    Add(&'a [f32]),
}

/// `rows` of `a` (`rows x inputs`) times packed weights into `out` (`rows x outputs`).
#[inline(always)]
pub(crate) fn product<V: Lanes>(a: &[f32], weight: &PackedF32, out: &mut [f32], after: Epilogue<'_>) {
    let (k, n) = (weight.inputs, weight.outputs);
    let rows = out.len() / n;
    assert!(a.len() == rows * k && out.len() == rows * n, "this is a bug: shapes of a product");
    if let Epilogue::Add(other) = after {
        assert!(other.len() == out.len(), "this is a bug: shape of what is added to a product");
    }
    let mut sums = [0.0; 16 * PANEL];
    for column in (0..n).step_by(V::N * V::COLUMNS) {
        let panel = &weight.values.as_slice()[column / PANEL * PANEL * k + column % PANEL..];
        let width = (V::N * V::COLUMNS).min(n - column);
        let mut row = 0;
        while row < rows {
            let height = balanced(rows - row, V::ROWS);
            // SAFETY: rows `row..row + height` of `a` are `k` long, the panel has `k` rows of `PANEL`, of which as many
            // vectors are read as the width needs, and the sums hold 16 rows.
            unsafe { tile::<V>(&a[row * k..], k, panel, PANEL, k, (height, width), &mut sums) };
            for r in 0..height {
                let at = (row + r) * n + column;
                finish::<V>(&sums[r * PANEL..][..PANEL], &weight.bias[column..], &mut out[at..at + width], (after, at));
            }
            row += height;
        }
    }
}

/// How many rows the next tile takes, so that no tile is much lower than the others.
#[inline(always)]
pub(crate) fn balanced(left: usize, most: usize) -> usize {
    left.div_ceil(left.div_ceil(most))
}

/// Bias and epilogue for one row's part of a tile.
#[inline(always)]
fn finish<V: Lanes>(sums: &[f32], bias: &[f32], out: &mut [f32], (after, at): (Epilogue<'_>, usize)) {
    for (i, to) in out.chunks_mut(V::N).enumerate() {
        let i = i * V::N;
        let v = load_some::<V>(&sums[i..], 0.0).add(load_some(&bias[i..], 0.0));
        store_some(epilogue(v, after, at + i, to.len()), to);
    }
}

/// What comes behind the bias, for `n` elements that stand at `at` in the output.
#[inline(always)]
pub(crate) fn epilogue<V: Lanes>(v: V, after: Epilogue<'_>, at: usize, n: usize) -> V {
    match after {
        Epilogue::Bias => v,
        Epilogue::Activate(activation) => activate(v, activation),
        Epilogue::Add(other) => v.add(load_some(&other[at..at + n.min(V::N)], 0.0)),
    }
}

/// `sums[r * PANEL + c] = sum over k of a[r * lda + k] * b[k * ldb + c]` for `r < height`, `c < width` (rounded up to whole
/// vectors).
///
/// # Safety
/// `a` must have `height` rows and `b` `k` rows of whole vectors.
#[inline(always)]
pub(crate) unsafe fn tile<V: Lanes>(
    a: &[f32],
    lda: usize,
    b: &[f32],
    ldb: usize,
    k: usize,
    (height, width): (usize, usize),
    sums: &mut [f32; 16 * PANEL],
) {
    debug_assert!(a.len() >= (height - 1) * lda + k && b.len() >= (k - 1) * ldb + width.next_multiple_of(V::N));
    let (a, b, sums) = (a.as_ptr(), b.as_ptr(), sums.as_mut_ptr());
    macro_rules! rows {
        ($($n:literal)*) => {
            match (height, width > V::N && V::COLUMNS > 1) {
                // SAFETY: as promised by the caller.
                $(($n, false) => unsafe { fixed::<V, $n, 1>(a, lda, b, ldb, k, sums) },
                ($n, true) => unsafe { fixed::<V, $n, 2>(a, lda, b, ldb, k, sums) },)*
                _ => {}
            }
        };
    }
    rows!(1 2 3 4 5 6 7 8 9 10 11 12 13 14)
}

/// [`tile`] of a fixed size.
#[inline(always)]
unsafe fn fixed<V: Lanes, const R: usize, const C: usize>(
    a: *const f32,
    lda: usize,
    b: *const f32,
    ldb: usize,
    k: usize,
    sums: *mut f32,
) {
    if R > V::ROWS || C > V::COLUMNS {
        return;
    }
    let mut tile = [[V::splat(0.0); C]; R];
    for k in 0..k {
        // SAFETY: as promised by the caller of `tile`.
        let row: [V; C] = std::array::from_fn(|c| unsafe { V::load(b.add(k * ldb + c * V::N)) });
        for r in 0..R {
            // SAFETY: as promised by the caller of `tile`.
            let x = V::splat(unsafe { *a.add(r * lda + k) });
            for c in 0..C {
                tile[r][c] = x.mul_add(row[c], tile[r][c]);
            }
        }
    }
    for r in 0..R {
        for c in 0..C {
            // SAFETY: the sums have 16 rows of `PANEL`.
            unsafe { tile[r][c].store(sums.add(r * PANEL + c * V::N)) };
        }
    }
}

/// The activation of every element.
#[inline(always)]
pub(crate) fn activate<V: Lanes>(x: V, activation: Activation) -> V {
    match activation {
        Activation::Gelu => {
            let half = V::splat(0.5).mul(x);
            half.mul_add(erf(x.mul(V::splat(std::f32::consts::FRAC_1_SQRT_2))), half)
        }
        Activation::GeluTanh => {
            // 0.5 (1 + tanh u) = 1 / (1 + exp(-2u))
            let u = x.mul(x).mul(V::splat(0.044_715)).mul_add(x, x).mul(V::splat(-1.595_769_1));
            x.div(V::splat(1.0).add(exp(u)))
        }
        Activation::Relu => x.max(V::splat(0.0)),
    }
}

/// e to the power of `x`, within 2 units in the last place; below -87.3 it is 0 or next to it.
///
/// `x = n ln 2 + r` with `|r| <= ln 2 / 2` (Cody and Waite's split of ln 2), the Taylor series of `exp r` to the seventh power.
#[inline(always)]
pub(crate) fn exp<V: Lanes>(x: V) -> V {
    let x = x.max(V::splat(-87.3)).min(V::splat(88.0));
    let n = x.mul(V::splat(std::f32::consts::LOG2_E)).round();
    let r = n.mul_add(V::splat(-0.693_359_4), x);
    let r = n.mul_add(V::splat(2.121_944_4e-4), r);
    let mut p = V::splat(1.0 / 5040.0);
    for c in [1.0 / 720.0, 1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0] {
        p = p.mul_add(r, V::splat(c));
    }
    p.scale2(n)
}

/// The error function within 2e-7 (Abramowitz and Stegun, 7.1.26, with its sign restored).
#[inline(always)]
pub(crate) fn erf<V: Lanes>(x: V) -> V {
    let a = x.abs();
    let t = V::splat(1.0).div(a.mul_add(V::splat(0.327_591_1), V::splat(1.0)));
    let mut p = V::splat(1.061_405_4);
    for c in [-1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6] {
        p = p.mul_add(t, V::splat(c));
    }
    let e = exp(V::splat(0.0).sub(a.mul(a)));
    let r = V::splat(1.0).sub(p.mul(t).mul(e));
    // x / |x|, and 0 for 0
    r.mul(x.div(a.max(V::splat(1e-30))))
}

/// Layer norm of every row of `x` in place (Ba, Kiros and Hinton, 2016): the rows are as long as `gain`.
#[inline(always)]
pub(crate) fn layer_norm<V: Lanes>(x: &mut [f32], gain: &[f32], bias: &[f32], epsilon: f32) {
    let width = gain.len();
    for row in x.chunks_exact_mut(width) {
        let mut sum = V::splat(0.0);
        row.chunks(V::N).for_each(|x| sum = sum.add(load_some(x, 0.0)));
        let mean = sum.sum() / width as f32;
        let mut squares = V::splat(0.0);
        for x in row.chunks(V::N) {
            let d = load_some::<V>(x, mean).sub(V::splat(mean));
            squares = d.mul_add(d, squares);
        }
        let scale = V::splat(1.0 / (squares.sum() / width as f32 + epsilon).sqrt());
        for ((x, gain), bias) in row.chunks_mut(V::N).zip(gain.chunks(V::N)).zip(bias.chunks(V::N)) {
            let d = load_some::<V>(x, 0.0).sub(V::splat(mean)).mul(scale);
            store_some(d.mul_add(load_some(gain, 0.0), load_some(bias, 0.0)), x);
        }
    }
}

/// `exp(scale * (x - greatest))` of a row in place; returns the sum.
#[inline(always)]
pub(crate) fn exponentials<V: Lanes>(row: &mut [f32], scale: f32) -> f32 {
    let mut greatest = V::splat(f32::NEG_INFINITY);
    row.chunks(V::N).for_each(|x| greatest = greatest.max(load_some(x, f32::NEG_INFINITY)));
    let shift = V::splat(-scale * greatest.greatest());
    let mut sum = V::splat(0.0);
    for x in row.chunks_mut(V::N) {
        let e = exp(load_some::<V>(x, f32::NEG_INFINITY).mul_add(V::splat(scale), shift));
        store_some(e, x);
        sum = sum.add(load_some(x, 0.0));
    }
    sum.sum()
}
