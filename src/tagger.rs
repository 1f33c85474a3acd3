//! Text in, entities out: everything behind `load`, `tag` and `tag_all`.

use crate::Error;
use crate::document::{Document, Entity};
use crate::encode::Encoder;
use crate::labels::Labels;
use crate::settings::Settings;
use alam_models::{Device, Model, Precision};
use std::path::PathBuf;

/// Where a model comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The model in the binary.
    Embedded,
    /// A model folder.
    Folder(PathBuf),
}

/// How a tagger works.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Where the model runs.
    pub device: Device,
    /// In which arithmetic it runs on the CPU.
    pub precision: Precision,
    /// Tokens that go through the model together at most.
    pub batch_tokens: usize,
    /// Whole words as names, proclitics left on.
    pub keep_clitics: bool,
    /// The annotation convention by name; the model's first where `None`.
    pub convention: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            device: Device::Cpu,
            precision: Precision::Int8,
            batch_tokens: 4096,
            keep_clitics: false,
            convention: None,
        }
    }
}

/// Finds names. Cheap to share between threads, and the same text always gives the same result.
#[derive(Debug)]
pub struct Tagger {
    model: Model,
    encoder: Encoder,
    labels: Labels,
    settings: Settings,
    options: Options,
}

impl Tagger {
    /// Loads a model.
    pub fn load(source: &Source, options: Options) -> Result<Tagger, Error> {
        let _ = (source, options);
        todo!()
    }

    /// A tagger of parts that are already there (a model in training).
    pub fn from_parts(model: Model, encoder: Encoder, settings: Settings, options: Options) -> Result<Tagger, Error> {
        let labels = Labels::new(&model.config().labels, "config.json")?;
        Ok(Tagger { model, encoder, labels, settings, options })
    }

    /// The names of one text.
    pub fn tag(&self, text: &str) -> Result<Vec<Entity>, Error> {
        let _ = text;
        todo!()
    }

    /// Fills in the names of many documents; those that come with sentences keep their words.
    pub fn tag_all(&self, documents: &mut [Document]) -> Result<(), Error> {
        let _ = (&self.encoder, &self.settings, &self.options, documents);
        todo!()
    }

    /// The tags it knows.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }
}
