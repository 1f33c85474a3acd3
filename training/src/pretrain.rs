//! Pretraining on raw text: guessing hidden words (Devlin et al., 2019), or telling which a small generator has replaced
//! (Clark et al., 2020), where the encoder learns from every token.

mod folder;
pub mod mask;
mod networks;
mod objective;
mod prepare;
mod recipe;
mod sums;
#[cfg(test)]
mod tests;

pub use recipe::{Corpus, Generator, Goal, Recipe};

use crate::model::reach::Reach;
use crate::text::corpus::mixture::Mixture;
use crate::text::corpus::sequences::Tokens;
use alam_models::parameters::Parameters;
use alam_models::{Config, Rng};
use networks::Networks;
use std::path::PathBuf;

/// Learns from raw text.
#[derive(Debug)]
pub struct Pretrain {
    recipe: Recipe,
    /// What goes into `config.json`.
    config: Config,
    /// Where the vocabulary lies.
    tokenizer: PathBuf,
    tokens: Tokens,
    mixture: Mixture,
    networks: Networks,
    parameters: Parameters,
    /// Chooses words to hide, and seeds what a generator draws.
    rng: Rng,
    /// Tokens that were learnt from.
    seen: u64,
    /// What tells the corpora from others.
    fingerprint: String,
    /// The lengths of the sequences that were learnt from.
    reach: Reach,
    /// The longest sequences that the model it began with had learnt.
    learnt_before: usize,
}
