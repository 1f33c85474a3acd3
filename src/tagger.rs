//! Text in, entities out: everything behind `load`, `tag`, `tag_all` and `tag_stream`.
//!
//! The unit of work is the sentence: it is encoded, decoded and cut into names without a look at its neighbours, so that an
//! article of any length is a list of small tasks. What the sentences of an article say of the same names is compared then
//! ([`Options::second_look`]).

mod card;
mod fingerprint;
mod info;
mod manner;
mod nameable;
mod names;
mod source;
mod stages;
mod stream;
mod tag;
mod vocabulary;

pub use card::Card;
pub use fingerprint::fingerprint;
pub use info::ModelInfo;
pub use manner::Manner;
pub use source::Source;
pub use stages::Stages;
pub use stream::Tagged;

use crate::Error;
use crate::decode::Decoder;
use crate::embedded;
use crate::encode::Encoder;
use crate::labels::Labels;
use crate::settings::Settings;
use alam_models::{Config, Device, Model, Precision, side};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

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
    /// A second look over each document, so that a name in one sentence is one in the others: its mentions vote on its type,
    /// those that the model passed over are found, and weak names whose words mostly stand outside names are given up.
    /// Without it a sentence gives the same names wherever it stands.
    pub second_look: bool,
    /// The annotation convention by name; the model's first where `None`.
    pub convention: Option<String>,
    /// Names of the labels, in the order of their numbers; those of `tagger.json` or `config.json` where empty.
    pub labels: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            device: Device::Cpu,
            precision: Precision::Int8,
            batch_tokens: 4096,
            keep_clitics: false,
            second_look: true,
            convention: None,
            labels: Vec::new(),
        }
    }
}

/// Finds names. Cheap to share between threads, and the same text always gives the same result.
#[derive(Debug)]
pub struct Tagger {
    model: Arc<Model>,
    encoder: Arc<Encoder>,
    labels: Labels,
    settings: Settings,
    options: Options,
    decoder: Decoder,
    token_type: u32,
    /// Asked between batches.
    stop: fn() -> bool,
}

impl Tagger {
    /// Loads a model: the one in the binary, or a Hugging Face folder with `config.json`, `tokenizer.json`, weights as
    /// safetensors and, if it is alam's, `tagger.json`.
    ///
    /// # Errors
    /// A file that is missing, broken or does not fit the others, a device that is not there, an unknown convention.
    pub fn load(source: &Source, options: Options) -> Result<Tagger, Error> {
        match source {
            Source::Embedded => Tagger::load_embedded(options),
            Source::Folder(folder) => Tagger::load_folder(folder, options),
        }
    }

    fn load_embedded(options: Options) -> Result<Tagger, Error> {
        if options.device != Device::Cpu {
            let message = "wanted the CPU for the embedded model, found a GPU\ntip: pass the folder of a model";
            return Err(Error::config("device", message));
        }
        let parts = embedded::parts()?;
        let settings = Settings::from_json(parts.settings, "embedded tagger.json")?;
        let model = Model::from_files(parts.files)?;
        Tagger::assemble(model, parts.tokenizer, "embedded tokenizer.json", settings, options)
    }

    fn load_folder(folder: &Path, options: Options) -> Result<Tagger, Error> {
        // Before the weights, which take longest: what is wrong with the small files is said at once.
        let path = folder.join("tagger.json");
        let settings = match side::text(&path, side::CONFIGURATION) {
            Ok(json) => Settings::from_json(&json, &path.display().to_string())?,
            Err(e) if e.kind() == ErrorKind::NotFound => Settings::default(),
            Err(e) => return Err(Error::io(path, e)),
        };
        settings.token_type(options.convention.as_deref())?;
        let model = Model::open(folder, options.device, options.precision)?;
        let path = folder.join("tokenizer.json");
        let tokenizer = match side::read(&path, side::LIST) {
            Err(e) if e.kind() == ErrorKind::NotFound => {
                vocabulary::tokenizer(folder)?.ok_or_else(|| without_tokenizer(&path, e))?
            }
            read => read.map_err(|e| Error::io(&path, e))?,
        };
        Tagger::assemble(model, &tokenizer, &path.display().to_string(), settings, options)
    }

    fn assemble(
        model: Model,
        tokenizer: &[u8],
        origin: &str,
        settings: Settings,
        options: Options,
    ) -> Result<Tagger, Error> {
        let window = settings.window.min(model.config().max_tokens());
        let overlap = settings.overlap.min(window / 2);
        let encoder = Encoder::new(tokenizer, origin, settings.normaliser, window, overlap)?;
        Tagger::from_parts(model, encoder, settings, options)
    }

    /// A tagger of parts that are already there (a model in training).
    ///
    /// # Errors
    /// Parts that do not fit: labels that are no tags, a tokenizer with ids or windows that the model has no rows for, an
    /// unknown convention.
    pub fn from_parts(model: Model, encoder: Encoder, settings: Settings, options: Options) -> Result<Tagger, Error> {
        let config = model.config();
        let (names, origin) = label_names(config, &settings, &options)?;
        let labels = Labels::new(names, origin)?;
        fits(config, &encoder, &settings)?;
        let decoder = Decoder::new(&labels, settings.decoding);
        let token_type = settings.token_type(options.convention.as_deref())?;
        let (model, encoder) = (Arc::new(model), Arc::new(encoder));
        Ok(Tagger { model, encoder, labels, settings, options, decoder, token_type, stop: || false })
    }

    /// Gives up with [`Error::Stopped`] where `stop` says so: it is asked between batches, so that a document of any length
    /// can be left at once.
    pub fn stopping_when(self, stop: fn() -> bool) -> Tagger {
        Tagger { stop, ..self }
    }

    /// The tags it knows.
    pub fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The names of its labels, in the order of their numbers.
    pub fn label_names(&self) -> &[String] {
        label_names(self.config(), &self.settings, &self.options).map_or(&[], |(names, _)| names)
    }

    /// What its encoder is.
    pub fn config(&self) -> &Config {
        self.model.config()
    }

    /// What its `tagger.json` says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How it was asked to work.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How it turns words into token ids.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }
}

/// The names of the labels, and who gives them.
fn label_names<'a>(
    config: &'a Config,
    settings: &'a Settings,
    options: &'a Options,
) -> Result<(&'a [String], &'static str), Error> {
    let given = [(&options.labels, "--label-names"), (&settings.labels, "tagger.json: `labels`")];
    let Some((names, origin)) = given.into_iter().find(|(names, _)| !names.is_empty()) else {
        return Ok((&config.labels, "config.json"));
    };
    if names.len() != config.labels.len() {
        let message =
            format!("wanted a name for each of the model's {} labels, found {}", config.labels.len(), names.len());
        return Err(Error::config(origin, message));
    }
    Ok((names, origin))
}

/// Whether a tokenizer and settings can work with a model.
fn fits(config: &Config, encoder: &Encoder, settings: &Settings) -> Result<(), Error> {
    if encoder.vocab_size() > config.vocab_size {
        let message = format!(
            "wanted ids below the model's vocabulary of {}, found {}",
            config.vocab_size,
            encoder.vocab_size() - 1
        );
        return Err(Error::config("tokenizer.json", message));
    }
    if encoder.window() > config.max_tokens() {
        let message =
            format!("wanted windows within the model's {} tokens, found {}", config.max_tokens(), encoder.window());
        return Err(Error::config("tagger.json", message));
    }
    if settings.conventions.len() > config.token_types.max(1) {
        let message = format!(
            "`conventions`: wanted at most one for each of the model's {} token types, found {}",
            config.token_types,
            settings.conventions.len()
        );
        return Err(Error::config("tagger.json", message));
    }
    Ok(())
}

/// That a model has no `tokenizer.json`, and what makes one of what it has.
fn without_tokenizer(path: &Path, error: std::io::Error) -> Error {
    let others = ["vocab.json", "sentencepiece.bpe.model", "spiece.model"];
    let old = others.into_iter().find(|name| path.with_file_name(name).is_file());
    match old.filter(|_| error.kind() == ErrorKind::NotFound) {
        None => Error::io(path, error),
        Some(old) => Error::config(
            path.display().to_string(),
            format!(
                "wanted this file, found `{old}` of an older tokenizer\n\
                 tip: AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER) of transformers makes one of the other"
            ),
        ),
    }
}
