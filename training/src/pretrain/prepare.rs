//! From a recipe to a pretraining that can begin.

use super::Pretrain;
use super::networks::Networks;
use super::recipe::Recipe;
use crate::Error;
use crate::model::origin::Origin;
use crate::model::reach::Reach;
use crate::run::job::Job;
use crate::run::memory;
use crate::run::train::Train;
use crate::text::corpus::file::Corpus;
use crate::text::corpus::mixture::{Mixture, Share};
use crate::text::corpus::sequences::Tokens;
use crate::text::tokenizer::files;
use alam_models::{Rng, weights};
use sha2::{Digest, Sha256};

/// The streams of a run's seed.
const ORDER: u64 = 0x07de;
const MASKS: u64 = 0x3a5c;
const BEGINNING: u64 = 0x41e1;

impl Pretrain {
    /// Reads the recipe, opens the data and makes the networks: the objective and its `[train]` table.
    pub fn prepare(job: &Job) -> Result<(Pretrain, Train), Error> {
        let recipe = Recipe::read(&job.recipe)?;
        let tokenizer = job.find(&recipe.tokenizer, "tokenizer")?;
        let (encoder, vocabulary) = files::encoder(&tokenizer)?;
        let names = files::vocabulary(&tokenizer)?;
        let tokens = Tokens::new(&names).ok_or_else(|| {
            let message = "wanted a vocabulary with [CLS], [SEP] and [MASK], found one without";
            Error::data(tokenizer.display().to_string(), message)
        })?;
        let config = recipe.shape.config(encoder.vocab_size(), 1, (&job.recipe, "shape"))?;
        let mut shares = Vec::new();
        for (i, corpus) in recipe.corpora.iter().enumerate() {
            let key = format!("corpora.{i}.path");
            let path = job.find(&corpus.path, &key)?;
            if path.is_dir() {
                return Err(job.recipe.error(&key, format!("wanted a file, found a folder at {}", path.display())));
            }
            shares.push(Share { corpus: Corpus::open(&path, &vocabulary)?, weight: corpus.weight });
        }
        let blocks = recipe.generator.as_ref().map(|generator| generator.config(&config));
        memory::check(&[&config].into_iter().chain(&blocks).collect::<Vec<_>>(), &recipe.train, job)?;
        let fingerprint = fingerprint(&shares)?;
        let seed = Rng::new(recipe.train.seed).fork(ORDER).bits();
        let mixture = Mixture::new(shares, tokens.clone(), recipe.sequence_tokens, seed)?;
        if recipe.evaluation_tokens > 0 && mixture.held_out(recipe.evaluation_tokens)?.is_empty() {
            let message = "wanted held-out text in the corpora to measure on, found none\ntip: `alam-train corpus` keeps \
                           a larger share of the documents with `--held-out`; 0 measures nothing";
            return Err(job.recipe.error("evaluation_tokens", message));
        }
        let (weights, learnt_before) = match &recipe.init {
            Some(init) => {
                let folder = job.find(init, "init")?;
                (weights::read(&folder, &config)?, Origin::Folder(folder.clone()).learnt(&config)?)
            }
            None => {
                let mut rng = Rng::new(recipe.train.seed).fork(BEGINNING);
                (recipe.shape.beginning(&config, (job, "shape"), &mut rng)?, 0)
            }
        };
        let networks = Networks::new(&recipe, &config, &weights, job)?;
        let parameters = networks.parameters();
        let rng = Rng::new(recipe.train.seed).fork(MASKS);
        let train = recipe.train.clone();
        let seen = 0;
        let pretrain = Pretrain {
            recipe,
            config,
            tokenizer,
            tokens,
            mixture,
            networks,
            parameters,
            rng,
            seen,
            fingerprint,
            reach: Reach::default(),
            learnt_before,
        };
        Ok((pretrain, train))
    }
}

/// Tells one list of files from another.
fn fingerprint(shares: &[Share]) -> Result<String, Error> {
    let mut hash = Sha256::new();
    for share in shares {
        hash.update(share.corpus.fingerprint()?);
    }
    Ok(hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect())
}
