//! Loops over slices that the compiler turns into vector code, compiled once for each width the processor may have.
//!
//! Each loop is written once, without branches and with sums in sixteen lanes of fixed order, so every width gives the same
//! bits: widths differ in speed alone.

/// Compiles a function for AVX-512, AVX2 and the base of the target, and picks at the call.
macro_rules! widths {
    ($(#[$doc:meta])* pub(crate) fn $name:ident($($arg:ident: $type:ty),* $(,)?) $(-> $out:ty)? $body:block) => {
        $(#[$doc])*
        #[inline]
        pub(crate) fn $name($($arg: $type),*) $(-> $out)? {
            #[inline(always)]
            fn body($($arg: $type),*) $(-> $out)? $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx2")]
                fn avx512($($arg: $type),*) $(-> $out)? { body($($arg),*) }
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) $(-> $out)? { body($($arg),*) }
                if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                {
                    // SAFETY: the features were just detected; avx512bw implies avx512f.
                    return unsafe { avx512($($arg),*) };
                }
                if is_x86_feature_detected!("avx2") {
                    // SAFETY: the feature was just detected.
                    return unsafe { avx2($($arg),*) };
                }
            }
            body($($arg),*)
        }
    };
}

const LANES: usize = 16;

/// `e^x` to about 2 units in the last place, for any x (clamped to where f32 has normal numbers).
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    // Adding 1.5 * 2^23 rounds to an integer and leaves it in the low bits (Cephes' expf with that rounding).
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.3, 88.3);
    let t = x * std::f32::consts::LOG2_E + ROUND;
    let n = t - ROUND;
    let r = x - n * 0.693_359_4 - n * -2.121_944_4e-4;
    let mut p = 1.987_569_1e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_6e-1;
    p = p * r + 5e-1;
    let y = p * r * r + r + 1.0;
    y * f32::from_bits((t.to_bits() << 23).wrapping_add(127 << 23))
}

/// The normal distribution function and density at x. Abramowitz and Stegun 7.1.26: error below 1.5e-7.
#[inline(always)]
fn normal(x: f32) -> (f32, f32) {
    let density = exp(-0.5 * x * x);
    let t = 1.0 / (1.0 + 0.327_591_1 * std::f32::consts::FRAC_1_SQRT_2 * x.abs());
    let series = ((((1.061_405_4 * t - 1.453_152) * t + 1.421_413_7) * t - 0.284_496_74) * t + 0.254_829_6) * t;
    let tail = 0.5 * series * density;
    let below = if x < 0.0 { tail } else { 1.0 - tail };
    (below, density * 0.398_942_3)
}

#[inline(always)]
fn lanes_sum(x: [f32; LANES]) -> f32 {
    let mut s = x;
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            s[i] += s[i + width];
        }
        width /= 2;
    }
    s[0]
}

/// Sum of `f(i)` in sixteen lanes.
#[inline(always)]
fn sum(n: usize, f: impl Fn(usize) -> f32) -> f32 {
    let mut lanes = [0f32; LANES];
    let whole = n / LANES * LANES;
    let mut i = 0;
    while i < whole {
        for (l, lane) in lanes.iter_mut().enumerate() {
            *lane += f(i + l);
        }
        i += LANES;
    }
    for (l, i) in (whole..n).enumerate() {
        lanes[l] += f(i);
    }
    lanes_sum(lanes)
}

/// Uniform bits for one element of one use: what dropout decides by, made again in the backward pass instead of kept.
/// The finaliser of MurmurHash3 over the index.
#[inline(always)]
pub(crate) fn hash(seed: u32, index: u32) -> u32 {
    let mut h = index.wrapping_mul(0x9e37_79b9) ^ seed;
    h ^= h >> 16;
    h = h.wrapping_mul(0x85eb_ca6b);
    h ^= h >> 13;
    h = h.wrapping_mul(0xc2b2_ae35);
    h ^ (h >> 16)
}

/// Dropout of one use: which elements it keeps, and by what the kept are multiplied.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dropout {
    seed: u32,
    threshold: u32,
    factor: f32,
}

impl Dropout {
    /// Drops each element with `probability`.
    pub(crate) fn new(probability: f32, seed: u32) -> Self {
        let threshold = (f64::from(probability) * 4_294_967_296.0) as u32;
        Dropout { seed, threshold, factor: 1.0 / (1.0 - probability) }
    }

    /// Keeps everything.
    pub(crate) const NONE: Dropout = Dropout { seed: 0, threshold: 0, factor: 1.0 };

    /// Whether it keeps everything.
    pub(crate) fn is_none(self) -> bool {
        self.threshold == 0
    }

    /// The factor of element `index`: 0, or 1 over the share kept.
    #[inline(always)]
    pub(crate) fn at(self, index: usize) -> f32 {
        if hash(self.seed, index as u32) >= self.threshold { self.factor } else { 0.0 }
    }
}

widths! {
    /// `to = GELU(from)`, exact with the error function.
    pub(crate) fn gelu(from: &[f32], to: &mut [f32]) {
        for (x, y) in from.iter().zip(to) {
            *y = x * normal(*x).0;
        }
    }
}

widths! {
    /// Turns the gradient of GELU's result into that of its argument, in place.
    pub(crate) fn gelu_backward(argument: &[f32], gradient: &mut [f32]) {
        for (x, g) in argument.iter().zip(gradient) {
            let (below, density) = normal(*x);
            *g *= below + x * density;
        }
    }
}

widths! {
    /// Multiplies by dropout's factors; `first` is the index of the first element.
    pub(crate) fn drop_out(values: &mut [f32], dropout: Dropout, first: usize) {
        if dropout.is_none() {
            return;
        }
        for (i, x) in values.iter_mut().enumerate() {
            *x *= dropout.at(first + i);
        }
    }
}

widths! {
    /// `to += from`.
    pub(crate) fn add(to: &mut [f32], from: &[f32]) {
        for (x, y) in to.iter_mut().zip(from) {
            *x += y;
        }
    }
}

widths! {
    /// Layer norm of one row: `values` becomes `(x - mean) / deviation`, `to` that times gamma plus beta. Returns
    /// 1 / deviation.
    pub(crate) fn norm(values: &mut [f32], gamma_beta: (&[f32], &[f32]), epsilon: f32, to: &mut [f32]) -> f32 {
        let n = values.len();
        let mean = sum(n, |i| values[i]) / n as f32;
        let variance = sum(n, |i| (values[i] - mean) * (values[i] - mean)) / n as f32;
        let scale = super::float::one_over_root(variance + epsilon);
        let (gamma, beta) = gamma_beta;
        for (((x, y), g), b) in values.iter_mut().zip(to).zip(gamma).zip(beta) {
            *x = (*x - mean) * scale;
            *y = *x * g + b;
        }
        scale
    }
}

widths! {
    /// Gradient of [`norm`]'s argument in place of its result's, for one row; adds to the gradients of gamma and beta.
    pub(crate) fn norm_backward(gradient: &mut [f32], normalised: &[f32], scale_gamma: (f32, &[f32]), sums: (&mut [f32], &mut [f32])) {
        let (scale, gamma) = scale_gamma;
        let n = gradient.len();
        let (gamma, normalised) = (&gamma[..n], &normalised[..n]);
        let mean = sum(n, |i| gradient[i] * gamma[i]) / n as f32;
        let slope = sum(n, |i| gradient[i] * gamma[i] * normalised[i]) / n as f32;
        let (of_gamma, of_beta) = (&mut sums.0[..n], &mut sums.1[..n]);
        for i in 0..n {
            of_gamma[i] += gradient[i] * normalised[i];
            of_beta[i] += gradient[i];
            gradient[i] = scale * (gradient[i] * gamma[i] - mean - normalised[i] * slope);
        }
    }
}

/// The largest of a row, in sixteen lanes.
#[inline(always)]
fn largest(row: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = row.chunks_exact(LANES);
    for x in chunks.remainder() {
        lanes[0] = if *x > lanes[0] { *x } else { lanes[0] };
    }
    for chunk in chunks {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane = if *x > *lane { *x } else { *lane };
        }
    }
    lanes.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

widths! {
    /// Softmax of `row * scale` in place; returns the logarithm of the sum of exponentials.
    pub(crate) fn softmax(row: &mut [f32], scale: f32) -> f32 {
        let top = largest(row) * scale;
        for x in row.iter_mut() {
            *x = exp(*x * scale - top);
        }
        let total = sum(row.len(), |i| row[i]);
        let part = 1.0 / total;
        for x in row.iter_mut() {
            *x *= part;
        }
        top + total.ln()
    }
}

widths! {
    /// `row = exp(row * scale - log_sum)`: a softmax again whose sum is known.
    pub(crate) fn softmax_again(row: &mut [f32], scale: f32, log_sum: f32) {
        for x in row.iter_mut() {
            *x = exp(*x * scale - log_sum);
        }
    }
}

widths! {
    /// Backward through dropout and softmax for one row. `probabilities` become what multiplied the values (dropped out),
    /// `gradient` (of those) becomes the gradient of the scores before scaling; `inner` is the row's gradient times its result.
    pub(crate) fn softmax_backward(probabilities: &mut [f32], gradient: &mut [f32], inner_scale: (f32, f32), dropout: Dropout, first: usize) {
        let (inner, scale) = inner_scale;
        for (i, (p, g)) in probabilities.iter_mut().zip(gradient).enumerate() {
            let kept = if dropout.is_none() { 1.0 } else { dropout.at(first + i) };
            *g = *p * (*g * kept - inner) * scale;
            *p *= kept;
        }
    }
}

widths! {
    /// `to += factor * from`.
    pub(crate) fn accumulate(to: &mut [f32], from: &[f32], factor: f32) {
        for (x, y) in to.iter_mut().zip(from) {
            *x += factor * y;
        }
    }
}

widths! {
    /// Inner product.
    pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
        let b = &b[..a.len()];
        sum(a.len(), |i| a[i] * b[i])
    }
}

widths! {
    /// Sum of squares, in f32 lanes.
    pub(crate) fn squares(a: &[f32]) -> f32 {
        sum(a.len(), |i| a[i] * a[i])
    }
}

/// One step's constants of AdamW.
#[derive(Clone, Copy, Debug)]
pub struct AdamStep {
    /// Decay of the first moment.
    pub beta1: f32,
    /// Decay of the second moment.
    pub beta2: f32,
    /// Learning rate over the first moment's bias correction.
    pub rate: f32,
    /// Root of the second moment's bias correction.
    pub root: f32,
    /// Added to the root of the second moment.
    pub epsilon: f32,
    /// 1 minus learning rate times weight decay.
    pub keep: f32,
    /// Factor on the gradient: clipping and the mean over micro-batches.
    pub scale: f32,
}

widths! {
    /// AdamW in place (Loshchilov and Hutter 2019, algorithm 2).
    pub(crate) fn adam(values: &mut [f32], gradient: &[f32], moments: (&mut [f32], &mut [f32]), step: AdamStep) {
        for (((x, g), m), v) in values.iter_mut().zip(gradient).zip(moments.0).zip(moments.1) {
            let g = g * step.scale;
            *m = step.beta1 * *m + (1.0 - step.beta1) * g;
            *v = step.beta2 * *v + (1.0 - step.beta2) * g * g;
            *x = *x * step.keep - step.rate * *m / (v.sqrt() / step.root + step.epsilon);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_within_a_millionth() {
        for i in -8700..8800 {
            let x = i as f32 / 100.0;
            let wanted = f64::from(x).exp();
            assert!(((f64::from(exp(x)) - wanted) / wanted).abs() < 3e-7, "{x}");
        }
        assert!(exp(f32::NEG_INFINITY) < 2e-38 && exp(1000.0).is_finite());
    }

    #[test]
    fn gelu_is_exact_to_a_millionth() {
        // erf by its series, in f64.
        let erf = |x: f64| {
            let (mut term, mut total) = (x, x);
            for n in 1..200 {
                term *= -x * x / n as f64;
                total += term / (2 * n + 1) as f64;
            }
            total * 2.0 / std::f64::consts::PI.sqrt()
        };
        let x: Vec<f32> = (-500..500).map(|i| i as f32 / 100.0).collect();
        let mut y = vec![0.0; x.len()];
        gelu(&x, &mut y);
        for (x, y) in x.iter().zip(y) {
            let wanted = f64::from(*x) * 0.5 * (1.0 + erf(f64::from(*x) / 2f64.sqrt()));
            assert!((f64::from(y) - wanted).abs() < 2e-6, "{x} {y} {wanted}");
        }
    }

    #[test]
    fn dropout_keeps_its_share() {
        let dropout = Dropout::new(0.3, 99);
        let kept = (0..100_000).filter(|&i| dropout.at(i) > 0.0).count();
        assert!((69_000..71_000).contains(&kept), "{kept}");
        let other = Dropout::new(0.3, 100);
        let same = (0..100_000).filter(|&i| (dropout.at(i) > 0.0) == (other.at(i) > 0.0)).count();
        assert!((57_000..59_000).contains(&same), "two seeds should agree on 58 %, found {same}");
    }

    #[test]
    fn a_row_of_equal_scores_is_uniform() {
        let mut row = vec![5.0; 37];
        let log_sum = softmax(&mut row, 2.0);
        assert!(row.iter().all(|p| (p - 1.0 / 37.0).abs() < 1e-7));
        assert!((log_sum - (10.0 + 37f32.ln())).abs() < 1e-5);
    }
}
