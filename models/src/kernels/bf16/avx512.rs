//! Sums of bf16 products in the vector registers of AVX-512.

use super::tile::{Begin, TILE};
use std::arch::x86_64::*;

/// Rows whose sums, two vectors each, the registers hold beside what is multiplied.
const ROWS: usize = 8;

/// As [`super::amx::square`], without tile registers.
///
/// # Safety
/// AVX-512 F and BF16 must be there. `a` and `b` point to two panels each of `steps` tiles; `c` to four squares of 16 x 16
/// that can be written with rows `stride` bytes apart, and so can what `begin` loads be read.
#[target_feature(enable = "avx512f,avx512bf16")]
pub(super) unsafe fn square(
    a: [*const u16; 2],
    b: [*const u16; 2],
    steps: usize,
    begin: Begin,
    c: [*mut f32; 4],
    stride: usize,
) {
    for first in (0..32).step_by(ROWS) {
        let (half, row) = (first / 16, first % 16);
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        if let Begin::Load(from, stride) = begin {
            for (r, sums) in sums.iter_mut().enumerate() {
                for (side, sum) in sums.iter_mut().enumerate() {
                    // SAFETY: the caller vouches for what is loaded.
                    *sum = unsafe { _mm512_loadu_ps(from[2 * half + side].byte_add((row + r) * stride)) };
                }
            }
        }
        // SAFETY: each panel holds `steps` tiles of 16 lines of 32 numbers.
        unsafe {
            let mut left = a[half].add(32 * row);
            let mut right = b;
            for _ in 0..steps {
                for pair in 0..16 {
                    let columns = right.map(|tile| load(tile.add(32 * pair)));
                    for (r, sums) in sums.iter_mut().enumerate() {
                        let x = pairs(left.add(32 * r + 2 * pair));
                        sums[0] = _mm512_dpbf16_ps(sums[0], x, columns[0]);
                        sums[1] = _mm512_dpbf16_ps(sums[1], x, columns[1]);
                    }
                }
                left = left.add(TILE);
                right = right.map(|tile| tile.add(TILE));
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            for (side, sum) in sums.iter().enumerate() {
                // SAFETY: the caller vouches for the squares.
                unsafe { _mm512_storeu_ps(c[2 * half + side].byte_add((row + r) * stride), *sum) };
            }
        }
    }
}

/// 32 numbers.
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn load(from: *const u16) -> __m512bh {
    // SAFETY: as promised by the caller; both types are 64 plain bytes.
    unsafe { std::mem::transmute::<__m512i, __m512bh>(_mm512_loadu_si512(from.cast())) }
}

/// The same two numbers 16 times.
#[target_feature(enable = "avx512f,avx512bf16")]
unsafe fn pairs(from: *const u16) -> __m512bh {
    // SAFETY: as promised by the caller; both types are 64 plain bytes.
    unsafe { std::mem::transmute::<__m512i, __m512bh>(_mm512_set1_epi32(from.cast::<i32>().read_unaligned())) }
}
