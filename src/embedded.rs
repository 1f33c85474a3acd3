//! The default model, in the binary.

use crate::Error;
use alam_models::model::Files;

/// The files of a model that is not in a folder.
#[derive(Debug)]
pub struct Parts {
    /// What the model is made of.
    pub files: Files,
    /// `tokenizer.json`.
    pub tokenizer: &'static [u8],
    /// `tagger.json`.
    pub settings: &'static str,
    /// `README.md`.
    pub card: &'static str,
}

#[cfg(feature = "embed")]
macro_rules! path {
    ($file:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/models/default/", $file)
    };
}

// Statics: what `include_bytes!` gives inside a function is a constant, of which every crate and unit of code generation that
// the function is inlined into gets a copy of its own.
#[cfg(feature = "embed")]
static WEIGHTS: &[u8] = include_bytes!(path!("model.int8.safetensors"));
#[cfg(feature = "embed")]
static TOKENIZER: &[u8] = include_bytes!(path!("tokenizer.json"));

/// The default model's files.
///
/// # Errors
/// None with the feature `embed`; without it there is no model.
#[cfg(feature = "embed")]
pub fn parts() -> Result<Parts, Error> {
    Ok(Parts {
        files: Files { config: include_str!(path!("config.json")).into(), weights: WEIGHTS.into() },
        tokenizer: TOKENIZER,
        settings: include_str!(path!("tagger.json")),
        card: include_str!(path!("README.md")),
    })
}

/// The default model's files.
///
/// # Errors
/// Always: this build has no model in it.
#[cfg(not(feature = "embed"))]
pub fn parts() -> Result<Parts, Error> {
    let message = "wanted a model, as this build was made without the feature `embed`\ntip: pass one with --model";
    Err(Error::config("model", message))
}
