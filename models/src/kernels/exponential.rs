//! Powers of e, and those of a whole row for softmax.

use super::lanes::Lanes;

/// e to the power of `x`, within 2 units in the last place; below -87.3 it is 0 or next to it.
#[inline(always)]
pub(crate) fn exp<V: Lanes>(x: V) -> V {
    exp_below(x.min(V::splat(88.0)))
}

/// [`exp`] of what is no greater than 88.
///
/// `x = n ln 2 + r` with `|r| <= ln 2 / 2` (Cody and Waite's split of ln 2); `exp r` by `1 + r` and the powers behind it whose
/// greatest relative error is least, 1.1e-7 (found by Lawson's iteration).
#[inline(always)]
fn exp_below<V: Lanes>(x: V) -> V {
    let x = x.max(V::splat(-87.3));
    let n = x.mul(V::splat(std::f32::consts::LOG2_E)).round();
    let r = n.mul_add(V::splat(-0.693_359_4), x);
    let r = n.mul_add(V::splat(2.121_944_4e-4), r);
    let mut p = V::splat(0.008_312_502);
    for c in [0.041_890_334, 0.166_671_16, 0.499_992_3, 1.0, 1.0] {
        p = p.mul_add(r, V::splat(c));
    }
    p.scale2(n)
}

/// `exp(scale * (x - greatest))` of whole vectors in place, where `greatest` is the row's greatest element and `scale` is
/// positive; returns the sum.
#[inline(always)]
pub(crate) fn exponentials<V: Lanes>(row: &mut [f32], scale: f32) -> f32 {
    debug_assert!(row.len().is_multiple_of(V::N));
    let mut greatest = V::splat(f32::NEG_INFINITY);
    for x in row.chunks_exact(V::N) {
        // SAFETY: the chunk has `N` elements.
        greatest = greatest.max(unsafe { V::load(x.as_ptr()) });
    }
    let (shift, scale) = (V::splat(-scale * greatest.greatest()), V::splat(scale));
    let mut sum = V::splat(0.0);
    for x in row.chunks_exact_mut(V::N) {
        // SAFETY: the chunk has `N` elements.
        let e = exp_below(unsafe { V::load(x.as_ptr()) }.mul_add(scale, shift));
        // SAFETY: as above.
        unsafe { e.store(x.as_mut_ptr()) };
        sum = sum.add(e);
    }
    sum.sum()
}
