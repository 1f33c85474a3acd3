//! Which model, and where and how it runs: the same flags for every command that tags.

use crate::cli::outcome::{Failure, say};
use crate::{Options, Source, Tagger};
use alam_models::{Device, Precision};
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use std::ffi::OsString;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// The model and how it runs.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Model")]
pub(crate) struct ModelArgs {
    /// A model folder, or the id of a model that `alam fetch` has fetched [default: the model in this program]
    #[arg(long, short, value_name = "DIR|ID", env = "ALAM_MODEL")]
    pub(crate) model: Option<PathBuf>,
    /// The revision of a fetched model
    #[arg(long, default_value = "main", env = "ALAM_REVISION")]
    pub(crate) revision: String,
    /// Where the model runs: auto, cpu, cuda or cuda:N
    #[arg(long, default_value = "auto", env = "ALAM_DEVICE")]
    pub(crate) device: DeviceChoice,
    /// Number of processor threads; 0 is one a core [RAYON_NUM_THREADS also sets it]
    #[arg(long, short = 'j', value_name = "N", env = "ALAM_THREADS", value_parser = threads)]
    pub(crate) threads: Option<usize>,
    /// Arithmetic on the processor
    #[arg(long, value_enum, default_value_t = PrecisionChoice::Int8, env = "ALAM_PRECISION")]
    pub(crate) precision: PrecisionChoice,
    /// Word pieces that go through the model together at most
    #[arg(long, value_name = "N", default_value_t = 4096, env = "ALAM_MAX_BATCH_TOKENS", value_parser = at_least_one)]
    pub(crate) max_batch_tokens: usize,
    /// Annotation convention, of those the model was trained with [default: the model's first]
    #[arg(long, value_name = "NAME", env = "ALAM_CONVENTION")]
    pub(crate) convention: Option<String>,
    /// What the model's labels mean, in the order of their numbers (O,B-PER,I-PER say), where its config.json names them
    /// otherwise or not at all (LABEL_0); `labels` of tagger.json says it for good
    #[arg(long, value_name = "NAMES", value_delimiter = ',', env = "ALAM_LABEL_NAMES")]
    pub(crate) label_names: Vec<String>,
    /// Leave و ف ب ل ك on the name that they are written together with
    #[arg(long, env = "ALAM_KEEP_CLITICS", value_parser = FalseyValueParser::new())]
    pub(crate) keep_clitics: bool,
    /// Tag every sentence by itself, without a second look over the article that holds mentions of one name together
    #[arg(long, env = "ALAM_SENTENCES_APART", value_parser = FalseyValueParser::new())]
    pub(crate) sentences_apart: bool,
}

/// Where a model runs, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DeviceChoice {
    /// A GPU where this program was built for one and one answers, else the processor.
    Auto,
    Cpu,
    Cuda(usize),
}

impl FromStr for DeviceChoice {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "auto" => Ok(DeviceChoice::Auto),
            "cpu" => Ok(DeviceChoice::Cpu),
            "cuda" => Ok(DeviceChoice::Cuda(0)),
            _ => {
                let number = name.strip_prefix("cuda:").and_then(|n| n.parse().ok());
                number.map(DeviceChoice::Cuda).ok_or_else(|| "wanted auto, cpu, cuda or cuda:N".into())
            }
        }
    }
}

impl Display for DeviceChoice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            DeviceChoice::Auto => f.write_str("auto"),
            DeviceChoice::Cpu => f.write_str("cpu"),
            DeviceChoice::Cuda(number) => write!(f, "cuda:{number}"),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionChoice {
    /// 8-bit products with 32-bit sums
    Int8,
    /// 32-bit floating point
    F32,
}

/// More threads than any machine has processors for: to make them all can take a machine from everybody else.
const MOST_THREADS: usize = 1024;

fn threads(value: &str) -> Result<usize, String> {
    match value.trim().parse() {
        Ok(number) if number <= MOST_THREADS => Ok(number),
        _ => Err(format!("wanted a number from 0 to {MOST_THREADS}")),
    }
}

fn at_least_one(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("wanted a number from 1 up".into()),
    }
}

impl ModelArgs {
    /// Where the model comes from.
    pub(crate) fn source(&self) -> Result<Source, Failure> {
        match &self.model {
            None => Ok(Source::Embedded),
            Some(path) if path.is_dir() => Ok(Source::Folder(path.clone())),
            Some(path) => Ok(Source::Folder(self.fetched(path)?)),
        }
    }

    /// The folder of a model that is not a folder as typed: one that `alam fetch` has put into the cache.
    fn fetched(&self, typed: &Path) -> Result<PathBuf, Failure> {
        let id = typed.to_str().filter(|_| !typed.exists() && !typed.is_absolute() && !typed.starts_with("."));
        let Some(id) = id else {
            let shown = typed.display();
            return Err(Failure::unavailable(format!(
                "--model: wanted a model folder or a model's id, found `{shown}`"
            )));
        };
        let revised = if id.contains('@') { id.to_string() } else { format!("{id}@{}", self.revision) };
        crate::hub::resolve(&revised).map_err(|error| Failure::unavailable(format!("--model: {error}")))
    }

    /// Sets up the threads and loads the model.
    pub(crate) fn load(&self) -> Result<Tagger, Failure> {
        let source = self.source()?;
        self.set_up_threads()?;
        let load = |device| Ok(Tagger::load(&source, self.options(device))?);
        match self.device {
            DeviceChoice::Cpu => load(Device::Cpu),
            DeviceChoice::Cuda(number) => load(Device::Cuda(number)),
            DeviceChoice::Auto if !cfg!(feature = "cuda") || source == Source::Embedded => load(Device::Cpu),
            DeviceChoice::Auto => match Tagger::load(&source, self.options(Device::Cuda(0))) {
                Ok(tagger) => Ok(tagger),
                Err(crate::Error::Model(alam_models::Error::Device(reason))) => {
                    say(&format!("running on the processor: {reason}"));
                    load(Device::Cpu)
                }
                Err(error) => Err(error.into()),
            },
        }
    }

    /// Makes the pool before anything needs it, which would panic where the system gives no thread.
    fn set_up_threads(&self) -> Result<(), Failure> {
        const VARIABLE: &str = "RAYON_NUM_THREADS";
        if self.threads.unwrap_or_default() == 0
            && let Some(typed) = std::env::var(VARIABLE).ok().filter(|typed| typed.trim().parse::<u128>().is_ok())
        {
            threads(&typed).map_err(|wanted| Failure::usage(format!("{VARIABLE}: {wanted}, found {typed}")))?;
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(self.threads.unwrap_or_default());
        pool.build_global()
            .map_err(|e| Failure::unavailable(format!("--threads: wanted threads to work in, found: {e}")))
    }

    /// Bytes of text that are tagged together: some batches, so that each can be of windows of like length.
    pub(crate) fn bytes_at_once(&self) -> usize {
        self.max_batch_tokens.saturating_mul(32).max(1 << 14)
    }

    /// The flags that mean the same to another `alam`.
    pub(crate) fn flags(&self) -> Vec<OsString> {
        let ModelArgs { model, revision, device, threads, precision, max_batch_tokens, convention, .. } = self;
        let precision = match precision {
            PrecisionChoice::Int8 => "int8",
            PrecisionChoice::F32 => "f32",
        };
        let mut flags: Vec<OsString> = vec!["--precision".into(), precision.into()];
        let mut flag = |name: &str, value: OsString| flags.extend([name.into(), value]);
        flag("--revision", revision.into());
        flag("--device", device.to_string().into());
        flag("--max-batch-tokens", max_batch_tokens.to_string().into());
        if let Some(model) = model {
            flag("--model", model.into());
        }
        if let Some(threads) = threads {
            flag("--threads", threads.to_string().into());
        }
        if let Some(convention) = convention {
            flag("--convention", convention.into());
        }
        if !self.label_names.is_empty() {
            flags.extend(["--label-names".into(), self.label_names.join(",").into()]);
        }
        flags.extend(self.keep_clitics.then(|| "--keep-clitics".into()));
        flags.extend(self.sentences_apart.then(|| "--sentences-apart".into()));
        flags
    }

    fn options(&self, device: Device) -> Options {
        Options {
            device,
            precision: match self.precision {
                PrecisionChoice::Int8 => Precision::Int8,
                PrecisionChoice::F32 => Precision::F32,
            },
            batch_tokens: self.max_batch_tokens,
            keep_clitics: self.keep_clitics,
            second_look: !self.sentences_apart,
            convention: self.convention.clone(),
            labels: self.label_names.clone(),
        }
    }
}
