//! The command line as typed; [`model`], [`tag`] and [`eval`] turn it into what is meant.

#![allow(rustdoc::invalid_html_tags, reason = "comments of flags are what --help shows, which is plain text")]

pub(crate) mod eval;
pub(crate) mod input;
pub(crate) mod model;
pub(crate) mod reading;
#[cfg(feature = "serve")]
pub(crate) mod serve;
pub(crate) mod stats;
pub(crate) mod tables;
pub(crate) mod tag;
pub(crate) mod tags;
mod values;

use crate::cli::args::eval::EvalArgs;
use crate::cli::args::input::InputArgs;
use crate::cli::args::model::ModelArgs;
use crate::cli::args::stats::StatsArgs;
use crate::cli::args::tables::TableArgs;
use crate::cli::args::tag::TagArgs;
use crate::cli::args::tags::TagsArgs;
use crate::cli::args::values::{offset_units, output_formats};
use crate::formats::{OffsetUnit, OutputFormat};
use clap::builder::FalseyValueParser;
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
    /// Answer requests over HTTP
    #[cfg(feature = "serve")]
    Serve(Box<serve::ServeArgs>),
    /// Measure how fast a model tags
    Bench(BenchArgs),
    /// Fetch a model from a hub into the local cache; the one command that asks other hosts
    Fetch(FetchArgs),
    /// Print versions, what the processor offers, and what a model is
    Info(InfoArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
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
    /// The file to write, whole or not at all; a new or empty folder for brat; standard output without it. An input is refused
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

/// Fetch a model from a hub into the local cache; the one command that asks other hosts
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
