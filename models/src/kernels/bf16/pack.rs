//! Operands of bf16 products as tiles.

use super::tile::{Line, TILE, numbers};
use crate::kernels::matrix::View;
use rayon::prelude::*;
use std::arch::x86_64::*;

/// How a tile is read from a row-major matrix of f32.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Packing {
    /// 16 rows x 32 columns, pairs along columns.
    Rows,
    /// The same, transposed as pairs.
    RowsTransposed,
    /// 32 rows x 16 columns, pairs along rows.
    Pairs,
    /// The same, transposed as pairs.
    PairsTransposed,
}

impl Packing {
    fn inner_is_rows(self) -> bool {
        matches!(self, Packing::Pairs | Packing::PairsTransposed)
    }
}

/// Copies the part of a tile that lies inside the matrix into a zeroed square, for tiles on the edge.
fn edge(view: View<'_>, row: usize, column: usize, size: (usize, usize), to: &mut [f32; 512]) {
    to.fill(0.0);
    let rows = size.0.min(view.rows.saturating_sub(row));
    let columns = size.1.min(view.columns.saturating_sub(column));
    if columns == 0 {
        return;
    }
    for r in 0..rows {
        let from = (row + r) * view.stride + column;
        to[r * size.1..r * size.1 + columns].copy_from_slice(&view.data[from..from + columns]);
    }
}

/// Packs one tile.
///
/// # Safety
/// AVX-512 F, BW and BF16 must be there. The 16 x 32 (or 32 x 16) numbers at `from`, rows `stride` apart, must be readable.
#[target_feature(enable = "avx512f,avx512bw,avx512bf16")]
unsafe fn pack_tile(packing: Packing, from: *const f32, stride: usize, to: &mut [u16]) {
    let mut lines = [_mm512_setzero_si512(); 16];
    if packing.inner_is_rows() {
        let interleave = _mm512_set_epi16(
            31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17,
            1, 16, 0,
        );
        for (i, line) in lines.iter_mut().enumerate() {
            // SAFETY: rows 2i and 2i + 1 are below 32 and 16 numbers wide.
            let (low, high) =
                unsafe { (_mm512_loadu_ps(from.add(2 * i * stride)), _mm512_loadu_ps(from.add((2 * i + 1) * stride))) };
            // SAFETY: both types are 64 plain bytes.
            let both: __m512i = unsafe { std::mem::transmute(_mm512_cvtne2ps_pbh(high, low)) };
            *line = _mm512_permutexvar_epi16(interleave, both);
        }
    } else {
        for (i, line) in lines.iter_mut().enumerate() {
            // SAFETY: row i is below 16 and 32 numbers wide.
            let (low, high) =
                unsafe { (_mm512_loadu_ps(from.add(i * stride)), _mm512_loadu_ps(from.add(i * stride + 16))) };
            // SAFETY: both types are 64 plain bytes.
            *line = unsafe { std::mem::transmute::<__m512bh, __m512i>(_mm512_cvtne2ps_pbh(high, low)) };
        }
    }
    if matches!(packing, Packing::RowsTransposed | Packing::PairsTransposed) {
        transpose(&mut lines);
    }
    debug_assert_eq!(to.len(), TILE);
    for (i, line) in lines.iter().enumerate() {
        // SAFETY: `to` holds 16 lines of 32 numbers.
        unsafe { _mm512_storeu_si512(to.as_mut_ptr().add(32 * i).cast(), *line) };
    }
}

/// Transposes 16 x 16 numbers of 32 bits.
#[target_feature(enable = "avx512f")]
fn transpose(r: &mut [__m512i; 16]) {
    let mut t = [_mm512_setzero_si512(); 16];
    for i in 0..8 {
        t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
    }
    for i in 0..4 {
        r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
        r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
        r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
    }
    for i in 0..4 {
        t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
        t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
        t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
        t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
    }
    for i in 0..4 {
        r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
        r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
        r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
        r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
    }
}

/// Packs the inner indices `from..from + length` of a matrix; `outer` is its number of rows or columns that are not inner.
pub(super) fn pack(
    packing: Packing,
    view: View<'_>,
    inner: std::ops::Range<usize>,
    to: &mut Vec<Line>,
    parallel: bool,
) -> usize {
    let outer = if packing.inner_is_rows() { view.columns } else { view.rows };
    let (outer_tiles, inner_tiles) = (outer.div_ceil(32) * 2, inner.len().div_ceil(32));
    let length = outer_tiles * inner_tiles * TILE;
    let to = numbers(to, length);
    // Eight tiles side by side read whole stretches of each row where rows are the inner index.
    let group = 8.min(outer_tiles);
    let fill = |(index, tiles): (usize, &mut [u16])| {
        let mut square = [0f32; 512];
        for k in 0..inner_tiles {
            for (o, panel) in tiles.chunks_exact_mut(inner_tiles * TILE).enumerate() {
                let (o, k_from) = ((index * group + o) * 16, inner.start + k * 32);
                let tile = &mut panel[k * TILE..(k + 1) * TILE];
                let (row, column, size) =
                    if packing.inner_is_rows() { (k_from, o, (32, 16)) } else { (o, k_from, (16, 32)) };
                let inside = row + size.0 <= view.rows && column + size.1 <= view.columns && k_from + 32 <= inner.end;
                if inside {
                    // SAFETY: `available()` was asked; the tile lies inside the matrix, as just checked.
                    unsafe {
                        pack_tile(packing, view.data.as_ptr().add(row * view.stride + column), view.stride, tile)
                    };
                } else {
                    let (rows, columns) =
                        if packing.inner_is_rows() { (inner.end, view.columns) } else { (view.rows, inner.end) };
                    edge(View { rows, columns, ..view }, row, column, size, &mut square);
                    // SAFETY: the square holds 512 numbers in rows of `size.1`.
                    unsafe { pack_tile(packing, square.as_ptr(), size.1, tile) };
                }
            }
        }
    };
    let chunk = group * inner_tiles * TILE;
    if parallel {
        to.par_chunks_mut(chunk).enumerate().for_each(fill);
    } else {
        to.chunks_mut(chunk).enumerate().for_each(fill);
    }
    inner_tiles
}
