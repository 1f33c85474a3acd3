//! What a run will need of the memory, said before its first step.

use crate::Error;
use crate::run::job::Job;
use crate::run::progress;
use crate::run::train::Train;
use alam_models::Config;

/// Numbers that a block keeps for the way back, in widths of the block a token: inputs and outputs of the products, norms
/// and dropout masks. Attention probabilities come on top.
const KEPT: usize = 12;

/// Bytes that training takes at least, by a rough account: weights, gradients and two moments, and what every block keeps
/// of `micro_tokens` tokens.
pub fn estimate(config: &Config, train: &Train) -> u64 {
    // A recipe may ask for anything; wide numbers do not wrap round.
    let wide = |n: usize| n as u128;
    let (hidden, inner, layers) = (wide(config.hidden_size), wide(config.intermediate_size), wide(config.layers));
    let rows = wide(config.vocab_size) + wide(config.max_positions) + wide(config.token_types);
    let block = 4 * hidden * hidden + 2 * hidden * inner;
    let numbers = rows * wide(config.embedding_size) + layers * block;
    let tokens = wide(train.micro_tokens());
    // Sequences are short beside a batch; 128 tokens stand for their length.
    let activations = tokens * layers * (wide(KEPT) * hidden + 3 * inner + wide(config.heads) * 128);
    u64::try_from(4 * (4 * numbers + activations)).unwrap_or(u64::MAX)
}

/// Says the estimate for all networks of a run, and refuses one on the CPU that needs more than there is.
pub fn check(networks: &[&Config], train: &Train, job: &Job) -> Result<(), Error> {
    let needed = networks.iter().fold(0, |sum: u64, config| sum.saturating_add(estimate(config, train)));
    progress::note(job.show, &format!("memory: about {}", megabytes(needed)));
    match available() {
        Some(there) if job.device.is_cpu() && needed > there => Err(Error::Run(format!(
            "memory: wanted about {} for training, found {} free\ntip: a smaller `train.micro_tokens` needs less, and \
             gives the same steps; so does a smaller shape",
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
