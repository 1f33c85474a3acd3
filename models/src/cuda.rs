//! The graph on an NVIDIA GPU, behind the same calls as [`crate::cpu`]; without the feature `cuda` there is no such encoder.

#[cfg(not(feature = "cuda"))]
mod absent;
#[cfg(feature = "cuda")]
mod present;

#[cfg(not(feature = "cuda"))]
pub(crate) use absent::{CudaEncoder, device};
#[cfg(feature = "cuda")]
pub(crate) use present::{CudaEncoder, device};
