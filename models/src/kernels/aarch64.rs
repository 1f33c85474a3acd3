//! Inner loops of aarch64.

pub(crate) mod dots;
pub(crate) mod neon;
