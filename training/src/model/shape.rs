//! The shape of an encoder that is made from nothing, as a recipe gives it.

use crate::Error;
use crate::model::neighbours::Neighbours;
use crate::recipe::Source;
use crate::run::job::Job;
use crate::text::vectors;
use alam_models::config::{Activation, Family};
use alam_models::weights::{Weight, Weights};
use alam_models::{Config, Rng};
use serde::{Deserialize, Serialize};

/// No encoder is wider, deeper, or reads longer sequences; larger numbers are slips.
pub(crate) const WIDEST: usize = 1 << 14;
const DEEPEST: usize = 1 << 10;
const LONGEST: usize = 1 << 20;

/// A `[...shape]` table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// `bert` or `electra`; only the latter may have embeddings of another width.
    #[serde(default)]
    pub family: Kind,
    /// Width of the blocks.
    pub hidden_size: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Attention heads a block; `hidden_size` is a multiple of it.
    pub heads: usize,
    /// Width inside a block's feed-forward part; four times `hidden_size` where absent.
    pub intermediate_size: Option<usize>,
    /// Width of the embeddings; `hidden_size` where absent.
    pub embedding_size: Option<usize>,
    /// Longest sequence.
    #[serde(default = "max_positions")]
    pub max_positions: usize,
    /// Dropout on embeddings and on what each half of a block adds.
    #[serde(default = "dropout")]
    pub dropout: f32,
    /// Dropout on attention probabilities.
    #[serde(default = "dropout")]
    pub attention_dropout: f32,
    /// Standard deviation of initial weights.
    #[serde(default = "initializer_range")]
    pub initializer_range: f32,
    /// A word table to begin with, as `alam-train vectors` makes it.
    pub vectors: Option<String>,
    /// Heads that look at neighbours from the beginning.
    pub neighbours: Option<Neighbours>,
}

/// Families that are made here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// BERT.
    #[default]
    Bert,
    /// ELECTRA's discriminator.
    Electra,
}

fn max_positions() -> usize {
    512
}

fn dropout() -> f32 {
    0.1
}

fn initializer_range() -> f32 {
    0.02
}

impl Shape {
    /// The weights of such an encoder that are not drawn as they come: word table, positions and heads for neighbours.
    pub(crate) fn beginning(&self, config: &Config, (job, key): (&Job, &str), rng: &mut Rng) -> Result<Weights, Error> {
        let mut weights = Weights::new();
        if let Some(table) = self.vectors(config, (job, key))? {
            weights.insert("embeddings.word".into(), table);
        }
        if let Some(neighbours) = &self.neighbours {
            neighbours.check(config, (&job.recipe, &format!("{key}.neighbours")))?;
            neighbours.write(config, &mut weights, rng);
        }
        Ok(weights)
    }

    /// The word table to begin with, where the recipe names one.
    pub(crate) fn vectors(&self, config: &Config, (job, key): (&Job, &str)) -> Result<Option<Weight>, Error> {
        let Some(name) = &self.vectors else { return Ok(None) };
        let key = format!("{key}.vectors");
        let table = vectors::read(&job.find(name, &key)?)?;
        let (found, wanted) = (&table.shape, [config.vocab_size, config.embedding_size]);
        if found[..] != wanted {
            let message = format!("wanted a table of {wanted:?} numbers, found {found:?}");
            return Err(job.recipe.error(&key, message));
        }
        Ok(Some(table))
    }

    /// The configuration of such an encoder; `key` is where the shape stands in the recipe.
    pub fn config(
        &self,
        vocab_size: usize,
        token_types: usize,
        (source, key): (&Source, &str),
    ) -> Result<Config, Error> {
        let wrong = |field: &str, message: String| Err(source.error(&format!("{key}.{field}"), message));
        let Shape { hidden_size, layers, heads, max_positions, .. } = *self;
        let embedding_size = self.embedding_size.unwrap_or(hidden_size);
        let intermediate_size = self.intermediate_size.unwrap_or(hidden_size.saturating_mul(4));
        for (field, value, most) in [
            ("hidden_size", hidden_size, WIDEST),
            ("layers", layers, DEEPEST),
            ("heads", heads, WIDEST),
            ("intermediate_size", intermediate_size, 4 * WIDEST),
        ] {
            if !(1..=most).contains(&value) {
                return wrong(field, format!("wanted 1 to {most}, found {value}"));
            }
        }
        if !hidden_size.is_multiple_of(heads) {
            return wrong("heads", format!("wanted a divisor of `hidden_size` ({hidden_size}), found {heads}"));
        }
        if embedding_size == 0
            || embedding_size > WIDEST
            || (self.family == Kind::Bert && embedding_size != hidden_size)
        {
            let message = format!("wanted `hidden_size` ({hidden_size}) for bert, found {embedding_size}");
            return wrong("embedding_size", message);
        }
        if !(16..=LONGEST).contains(&max_positions) {
            return wrong("max_positions", format!("wanted 16 to {LONGEST}, found {max_positions}"));
        }
        for (field, value) in [("dropout", self.dropout), ("attention_dropout", self.attention_dropout)] {
            if !(0.0..1.0).contains(&value) {
                return wrong(field, format!("wanted a share below 1, found {value}"));
            }
        }
        let (family, model_type) = match self.family {
            Kind::Bert => (Family::Bert, "bert"),
            Kind::Electra => (Family::Electra, "electra"),
        };
        Ok(Config {
            family,
            model_type: model_type.into(),
            vocab_size,
            embedding_size,
            hidden_size,
            layers,
            heads,
            intermediate_size,
            activation: Activation::Gelu,
            max_positions,
            first_position: 0,
            token_types: token_types.max(1),
            norm_epsilon: 1e-12,
            dropout: self.dropout,
            attention_dropout: self.attention_dropout,
            classifier_dropout: self.dropout,
            initializer_range: self.initializer_range,
            padding_id: 0,
            labels: Vec::new(),
        })
    }
}
