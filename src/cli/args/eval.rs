//! `alam eval` as typed and as meant.

use super::values::{fraction, input_formats, offset_units};
use crate::cli::args::model::ModelArgs;
use crate::cli::args::tags::TagsArgs;
use crate::formats::input::Longest;
use crate::formats::{InputFormat, OffsetUnit, ReadOptions, conll, jsonl};
use crate::metrics::Mode;
use crate::scheme::Strays;
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Score a model, or predictions, against gold
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct EvalArgs {
    /// Documents with the right names: CoNLL, CoNLL-U, JSON lines or brat, or a folder of such files
    ///
    /// CoNLL is scored on its own words, as whole words; all others by the letters of a name. A name is right if its
    /// bounds and its type are.
    pub(crate) gold: PathBuf,
    /// Documents with names to be scored; without it the model tags the gold's text
    ///
    /// CoNLL for CoNLL, sentence by sentence. JSON lines by their id, texts optional.
    pub(crate) predicted: Option<PathBuf>,
    /// Other predictions, which are scored too: is the difference more than chance?
    #[arg(long, value_name = "PATH")]
    pub(crate) against: Option<PathBuf>,
    /// How tags become names, as in seqeval: `strict` wants a B- at each beginning
    #[arg(long, value_enum, default_value_t = ScoreMode::Strict, env = "ALAM_MODE")]
    pub(crate) mode: ScoreMode,
    /// Take gold tags that continue nothing too, read as --mode says; else they are an error
    #[arg(long, env = "ALAM_LENIENT", value_parser = FalseyValueParser::new())]
    pub(crate) lenient: bool,
    /// Score these types only, PER,LOC say
    #[arg(long, value_name = "TYPES", value_delimiter = ',', env = "ALAM_LABELS")]
    pub(crate) labels: Vec<String>,
    /// Join the gold's words into running text, tag it as text, and compare by characters
    ///
    /// Words of closing marks (. , : ; ! ? … % ) ] } » ” ’ ، ؛ ؟ ٪) are joined to the word before them, words of opening marks
    /// ( ( [ { « “ ‘ ) to the word behind them; of the straight quotes of a sentence every other one opens. One space between
    /// all others. Behind a sentence that ends in . ! ? ؟ … there is a space, behind every other a line feed.
    #[arg(long, conflicts_with = "predicted", env = "ALAM_RAW", value_parser = FalseyValueParser::new())]
    pub(crate) raw: bool,
    /// Print the scores as JSON, fractions between 0 and 1
    #[arg(long)]
    pub(crate) json: bool,
    /// Exit with 1 if micro F1 is below this fraction
    #[arg(long, value_name = "F1", value_parser = fraction)]
    pub(crate) fail_under: Option<f64>,
    /// Examples of each kind of error
    #[arg(long, value_name = "N", default_value_t = 5, env = "ALAM_WORST")]
    pub(crate) worst: usize,
    /// What gold is [default: the file name says (.conll .conllu .jsonl .ann, each also .gz and .zst), and CoNLL where it does not]
    #[arg(long, value_name = "FORMAT", value_parser = input_formats())]
    pub(crate) gold_format: Option<InputFormat>,
    /// What predictions are [default: as for gold]
    #[arg(long, value_name = "FORMAT", value_parser = input_formats())]
    pub(crate) predicted_format: Option<InputFormat>,
    /// The field of a JSON record with the text, or its path (article.body)
    #[arg(long, value_name = "NAME", default_value = "text", env = "ALAM_TEXT_FIELD")]
    pub(crate) text_field: String,
    /// The field of a JSON record with its id, or its path [default: `id`]
    #[arg(long, value_name = "NAME", env = "ALAM_ID_FIELD")]
    pub(crate) id_field: Option<String>,
    /// What start and end count in JSON lines
    #[arg(long, value_name = "UNIT", default_value = "char", env = "ALAM_OFFSET_UNIT", value_parser = offset_units())]
    pub(crate) offset_unit: OffsetUnit,
    #[command(flatten)]
    pub(crate) tags: TagsArgs,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  alam eval gold.conll                               the model in this program, on the gold's own words
  alam eval gold.conll --raw --labels PER,LOC,ORG    as users meet it: words joined into text
  alam eval gold.jsonl names.jsonl --json            predictions in a file
  alam eval gold.jsonl new.jsonl --against old.jsonl

Exit status: 0 done, 1 micro F1 is below --fail-under, 2 usage, 3 no model, or gold and predictions that cannot be scored.";

/// How tags become names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScoreMode {
    /// IOB2, a stray I- is no name: seqeval with mode="strict", scheme=IOB2
    Strict,
    /// A stray I- begins a name: seqeval's default, conlleval
    Default,
}

impl From<ScoreMode> for Mode {
    fn from(mode: ScoreMode) -> Mode {
        match mode {
            ScoreMode::Strict => Mode::Strict,
            ScoreMode::Default => Mode::Default,
        }
    }
}

impl EvalArgs {
    /// How gold is read.
    pub(crate) fn gold_options(&self) -> ReadOptions {
        let tags = if self.lenient { self.strays() } else { conll::Tags::Strict };
        self.options(self.gold_format, tags)
    }

    /// How predictions are read.
    pub(crate) fn predicted_options(&self) -> ReadOptions {
        self.options(self.predicted_format, self.strays())
    }

    fn strays(&self) -> conll::Tags {
        match self.mode {
            ScoreMode::Strict => conll::Tags::PassOver,
            ScoreMode::Default => conll::Tags::Lenient,
        }
    }

    fn options(&self, format: Option<InputFormat>, tags: conll::Tags) -> ReadOptions {
        let jsonl = jsonl::Options {
            text_field: self.text_field.clone(),
            id_field: self.id_field.clone(),
            unit: self.offset_unit,
            entities: jsonl::Entities::Read,
            longest: Longest::default(),
            tags: jsonl::Tags { strays: strays(tags), ..jsonl::Tags::default() },
            ..jsonl::Options::default()
        };
        self.tags.meant(ReadOptions { format, jsonl, tags, ..ReadOptions::default() })
    }
}

/// What becomes of tags of records that make no whole name.
fn strays(tags: conll::Tags) -> Strays {
    match tags {
        conll::Tags::Strict | conll::Tags::Ignore => Strays::Refuse,
        conll::Tags::Lenient => Strays::Begin,
        conll::Tags::PassOver => Strays::PassOver,
    }
}
