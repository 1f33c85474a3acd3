//! Pretraining on raw text: guessing hidden words (Devlin et al., 2019), or telling which a small generator has replaced
//! (Clark et al., 2020), where the encoder learns from every token.

mod folder;
pub mod mask;
mod networks;
mod recipe;
#[cfg(test)]
mod tests;

pub use recipe::{Corpus, Generator, Goal, Recipe};

use crate::Error;
use crate::finetune::start::learnt;
use crate::model::reach::Reach;
use crate::pretrain::mask::mask;
use crate::recipe::Train;
use crate::run::evaluation::Evaluation;
use crate::run::job::Job;
use crate::run::memory;
use crate::run::objective::{OTHER_DATA, Objective};
use crate::run::part::Part;
use crate::run::summary::Summary;
use crate::text::corpus::file;
use crate::text::corpus::mixture::{Mixture, Place, Share};
use crate::text::corpus::sequences::Tokens;
use crate::text::tokenizer::files;
use alam_models::encoder::Mode;
use alam_models::parameters::Parameters;
use alam_models::weights;
use alam_models::{Config, Input, Rng};
use networks::Networks;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

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

/// What a checkpoint keeps of [`Pretrain`].
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    place: Place,
    rng: Rng,
    seen: u64,
    fingerprint: String,
    #[serde(default)]
    reach: Reach,
}

/// The streams of a run's seed.
const ORDER: u64 = 0x07de;
const MASKS: u64 = 0x3a5c;
const BEGINNING: u64 = 0x41e1;

/// Every evaluation hides the same words.
const EVALUATION_SEED: u64 = 7;

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
            shares.push(Share { corpus: file::Corpus::open(&path, &vocabulary)?, weight: corpus.weight });
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
                (weights::read(&folder, &config)?, learnt(&folder, &config)?)
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

impl Objective for Pretrain {
    fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    fn steps(&self, train: &Train) -> Result<u64, Error> {
        let of_passes = |passes: f64| (passes * self.mixture.pass_tokens() / train.batch_tokens as f64).ceil() as u64;
        Ok(train.steps.unwrap_or_else(|| of_passes(train.passes.unwrap_or(1.0))).max(1))
    }

    fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        let mut input = Input::new(0);
        while input.ids.len() + self.recipe.sequence_tokens <= self.recipe.train.micro_tokens() {
            let sequence = self.mixture.sequence()?;
            self.reach.add(sequence.len());
            input.push(&sequence);
        }
        let how = (self.recipe.masked, self.networks.replacement());
        let masked = mask(&input, &self.tokens, how, &mut self.rng);
        let outcome = self.networks.look(&masked, self.rng.bits(), &mut Mode::Train(dropout))?;
        let tokens = input.ids.len();
        self.seen += tokens as u64;
        let targets = if outcome.detection.is_some() { tokens } else { masked.rows.len() };
        Ok(Part { loss: outcome.loss, weight: targets as f32, tokens, words: 0 })
    }

    /// Loss and accuracy on held-out text.
    ///
    /// The score is the number of tokens seen, in millions: a model that sees its text once or twice does not get worse,
    /// and of ELECTRA's numbers none can choose, since the encoder's task grows harder as the generator learns.
    fn evaluate(&mut self) -> Result<Evaluation, Error> {
        let sequences = self.mixture.held_out(self.recipe.evaluation_tokens)?;
        let mut sums = Sums::default();
        let mut rng = Rng::new(EVALUATION_SEED);
        let mut sequences = sequences.iter().peekable();
        while sequences.peek().is_some() {
            let mut input = Input::new(0);
            let room = |input: &Input, next: &[u32]| input.ids.len() + next.len() <= self.recipe.train.micro_tokens();
            while let Some(sequence) = sequences.next_if(|next| room(&input, next)) {
                input.push(sequence);
            }
            let masked = mask(&input, &self.tokens, (self.recipe.masked, self.networks.replacement()), &mut rng);
            let outcome = self.networks.look(&masked, rng.bits(), &mut Mode::Eval)?;
            sums.add(masked.rows.len(), input.ids.len(), &outcome)?;
        }
        Ok(Evaluation { score: self.seen as f64 / 1e6, numbers: sums.numbers() })
    }

    fn state(&self) -> Result<serde_json::Value, Error> {
        let fingerprint = self.fingerprint.clone();
        let (rng, reach) = (self.rng.clone(), self.reach.clone());
        let state = State { place: self.mixture.place(), rng, seen: self.seen, fingerprint, reach };
        serde_json::to_value(state).map_err(|e| Error::Run(format!("state of the run: {e}")))
    }

    fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        let state: State = serde_json::from_value(state.clone()).map_err(|e| {
            Error::Run(format!("wanted the state of a pretraining in the checkpoint, found another: {e}"))
        })?;
        if state.fingerprint != self.fingerprint {
            return Err(Error::data("corpora", OTHER_DATA));
        }
        self.mixture.go(state.place)?;
        (self.rng, self.seen, self.reach) = (state.rng, state.seen, state.reach);
        Ok(())
    }

    fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        folder::write(self, folder, summary)
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

/// Sums over the text of an evaluation.
#[derive(Debug, Default)]
struct Sums {
    guesses: f64,
    guess_loss: f64,
    guessed: f64,
    tokens: f64,
    detection: Option<[f64; 4]>,
}

impl Sums {
    fn add(&mut self, guesses: usize, tokens: usize, outcome: &networks::Outcome) -> Result<(), Error> {
        self.guesses += guesses as f64;
        self.guess_loss += f64::from(outcome.guess_loss.to_scalar::<f32>()?) * guesses as f64;
        self.guessed += outcome.guessed as f64;
        self.tokens += tokens as f64;
        if let Some(found) = &outcome.detection {
            let loss = f64::from(found.loss.to_scalar::<f32>()?) * tokens as f64;
            let parts = [loss, found.found as f64, found.told as f64, found.replaced as f64];
            let sums = self.detection.get_or_insert_default();
            sums.iter_mut().zip(parts).for_each(|(sum, part)| *sum += part);
        }
        Ok(())
    }

    fn numbers(&self) -> BTreeMap<String, f64> {
        if self.tokens == 0.0 {
            return BTreeMap::new();
        }
        let share = |a: f64, b: f64| if b > 0.0 { a / b } else { 0.0 };
        let mut numbers = BTreeMap::from([
            ("masked/loss".into(), share(self.guess_loss, self.guesses)),
            ("masked/accuracy".into(), share(self.guessed, self.guesses)),
        ]);
        if let Some([loss, found, told, replaced]) = self.detection {
            let wrong = (told - found) + (replaced - found);
            numbers.insert("replaced/loss".into(), share(loss, self.tokens));
            numbers.insert("replaced/accuracy".into(), 1.0 - share(wrong, self.tokens));
            numbers.insert("replaced/precision".into(), share(found, told));
            numbers.insert("replaced/recall".into(), share(found, replaced));
            numbers.insert("replaced/share".into(), share(replaced, self.tokens));
        }
        numbers
    }
}
