//! f32 with NEON, which every aarch64 has.

use super::super::gelu::{NARROW, Table};
use super::super::lanes::Lanes;
use std::arch::aarch64::*;

/// 4 elements in one register.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neon(float32x4_t);

// SAFETY: NEON is part of aarch64.
unsafe impl Lanes for Neon {
    const N: usize = 4;
    const ROWS: usize = 12;
    const COLUMNS: usize = 2;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vdupq_n_f32(x)) }
    }

    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Neon(vld1q_f32(p)) }
    }

    #[inline(always)]
    unsafe fn load_i32(p: *const i32) -> Self {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { Neon(vcvtq_f32_s32(vld1q_s32(p))) }
    }

    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe { vst1q_f32(p, self.0) }
    }

    #[inline(always)]
    unsafe fn store_i8(self, p: *mut i8, flip: i8) {
        // SAFETY: as promised by the caller, and by the trait.
        unsafe {
            let words = vqmovn_s32(vcvtnq_s32_f32(self.0));
            let bytes = veor_s8(vqmovn_s16(vcombine_s16(words, words)), vdup_n_s8(flip));
            p.cast::<i32>().write_unaligned(vget_lane_s32::<0>(vreinterpret_s32_s8(bytes)));
        }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vaddq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vsubq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vmulq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vdivq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vfmaq_f32(term.0, self.0, factor.0)) }
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vmaxq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vminq_f32(self.0, other.0)) }
    }

    #[inline(always)]
    fn abs(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vabsq_f32(self.0)) }
    }

    #[inline(always)]
    fn round(self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe { Neon(vrndnq_f32(self.0)) }
    }

    #[inline(always)]
    fn scale2(self, powers: Self) -> Self {
        // SAFETY: as promised by the trait.
        unsafe {
            let bits = vaddq_s32(vcvtq_s32_f32(powers.0), vdupq_n_s32(127));
            Neon(vmulq_f32(self.0, vreinterpretq_f32_s32(vshlq_n_s32::<23>(bits))))
        }
    }

    #[inline(always)]
    fn gelu_tail(self) -> Self {
        // SAFETY: as promised by the trait; a row of coefficients has 32 bytes.
        unsafe {
            let scaled = vmulq_f32(self.0, vdupq_n_f32(Table::<8, 6>::PER_UNIT));
            let place = vminq_f32(scaled, vdupq_n_f32(Table::<8, 6>::LAST));
            let segment = vcvtq_u32_f32(place);
            let x = vsubq_f32(place, vcvtq_f32_u32(segment));
            // The four bytes of each lane's coefficient.
            let bytes = vmlaq_u32(vdupq_n_u32(0x0302_0100), segment, vdupq_n_u32(0x0404_0404));
            let bytes = vreinterpretq_u8_u32(bytes);
            let mut sum = vdupq_n_f32(0.0);
            for powers in NARROW.0.iter().rev() {
                let row = powers.as_ptr().cast::<u8>();
                let table = uint8x16x2_t(vld1q_u8(row), vld1q_u8(row.add(16)));
                sum = vfmaq_f32(vreinterpretq_f32_u8(vqtbl2q_u8(table, bytes)), sum, x);
            }
            Neon(sum)
        }
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe { vaddvq_f32(self.0) }
    }

    #[inline(always)]
    fn greatest(self) -> f32 {
        // SAFETY: as promised by the trait.
        unsafe { vmaxvq_f32(self.0) }
    }
}
