//! What this machine offers to a model.

use super::list::list;
use crate::cli::outcome::Failure;
use crate::hub::Environment;
use crate::shown::shown;
use alam_models::{Device, kernels};
use serde::Serialize;

/// The machine, as it stands in the JSON.
#[derive(Serialize)]
pub(super) struct Machine {
    processor: Processor,
    /// Threads that a command uses.
    threads: usize,
    cuda: Cuda,
    /// Where fetched models are.
    cache: String,
}

#[derive(Serialize)]
struct Processor {
    architecture: &'static str,
    /// Instruction sets that matter here.
    features: Vec<&'static str>,
    /// The inner loops that are used.
    kernels: &'static str,
}

#[derive(Serialize)]
struct Cuda {
    /// Whether this program was built for it.
    built: bool,
    /// Whether the first GPU can be used.
    answers: bool,
    /// Why not.
    reason: Option<String>,
}

impl Machine {
    /// Asks this machine.
    pub(super) fn of_here() -> Result<Machine, Failure> {
        let kernels = kernels::name().map_err(crate::Error::from)?;
        let answer = Device::Cuda(0).answers();
        Ok(Machine {
            processor: Processor { architecture: std::env::consts::ARCH, features: features(), kernels },
            threads: rayon::current_num_threads(),
            cuda: Cuda {
                built: cfg!(feature = "cuda"),
                answers: answer.is_ok(),
                reason: answer.err().filter(|_| cfg!(feature = "cuda")).map(|error| error.to_string()),
            },
            cache: Environment::from_env().cache.map_or_else(|| "none: no HOME".into(), |cache| shown(&cache)),
        })
    }

    /// For people.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let Processor { architecture, features, kernels } = &self.processor;
        let cuda = match &self.cuda {
            Cuda { built: false, .. } => "not in this build".to_string(),
            Cuda { reason: Some(reason), .. } => reason.lines().next().unwrap_or_default().to_string(),
            Cuda { .. } => "in this build, and GPU 0 answers".to_string(),
        };
        vec![
            ("processor", format!("{architecture}: {}", list(features))),
            ("kernels", kernels.to_string()),
            ("threads", self.threads.to_string()),
            ("cuda", cuda),
            ("cache", self.cache.clone()),
        ]
    }
}

macro_rules! detected {
    ($detect:ident: $($feature:tt)*) => {
        [$(($feature, std::arch::$detect!($feature))),*].into_iter().filter(|(_, there)| *there).map(|(name, _)| name).collect()
    };
}

#[cfg(target_arch = "x86_64")]
fn features() -> Vec<&'static str> {
    detected!(is_x86_feature_detected: "avx2" "fma" "f16c" "avxvnni" "avx512f" "avx512bw" "avx512dq" "avx512vl" "avx512vnni" "avx512bf16")
}

#[cfg(target_arch = "aarch64")]
fn features() -> Vec<&'static str> {
    detected!(is_aarch64_feature_detected: "neon" "dotprod" "i8mm" "bf16" "sve")
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn features() -> Vec<&'static str> {
    Vec::new()
}
