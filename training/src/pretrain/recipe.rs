//! The recipe of a pretraining.

use crate::Error;
use crate::model::shape::{Shape, WIDEST};
use crate::recipe::Source;
use crate::run::train::Train;
use alam_models::Config;
use serde::{Deserialize, Serialize};

/// A recipe. Files and folders are looked for beside the output folder, in the folder with data, and as they are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// What is learnt.
    pub objective: Goal,
    /// A folder with `tokenizer.json`, as `alam-train tokenizer` makes it.
    pub tokenizer: String,
    /// A model folder of this vocabulary whose weights the encoder begins with.
    pub init: Option<String>,
    /// Files of token ids, as `alam-train corpus` makes them.
    pub corpora: Vec<Corpus>,
    /// The encoder.
    pub shape: Shape,
    /// ELECTRA's generator: its blocks; the embeddings are the encoder's.
    pub generator: Option<Generator>,
    /// Longest sequence, special tokens included.
    #[serde(default = "sequence_tokens")]
    pub sequence_tokens: usize,
    /// Share of the pieces that is hidden.
    #[serde(default = "masked")]
    pub masked: f32,
    /// Weight of the loss of detection beside that of the generator (Clark et al., 2020: 50).
    #[serde(default = "detection_weight")]
    pub detection_weight: f64,
    /// Dropout while pretraining. A small model that sees its text once has no need of it; what `shape` says goes into
    /// `config.json`.
    #[serde(default)]
    pub dropout: f32,
    /// Tokens of held-out text that an evaluation looks at.
    #[serde(default = "evaluation_tokens")]
    pub evaluation_tokens: usize,
    /// What the loop needs to know.
    pub train: Train,
}

/// What is learnt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Goal {
    /// To guess hidden pieces.
    Mlm,
    /// To tell which pieces a generator has replaced, while it learns to guess hidden ones.
    Electra,
}

/// A file of token ids.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// The file.
    pub path: String,
    /// Share of its text that a pass takes; 2 for all of it twice.
    #[serde(default = "weight")]
    pub weight: f64,
}

/// The blocks of a generator; a quarter to a third of the encoder's width does best (Clark et al., 2020).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Generator {
    /// Width of the blocks.
    pub hidden_size: usize,
    /// Attention heads a block.
    pub heads: usize,
    /// Number of blocks; the encoder's where absent.
    pub layers: Option<usize>,
}

impl Generator {
    /// The generator's blocks behind the embeddings of that encoder.
    pub fn config(&self, encoder: &Config) -> Config {
        Config {
            hidden_size: self.hidden_size,
            intermediate_size: 4 * self.hidden_size,
            heads: self.heads,
            layers: self.layers.unwrap_or(encoder.layers),
            ..encoder.clone()
        }
    }
}

fn weight() -> f64 {
    1.0
}

fn sequence_tokens() -> usize {
    128
}

fn masked() -> f32 {
    0.15
}

fn detection_weight() -> f64 {
    50.0
}

fn evaluation_tokens() -> usize {
    50_000
}

impl Recipe {
    /// Reads the recipe and refuses what cannot work, with its line.
    pub fn read(source: &Source) -> Result<Recipe, Error> {
        let recipe: Recipe = source.parse()?;
        recipe.train.check(source)?;
        let wrong =
            |key: &str, wanted: &str, found: String| Err(source.error(key, format!("wanted {wanted}, found {found}")));
        if recipe.corpora.is_empty() {
            return wrong("corpora", "at least one file of token ids", "none".into());
        }
        for (i, Corpus { weight, .. }) in recipe.corpora.iter().enumerate() {
            if !(*weight > 0.0 && *weight <= 1000.0) {
                return wrong(&format!("corpora.{i}.weight"), "a weight above 0 and up to 1000", weight.to_string());
            }
        }
        if !(recipe.masked > 0.0 && recipe.masked < 1.0) {
            return wrong("masked", "a share between 0 and 1", recipe.masked.to_string());
        }
        if !(0.0..1.0).contains(&recipe.dropout) {
            return wrong("dropout", "a share below 1", recipe.dropout.to_string());
        }
        if !(recipe.detection_weight > 0.0 && recipe.detection_weight.is_finite()) {
            return wrong("detection_weight", "a positive number", recipe.detection_weight.to_string());
        }
        if recipe.sequence_tokens < 8 || recipe.sequence_tokens > recipe.shape.max_positions {
            let wanted = format!("8 to `shape.max_positions` ({}) tokens", recipe.shape.max_positions);
            return wrong("sequence_tokens", &wanted, recipe.sequence_tokens.to_string());
        }
        if recipe.train.micro_tokens() < recipe.sequence_tokens {
            let wanted = format!("room for a sequence of {} tokens", recipe.sequence_tokens);
            return wrong("train.micro_tokens", &wanted, recipe.train.micro_tokens().to_string());
        }
        for (key, given) in
            [("vectors", recipe.shape.vectors.is_some()), ("neighbours", recipe.shape.neighbours.is_some())]
        {
            if recipe.init.is_some() && given {
                return wrong(&format!("shape.{key}"), &format!("`init` or `shape.{key}`"), "both".into());
            }
        }
        match (recipe.objective, &recipe.generator) {
            (Goal::Mlm, Some(_)) => wrong("generator", "none for `mlm`", "one".into()),
            (Goal::Electra, None) => wrong("objective", "a table `generator` for `electra`", "none".into()),
            (_, Some(g)) if !(1..=WIDEST).contains(&g.hidden_size) => {
                wrong("generator.hidden_size", &format!("1 to {WIDEST}"), g.hidden_size.to_string())
            }
            (_, Some(g)) if g.layers == Some(0) => wrong("generator.layers", "at least 1", "0".into()),
            (_, Some(g)) if g.heads == 0 || !g.hidden_size.is_multiple_of(g.heads) => wrong(
                "generator.heads",
                &format!("a divisor of `hidden_size` ({})", g.hidden_size),
                g.heads.to_string(),
            ),
            _ => Ok(recipe),
        }
    }
}
