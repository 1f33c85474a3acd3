//! A loaded model behind one door, whatever runs it.

use crate::{Config, Error, Input, Output};
use std::borrow::Cow;
use std::path::Path;

/// Where a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// This machine's processor.
    Cpu,
    /// The NVIDIA GPU of that number.
    Cuda(usize),
}

/// In which arithmetic a model runs on the CPU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Precision {
    /// 32-bit floating point.
    F32,
    /// 8-bit products with 32-bit sums, all else in f32.
    Int8,
}

/// The files of a model that is not in a folder: the one in the binary.
#[derive(Debug, Clone)]
pub struct Files {
    /// `config.json`.
    pub config: Cow<'static, str>,
    /// `model.int8.safetensors`.
    pub weights: Cow<'static, [u8]>,
}

/// An encoder with its heads, ready to score.
#[derive(Debug)]
pub struct Model {
    config: Config,
}

impl Model {
    /// Opens a Hugging Face folder (`config.json`, `model.safetensors`, and `clitics.safetensors` where there is one).
    /// With [`Precision::Int8`], `model.int8.safetensors` is used where it is there, else the weights are quantised now.
    pub fn open(folder: &Path, device: Device, precision: Precision) -> Result<Model, Error> {
        let _ = (folder, device, precision);
        todo!()
    }

    /// A model of weights that are at hand, on the CPU: one in training, say. `precision` decides what the CPU computes
    /// with, as in [`Model::open`].
    ///
    /// # Errors
    /// [`Error::Weights`] for weights that do not fit the configuration.
    pub fn from_weights(
        config: &Config,
        weights: &crate::weights::Weights,
        precision: Precision,
    ) -> Result<Model, Error> {
        let _ = (config, weights, precision);
        todo!()
    }

    /// Opens a model from bytes in memory, on the CPU.
    pub fn from_files(files: Files) -> Result<Model, Error> {
        let _ = files;
        todo!()
    }

    /// What the model is.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Scores every token. A sequence's rows do not depend, to the bit, on what else is in the input, nor on the number
    /// of threads.
    pub fn forward(&self, input: &Input) -> Result<Output, Error> {
        let _ = input;
        todo!()
    }
}
