//! `alam tag` as typed and as meant.

use super::{InputArgs, fraction, offset_units, output_formats};
use crate::args::model::ModelArgs;
use crate::commands::Failure;
use alam::formats::{InputFormat, OffsetUnit, OutputFormat, ReadOptions, WriteOptions, conll, jsonl, text};
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::path::PathBuf;

/// Find the names in texts
#[derive(Debug, Args)]
pub(crate) struct TagArgs {
    /// Files and folders (recursively); - is standard input
    #[arg(value_name = "FILES|DIRS")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The format to write
    #[arg(long, short, value_name = "FORMAT", default_value = "jsonl", env = "ALAM_FORMAT", value_parser = output_formats())]
    pub(crate) format: OutputFormat,
    /// The file to write, whole or not at all; standard output without it
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Repeat the text in each record
    #[arg(long, env = "ALAM_WITH_TEXT", value_parser = FalseyValueParser::new())]
    pub(crate) with_text: bool,
    /// What start and end count
    #[arg(long, value_name = "UNIT", default_value = "char", env = "ALAM_OFFSET_UNIT", value_parser = offset_units())]
    pub(crate) offset_unit: OffsetUnit,
    /// Leave out names that the model is less sure of
    #[arg(long, value_name = "SCORE", value_parser = fraction, env = "ALAM_MIN_SCORE")]
    pub(crate) min_score: Option<f64>,
    /// Names of these types only, PER,LOC say
    #[arg(long, value_name = "TYPES", value_delimiter = ',', env = "ALAM_LABELS")]
    pub(crate) labels: Vec<String>,
    /// Names of your own, a file of name<TAB>type lines; they are found in any spelling and behind و ف ب ل ك, and go before
    /// the model's, but for a longer one that holds them
    #[arg(long, value_name = "FILE.tsv", env = "ALAM_GAZETTEER")]
    pub(crate) gazetteer: Option<PathBuf>,
    /// Give the mentions of one name in a document the same number (in JSON lines)
    #[arg(long, env = "ALAM_GROUP", value_parser = FalseyValueParser::new())]
    pub(crate) group: bool,
    /// The words of a CoNLL file are taken as they are; this is its --input-format
    #[arg(long, env = "ALAM_PRETOKENIZED", value_parser = FalseyValueParser::new())]
    pub(crate) pretokenized: bool,
    /// What to do when a record cannot be read or tagged
    #[arg(long, value_enum, default_value_t = OnError::Skip, env = "ALAM_ON_ERROR")]
    pub(crate) on_error: OnError,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// What happens at a record that cannot be read or tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Report it, go on, and exit with 1 at the end
    Skip,
    /// Report it and stop
    Fail,
}

/// What `alam tag` is to do.
pub(crate) struct TagPlan {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) read: ReadOptions,
    pub(crate) format: OutputFormat,
    pub(crate) write: WriteOptions,
    pub(crate) output: Option<PathBuf>,
    pub(crate) min_score: f32,
    /// Types to keep; all where empty.
    pub(crate) labels: Vec<String>,
    pub(crate) gazetteer: Option<PathBuf>,
    pub(crate) group: bool,
    pub(crate) on_error: OnError,
    pub(crate) quiet: bool,
    pub(crate) model: ModelArgs,
}

impl TagArgs {
    /// What is meant; `None` if nothing was typed that could be tagged, and help is due.
    pub(crate) fn meant(self) -> Result<Option<TagPlan>, Failure> {
        let mut inputs = self.inputs;
        if inputs.is_empty() {
            if std::io::stdin().is_terminal() {
                return Ok(None);
            }
            inputs.push("-".into());
        }
        let mut read = self.input.options(jsonl::Entities::Ignore, conll::Tags::Ignore, OffsetUnit::default());
        if self.pretokenized {
            match read.format {
                None => read.format = Some(InputFormat::Conll),
                Some(InputFormat::Conll) => {}
                Some(_) => return Err(Failure::usage("--pretokenized: wanted --input-format conll, found another")),
            }
        }
        Ok(Some(TagPlan {
            inputs,
            read,
            format: self.format,
            write: WriteOptions {
                unit: self.offset_unit,
                text: if self.with_text { jsonl::Text::With } else { jsonl::Text::Without },
            },
            output: self.output.filter(|path| path.as_os_str() != "-"),
            min_score: self.min_score.unwrap_or(0.0) as f32,
            labels: self.labels,
            gazetteer: self.gazetteer,
            group: self.group,
            on_error: self.on_error,
            quiet: self.quiet,
            model: self.model,
        }))
    }
}

impl InputArgs {
    /// How documents are read.
    pub(crate) fn options(&self, entities: jsonl::Entities, tags: conll::Tags, unit: OffsetUnit) -> ReadOptions {
        ReadOptions {
            // Lines are lines of text, whatever a file is called.
            format: self.input_format.or(self.lines.then_some(InputFormat::Text)),
            unit: if self.lines { text::Unit::Line } else { text::Unit::File },
            jsonl: jsonl::Options {
                text_field: self.text_field.clone(),
                id_field: self.id_field.clone(),
                unit,
                entities,
            },
            tags,
        }
    }
}
