//! The definition: every inner loop in plain Rust.

use super::gelu::{Table, WIDE};
use super::integer::{Dots, Tile};
use super::lanes::Lanes;
use super::pack::PANEL;

/// Eight elements, without any special instruction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plain([f32; 8]);

impl Plain {
    #[inline(always)]
    fn map(self, f: impl Fn(f32) -> f32) -> Self {
        Plain(self.0.map(f))
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Plain(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

// SAFETY: it uses no special instruction.
unsafe impl Lanes for Plain {
    const N: usize = 8;
    const ROWS: usize = 4;
    const COLUMNS: usize = 1;

    #[inline(always)]
    fn splat(x: f32) -> Self {
        Plain([x; 8])
    }

    #[inline(always)]
    unsafe fn load(p: *const f32) -> Self {
        // SAFETY: as promised by the caller; unaligned.
        Plain(unsafe { p.cast::<[f32; 8]>().read_unaligned() })
    }

    #[inline(always)]
    unsafe fn load_i32(p: *const i32) -> Self {
        // SAFETY: as promised by the caller; unaligned.
        Plain(unsafe { p.cast::<[i32; 8]>().read_unaligned() }.map(|x| x as f32))
    }

    #[inline(always)]
    unsafe fn store(self, p: *mut f32) {
        // SAFETY: as promised by the caller; unaligned.
        unsafe { p.cast::<[f32; 8]>().write_unaligned(self.0) }
    }

    #[inline(always)]
    unsafe fn store_i8(self, p: *mut i8, flip: i8) {
        // SAFETY: as promised by the caller; bytes have no alignment.
        unsafe { p.cast::<[i8; 8]>().write(self.round().0.map(|x| x as i8 ^ flip)) }
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.zip(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.zip(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.zip(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.zip(other, |a, b| a / b)
    }

    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        self.mul(factor).add(term)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.zip(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn min(self, other: Self) -> Self {
        self.zip(other, |a, b| if a < b { a } else { b })
    }

    #[inline(always)]
    fn abs(self) -> Self {
        self.map(f32::abs)
    }

    #[inline(always)]
    fn round(self) -> Self {
        // adding and taking away 1.5 * 2^23 leaves no room for a fraction
        self.map(|x| (x + 12_582_912.0) - 12_582_912.0)
    }

    #[inline(always)]
    fn scale2(self, powers: Self) -> Self {
        self.zip(powers, |x, n| x * f32::from_bits(((n as i32 + 127) as u32) << 23))
    }

    #[inline(always)]
    fn gelu_tail(self) -> Self {
        self.map(|x| {
            let place = (x * Table::<32, 4>::PER_UNIT).min(Table::<32, 4>::LAST);
            let segment = place as usize & 31;
            let x = place - segment as f32;
            WIDE.0.iter().rev().fold(0.0, |sum, powers| sum * x + powers[segment])
        })
    }

    #[inline(always)]
    fn sum(self) -> f32 {
        let [a, b, c, d, e, f, g, h] = self.0;
        ((a + e) + (b + f)) + ((c + g) + (d + h))
    }

    #[inline(always)]
    fn greatest(self) -> f32 {
        self.0.into_iter().fold(f32::NEG_INFINITY, f32::max)
    }
}

/// Products of bytes, one after the other.
#[derive(Debug)]
pub(crate) struct PlainDots;

// SAFETY: it uses no special instruction.
unsafe impl Dots for PlainDots {
    const ROWS: usize = 4;
    const FLIP: i8 = 0;

    #[inline(always)]
    unsafe fn tile(a: *const i8, b: *const i8, depth: usize, _: *const i32, rows: usize, sums: &mut Tile) {
        // SAFETY: as promised by the caller.
        let b = unsafe { std::slice::from_raw_parts(b, depth * PANEL) };
        for (r, sums) in sums.0.chunks_exact_mut(PANEL).enumerate().take(rows) {
            // SAFETY: as promised by the caller.
            let a = unsafe { std::slice::from_raw_parts(a.add(r * depth), depth) };
            let mut row = [0; PANEL];
            for (a, b) in a.chunks_exact(4).zip(b.chunks_exact(4 * PANEL)) {
                for (sum, b) in row.iter_mut().zip(b.chunks_exact(4)) {
                    *sum += a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum::<i32>();
                }
            }
            sums.copy_from_slice(&row);
        }
    }
}
