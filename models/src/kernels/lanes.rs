//! A vector of f32: the few operations from which every inner loop is written once and compiled for each instruction set.

/// A vector of `N` f32.
///
/// # Safety
/// A type that implements this may use instructions that not every processor has. Its values are made only in functions
/// compiled for those instructions (`#[target_feature]`), which are called only where the processor has them.
pub(crate) unsafe trait Lanes: Copy {
    /// Number of elements; divides [`super::pack::PANEL`].
    const N: usize;
    /// Rows and vectors of the tile of sums that the registers hold.
    const ROWS: usize;
    /// See `ROWS`.
    const COLUMNS: usize;

    /// All elements `x`.
    fn splat(x: f32) -> Self;
    /// Reads `N` elements.
    ///
    /// # Safety
    /// `p` must be valid for reading `N` elements.
    unsafe fn load(p: *const f32) -> Self;
    /// Reads `N` integers.
    ///
    /// # Safety
    /// `p` must be valid for reading `N` elements.
    unsafe fn load_i32(p: *const i32) -> Self;
    /// Writes `N` elements.
    ///
    /// # Safety
    /// `p` must be valid for writing `N` elements.
    unsafe fn store(self, p: *mut f32);
    /// Writes the nearest whole numbers (halves to even) of `N` elements in -127..=127 as bytes, each with the bits of
    /// `flip` turned over.
    ///
    /// # Safety
    /// `p` must be valid for writing `N` elements.
    unsafe fn store_i8(self, p: *mut i8, flip: i8);
    /// Sum.
    fn add(self, other: Self) -> Self;
    /// Difference.
    fn sub(self, other: Self) -> Self;
    /// Product.
    fn mul(self, other: Self) -> Self;
    /// Quotient.
    fn div(self, other: Self) -> Self;
    /// `self * factor + term`, fused where the instruction set does it.
    fn mul_add(self, factor: Self, term: Self) -> Self;
    /// The greater of each pair.
    fn max(self, other: Self) -> Self;
    /// The smaller of each pair.
    fn min(self, other: Self) -> Self;
    /// Without the sign.
    fn abs(self) -> Self;
    /// The nearest whole numbers, halves to even; for magnitudes below 2^22.
    fn round(self) -> Self;
    /// `self` times 2 to the power of whole numbers in -126..=127.
    fn scale2(self, powers: Self) -> Self;
    /// `x (1 - Phi(x))` for x of 0 and more, where Phi is the normal distribution function; see [`super::gelu`].
    fn gelu_tail(self) -> Self;
    /// The sum of the elements, always in the same order.
    fn sum(self) -> f32;
    /// The greatest element.
    fn greatest(self) -> f32;
    /// Asks for the cache line at `p` (which need not be valid: nothing is read), where the instruction set can ask.
    #[inline(always)]
    fn prefetch(_p: *const u8) {}
}

/// Memory that is read soon, asked for a few lines at a time while something else is done.
///
/// The weights of a whole model do not fit into the second cache, and every block of work goes through all of them.
#[derive(Debug)]
pub(crate) struct Ahead {
    next: *const u8,
    lines: usize,
    at_once: usize,
}

impl Ahead {
    /// `values`, spread over so many calls of [`Ahead::ask`].
    #[inline(always)]
    pub(crate) fn new<T>(values: &[T], calls: usize) -> Ahead {
        let lines = size_of_val(values).div_ceil(64);
        Ahead { next: values.as_ptr().cast(), lines, at_once: lines.div_ceil(calls.max(1)) }
    }

    /// Asks for the next lines.
    #[inline(always)]
    pub(crate) fn ask<V: Lanes>(&mut self) {
        let n = self.at_once.min(self.lines);
        for line in 0..n {
            V::prefetch(self.next.wrapping_add(64 * line));
        }
        self.next = self.next.wrapping_add(64 * n);
        self.lines -= n;
    }
}

/// Reads the first elements of `from`, `fill` behind its end.
#[inline(always)]
pub(crate) fn load_some<V: Lanes>(from: &[f32], fill: f32) -> V {
    if from.len() >= V::N {
        // SAFETY: the slice has at least `N` elements.
        return unsafe { V::load(from.as_ptr()) };
    }
    let mut buffer = [fill; 16];
    buffer[..from.len()].copy_from_slice(from);
    // SAFETY: the buffer has 16 elements, and no implementation has more.
    unsafe { V::load(buffer.as_ptr()) }
}

/// Writes as many elements as `to` takes, at most `N`.
#[inline(always)]
pub(crate) fn store_some<V: Lanes>(v: V, to: &mut [f32]) {
    if to.len() >= V::N {
        // SAFETY: the slice has at least `N` elements.
        return unsafe { v.store(to.as_mut_ptr()) };
    }
    let mut buffer = [0.0; 16];
    // SAFETY: the buffer has 16 elements, and no implementation has more.
    unsafe { v.store(buffer.as_mut_ptr()) };
    let n = to.len();
    to.copy_from_slice(&buffer[..n]);
}
