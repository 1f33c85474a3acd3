//! Inner loops, chosen once for the processor.
//!
//! Each is written once, over a vector type (`lanes`) or an inner product of bytes (`integer`), and compiled for each
//! instruction set; `portable` is the definition that the others are tested against.

#[cfg(target_arch = "aarch64")]
pub(crate) mod aarch64;
pub mod alone;
pub(crate) mod attention;
#[cfg(all(feature = "graph", target_arch = "x86_64"))]
pub(crate) mod bf16;
pub(crate) mod buffer;
#[cfg(feature = "graph")]
pub(crate) mod elementwise;
pub(crate) mod epilogue;
pub(crate) mod exponential;
pub(crate) mod float;
pub(crate) mod gelu;
pub(crate) mod integer;
pub(crate) mod lanes;
#[cfg(feature = "graph")]
pub(crate) mod matrix;
pub(crate) mod pack;
pub(crate) mod portable;
#[cfg(feature = "graph")]
pub(crate) mod product;
#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

use crate::Error;
use attention::{Heads, Workspace};
use epilogue::Epilogue;
use pack::{PackedF32, PackedI8, Quantised};

/// The environment variable that forces an instruction set, by the name of its kernels.
pub const VARIABLE: &str = "ALAM_KERNEL";

/// The inner loops of one instruction set. Tables are handed out only where the processor has it: that is what makes the
/// calls below sound.
#[derive(Clone, Copy)]
pub(crate) struct Kernels {
    pub(crate) name: &'static str,
    available: fn() -> bool,
    /// Whether quantised activations stand 128 too great, as unsigned bytes.
    #[cfg(test)]
    flips: bool,
    product: unsafe fn(&[f32], &PackedF32, &mut [f32], Epilogue<'_>),
    quantise: unsafe fn(&[f32], usize, &mut Quantised),
    product_i8: unsafe fn(&Quantised, &PackedI8, &mut [f32], Epilogue<'_>),
    layer_norm: unsafe fn(&mut [f32], &[f32], &[f32], f32),
    attention: unsafe fn(&[f32], &mut [f32], Heads, &mut Workspace),
}

impl std::fmt::Debug for Kernels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Kernels {
    /// See [`float::product`].
    pub(crate) fn product(&self, a: &[f32], weight: &PackedF32, out: &mut [f32], after: Epilogue<'_>) {
        // SAFETY: the processor has this table's instructions.
        unsafe { (self.product)(a, weight, out, after) }
    }

    /// See [`integer::quantise`].
    pub(crate) fn quantise(&self, x: &[f32], width: usize, to: &mut Quantised) {
        // SAFETY: the processor has this table's instructions.
        unsafe { (self.quantise)(x, width, to) }
    }

    /// See [`integer::product`].
    pub(crate) fn product_i8(&self, a: &Quantised, weight: &PackedI8, out: &mut [f32], after: Epilogue<'_>) {
        // SAFETY: the processor has this table's instructions.
        unsafe { (self.product_i8)(a, weight, out, after) }
    }

    /// See [`float::layer_norm`].
    pub(crate) fn layer_norm(&self, x: &mut [f32], gain: &[f32], bias: &[f32], epsilon: f32) {
        // SAFETY: the processor has this table's instructions.
        unsafe { (self.layer_norm)(x, gain, bias, epsilon) }
    }

    /// See [`attention::attention`].
    pub(crate) fn attention(&self, qkv: &[f32], out: &mut [f32], shape: Heads, work: &mut Workspace) {
        // SAFETY: the processor has this table's instructions.
        unsafe { (self.attention)(qkv, out, shape, work) }
    }
}

/// Compiles every inner loop for an instruction set, and makes the table of them.
macro_rules! table {
    ($table:ident, $name:literal, $available:expr, $lanes:ty, $dots:ty, $($feature:literal)?) => {
        static $table: Kernels = {
            $(#[target_feature(enable = $feature)])?
            fn product(a: &[f32], weight: &PackedF32, out: &mut [f32], after: Epilogue<'_>) {
                float::product::<$lanes>(a, weight, out, after);
            }
            $(#[target_feature(enable = $feature)])?
            fn quantise(x: &[f32], width: usize, to: &mut Quantised) {
                integer::quantise::<$lanes, $dots>(x, width, to);
            }
            $(#[target_feature(enable = $feature)])?
            fn product_i8(a: &Quantised, weight: &PackedI8, out: &mut [f32], after: Epilogue<'_>) {
                integer::product::<$lanes, $dots>(a, weight, out, after);
            }
            $(#[target_feature(enable = $feature)])?
            fn layer_norm(x: &mut [f32], gain: &[f32], bias: &[f32], epsilon: f32) {
                float::layer_norm::<$lanes>(x, gain, bias, epsilon);
            }
            $(#[target_feature(enable = $feature)])?
            fn attention(qkv: &[f32], out: &mut [f32], shape: Heads, work: &mut Workspace) {
                attention::attention::<$lanes>(qkv, out, shape, work);
            }
            Kernels {
                name: $name,
                available: $available,
                #[cfg(test)]
                flips: <$dots as integer::Dots>::FLIP != 0,
                product,
                quantise,
                product_i8,
                layer_norm,
                attention,
            }
        };
    };
}

table!(PORTABLE, "portable", || true, portable::Plain, portable::PlainDots,);

#[cfg(target_arch = "x86_64")]
mod tables {
    use super::x86::{amx, avx2::Avx2, avx512::Avx512, dots};
    use super::*;

    macro_rules! has {
        ($($feature:tt)*) => { $(std::arch::is_x86_feature_detected!($feature))&&* };
    }

    fn has_avx512() -> bool {
        has!("avx512f" "avx512bw" "avx512dq" "avx512vl" "avx2" "fma")
    }

    table!(
        AMX,
        "amx",
        || has_avx512() && amx::available(),
        Avx512,
        amx::AmxDots,
        "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"
    );
    table!(
        VNNI,
        "vnni",
        || has_avx512() && has!("avx512vnni"),
        Avx512,
        dots::VnniDots,
        "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma"
    );
    table!(AVX512, "avx512", has_avx512, Avx512, dots::Avx2Dots, "avx512f,avx512bw,avx512dq,avx512vl,avx2,fma");
    table!(AVX_VNNI, "avxvnni", || has!("avx2" "fma" "avxvnni"), Avx2, dots::AvxVnniDots, "avx2,fma,avxvnni");
    table!(AVX2, "avx2", || has!("avx2" "fma"), Avx2, dots::Avx2Dots, "avx2,fma");

    pub(super) static SPECIAL: &[&Kernels] = &[&AMX, &VNNI, &AVX512, &AVX_VNNI, &AVX2];
}

#[cfg(target_arch = "aarch64")]
mod tables {
    use super::aarch64::{dots::DotProd, neon::Neon};
    use super::*;

    table!(DOTPROD, "dotprod", || std::arch::is_aarch64_feature_detected!("dotprod"), Neon, DotProd, "neon,dotprod");
    table!(NEON, "neon", || true, Neon, portable::PlainDots, "neon");

    pub(super) static SPECIAL: &[&Kernels] = &[&DOTPROD, &NEON];
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod tables {
    pub(super) static SPECIAL: &[&super::Kernels] = &[];
}

/// All kernels that this processor can run, the fastest first, the definition last.
pub(crate) fn all() -> impl Iterator<Item = &'static Kernels> {
    tables::SPECIAL.iter().copied().chain([&PORTABLE]).filter(|kernels| (kernels.available)())
}

/// The fastest kernels of this processor, or those that the environment asks for ([`VARIABLE`]).
pub(crate) fn best() -> Result<&'static Kernels, Error> {
    match std::env::var_os(VARIABLE) {
        None => named(""),
        Some(name) => named(&name.to_string_lossy()),
    }
}

/// The name of the kernels that [`crate::cpu::CpuEncoder`] would use now.
pub fn name() -> Result<&'static str, Error> {
    best().map(|kernels| kernels.name)
}

/// The kernels of that name, or the fastest where there is none.
fn named(name: &str) -> Result<&'static Kernels, Error> {
    let found = all().find(|kernels| name.is_empty() || kernels.name == name);
    found.ok_or_else(|| {
        let names: Vec<_> = all().map(|kernels| format!("`{}`", kernels.name)).collect();
        Error::Device(format!("{VARIABLE}: expected one of {} on this processor, found `{name}`", names.join(", ")))
    })
}

#[cfg(test)]
mod tests;
