//! f32 with AVX-512.

use super::super::gelu::{Table, WIDE};
use super::super::lanes::Lanes;
use std::arch::x86_64::*;

/// 16 elements in one register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx512(__m512);

// SAFETY: its values are made only in functions compiled for AVX-512 F, BW, DQ and VL.
unsafe impl Lanes for Avx512 {
    const N: usize = 16;
    const ROWS: usize = 14;
    const COLUMNS: usize = 2;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_set1_ps(x)) }
    }

    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Avx512(_mm512_loadu_ps(p)) }
    }

    #[inline(always)]
    unsafe fn load_i32(p: *const i32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Avx512(_mm512_cvtepi32_ps(_mm512_loadu_si512(p.cast()))) }
    }

    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { _mm512_storeu_ps(p, self.0) }
    }

    #[inline(always)]
    unsafe fn store_i8(self, p: *mut i8, flip: i8) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe {
            let bytes = _mm512_cvtsepi32_epi8(_mm512_cvtps_epi32(self.0));
            _mm_storeu_si128(p.cast(), _mm_xor_si128(bytes, _mm_set1_epi8(flip)));
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_add_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_sub_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_mul_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_div_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_min_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_fmadd_ps(self.0, factor.0, term.0)) }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_abs_ps(self.0)) }
    }

    #[inline(always)]
    fn round(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_roundscale_ps::<{ _MM_FROUND_TO_NEAREST_INT }>(self.0)) }
    }

    #[inline(always)]
    fn scale2(self, powers: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx512(_mm512_scalef_ps(self.0, powers.0)) }
    }

    #[inline(always)]
    fn gelu_tail(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe {
            let scaled = _mm512_mul_ps(self.0, _mm512_set1_ps(Table::<32, 4>::PER_UNIT));
            let place = _mm512_min_ps(scaled, _mm512_set1_ps(Table::<32, 4>::LAST));
            let segment = _mm512_cvttps_epi32(place);
            let x = _mm512_sub_ps(place, _mm512_cvtepi32_ps(segment));
            let [rest @ .., last] = &WIDE.0;
            let mut sum = pick(last, segment);
            for powers in rest.iter().rev() {
                sum = _mm512_fmadd_ps(sum, x, pick(powers, segment));
            }
            Avx512(sum)
        }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe { _mm512_reduce_add_ps(self.0) }
    }

    #[inline(always)]
    fn prefetch(p: *const u8) {
        // SAFETY: asking for a line reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(p.cast()) }
    }

    #[inline(always)]
    fn greatest(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe { _mm512_reduce_max_ps(self.0) }
    }
}

/// The coefficients of 16 segments.
///
/// # Safety
/// The processor must have AVX-512 F.
#[inline(always)]
unsafe fn pick(powers: &[f32; 32], segments: __m512i) -> __m512 {
    // SAFETY: as promised by the caller; there are 32 coefficients.
    unsafe {
        let (low, high) = (_mm512_loadu_ps(powers.as_ptr()), _mm512_loadu_ps(powers.as_ptr().add(16)));
        _mm512_permutex2var_ps(low, segments, high)
    }
}
