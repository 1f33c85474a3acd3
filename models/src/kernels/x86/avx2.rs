//! f32 with AVX2 and FMA.

use super::super::gelu::{NARROW, Table};
use super::super::lanes::Lanes;
use std::arch::x86_64::*;

/// 8 elements in one register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Avx2(__m256);

// SAFETY: its values are made only in functions compiled for AVX2 and FMA.
unsafe impl Lanes for Avx2 {
    const N: usize = 8;
    const ROWS: usize = 6;
    const COLUMNS: usize = 2;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_set1_ps(x)) }
    }

    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Avx2(_mm256_loadu_ps(p)) }
    }

    #[inline(always)]
    unsafe fn load_i32(p: *const i32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Avx2(_mm256_cvtepi32_ps(_mm256_loadu_si256(p.cast()))) }
    }

    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { _mm256_storeu_ps(p, self.0) }
    }

    #[inline(always)]
    unsafe fn store_i8(self, p: *mut i8, flip: i8) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe {
            let whole = _mm256_cvtps_epi32(self.0);
            let words = _mm_packs_epi32(_mm256_castsi256_si128(whole), _mm256_extracti128_si256::<1>(whole));
            let bytes = _mm_xor_si128(_mm_packs_epi16(words, words), _mm_set1_epi8(flip));
            _mm_storel_epi64(p.cast(), bytes);
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_add_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_sub_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_mul_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_div_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_max_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_min_ps(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_fmadd_ps(self.0, factor.0, term.0)) }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_andnot_ps(_mm256_set1_ps(-0.0), self.0)) }
    }

    #[inline(always)]
    fn round(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Avx2(_mm256_round_ps::<{ _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC }>(self.0)) }
    }

    #[inline(always)]
    fn scale2(self, powers: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe {
            let bits = _mm256_add_epi32(_mm256_cvtps_epi32(powers.0), _mm256_set1_epi32(127));
            Avx2(_mm256_mul_ps(self.0, _mm256_castsi256_ps(_mm256_slli_epi32::<23>(bits))))
        }
    }

    #[inline(always)]
    fn gelu_tail(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe {
            let scaled = _mm256_mul_ps(self.0, _mm256_set1_ps(Table::<8, 6>::PER_UNIT));
            let place = _mm256_min_ps(scaled, _mm256_set1_ps(Table::<8, 6>::LAST));
            let segment = _mm256_cvttps_epi32(place);
            let x = _mm256_sub_ps(place, _mm256_cvtepi32_ps(segment));
            let [rest @ .., last] = &NARROW.0;
            let mut sum = _mm256_permutevar8x32_ps(_mm256_loadu_ps(last.as_ptr()), segment);
            for powers in rest.iter().rev() {
                sum = _mm256_fmadd_ps(sum, x, _mm256_permutevar8x32_ps(_mm256_loadu_ps(powers.as_ptr()), segment));
            }
            Avx2(sum)
        }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe {
            let half = _mm_add_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let pair = _mm_add_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)))
        }
    }

    #[inline(always)]
    fn prefetch(p: *const u8) {
        // SAFETY: asking for a line reads nothing.
        unsafe { _mm_prefetch::<_MM_HINT_T1>(p.cast()) }
    }

    #[inline(always)]
    fn greatest(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe {
            let half = _mm_max_ps(_mm256_castps256_ps128(self.0), _mm256_extractf128_ps::<1>(self.0));
            let pair = _mm_max_ps(half, _mm_movehl_ps(half, half));
            _mm_cvtss_f32(_mm_max_ss(pair, _mm_movehdup_ps(pair)))
        }
    }
}
