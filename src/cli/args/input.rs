//! How documents are read, as typed.

use super::reading::ReadingArgs;
use super::values::input_formats;
use crate::formats::InputFormat;
use crate::formats::csv::Separator;
use clap::Args;
use clap::builder::FalseyValueParser;

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
    /// The field or column with the date, or its path, which goes with a document into records. A table must have a column that is
    /// named so here
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

/// What parts columns, as it is typed; shells make a tab of `$'\t'`.
fn separator(typed: &str) -> Result<Separator, String> {
    let tab = matches!(typed, "\t" | "\\t");
    let found = Separator::ALL.iter().find(|(_, name)| *name == typed || tab && *name == "tab");
    found.map(|(separator, _)| *separator).ok_or_else(|| "wanted , ; | or tab".into())
}
