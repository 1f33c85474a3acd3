//! The inner loops in f32, written once over [`Lanes`].
//!
//! Whatever the tile, a row's sums run over the inputs in the same order, so that a row's result does not depend on its
//! place in a batch.

#![allow(clippy::needless_range_loop, reason = "a tile is registers, and its indices are their names")]

use super::epilogue::{Epilogue, Place, Sums, finish};
use super::lanes::{Ahead, Lanes, load_some, store_some};
use super::pack::{PANEL, PackedF32, STRIPE};

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
        let stripe = &weight.values.as_slice()[column / STRIPE * STRIPE * k + column % STRIPE..];
        let bias = &weight.bias[column..];
        let width = (V::N * V::COLUMNS).min(n - column);
        let size = (V::N * V::COLUMNS).max(STRIPE) * k;
        let mut ahead = Ahead::new(stripe.get(size..2 * size).unwrap_or_default(), rows.div_ceil(V::ROWS));
        let mut row = 0;
        while row < rows {
            let height = balanced(rows - row, V::ROWS);
            ahead.ask::<V>();
            let a = View { values: &a[row * k..], stride: k };
            let b = Stripes { values: stripe, stride: STRIPE, next: STRIPE * k };
            // SAFETY: rows `row..row + height` of `a` are `k` long, the stripes have `k` rows of `STRIPE`, there are as many as
            // the width needs, and the sums hold 16 rows.
            unsafe { tile::<V>(a, b, (height, width, k), (&mut sums, PANEL)) };
            let place = Place { stride: n, row, column, height, width };
            finish::<V>(out, place, after, &Biased { sums: &sums, bias });
            row += height;
        }
    }
}

/// Rows of a matrix, `stride` apart.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) values: &'a [f32],
    pub(crate) stride: usize,
}

/// Rows of columns, of which [`STRIPE`] stand side by side.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stripes<'a> {
    pub(crate) values: &'a [f32],
    /// From one row to the next.
    pub(crate) stride: usize,
    /// From one stripe to the next.
    pub(crate) next: usize,
}

/// Sums in f32.
struct Biased<'a> {
    sums: &'a [f32],
    bias: &'a [f32],
}

impl<V: Lanes> Sums<V> for Biased<'_> {
    type Column = V;

    #[inline(always)]
    fn column(&self, c: usize) -> V {
        load_some(&self.bias[c..][..V::N], 0.0)
    }

    #[inline(always)]
    fn at(&self, r: usize, c: usize, bias: V) -> V {
        load_some::<V>(&self.sums[r * PANEL + c..][..V::N], 0.0).add(bias)
    }
}

/// How many rows the next tile takes, so that no tile is much lower than the others.
#[inline(always)]
pub(crate) fn balanced(left: usize, most: usize) -> usize {
    left.div_ceil(left.div_ceil(most))
}

/// `out[r][c] = sum over k of a[r][k] * b[k][c]` for `r < height`, `c < width` (rounded up to whole vectors), where rows of
/// `out` are `.1` apart.
///
/// # Safety
/// `a` must have `height` rows of `k`, `b` `k` rows of whole vectors in as many stripes as the width needs, and `out`
/// `height` rows of whole vectors.
#[inline(always)]
pub(crate) unsafe fn tile<V: Lanes>(
    a: View<'_>,
    b: Stripes<'_>,
    (height, width, k): (usize, usize, usize),
    (out, stride): (&mut [f32], usize),
) {
    debug_assert!(a.values.len() >= (height - 1) * a.stride + k);
    debug_assert!(b.values.len() >= (k - 1) * b.stride + (width - 1) / STRIPE * b.next + V::N);
    debug_assert!(out.len() >= (height - 1) * stride + width.next_multiple_of(V::N));
    let out = out.as_mut_ptr();
    macro_rules! rows {
        ($($n:literal)*) => {
            match (height, width > V::N && V::COLUMNS > 1) {
                // SAFETY: as promised by the caller.
                $(($n, false) => unsafe { fixed::<V, $n, 1>(a, b, k, (out, stride)) },
                // SAFETY: as promised by the caller.
                ($n, true) => unsafe { fixed::<V, $n, 2>(a, b, k, (out, stride)) },)*
                _ => {}
            }
        };
    }
    rows!(1 2 3 4 5 6 7 8 9 10 11 12 13 14)
}

/// [`tile`] of a fixed size.
#[inline(always)]
unsafe fn fixed<V: Lanes, const R: usize, const C: usize>(
    a: View<'_>,
    b: Stripes<'_>,
    k: usize,
    (out, stride): (*mut f32, usize),
) {
    let (lda, ldb, next, a, b) = (a.stride, b.stride, b.next, a.values.as_ptr(), b.values.as_ptr());
    if R > V::ROWS || C > V::COLUMNS {
        return;
    }
    let mut tile = [[V::splat(0.0); C]; R];
    for k in 0..k {
        let mut row = [V::splat(0.0); C];
        for c in 0..C {
            // SAFETY: as promised by the caller of `tile`.
            row[c] = unsafe { V::load(b.add(k * ldb + c * V::N / STRIPE * next + c * V::N % STRIPE)) };
        }
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
            // SAFETY: as promised by the caller of `tile`.
            unsafe { tile[r][c].store(out.add(r * stride + c * V::N)) };
        }
    }
}

/// `1 / sqrt(variance)`, which is no number for a row whose squares have left the range of f32: divided by infinity it would
/// be a row of zeros, and nobody would notice.
#[inline(always)]
pub(crate) fn one_over_root(variance: f32) -> f32 {
    if variance.is_finite() { 1.0 / variance.sqrt() } else { f32::NAN }
}

/// Layer norm of every row of `x` in place (Ba, Kiros and Hinton, 2016): the rows are as long as `gain`.
#[inline(always)]
pub(crate) fn layer_norm<V: Lanes>(x: &mut [f32], gain: &[f32], bias: &[f32], epsilon: f32) {
    let width = gain.len();
    assert!(bias.len() == width, "this is a bug: shapes of a layer norm");
    // what fills vectors goes by a way of its own, free of copies through memory
    let whole = width / V::N * V::N;
    for row in x.chunks_exact_mut(width) {
        let (body, rest) = row.split_at_mut(whole);
        let mut sum = V::splat(0.0);
        for x in body.chunks_exact(V::N) {
            sum = sum.add(load_some(x, 0.0));
        }
        if !rest.is_empty() {
            sum = sum.add(load_some(rest, 0.0));
        }
        let mean = sum.sum() / width as f32;
        let centre = V::splat(mean);
        let mut squares = V::splat(0.0);
        for x in body.chunks_exact(V::N) {
            let d = load_some::<V>(x, mean).sub(centre);
            squares = d.mul_add(d, squares);
        }
        if !rest.is_empty() {
            let d = load_some::<V>(rest, mean).sub(centre);
            squares = d.mul_add(d, squares);
        }
        let scale = V::splat(one_over_root(squares.sum() / width as f32 + epsilon));
        let lines = gain.chunks_exact(V::N).zip(bias.chunks_exact(V::N));
        for (x, (gain, bias)) in body.chunks_exact_mut(V::N).zip(lines) {
            let d = load_some::<V>(x, 0.0).sub(centre).mul(scale);
            store_some(d.mul_add(load_some(gain, 0.0), load_some(bias, 0.0)), x);
        }
        if !rest.is_empty() {
            let d = load_some::<V>(rest, 0.0).sub(centre).mul(scale);
            store_some(d.mul_add(load_some(&gain[whole..], 0.0), load_some(&bias[whole..], 0.0)), rest);
        }
    }
}
