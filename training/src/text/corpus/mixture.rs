//! The order in which training sees the sequences of several files: shuffled anew in every pass, and resumable anywhere.
//!
//! A pass takes every training block of a file of weight 1 once, of weight 0.5 every second one, by chance; all of them
//! in shuffled order. Some blocks together are a pool, whose sequences are shuffled again. Everything follows from the
//! seed and the three numbers of [`Place`].

use super::file::Corpus;
use super::sequences::{Tokens, sequences};
use crate::Error;
use alam_models::Rng;
use serde::{Deserialize, Serialize};

/// Blocks whose sequences are shuffled together: some 260,000 tokens, a thousand articles.
const POOL: usize = 8;

/// A file with the share of its blocks that a pass takes.
#[derive(Debug)]
pub struct Share {
    /// The file.
    pub corpus: Corpus,
    /// 1 for every block once, 0.5 for every second one, 2 for every one twice.
    pub weight: f64,
}

/// How far training is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Passes that are done.
    pub pass: u64,
    /// Pools of this pass that are done.
    pub pool: usize,
    /// Sequences of this pool that are done.
    pub sequence: usize,
}

/// An endless stream of sequences.
#[derive(Debug)]
pub struct Mixture {
    shares: Vec<Share>,
    tokens: Tokens,
    longest: usize,
    seed: u64,
    place: Place,
    /// Blocks of this pass: which file, which block.
    order: Vec<(usize, usize)>,
    pool: Vec<Vec<u32>>,
}

impl Mixture {
    /// The stream from its beginning. Sequences have at most `longest` tokens.
    pub fn new(shares: Vec<Share>, tokens: Tokens, longest: usize, seed: u64) -> Result<Mixture, Error> {
        let pool = Vec::new();
        let mut mixture = Mixture { shares, tokens, longest, seed, place: Place::default(), order: Vec::new(), pool };
        mixture.order = mixture.order_of(0);
        if mixture.order.is_empty() {
            return Err(Error::data("corpora", "wanted text to train on, found none"));
        }
        mixture.fill()?;
        Ok(mixture)
    }

    /// Where the stream is.
    pub fn place(&self) -> Place {
        self.place
    }

    /// Goes to a place; the same sequences follow as did when the stream was there.
    pub fn go(&mut self, place: Place) -> Result<(), Error> {
        self.order = self.order_of(place.pass);
        self.place = place;
        if self.order.is_empty() || place.pool >= self.pools() {
            let message = format!("wanted a place among {} pools, found {}", self.pools(), place.pool);
            return Err(Error::data("corpora", message));
        }
        self.fill()
    }

    /// Number of tokens of a pass over the files, on average, ends of paragraphs included.
    pub fn pass_tokens(&self) -> f64 {
        let tokens = |share: &Share| {
            let counts = share.corpus.counts();
            share.weight * counts.ids as f64 * share.corpus.training_blocks() as f64 / counts.blocks.max(1) as f64
        };
        self.shares.iter().map(tokens).sum()
    }

    /// The next sequence.
    pub fn sequence(&mut self) -> Result<Vec<u32>, Error> {
        while self.place.sequence >= self.pool.len() {
            self.place.sequence = 0;
            self.place.pool += 1;
            if self.place.pool >= self.pools() {
                self.place.pool = 0;
                self.place.pass += 1;
                self.order = self.order_of(self.place.pass);
            }
            self.fill()?;
        }
        let sequence = std::mem::take(&mut self.pool[self.place.sequence]);
        self.place.sequence += 1;
        Ok(sequence)
    }

    /// Sequences of the blocks that are kept for evaluation, from all files in turn, up to so many tokens.
    pub fn held_out(&self, most: usize) -> Result<Vec<Vec<u32>>, Error> {
        let (mut found, mut total) = (Vec::new(), 0);
        let first = |share: &Share| share.corpus.training_blocks();
        let blocks = |share: &Share| share.corpus.counts().blocks as usize;
        let rounds = self.shares.iter().map(|s| blocks(s) - first(s)).max().unwrap_or(0);
        for round in 0..rounds {
            for share in self.shares.iter().filter(|s| first(s) + round < blocks(s)) {
                for sequence in sequences(&share.corpus.block(first(share) + round)?, &self.tokens, self.longest) {
                    total += sequence.len();
                    if total > most {
                        return Ok(found);
                    }
                    found.push(sequence);
                }
            }
        }
        Ok(found)
    }

    fn pools(&self) -> usize {
        self.order.len().div_ceil(POOL)
    }

    fn rng(&self, pass: u64, stream: u64) -> Rng {
        Rng::new(self.seed).fork(pass).fork(stream)
    }

    fn order_of(&self, pass: u64) -> Vec<(usize, usize)> {
        let mut rng = self.rng(pass, u64::MAX);
        let mut order = Vec::new();
        for (i, share) in self.shares.iter().enumerate() {
            let mut blocks: Vec<usize> = (0..share.corpus.training_blocks()).collect();
            for _ in 0..share.weight as usize {
                order.extend(blocks.iter().map(|&block| (i, block)));
            }
            rng.shuffle(&mut blocks);
            let some = (share.weight.fract() * blocks.len() as f64).round() as usize;
            order.extend(blocks[..some].iter().map(|&block| (i, block)));
        }
        rng.shuffle(&mut order);
        order
    }

    fn fill(&mut self) -> Result<(), Error> {
        let start = self.place.pool * POOL;
        let end = (start + POOL).min(self.order.len());
        self.pool.clear();
        for &(share, block) in &self.order[start..end] {
            self.pool.extend(sequences(&self.shares[share].corpus.block(block)?, &self.tokens, self.longest));
        }
        self.rng(self.place.pass, self.place.pool as u64).shuffle(&mut self.pool);
        Ok(())
    }
}
