//! Inner loops of x86-64, a file for each instruction set.

pub(crate) mod amx;
pub(crate) mod avx2;
pub(crate) mod avx512;
pub(crate) mod dots;
