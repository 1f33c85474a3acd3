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
//! Heads that transformers does not know keep the name of this table in files as well.
//!
//! A product's weight is `outputs x inputs`, as PyTorch keeps it.

mod file;
mod folder;
mod names;
mod weight;

#[cfg(test)]
mod tests;

pub(crate) use names::{beyond, too_few_layers};
pub use names::{encoder_shapes, hub_name};
pub use weight::{CLITIC_OUTPUTS, Weight, Weights};

use crate::{Config, Error};
use std::io::{Read, Seek};
use std::path::Path;

/// The file of the heads that transformers does not know.
const CLITICS_FILE: &str = "clitics.safetensors";

/// Reads the encoder's and, where they are there, the classifier's and the clitic head's weights from a model folder.
///
/// Every tensor the configuration asks for must be there, in its shape and finite; tensors it does not ask for
/// (poolers, position ids, heads of pretraining) are passed over, and so is the classifier of a configuration without
/// labels. Takes `model.safetensors` or the shards that `model.safetensors.index.json` lists, in f32, f16 or bf16, with
/// or without the family's prefix, and the `gamma` and `beta` of old checkpoints. Memory beyond the result stays below
/// the size of the file's header times 16 plus 1 MiB.
///
/// # Errors
/// [`Error::Io`] for a file that cannot be read; [`Error::Weights`] names the file, and the tensor where it is one.
pub fn read(folder: &Path, config: &Config) -> Result<Weights, Error> {
    let mut weights = read_model(folder::Files::open(folder)?, config)?;
    let clitics = folder.join(CLITICS_FILE);
    if clitics.is_file() {
        let mut file = file::File::open(&clitics)?;
        for (name, shape) in names::clitic_shapes(config) {
            let weight = file.floats(&name, &shape)?;
            weights.insert(name, weight);
        }
    }
    Ok(weights)
}

/// The names of the files that [`read`] takes its weights from, in their order; none where the folder has no weights.
pub(crate) fn files(folder: &Path) -> Result<Vec<String>, Error> {
    let mut names = folder::names(folder)?;
    if !names.is_empty() && folder.join(CLITICS_FILE).is_file() {
        names.push(CLITICS_FILE.to_owned());
        names.sort();
    }
    Ok(names)
}

/// The encoder's weights, and the classifier's where it is there.
fn read_model<R: Read + Seek>(mut files: folder::Files<R>, config: &Config) -> Result<Weights, Error> {
    let beyond = beyond(config);
    if files.finds(&names::in_files(config, &beyond)) {
        return Err(files.broken(too_few_layers(config, &beyond)));
    }
    let classifier = names::classifier_shapes(config);
    let with_classifier = classifier.iter().any(|(name, _)| files.finds(&names::in_files(config, name)));
    let wanted = encoder_shapes(config).into_iter().chain(classifier.into_iter().filter(|_| with_classifier));
    wanted
        .map(|(name, shape)| {
            let weight = files.floats(&names::in_files(config, &name), &shape)?;
            Ok((name, weight))
        })
        .collect()
}

/// Writes weights in bf16 or f32 under their Hugging Face names (their own names where transformers has none), whole or
/// not at all, and equal bytes for equal weights.
///
/// # Errors
/// [`Error::Io`] when it cannot be written; [`Error::Weights`] for another `dtype`, a weight whose shape and number of
/// values disagree, or a value that is not finite in `dtype`.
pub fn write(path: &Path, config: &Config, weights: &Weights, dtype: safetensors::Dtype) -> Result<(), Error> {
    file::write(path, config, weights, dtype)
}
