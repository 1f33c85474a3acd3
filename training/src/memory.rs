//! What a run will need of the memory, said before its first step.

use crate::objective::Job;
use crate::recipe::Train;
use crate::{Error, progress};
use alam_models::Config;

/// Numbers that a block keeps for the way back, in widths of the block a token: inputs and outputs of the products, norms
/// and dropout masks. Attention probabilities come on top.
const KEPT: usize = 12;

/// Bytes that training takes at least, by a rough account: weights, gradients and two moments, and what every block keeps
/// of `micro_tokens` tokens.
pub fn estimate(config: &Config, train: &Train) -> u64 {
    let (hidden, inner) = (config.hidden_size, config.intermediate_size);
    let embeddings = (config.vocab_size + config.max_positions + config.token_types) * config.embedding_size;
    let block = 4 * hidden * hidden + 2 * hidden * inner;
    let numbers = embeddings + config.layers * block;
    let tokens = train.micro_tokens();
    // Sequences are short beside a batch; 128 tokens stand for their length.
    let activations = tokens * config.layers * (KEPT * hidden + 3 * inner + config.heads * 128);
    4 * (4 * numbers + activations) as u64
}

/// Says the estimate, and refuses a run on the CPU that needs more than there is.
pub fn check(config: &Config, train: &Train, job: &Job) -> Result<(), Error> {
    let needed = estimate(config, train);
    progress::note(job.show, &format!("memory: about {}", megabytes(needed)));
    match available() {
        Some(there) if job.device.is_cpu() && needed > there => Err(Error::Run(format!(
            "memory: wanted about {} for training, found {} free\ntip: a smaller `train.micro_tokens` needs less, and \
             gives the same steps",
            megabytes(needed),
            megabytes(there)
        ))),
        _ => Ok(()),
    }
}

fn megabytes(bytes: u64) -> String {
    format!("{} MB", bytes.div_ceil(1 << 20))
}

/// Bytes that could be had, by Linux; `None` elsewhere.
fn available() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find_map(|l| l.strip_prefix("MemAvailable:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|kb| kb * 1024)
}
