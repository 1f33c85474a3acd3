//! `tagger.json`: what a model folder says beyond Hugging Face's files.

use crate::Error;
use crate::decode::Decoding;
use crate::normalise::Normaliser;
use serde::{Deserialize, Serialize};

/// Contents of `tagger.json`; without the file the defaults apply, and that is what lets any token classifier load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What the model does not see of a word's spelling.
    pub normaliser: Normaliser,
    /// How tags are chosen.
    pub decoding: Decoding,
    /// Tokens a window holds at most, special ones included; the model's own limit where it is smaller.
    pub window: usize,
    /// Tokens that neighbouring windows share.
    pub overlap: usize,
    /// Logits are divided by it before they become probabilities; fitted on dev.
    pub temperature: f32,
    /// Annotation conventions by name; the position in the list is the token type.
    pub conventions: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            normaliser: Normaliser::default(),
            decoding: Decoding::default(),
            window: 256,
            overlap: 64,
            temperature: 1.0,
            conventions: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads `tagger.json`, refusing unknown fields and values out of range; `origin` names it in errors.
    pub fn from_json(json: &str, origin: &str) -> Result<Settings, Error> {
        let _ = (json, origin);
        todo!()
    }
}
