//! A build without CUDA.

use crate::weights::Weights;
use crate::{Config, Error, Input, Output};
use std::convert::Infallible;

/// Nothing: no device makes one.
#[derive(Debug)]
pub(crate) struct CudaEncoder(Infallible);

impl CudaEncoder {
    pub(crate) fn new(_: &Config, _: &Weights, device: &Infallible) -> Result<CudaEncoder, Error> {
        Ok(CudaEncoder(*device))
    }

    pub(crate) fn forward(&self, _: &Input) -> Result<Output, Error> {
        match self.0 {}
    }
}

/// Always [`Error::Device`].
pub(crate) fn device(number: usize) -> Result<Infallible, Error> {
    Err(Error::Device(format!(
        "GPU {number}: expected a build with CUDA, found one without\ntip: build with `--features cuda`, or use the CPU"
    )))
}
