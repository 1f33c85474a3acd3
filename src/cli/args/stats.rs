//! `alam stats` as typed and as meant.

use super::input::InputArgs;
use super::tags::TagsArgs;
use crate::cli::outcome::Failure;
use crate::formats::csv::{Cells, Mark};
use crate::formats::{OffsetUnit, ReadOptions, conll, input, jsonl};
use crate::stats::Limits;
use clap::builder::{BoolishValueParser, FalseyValueParser};
use clap::{ArgAction, Args, ValueEnum};
use std::path::{Path, PathBuf};

/// Show the names of a tagged corpus: how often, when, and which together
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Tagged files, folders of them, the folder of a batch job; - is standard input
    #[arg(value_name = "OUTDIR|FILES", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// What to write [default: the ending of --output says, .csv .json .html; else a table]
    #[arg(long, short, value_enum)]
    pub(crate) format: Option<StatsFormat>,
    /// The file to write, whole or not at all; standard output without it. An input is refused
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Names of each type; 0 for all
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
    /// Names whose course over time and whose company are shown
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub(crate) together: u16,
    /// Different names in memory at most, about 200 bytes each; beyond, the rarest are forgotten, and counts that may have
    /// lost by it say how much
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u32).range(2..))]
    pub(crate) max_names: u32,
    /// Say nothing on standard error but errors
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    /// Put an apostrophe before cells of CSV that begin with = + - @, a tab or a carriage return, which spreadsheets would run
    /// as formulas; =false leaves them as they are
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_value_t = true,
        default_missing_value = "true", action = ArgAction::Set, env = "ALAM_CSV_SAFE",
        value_parser = BoolishValueParser::new())]
    pub(crate) csv_safe: bool,
    /// Begin CSV with a byte order mark, by which Excel knows UTF-8
    #[arg(long, env = "ALAM_BOM", value_parser = FalseyValueParser::new())]
    pub(crate) bom: bool,
    #[command(flatten)]
    pub(crate) tags: TagsArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
}

/// What statistics are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StatsFormat {
    /// For a terminal
    Table,
    /// A row a name
    Csv,
    /// All of it
    Json,
    /// One page for a browser, with pictures
    Html,
}

impl StatsArgs {
    /// What is written: as asked for, else as the output's name says.
    pub(crate) fn written(&self, output: Option<&Path>) -> Result<StatsFormat, Failure> {
        let said = output.and_then(input::extension);
        let said = match said.as_deref() {
            Some("csv") => Some(StatsFormat::Csv),
            Some("json") => Some(StatsFormat::Json),
            Some("html" | "htm") => Some(StatsFormat::Html),
            Some(other @ ("jsonl" | "ndjson" | "jsonlines" | "tsv" | "parquet" | "conll" | "ann")) => {
                let message = format!("--output: wanted the ending of a format of `stats`, found .{other}");
                return Err(Failure::usage(format!("{message}\ntip: .csv .json .html, each also .gz and .zst")));
            }
            _ => None,
        };
        match (self.format, said) {
            (Some(asked), Some(said)) if asked != said => {
                let message = "--output: wanted a name whose ending is that of --format, found another";
                Err(Failure::usage(format!("{message} ({asked:?}, {said:?})").to_lowercase()))
            }
            (asked, said) => Ok(asked.or(said).unwrap_or(StatsFormat::Table)),
        }
    }

    /// How cells are written.
    pub(crate) fn cells(&self) -> Cells {
        if self.csv_safe { Cells::Safe } else { Cells::AsTheyAre }
    }

    /// Whether a table says that it is UTF-8.
    pub(crate) fn mark(&self) -> Mark {
        if self.bom { Mark::With } else { Mark::Without }
    }

    /// How documents are read.
    pub(crate) fn read(&self) -> ReadOptions {
        self.tags.meant(self.input.options(jsonl::Entities::Read, conll::Tags::Lenient, OffsetUnit::default()))
    }

    /// How much is kept and told.
    pub(crate) fn limits(&self) -> Result<Limits, Failure> {
        let names = usize::try_from(self.max_names).map_err(|e| Failure::usage(format!("--max-names: {e}")))?;
        let together = usize::from(self.together);
        Ok(Limits { names, top: self.top, over_time: together.min(12), together })
    }
}
