//! Products of bytes with 32-bit sums, written once over the inner loop ([`Dots`]) of an instruction set.
//!
//! Activations are quantised row by row to -127..=127, weights output by output; the sums are exact, so every instruction
//! set has the same. What follows (scales, bias) is done in one order and without fusing, and so has the same bits too.

use super::epilogue::{Epilogue, Place, Sums, finish};
use super::float::balanced;
use super::lanes::{Ahead, Lanes, load_some};
use super::pack::{DEPTH, PANEL, PackedI8, Quantised};

/// Rows of the widest tile of any instruction set.
pub(crate) const TILE_ROWS: usize = 32;

/// The sums of one tile.
#[repr(align(64))]
pub(crate) struct Tile(pub(crate) [i32; TILE_ROWS * PANEL]);

/// The inner loop of an instruction set.
///
/// # Safety
/// As for [`Lanes`]: it is called only in functions that are compiled for its instructions.
pub(crate) unsafe trait Dots {
    /// Most rows of a tile.
    const ROWS: usize;
    /// What is turned over in the bits of each quantised activation: -128 where the instructions want it as an unsigned
    /// byte that is 128 too great.
    const FLIP: i8;
    /// Rows whose bytes stand together, [`DEPTH`] of each in turn; see [`Quantised`].
    const GROUP: usize = 1;

    /// Called before the tiles of a product.
    #[inline(always)]
    fn begin() {}

    /// Called after them.
    #[inline(always)]
    fn end() {}

    /// `sums[r * PANEL + c] = start[c] + sum over k of a[r][k] * b[k / 4][c][k % 4]` for `r < rows` and all columns of the
    /// panel `b`; `start` only where activations are flipped.
    ///
    /// # Safety
    /// `a` must begin a group and have `rows` rows, and behind them readable ones up to a whole group, of `depth`, a multiple
    /// of [`DEPTH`]; `b` must have that many rows of a panel, `start` the columns of one.
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, start: *const i32, rows: usize, sums: &mut Tile);
}

/// Quantises every row of `x`, `width` long.
#[inline(always)]
pub(crate) fn quantise<V: Lanes, D: Dots>(x: &[f32], width: usize, to: &mut Quantised) {
    to.resize(x.len() / width, width, D::GROUP);
    let depth = to.depth;
    for (row, (x, scale)) in x.chunks_exact(width).zip(&mut to.scales).enumerate() {
        let mut greatest = V::splat(0.0);
        let (body, rest) = x.split_at(width / V::N * V::N);
        for x in body.chunks_exact(V::N) {
            greatest = greatest.max(load_some::<V>(x, 0.0).abs());
        }
        if !rest.is_empty() {
            greatest = greatest.max(load_some::<V>(rest, 0.0).abs());
        }
        let greatest = greatest.greatest();
        *scale = greatest / 127.0;
        let inverse = V::splat(if greatest > 1e-30 { 127.0 / greatest } else { 0.0 });
        let first = row / D::GROUP * D::GROUP * depth + row % D::GROUP * DEPTH;
        let bytes = to.values.as_mut_slice()[first..].chunks_mut(D::GROUP * DEPTH);
        for (x, bytes) in x.chunks(DEPTH).zip(bytes) {
            let (body, rest) = x.split_at(x.len() / V::N * V::N);
            for (i, x) in body.chunks_exact(V::N).enumerate() {
                store_bytes::<V, D>(load_some(x, 0.0), inverse, &mut bytes[i * V::N..][..V::N]);
            }
            if !rest.is_empty() {
                store_bytes::<V, D>(load_some(rest, 0.0), inverse, &mut bytes[body.len()..][..V::N]);
            }
        }
    }
}

/// Writes `x` times `inverse` as bytes.
#[inline(always)]
fn store_bytes<V: Lanes, D: Dots>(x: V, inverse: V, to: &mut [i8]) {
    assert!(to.len() == V::N, "this is a bug: room for a vector of bytes");
    let v = x.mul(inverse).min(V::splat(127.0)).max(V::splat(-127.0));
    // SAFETY: there are `N` bytes.
    unsafe { v.store_i8(to.as_mut_ptr(), D::FLIP) };
}

/// `a` times packed weights into `out` (`rows x outputs`), in f32.
#[inline(always)]
pub(crate) fn product<V: Lanes, D: Dots>(a: &Quantised, weight: &PackedI8, out: &mut [f32], after: Epilogue<'_>) {
    let n = weight.outputs;
    let rows = out.len() / n;
    assert!(
        a.rows == rows && a.depth == weight.depth && a.group == D::GROUP && out.len() == rows * n,
        "this is a bug: shapes of a product"
    );
    if let Epilogue::Add(other) = after {
        assert!(other.len() == out.len(), "this is a bug: shape of what is added to a product");
    }
    let mut sums = Tile([0; TILE_ROWS * PANEL]);
    D::begin();
    for column in (0..n).step_by(PANEL) {
        let (panel, behind) = weight.values.as_slice()[column * weight.depth..].split_at(PANEL * weight.depth);
        let mut ahead = Ahead::new(&behind[..panel.len().min(behind.len())], rows.div_ceil(D::ROWS));
        let start = &weight.starts[column..][..PANEL];
        let width = PANEL.min(n - column);
        let mut row = 0;
        while row < rows {
            let height = if D::GROUP > 1 { D::ROWS.min(rows - row) } else { balanced(rows - row, D::ROWS) };
            ahead.ask::<V>();
            let values = &a.values.as_slice()[row * a.depth..];
            // SAFETY: `a` has those rows, and `Quantised` keeps enough behind the last one; panel and start are cut to size.
            unsafe { D::tile(values.as_ptr(), panel.as_ptr(), a.depth, start.as_ptr(), height, &mut sums) };
            let place = Place { stride: n, row, column, height, width };
            let (rows, scales, bias) = (&a.scales[row..], &weight.scales[column..], &weight.bias[column..]);
            finish::<V>(out, place, after, &Scaled { sums: &sums, rows, scales, bias });
            row += height;
        }
    }
    D::end();
}

/// Sums of bytes, and the scales of the rows and columns of their tile.
struct Scaled<'a> {
    sums: &'a Tile,
    rows: &'a [f32],
    scales: &'a [f32],
    bias: &'a [f32],
}

impl<V: Lanes> Sums<V> for Scaled<'_> {
    /// Scale and bias.
    type Column = (V, V);

    #[inline(always)]
    fn column(&self, c: usize) -> (V, V) {
        (load_some(&self.scales[c..][..V::N], 0.0), load_some(&self.bias[c..][..V::N], 0.0))
    }

    #[inline(always)]
    fn at(&self, r: usize, c: usize, (scale, bias): (V, V)) -> V {
        let scale = V::splat(self.rows[r]).mul(scale);
        // SAFETY: the sums of a row are a whole panel, of which `N` is a divisor.
        let sums = unsafe { V::load_i32(self.sums.0[r * PANEL + c..][..V::N].as_ptr()) };
        sums.mul(scale).add(bias)
    }
}
