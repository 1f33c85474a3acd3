//! `alam stats` as typed and as meant.

use super::InputArgs;
use crate::commands::Failure;
use alam::formats::{OffsetUnit, ReadOptions, conll, jsonl};
use alam::stats::Limits;
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Show the names of a tagged corpus: how often, when, and which together
#[derive(Debug, Args)]
pub(crate) struct StatsArgs {
    /// Tagged files, folders of them, the folder of a batch job; - is standard input
    #[arg(value_name = "OUTDIR|FILES", required = true)]
    pub(crate) inputs: Vec<PathBuf>,
    /// What to write
    #[arg(long, short, value_enum, default_value_t = StatsFormat::Table)]
    pub(crate) format: StatsFormat,
    /// The file to write, whole or not at all; standard output without it
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
    /// How documents are read.
    pub(crate) fn read(&self) -> ReadOptions {
        self.input.options(jsonl::Entities::Read, conll::Tags::Lenient, OffsetUnit::default())
    }

    /// How much is kept and told.
    pub(crate) fn limits(&self) -> Result<Limits, Failure> {
        let names = usize::try_from(self.max_names).map_err(|e| Failure::usage(format!("--max-names: {e}")))?;
        let together = usize::from(self.together);
        Ok(Limits { names, top: self.top, over_time: together.min(12), together })
    }
}
