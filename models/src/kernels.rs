//! Inner loops, chosen once for the processor.
//!
//! Each is written once, over a vector type ([`lanes`]), and compiled for each instruction set; [`portable`] is the
//! definition that the others are tested against.

#[cfg(target_arch = "x86_64")]
pub(crate) mod amx_bf16;
pub(crate) mod attention;
pub(crate) mod elementwise;
pub(crate) mod float;
pub(crate) mod lanes;
pub(crate) mod matrix;
pub(crate) mod pack;
pub(crate) mod portable;

use attention::{Heads, Workspace};
use float::Epilogue;
use pack::PackedF32;

/// The inner loops of one instruction set.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kernels {
    pub(crate) product: fn(&[f32], &PackedF32, &mut [f32], Epilogue<'_>),
    pub(crate) layer_norm: fn(&mut [f32], &[f32], &[f32], f32),
    pub(crate) attention: fn(&[f32], &mut [f32], Heads, &mut Workspace),
}

/// The definition.
pub(crate) static PORTABLE: Kernels = Kernels {
    product: float::product::<portable::Plain>,
    layer_norm: float::layer_norm::<portable::Plain>,
    attention: attention::attention::<portable::Plain>,
};

/// The kernels of this processor.
pub(crate) fn best() -> &'static Kernels {
    &PORTABLE
}
