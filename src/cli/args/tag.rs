//! `alam tag` as typed and as meant.

use super::input::InputArgs;
use super::tables::TableArgs;
use super::values::{fraction, offset_units, output_formats};
use crate::cli::args::model::ModelArgs;
use crate::cli::outcome::Failure;
use crate::formats::csv::Cells;
use crate::formats::input::Longest;
use crate::formats::{InputFormat, OffsetUnit, OutputFormat, ReadOptions, WriteOptions, conll, jsonl, text};
use crate::job::Shard;
use crate::walk::pattern;
use clap::builder::FalseyValueParser;
use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Find the names in texts
#[derive(Debug, Args)]
pub(crate) struct TagArgs {
    /// Files, folders (recursively) and patterns in quotes ('news/**/*.jsonl'); - is standard input
    #[arg(value_name = "FILES|DIRS")]
    pub(crate) inputs: Vec<PathBuf>,
    /// The format to write [default: the ending of --output says, .jsonl .csv .parquet .conll .html, each also .gz and .zst;
    /// else jsonl]
    #[arg(long, short, value_name = "FORMAT", env = "ALAM_FORMAT", value_parser = output_formats())]
    pub(crate) format: Option<OutputFormat>,
    /// The file to write, whole or not at all, and none of the inputs; or the folder of a batch job, whose same command carries on after a stop.
    /// A folder is what ends in /, what is one already, and a new name without an extension where the input is a folder, a
    /// pattern or several files. For brat, a new or empty folder. Standard output without it
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
    /// Write what was done as JSON too; a batch job always writes it to summary.json in its folder
    #[arg(long, value_name = "FILE", env = "ALAM_SUMMARY")]
    pub(crate) summary: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) tables: TableArgs,
    #[command(flatten)]
    pub(crate) batch: BatchArgs,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

/// How a batch job is cut up.
#[derive(Debug, Args)]
#[command(next_help_heading = "Batch jobs")]
pub(crate) struct BatchArgs {
    /// Do share K of N of a corpus, in a folder of its own; `alam merge` puts the folders together
    #[arg(long, value_name = "K/N", env = "ALAM_SHARD")]
    pub(crate) shard: Option<Shard>,
    /// Bytes of text in a part at most, unless one document has more: what a stop costs [default: 4194304]
    #[arg(long, value_name = "BYTES", env = "ALAM_PART_BYTES", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) part_bytes: Option<u64>,
}

/// Where names go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Standard output.
    Stdout,
    /// A file (for brat a folder of them) that the run makes.
    File(PathBuf),
    /// The folder of a batch job.
    Job {
        /// Where it is.
        folder: PathBuf,
        /// Which share of the corpus it gets.
        shard: Shard,
        /// Bytes of text in a part.
        part_bytes: u64,
    },
}

/// Bytes of text in a part: some seconds of work.
const PART_BYTES: u64 = 4 << 20;

impl Destination {
    /// What `--output` means beside these inputs.
    fn of(
        output: Option<PathBuf>,
        format: OutputFormat,
        inputs: &[PathBuf],
        batch: &BatchArgs,
    ) -> Result<Self, Failure> {
        let output = output.filter(|path| path.as_os_str() != "-");
        match output {
            Some(folder) if format != OutputFormat::Brat && is_folder(&folder, inputs) => {
                let (shard, part_bytes) = (batch.shard.unwrap_or(Shard::WHOLE), batch.part_bytes.unwrap_or(PART_BYTES));
                Ok(Destination::Job { folder, shard, part_bytes })
            }
            _ if format == OutputFormat::Brat && (batch.shard.is_some() || batch.part_bytes.is_some()) => {
                let flag = if batch.shard.is_some() { "--shard" } else { "--part-bytes" };
                Err(Failure::usage(format!(
                    "{flag}: wanted a format that a batch job writes, found --format brat, whose folder has files of each document\n\
                     tip: --format jsonl, and `alam convert` makes brat of it"
                )))
            }
            _ if batch.shard.is_some() => {
                Err(Failure::usage("--shard: wanted a folder as --output, found none\ntip: a folder's name ends in /"))
            }
            _ if batch.part_bytes.is_some() => Err(Failure::usage(
                "--part-bytes: wanted a folder as --output, found none\ntip: a folder's name ends in /",
            )),
            Some(file) => Ok(Destination::File(file)),
            None => Ok(Destination::Stdout),
        }
    }
}

fn is_folder(path: &Path, inputs: &[PathBuf]) -> bool {
    let ends = path.as_os_str().to_string_lossy().ends_with(std::path::is_separator);
    let many = || inputs.len() > 1 || inputs.iter().any(|input| input.is_dir() || pattern::is_pattern(input));
    ends || path.is_dir() || (path.extension().is_none() && !path.exists() && many())
}

/// What happens at a record that cannot be read or tagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OnError {
    /// Report it, go on, and exit with 1 at the end
    Skip,
    /// Report it, go on, and exit with 0: its error record in the output tells, for runners that take 1 for a lost task
    Report,
    /// Report it and stop
    Fail,
}

/// What `alam tag` is to do.
pub(crate) struct TagPlan {
    pub(crate) inputs: Vec<PathBuf>,
    pub(crate) read: ReadOptions,
    pub(crate) format: OutputFormat,
    pub(crate) write: WriteOptions,
    pub(crate) destination: Destination,
    pub(crate) min_score: f32,
    /// Types to keep; all where empty.
    pub(crate) labels: Vec<String>,
    pub(crate) gazetteer: Option<PathBuf>,
    pub(crate) group: bool,
    pub(crate) on_error: OnError,
    pub(crate) quiet: bool,
    pub(crate) summary: Option<PathBuf>,
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
                None => {
                    let universal = |input: &PathBuf| InputFormat::of_path(input) == Some(InputFormat::Conllu);
                    let universal = inputs.iter().all(universal);
                    read.format = Some(if universal { InputFormat::Conllu } else { InputFormat::Conll });
                }
                Some(InputFormat::Conll | InputFormat::Conllu) => {}
                Some(_) => return Err(Failure::usage("--pretokenized: wanted --input-format conll, found another")),
            }
        }
        let file = self.output.as_deref().filter(|path| path.as_os_str() != "-" && !is_folder(path, &inputs));
        let format = OutputFormat::of_output(file, self.format)?.unwrap_or(OutputFormat::Jsonl);
        let destination = Destination::of(self.output, format, &inputs, &self.batch)?;
        let told = format.tells_failures() || matches!(destination, Destination::Job { .. });
        if self.on_error == OnError::Report && !told {
            let all = OutputFormat::ALL.iter().filter(|(format, _)| format.tells_failures()).map(|(_, name)| *name);
            return Err(Failure::usage(format!(
                "--on-error report: wanted an output with a place for error records, found --format {}\n\
                 tip: {} have one, and so has the folder of a batch job",
                format.name(),
                all.collect::<Vec<_>>().join(", ")
            )));
        }
        let text = if self.with_text { jsonl::Text::With } else { jsonl::Text::Without };
        Ok(Some(TagPlan {
            inputs,
            read,
            format,
            write: self.tables.options(format, self.offset_unit, text, Cells::AsTheyAre)?,
            destination,
            min_score: self.min_score.unwrap_or(0.0) as f32,
            labels: self.labels,
            gazetteer: self.gazetteer,
            group: self.group,
            on_error: self.on_error,
            quiet: self.quiet,
            summary: self.summary,
            model: self.model,
        }))
    }
}

impl InputArgs {
    /// How documents are read.
    pub(crate) fn options(&self, entities: jsonl::Entities, tags: conll::Tags, unit: OffsetUnit) -> ReadOptions {
        ReadOptions {
            format: self.input_format,
            unit: if self.lines { text::Unit::Line } else { text::Unit::File },
            jsonl: jsonl::Options {
                text_field: self.text_field.clone(),
                id_field: self.id_field.clone(),
                date_field: self.date_field.clone(),
                unit,
                entities,
                longest: Longest(self.max_document_bytes),
                ..jsonl::Options::default()
            },
            delimiter: self.delimiter,
            tags,
            reading: self.reading.meant(),
            encoding: self.reading.encoding,
            ..ReadOptions::default()
        }
    }
}
