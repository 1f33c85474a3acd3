//! The command line as typed; [`model`], [`tag`] and [`eval`] turn it into what is meant.

pub(crate) mod eval;
pub(crate) mod model;
pub(crate) mod reading;
pub(crate) mod stats;
pub(crate) mod tag;
pub(crate) mod tags;

use crate::cli::args::eval::EvalArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::reading::ReadingArgs;
use crate::cli::args::stats::StatsArgs;
use crate::cli::args::tag::TagArgs;
use crate::cli::args::tags::TagsArgs;
use crate::formats::csv::{Cells, Mark, Separator};
use crate::formats::{Codec, InputFormat, OffsetUnit, OutputFormat, WriteOptions, jsonl};
use clap::builder::{BoolishValueParser, FalseyValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Finds the names of people, places, organisations and works in Arabic text
#[derive(Debug, Parser)]
#[command(name = "alam", version, about, long_about = None, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const EXAMPLES: &str = "\
Examples:
  alam tag article.txt                          names as JSON lines on standard output
  alam tag archive/ -o names.jsonl              a folder, recursively
  alam tag archive/ -o names/                   a batch job: parts in a folder; the same command carries on after a stop
  alam tag 'dumps/*.jsonl.gz' -o names/ --shard 2/8      one of eight machines; alam merge puts them together
  zcat dump.jsonl.gz | alam tag --input-format jsonl --text-field body -
  alam tag article.txt --format html -o page.html
  alam eval gold.conll --model my-model         precision, recall and F1 with what went wrong

Exit status: 0 done, 1 some records failed (each is reported with its place), 2 usage or configuration,
3 no model, data or device, 130 interrupted. A closed pipe is no error.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the names in texts
    Tag(Box<TagArgs>),
    /// Score a model, or predictions, against gold
    Eval(Box<EvalArgs>),
    /// Write tagged documents in another format
    Convert(ConvertArgs),
    /// Show the names of a tagged corpus: how often, when, and which together
    Stats(StatsArgs),
    /// Put the folders of a job's shares together to one
    Merge(MergeArgs),
    /// Measure how fast a model tags
    Bench(BenchArgs),
    /// Fetch a model from a hub into the local cache; the one command that uses the network
    Fetch(FetchArgs),
    /// Print versions, what the processor offers, and what a model is
    Info(InfoArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

/// How documents are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct InputArgs {
    /// What the inputs are; without it the file name says (.txt .md .html .jsonl .json .csv .tsv .parquet .conll .conllu .ann, each
    /// also .gz and .zst), and text where it does not. json is a list of records, or records one behind the other, on any lines
    #[arg(long, value_name = "FORMAT", env = "ALAM_INPUT_FORMAT", value_parser = input_formats())]
    pub(crate) input_format: Option<InputFormat>,
    /// A line of a text file is a document, not the whole file
    #[arg(long, env = "ALAM_LINES", value_parser = FalseyValueParser::new())]
    pub(crate) lines: bool,
    /// The field of a JSON record, or the column of a table, with the text. Fields of fields are named by paths (article.body), those
    /// of lists by number (parts.0), and a field whose name has the dots goes first. A list of strings is a text of paragraphs, with
    /// a line feed between each two, which counts in offsets
    #[arg(long, value_name = "NAME", default_value = "text", env = "ALAM_TEXT_FIELD")]
    pub(crate) text_field: String,
    /// The field or column with the id, or its path [default: `id` where there is one, else path:line]
    #[arg(long, value_name = "NAME", env = "ALAM_ID_FIELD")]
    pub(crate) id_field: Option<String>,
    /// The field or column with the date, or its path, which goes with a document into records
    #[arg(long, value_name = "NAME", default_value = "date", env = "ALAM_DATE_FIELD")]
    pub(crate) date_field: String,
    /// What parts the columns of a table: , ; | or tab [default: as the ending says, or as the first row has it]
    #[arg(long, value_name = "CHAR", env = "ALAM_DELIMITER", value_parser = separator)]
    pub(crate) delimiter: Option<Separator>,
    /// Bytes of a document at most; a longer one is a broken record. Memory is some times this
    #[arg(long, value_name = "BYTES", default_value_t = 100_000_000, env = "ALAM_MAX_DOCUMENT_BYTES")]
    pub(crate) max_document_bytes: u64,
    #[command(flatten)]
    pub(crate) reading: ReadingArgs,
}

/// Write tagged documents in another format
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// Files and folders; - is standard input
    #[arg(required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// The format to write [default: the ending of --output says, .jsonl .csv .parquet .conll .html, each also .gz and .zst]
    #[arg(long, short, value_name = "FORMAT", required_unless_present = "output", value_parser = output_formats())]
    pub(crate) format: Option<OutputFormat>,
    /// The file to write, whole or not at all; a folder for brat; standard output without it. An input is refused
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// Take an I- that continues nothing for the beginning of a name
    #[arg(long)]
    pub(crate) lenient: bool,
    #[command(flatten)]
    pub(crate) tags: TagsArgs,
    /// What start and end count in the input
    #[arg(long, value_name = "UNIT", default_value = "char", value_parser = offset_units())]
    pub(crate) input_offset_unit: OffsetUnit,
    /// What start and end count in the output
    #[arg(long, value_name = "UNIT", default_value = "char", env = "ALAM_OFFSET_UNIT", value_parser = offset_units())]
    pub(crate) offset_unit: OffsetUnit,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) tables: TableArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// How tables are written.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Tables")]
pub(crate) struct TableArgs {
    /// Put an apostrophe before cells of CSV that begin with = + - @, a tab or a carriage return, which spreadsheets would run
    /// as formulas; `stats` does so unless told =false
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", env = "ALAM_CSV_SAFE", value_parser = BoolishValueParser::new())]
    csv_safe: Option<bool>,
    /// Begin CSV with a byte order mark, by which Excel knows UTF-8
    #[arg(long, env = "ALAM_BOM", value_parser = FalseyValueParser::new())]
    bom: bool,
    /// How Parquet is compressed: snappy, which every reader knows, or zstd
    #[arg(long, value_name = "CODEC", default_value = "snappy", env = "ALAM_PARQUET_CODEC", value_parser = codecs())]
    parquet_codec: Codec,
}

impl TableArgs {
    /// How cells are written, if nothing was said so.
    pub(crate) fn cells(self, otherwise: Cells) -> Cells {
        match self.csv_safe {
            Some(true) => Cells::Safe,
            Some(false) => Cells::AsTheyAre,
            None => otherwise,
        }
    }

    /// How documents are written.
    pub(crate) fn options(self, unit: OffsetUnit, text: jsonl::Text, otherwise: Cells) -> WriteOptions {
        let mark = if self.bom { Mark::With } else { Mark::Without };
        WriteOptions { unit, text, cells: self.cells(otherwise), mark, codec: self.parquet_codec }
    }
}

/// Put the folders of a job's shares together to the one that a single machine would have made
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// The folders of all shares, in any order
    #[arg(required = true, value_name = "FOLDERS")]
    pub(crate) folders: Vec<PathBuf>,
    /// A new folder
    #[arg(long, short, value_name = "FOLDER")]
    pub(crate) output: PathBuf,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
}

/// Measure how fast a model tags
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    /// Tag this text instead of articles made from the samples (JSON lines, or text with a document a line)
    #[arg(long, value_name = "FILE")]
    pub(crate) text: Option<PathBuf>,
    /// Number of articles in a pass [default: 50, or all of --text]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) articles: Option<u32>,
    /// Number of timed passes
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..1_000_000))]
    pub(crate) passes: u32,
    /// Number of passes before the clock starts
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(..1000))]
    pub(crate) warm_up: u32,
    /// Seed of the generated articles
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print the figures as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// Fetch a model from a hub into the local cache; the one command that uses the network
#[derive(Debug, Args)]
#[command(
    after_help = "HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE mean what they mean to huggingface_hub."
)]
pub(crate) struct FetchArgs {
    /// The model's id, ORG/NAME or ORG/NAME@REVISION
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// A branch, a tag or a commit
    #[arg(long, default_value = "main", env = "ALAM_REVISION")]
    pub(crate) revision: String,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
}

/// Print versions, what the processor offers, and what a model is
#[derive(Debug, Args)]
pub(crate) struct InfoArgs {
    /// Print as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// Print completions for a shell
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    pub(crate) shell: clap_complete::Shell,
}

pub(crate) fn offset_units() -> impl TypedValueParser<Value = OffsetUnit> {
    PossibleValuesParser::new(OffsetUnit::ALL.map(OffsetUnit::name)).try_map(|name| name.parse::<OffsetUnit>())
}

pub(crate) fn input_formats() -> impl TypedValueParser<Value = InputFormat> {
    named(InputFormat::ALL)
}

pub(crate) fn output_formats() -> impl TypedValueParser<Value = OutputFormat> {
    named(OutputFormat::ALL)
}

fn codecs() -> impl TypedValueParser<Value = Codec> {
    named(Codec::ALL)
}

/// Reads one of a closed set by its name.
fn named<T: Copy + Send + Sync + 'static>(all: &'static [(T, &'static str)]) -> impl TypedValueParser<Value = T> {
    PossibleValuesParser::new(all.iter().map(|(_, name)| *name)).try_map(move |typed| {
        let found = all.iter().find(|(_, name)| *name == typed);
        found.map(|(value, _)| *value).ok_or("no such format")
    })
}

/// What parts columns, as it is typed; shells make a tab of `$'\t'`.
fn separator(typed: &str) -> Result<Separator, String> {
    let tab = matches!(typed, "\t" | "\\t");
    let found = Separator::ALL.iter().find(|(_, name)| *name == typed || tab && *name == "tab");
    found.map(|(separator, _)| *separator).ok_or_else(|| "wanted , ; | or tab".into())
}

pub(crate) fn fraction(value: &str) -> Result<f64, String> {
    match value.parse() {
        Ok(number) if (0.0..=1.0).contains(&number) => Ok(number),
        _ => Err("wanted a number from 0 to 1".into()),
    }
}
