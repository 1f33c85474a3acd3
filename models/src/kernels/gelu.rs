//! GELU by tables: `x Phi(x) = max(x, 0) - |x| (1 - Phi(|x|))`, and what is taken away is smooth and soon 0.
//!
//! On [0, 6] it is cut into segments, in each a polynomial through Chebyshev's nodes; behind 6 it is below 1e-8. Sixteen
//! lanes pick a coefficient of 32 segments with one instruction, eight lanes one of 8.

/// Where the last segment ends.
const END: f64 = 6.0;

/// Coefficients of `SEGMENTS` polynomials: `[power][segment]`.
#[derive(Debug)]
#[repr(align(64))]
pub(crate) struct Table<const SEGMENTS: usize, const POWERS: usize>(pub(crate) [[f32; SEGMENTS]; POWERS]);

impl<const SEGMENTS: usize, const POWERS: usize> Table<SEGMENTS, POWERS> {
    /// Segments in one unit of `x`.
    pub(crate) const PER_UNIT: f32 = (SEGMENTS as f64 / END) as f32;

    /// The last place in the table, in segments.
    pub(crate) const LAST: f32 = SEGMENTS as f32 - SEGMENTS as f32 / 16_777_216.0;

    /// Newton's interpolation through the `nodes` of every segment, which lie in (-1, 1).
    const fn new(nodes: [f64; POWERS]) -> Self {
        let mut table = [[0.0; SEGMENTS]; POWERS];
        let mut segment = 0;
        while segment < SEGMENTS {
            let powers = interpolate(segment as f64, END / SEGMENTS as f64, nodes);
            let mut power = 0;
            while power < POWERS {
                table[power][segment] = powers[power] as f32;
                power += 1;
            }
            segment += 1;
        }
        Table(table)
    }
}

/// Three powers and 32 segments: within 7e-7.
pub(crate) static WIDE: Table<32, 4> =
    Table::new([-0.923_879_532_511_286_7, -0.382_683_432_365_089_8, 0.382_683_432_365_089_8, 0.923_879_532_511_286_7]);

/// Five powers and 8 segments: within 6e-7.
pub(crate) static NARROW: Table<8, 6> = Table::new([
    -0.965_925_826_289_068_2,
    -0.707_106_781_186_547_5,
    -0.258_819_045_102_520_7,
    0.258_819_045_102_520_7,
    0.707_106_781_186_547_5,
    0.965_925_826_289_068_2,
]);

/// Coefficients of the polynomial in `0..1`, the place in a segment.
const fn interpolate<const N: usize>(segment: f64, width: f64, nodes: [f64; N]) -> [f64; N] {
    let mut at = [0.0; N];
    let mut difference = [0.0; N];
    let mut j = 0;
    while j < N {
        at[j] = (1.0 + nodes[j]) / 2.0;
        difference[j] = tail((segment + at[j]) * width);
        j += 1;
    }
    let mut order = 1;
    while order < N {
        j = N - 1;
        while j >= order {
            difference[j] = (difference[j] - difference[j - 1]) / (at[j] - at[j - order]);
            j -= 1;
        }
        order += 1;
    }
    // Horner's scheme over the nodes: powers = powers * (x - at[j]) + difference[j]
    let mut powers = [0.0; N];
    j = N;
    while j > 0 {
        j -= 1;
        let mut power = N - 1;
        while power > 0 {
            powers[power] = powers[power - 1] - at[j] * powers[power];
            power -= 1;
        }
        powers[0] = difference[j] - at[j] * powers[0];
    }
    powers
}

/// `a (1 - Phi(a))`, by `Phi(a) = 1/2 + phi(a) (a + a^3/3 + a^5/15 + ...)`: no term is negative, so nothing cancels.
const fn tail(a: f64) -> f64 {
    let mut term = a;
    let mut sum = 0.0;
    let mut odd = 1.0;
    while odd < 250.0 {
        sum += term;
        odd += 2.0;
        term *= a * a / odd;
    }
    // exp(-a^2 / 2) as the 64th power of exp(-a^2 / 128)
    let x = -a * a / 128.0;
    let mut density = 0.0;
    let mut power = 1.0;
    let mut n = 0.0;
    while n < 30.0 {
        density += power;
        n += 1.0;
        power *= x / n;
    }
    let mut doubling = 0;
    while doubling < 6 {
        density *= density;
        doubling += 1;
    }
    // 1 / sqrt(2 pi)
    a * (0.5 - 0.398_942_280_401_432_7 * density * sum)
}
