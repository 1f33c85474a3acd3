//! Weights by name: reading safetensors, checking them against the configuration, and the table of names per family.
//!
//! Inside this workspace a weight has one name in every family; the table to Hugging Face names is [`hub_name`].
//!
//! | name | shape |
//! | --- | --- |
//! | `embeddings.word` | vocab_size x embedding_size |
//! | `embeddings.position` | max_positions x embedding_size |
//! | `embeddings.type` | token_types x embedding_size; absent where token_types is 0 |
//! | `embeddings.norm.{weight,bias}` | embedding_size |
//! | `embeddings.project.{weight,bias}` | hidden_size x embedding_size; only where the two differ |
//! | `layer.{i}.attention.{query,key,value,output}.{weight,bias}` | hidden_size x hidden_size |
//! | `layer.{i}.attention.norm.{weight,bias}` | hidden_size |
//! | `layer.{i}.ffn.up.{weight,bias}` | intermediate_size x hidden_size |
//! | `layer.{i}.ffn.down.{weight,bias}` | hidden_size x intermediate_size |
//! | `layer.{i}.ffn.norm.{weight,bias}` | hidden_size |
//! | `classifier.{weight,bias}` | labels x hidden_size |
//! | `clitics.{weight,bias}` | 4 x hidden_size; in `clitics.safetensors`, transformers does not know it |
//!
//! A product's weight is `outputs x inputs`, as PyTorch keeps it.

use crate::{Config, Error};
use std::collections::BTreeMap;
use std::path::Path;

/// A weight as this crate reads it: row-major f32.
#[derive(Debug, Clone, PartialEq)]
pub struct Weight {
    /// Length of each dimension.
    pub shape: Vec<usize>,
    /// The numbers, row-major.
    pub values: Vec<f32>,
}

/// Weights by the names of this module's table.
pub type Weights = BTreeMap<String, Weight>;

/// Names and shapes of an encoder's weights (without heads), in the order of the table above.
pub fn encoder_shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let _ = config;
    todo!()
}

/// The name under which transformers keeps a weight of this family, `None` for one that it does not know.
pub fn hub_name(config: &Config, name: &str) -> Option<String> {
    let _ = (config, name);
    todo!()
}

/// Reads the encoder's and, where they are there, the classifier's and the clitic head's weights from a model folder.
///
/// Every tensor the configuration asks for must be there, in its shape and finite; tensors it does not ask for
/// (poolers, position ids, heads of pretraining) are passed over.
pub fn read(folder: &Path, config: &Config) -> Result<Weights, Error> {
    let _ = (folder, config);
    todo!()
}

/// Writes weights under their Hugging Face names in bf16 or f32, whole or not at all.
pub fn write(path: &Path, config: &Config, weights: &Weights, dtype: safetensors::Dtype) -> Result<(), Error> {
    let _ = (path, config, weights, dtype);
    todo!()
}
