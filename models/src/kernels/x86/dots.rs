//! Products of bytes with AVX2, AVX-VNNI and AVX-512 VNNI.

#![allow(clippy::needless_range_loop, reason = "a tile is registers, and its indices are their names")]

use super::super::integer::{Dots, Tile};
use super::super::pack::PANEL;
use std::arch::x86_64::*;

/// Calls `$fixed::<R>` for a number of rows that is known when the program runs.
macro_rules! by_rows {
    ($fixed:ident, $rows:ident, $arguments:tt, $($n:literal)*) => {
        match $rows {
            // SAFETY: as promised by the caller.
            $($n => unsafe { $fixed::<$n> $arguments },)*
            _ => {}
        }
    };
}

/// `maddubs` wants an unsigned and a signed byte, and its 16-bit sums of two products saturate at 32,767. So the sign goes
/// from the weight to the activation: of |weight| <= 128 and |activation| <= 127 two products make 32,512 at most.
#[derive(Debug)]
pub(crate) struct Avx2Dots;

// SAFETY: it is called only in functions compiled for AVX2.
unsafe impl Dots for Avx2Dots {
    const ROWS: usize = 4;
    const FLIP: i8 = 0;

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, _: *const i32, rows: usize, sums: &mut Tile) {
        by_rows!(avx2, rows, (a, b, depth, sums), 1 2 3 4);
    }
}

/// [`Avx2Dots::tile`] for a fixed number of rows.
#[inline(always)]
unsafe fn avx2<const R: usize>(a: *const i8, b: *const i8, depth: usize, sums: &mut Tile) {
    // SAFETY: as promised by the caller; the sums have more than `R` rows of a panel.
    unsafe {
        for half in [0, PANEL / 2] {
            let mut tile = [[_mm256_setzero_si256(); 2]; R];
            let ones = _mm256_set1_epi16(1);
            for k in (0..depth).step_by(4) {
                let at: *const __m256i = b.add(k * PANEL + 4 * half).cast();
                let weights = [_mm256_load_si256(at), _mm256_load_si256(at.add(1))];
                let sizes = weights.map(|w| _mm256_abs_epi8(w));
                for r in 0..R {
                    let x = _mm256_set1_epi32(a.add(r * depth + k).cast::<i32>().read_unaligned());
                    for c in 0..2 {
                        let pairs = _mm256_maddubs_epi16(sizes[c], _mm256_sign_epi8(x, weights[c]));
                        tile[r][c] = _mm256_add_epi32(tile[r][c], _mm256_madd_epi16(pairs, ones));
                    }
                }
            }
            for r in 0..R {
                for c in 0..2 {
                    let to = sums.0.as_mut_ptr().add(r * PANEL + half + 8 * c);
                    _mm256_storeu_si256(to.cast(), tile[r][c]);
                }
            }
        }
    }
}

/// `dpbusd` on 256 bits; its 32-bit sums do not saturate, its first operand is unsigned: activations come flipped.
#[derive(Debug)]
pub(crate) struct AvxVnniDots;

// SAFETY: it is called only in functions compiled for AVX-VNNI.
unsafe impl Dots for AvxVnniDots {
    const ROWS: usize = 6;
    const FLIP: i8 = -128;

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, start: *const i32, rows: usize, sums: &mut Tile) {
        by_rows!(avx_vnni, rows, (a, b, depth, start, sums), 1 2 3 4 5 6);
    }
}

/// [`AvxVnniDots::tile`] for a fixed number of rows.
#[inline(always)]
unsafe fn avx_vnni<const R: usize>(a: *const i8, b: *const i8, depth: usize, start: *const i32, sums: &mut Tile) {
    // SAFETY: as promised by the caller; the sums have more than `R` rows of a panel.
    unsafe {
        for half in [0, PANEL / 2] {
            let start: *const __m256i = start.add(half).cast();
            let mut tile = [[_mm256_loadu_si256(start), _mm256_loadu_si256(start.add(1))]; R];
            for k in (0..depth).step_by(4) {
                let at: *const __m256i = b.add(k * PANEL + 4 * half).cast();
                let weights = [_mm256_load_si256(at), _mm256_load_si256(at.add(1))];
                for r in 0..R {
                    let x = _mm256_set1_epi32(a.add(r * depth + k).cast::<i32>().read_unaligned());
                    for c in 0..2 {
                        tile[r][c] = _mm256_dpbusd_avx_epi32(tile[r][c], x, weights[c]);
                    }
                }
            }
            for r in 0..R {
                for c in 0..2 {
                    let to = sums.0.as_mut_ptr().add(r * PANEL + half + 8 * c);
                    _mm256_storeu_si256(to.cast(), tile[r][c]);
                }
            }
        }
    }
}

/// `dpbusd` on 512 bits.
#[derive(Debug)]
pub(crate) struct VnniDots;

// SAFETY: it is called only in functions compiled for AVX-512 VNNI.
unsafe impl Dots for VnniDots {
    const ROWS: usize = 14;
    const FLIP: i8 = -128;

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, start: *const i32, rows: usize, sums: &mut Tile) {
        by_rows!(vnni, rows, (a, b, depth, start, sums), 1 2 3 4 5 6 7 8 9 10 11 12 13 14);
    }
}

/// [`VnniDots::tile`] for a fixed number of rows.
#[inline(always)]
unsafe fn vnni<const R: usize>(a: *const i8, b: *const i8, depth: usize, start: *const i32, sums: &mut Tile) {
    // SAFETY: as promised by the caller; the sums have more than `R` rows of a panel.
    unsafe {
        let start: *const __m512i = start.cast();
        let mut tile = [[_mm512_loadu_si512(start), _mm512_loadu_si512(start.add(1))]; R];
        for k in (0..depth).step_by(4) {
            let at: *const __m512i = b.add(k * PANEL).cast();
            let weights = [_mm512_load_si512(at), _mm512_load_si512(at.add(1))];
            for r in 0..R {
                let x = _mm512_set1_epi32(a.add(r * depth + k).cast::<i32>().read_unaligned());
                for c in 0..2 {
                    tile[r][c] = _mm512_dpbusd_epi32(tile[r][c], x, weights[c]);
                }
            }
        }
        for r in 0..R {
            for c in 0..2 {
                _mm512_storeu_si512(sums.0.as_mut_ptr().add(r * PANEL + 16 * c).cast(), tile[r][c]);
            }
        }
    }
}
