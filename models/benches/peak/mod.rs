//! What this machine's cores can do at most: multiply-adds from registers to registers, in the instructions of the kernels.

use std::time::Instant;

/// Rounds of a burst, some milliseconds.
const ROUNDS: usize = 1 << 21;

/// Bursts of a measurement: what the machine can do is what it did in the best one, whoever disturbed the others.
const BURSTS: usize = 6;

/// A loop of multiply-adds, and the operations of a round of it; a multiplication and an addition are two.
#[derive(Clone, Copy)]
pub(crate) struct Peak {
    run: fn(usize) -> i32,
    operations: usize,
}

impl Peak {
    /// In f32, for kernels of that name; `None` where no loop is written for them.
    pub(crate) fn f32(kernels: &str) -> Option<Peak> {
        by_name(kernels).map(|peaks| peaks.0)
    }

    /// In int8 with 32-bit sums.
    pub(crate) fn int8(kernels: &str) -> Option<Peak> {
        by_name(kernels).map(|peaks| peaks.1)
    }

    /// Operations a second of so many threads together, in the best burst.
    pub(crate) fn measure(self, threads: usize) -> f64 {
        (0..BURSTS).map(|_| self.burst(threads)).fold(0.0, f64::max)
    }

    fn burst(self, threads: usize) -> f64 {
        let begin = Instant::now();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(move || std::hint::black_box((self.run)(ROUNDS)));
            }
        });
        (threads * ROUNDS * self.operations) as f64 / begin.elapsed().as_secs_f64()
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn by_name(_: &str) -> Option<(Peak, Peak)> {
    None
}

#[cfg(target_arch = "x86_64")]
use x86::by_name;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Peak;
    use std::arch::x86_64::*;
    use std::hint::black_box;

    /// A loop over so many sums that none waits for itself.
    macro_rules! registers {
        ($name:ident, $features:literal, $sums:literal, $zero:expr, $operand:expr, $step:expr, $bits:expr) => {
            fn $name(rounds: usize) -> i32 {
                #[target_feature(enable = $features)]
                fn inside(rounds: usize) -> i32 {
                    let (x, y) = (black_box($operand), black_box($operand));
                    let mut sums = [$zero; $sums];
                    for _ in 0..rounds {
                        for sum in &mut sums {
                            *sum = $step(*sum, x, y);
                        }
                    }
                    sums.into_iter().map($bits).fold(0, i32::wrapping_add)
                }
                // SAFETY: `by_name` gives it out for kernels of these instructions, which the processor was found to have.
                unsafe { inside(rounds) }
            }
        };
    }

    registers!(
        fma_512,
        "avx512f",
        12,
        _mm512_setzero_ps(),
        _mm512_set1_ps(0.5),
        |sum, x, y| _mm512_fmadd_ps(x, y, sum),
        |sum| _mm512_cvtss_f32(sum) as i32
    );
    registers!(
        fma_256,
        "avx2,fma",
        12,
        _mm256_setzero_ps(),
        _mm256_set1_ps(0.5),
        |sum, x, y| _mm256_fmadd_ps(x, y, sum),
        |sum| _mm256_cvtss_f32(sum) as i32
    );
    registers!(
        dots_512,
        "avx512f,avx512vnni",
        20,
        _mm512_setzero_si512(),
        _mm512_set1_epi8(3),
        |sum, x, y| _mm512_dpbusd_epi32(sum, x, y),
        |sum| _mm512_cvtsi512_si32(sum)
    );
    registers!(
        dots_256,
        "avx2,avxvnni",
        12,
        _mm256_setzero_si256(),
        _mm256_set1_epi8(3),
        |sum, x, y| _mm256_dpbusd_avx_epi32(sum, x, y),
        |sum| _mm256_cvtsi256_si32(sum)
    );
    registers!(
        pairs_256,
        "avx2",
        10,
        _mm256_setzero_si256(),
        _mm256_set1_epi8(3),
        |sum, x, y| _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, _mm256_xor_si256(y, sum)), x)),
        |sum| _mm256_cvtsi256_si32(sum)
    );

    pub(super) fn by_name(kernels: &str) -> Option<(Peak, Peak)> {
        let wide = Peak { run: fma_512, operations: 12 * 16 * 2 };
        let narrow = Peak { run: fma_256, operations: 12 * 8 * 2 };
        let pairs = Peak { run: pairs_256, operations: 10 * 32 * 2 };
        match kernels {
            "vnni" => Some((wide, Peak { run: dots_512, operations: 20 * 64 * 2 })),
            "avx512" => Some((wide, pairs)),
            "avxvnni" => Some((narrow, Peak { run: dots_256, operations: 12 * 32 * 2 })),
            "avx2" => Some((narrow, pairs)),
            _ => None,
        }
    }
}
