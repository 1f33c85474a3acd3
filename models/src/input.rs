//! The plain data that crosses the border of this crate.

use crate::{Config, Error};

/// A batch of token sequences without padding: sequence `i` is `ids[bounds[i]..bounds[i + 1]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Token ids of all sequences, end to end.
    pub ids: Vec<u32>,
    /// Where each sequence begins, and at last where the last one ends; never empty, first entry 0.
    pub bounds: Vec<usize>,
    /// The token type (BERT's segment id) of every token; alam's models keep the annotation convention in it.
    pub token_type: u32,
}

impl Input {
    /// An input with no sequence.
    pub fn new(token_type: u32) -> Self {
        Input { ids: Vec::new(), bounds: vec![0], token_type }
    }

    /// Adds a sequence at the end.
    pub fn push(&mut self, ids: &[u32]) {
        self.ids.extend_from_slice(ids);
        self.bounds.push(self.ids.len());
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Whether there is no sequence.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Refuses what the model of this configuration cannot take.
    ///
    /// # Errors
    /// [`Error::Input`] for bounds that do not rise from 0 to the number of ids, a sequence longer than
    /// [`Config::max_tokens`], an id outside the vocabulary, and a token type outside its table.
    pub fn check(&self, config: &Config) -> Result<(), Error> {
        let tokens = self.ids.len();
        if self.bounds.first() != Some(&0) || self.bounds.last() != Some(&tokens) {
            return Err(Error::Input(format!(
                "bounds: expected to run from 0 to the number of ids, {tokens}, found {:?} to {:?}",
                self.bounds.first(),
                self.bounds.last()
            )));
        }
        for (i, b) in self.bounds.windows(2).enumerate() {
            if b[0] > b[1] {
                return Err(Error::Input(format!("bounds: expected to rise, found {} after {} at {i}", b[1], b[0])));
            }
            if b[1] - b[0] > config.max_tokens() {
                return Err(Error::Input(format!(
                    "sequence {i}: expected at most {} tokens, found {}",
                    config.max_tokens(),
                    b[1] - b[0]
                )));
            }
        }
        if let Some(i) = self.ids.iter().position(|id| *id as usize >= config.vocab_size) {
            return Err(Error::Input(format!(
                "token {i}: expected an id below {}, found {}",
                config.vocab_size, self.ids[i]
            )));
        }
        // A model without the table does not look at the type.
        if config.token_types > 0 && self.token_type as usize >= config.token_types {
            return Err(Error::Input(format!(
                "token type: expected one below {}, found {}",
                config.token_types, self.token_type
            )));
        }
        Ok(())
    }

    /// Number of tokens in the longest sequence.
    pub fn longest(&self) -> usize {
        self.bounds.windows(2).map(|b| b[1] - b[0]).max().unwrap_or(0)
    }
}

/// Logits, one row a token of the input, in the input's order.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// Row-major, `tokens x labels`.
    pub values: Vec<f32>,
    /// Length of a row.
    pub labels: usize,
}

impl Scores {
    /// The logits of token `i`.
    pub fn row(&self, i: usize) -> &[f32] {
        &self.values[i * self.labels..(i + 1) * self.labels]
    }
}

/// All that a model says of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// One row a token, one column a label of `Config::labels`.
    pub tags: Scores,
    /// One row a token, one column a number of proclitic letters (0 to 3), where the model has that head.
    pub clitics: Option<Scores>,
}
