//! A loaded model behind one door, whatever runs it.

use crate::cpu::CpuEncoder;
use crate::cuda::{self, CudaEncoder};
use crate::quant::{self, QuantWeights};
use crate::weights::{self, Weights};
use crate::{Config, Error, Input, Output};
use std::borrow::Cow;
use std::path::Path;

/// What `alam-train quantise` adds to a folder.
const INT8_FILE: &str = "model.int8.safetensors";

/// Where a model runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {
    /// This machine's processor.
    Cpu,
    /// The NVIDIA GPU of that number.
    Cuda(usize),
}

impl Device {
    /// Whether a model can run there now.
    ///
    /// # Errors
    /// [`Error::Device`] says why not.
    pub fn answers(self) -> Result<(), Error> {
        match self {
            Device::Cpu => Ok(()),
            Device::Cuda(number) => cuda::device(number).map(|_| ()),
        }
    }
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
    engine: Engine,
}

/// What runs a model.
#[derive(Debug)]
enum Engine {
    Cpu(Box<CpuEncoder>),
    Cuda(Box<CudaEncoder>),
}

impl Model {
    /// Opens a Hugging Face folder (`config.json`, `model.safetensors`, and `clitics.safetensors` where there is one).
    /// With [`Precision::Int8`], `model.int8.safetensors` is used where it is there, else the weights are quantised now; one
    /// that was made from other weights than those beside it is refused, and alone in its folder it is taken as it is.
    /// On CUDA the precision is f32 whatever is asked.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::Config`] and [`Error::Weights`] name the file that cannot be used, [`Error::Config`] as well
    /// for a model without labels; [`Error::Device`] says why the device cannot be: there is no other one in its place.
    pub fn open(folder: &Path, device: Device, precision: Precision) -> Result<Model, Error> {
        let config = Config::open(folder)?;
        check_labels(&config, || folder.join("config.json").display().to_string())?;
        let engine = match (device, precision) {
            (Device::Cuda(number), _) => {
                // Before the weights: they may take a while to read.
                let device = cuda::device(number)?;
                Engine::Cuda(Box::new(CudaEncoder::new(&config, &read_tagger(folder, &config)?, &device)?))
            }
            (Device::Cpu, Precision::Int8) if folder.join(INT8_FILE).is_file() => {
                let read = || {
                    let weights = QuantWeights::read(&folder.join(INT8_FILE))?;
                    Ok::<_, Error>((CpuEncoder::quantised(&config, &weights)?, weights))
                };
                // What f32 weights beside them are takes about as long to say as the int8 ones take to load.
                let (read, beside) = rayon::join(read, || quant::sums(folder));
                let (encoder, weights) = read?;
                beside?.map_or(Ok(()), |beside| weights.check_origin(&beside, folder))?;
                Engine::Cpu(Box::new(encoder))
            }
            (Device::Cpu, _) => return Model::from_weights(&config, &read_tagger(folder, &config)?, precision),
        };
        Ok(Model { config, engine })
    }

    /// A model of weights that are at hand, on the CPU: one in training, say. `precision` decides what the CPU computes
    /// with, as in [`Model::open`].
    ///
    /// # Errors
    /// [`Error::Weights`] for weights that do not fit the configuration.
    pub fn from_weights(config: &Config, weights: &Weights, precision: Precision) -> Result<Model, Error> {
        let encoder = match precision {
            Precision::F32 => CpuEncoder::new(config, weights)?,
            Precision::Int8 => CpuEncoder::quantised(config, &QuantWeights::quantise(weights)?)?,
        };
        Ok(Model { config: config.clone(), engine: Engine::Cpu(Box::new(encoder)) })
    }

    /// Opens a model from bytes in memory, on the CPU in int8.
    ///
    /// # Errors
    /// [`Error::Config`] and [`Error::Weights`] as [`Model::open`]; the place is `embedded model`.
    pub fn from_files(files: Files) -> Result<Model, Error> {
        let origin = "embedded model";
        let config = Config::from_json(&files.config, origin)?;
        check_labels(&config, || origin.to_owned())?;
        let weights = QuantWeights::from_bytes(files.weights, origin)?;
        let engine = Engine::Cpu(Box::new(CpuEncoder::quantised(&config, &weights)?));
        Ok(Model { config, engine })
    }

    /// What the model is.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Scores every token. A sequence's rows do not depend, to the bit, on what else is in the input, nor on the number
    /// of threads (on the CPU; a GPU sums in an order that depends on the sizes).
    ///
    /// # Errors
    /// [`Error::Input`] as [`Input::check`]; [`Error::Scores`] where a score is no number; on CUDA whatever candle says.
    pub fn forward(&self, input: &Input) -> Result<Output, Error> {
        input.check(&self.config)?;
        let output = match &self.engine {
            Engine::Cpu(encoder) => encoder.forward(input)?,
            Engine::Cuda(encoder) => encoder.forward(input)?,
        };
        check_scores(&output)?;
        Ok(output)
    }
}

/// Refuses scores that are no numbers: from them a decoder would read that there are no names. The sums of weights that are
/// finite can leave the range of f32, so weights alone do not tell.
fn check_scores(output: &Output) -> Result<(), Error> {
    let all = std::iter::once(&output.tags).chain(&output.clitics);
    match all.flat_map(|scores| &scores.values).find(|score| !score.is_finite()) {
        None => Ok(()),
        Some(score) => Err(Error::Scores(format!(
            "scores: expected finite numbers, found {score}: the model's weights are damaged, or so large that sums of them overflow"
        ))),
    }
}

/// A model that cannot tag can still be trained: whether there are labels is asked here, not in [`Config`].
fn check_labels(config: &Config, origin: impl Fn() -> String) -> Result<(), Error> {
    if !config.labels.is_empty() {
        return Ok(());
    }
    Err(Error::Config {
        origin: origin(),
        message: "expected the labels of a token classifier in `id2label`, found none\ntip: this is an encoder alone; \
                  fine-tune it first"
            .to_owned(),
    })
}

/// The weights of a folder, with a classifier.
fn read_tagger(folder: &Path, config: &Config) -> Result<Weights, Error> {
    let weights = weights::read(folder, config)?;
    if weights.contains_key("classifier.weight") {
        return Ok(weights);
    }
    Err(Error::Weights {
        origin: folder.display().to_string(),
        message: "expected a tensor `classifier.weight`, found none\ntip: this is an encoder alone; fine-tune it first"
            .to_owned(),
    })
}
