//! Products of bytes with the dot-product instructions of ARMv8.2.

#![allow(clippy::needless_range_loop, reason = "a tile is registers, and its indices are their names")]

use super::super::integer::{Dots, Tile};
use super::super::pack::PANEL;
use std::arch::aarch64::*;
use std::arch::asm;

/// `sdot`: 32-bit sums of four products of signed bytes; nothing saturates.
#[derive(Debug)]
pub(crate) struct DotProd;

// SAFETY: it is called only in functions compiled for the dot product.
unsafe impl Dots for DotProd {
    const ROWS: usize = 6;
    const FLIP: i8 = 0;

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, _: *const i32, rows: usize, sums: &mut Tile) {
        macro_rules! rows {
            ($($n:literal)*) => {
                match rows {
                    // SAFETY: as promised by the caller.
                    $($n => unsafe { fixed::<$n>(a, b, depth, sums) },)*
                    _ => {}
                }
            };
        }
        rows!(1 2 3 4 5 6)
    }
}

/// [`DotProd::tile`] for a fixed number of rows.
#[inline(always)]
unsafe fn fixed<const R: usize>(a: *const i8, b: *const i8, depth: usize, sums: &mut Tile) {
    // SAFETY: as promised by the caller; the sums have more than `R` rows of a panel.
    unsafe {
        for half in [0, PANEL / 2] {
            let mut tile = [[vdupq_n_s32(0); 4]; R];
            for k in (0..depth).step_by(4) {
                let at = b.add(k * PANEL + 4 * half);
                let weights = [vld1q_s8(at), vld1q_s8(at.add(16)), vld1q_s8(at.add(32)), vld1q_s8(at.add(48))];
                for r in 0..R {
                    let x = vdupq_n_s32(a.add(r * depth + k).cast::<i32>().read_unaligned());
                    for c in 0..4 {
                        tile[r][c] = dot(tile[r][c], weights[c], vreinterpretq_s8_s32(x));
                    }
                }
            }
            for r in 0..R {
                for c in 0..4 {
                    vst1q_s32(sums.0.as_mut_ptr().add(r * PANEL + half + 4 * c), tile[r][c]);
                }
            }
        }
    }
}

/// `sum[i] + a[4i] b[4i] + ... + a[4i + 3] b[4i + 3]`. (The compiler's own function for it is not stable yet.)
///
/// # Safety
/// The processor must have the dot product.
#[inline(always)]
unsafe fn dot(mut sum: int32x4_t, a: int8x16_t, b: int8x16_t) -> int32x4_t {
    // SAFETY: it reads and writes these registers alone.
    unsafe {
        asm!(
            ".arch_extension dotprod",
            "sdot {sum:v}.4s, {a:v}.16b, {b:v}.16b",
            sum = inout(vreg) sum,
            a = in(vreg) a,
            b = in(vreg) b,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}
