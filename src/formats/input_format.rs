//! What documents are read from.

use super::{input, jsonl};
use std::path::Path;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// Running text: a file is a document, or a line is.
    Text,
    /// A page of HTML: a file is a document.
    Html,
    /// A JSON object a line.
    Jsonl,
    /// A JSON list of objects, or objects one behind the other, on any lines.
    Json,
    /// A token a line, its tag in a column.
    Conll,
    /// Columns of Universal Dependencies, by their names.
    Conllu,
    /// An annotation file with its text beside it.
    Brat,
    /// A table, its columns parted by commas.
    Csv,
    /// A table, its columns parted by tabs.
    Tsv,
    /// A table in columns.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl InputFormat {
    /// All of them, with the names users type.
    pub const ALL: &'static [(InputFormat, &'static str)] = &[
        (InputFormat::Text, "text"),
        (InputFormat::Html, "html"),
        (InputFormat::Jsonl, "jsonl"),
        (InputFormat::Json, "json"),
        (InputFormat::Conll, "conll"),
        (InputFormat::Conllu, "conllu"),
        (InputFormat::Brat, "brat"),
        (InputFormat::Csv, "csv"),
        (InputFormat::Tsv, "tsv"),
        #[cfg(feature = "parquet")]
        (InputFormat::Parquet, "parquet"),
    ];

    /// What a file is by its name, `.gz` and `.zst` left aside; `None` if the name does not say.
    pub fn of_path(path: &Path) -> Option<InputFormat> {
        match input::extension(path)?.as_str() {
            "txt" | "text" | "md" | "markdown" => Some(InputFormat::Text),
            "html" | "htm" | "xhtml" => Some(InputFormat::Html),
            "jsonl" | "ndjson" | "jsonlines" => Some(InputFormat::Jsonl),
            "json" => Some(InputFormat::Json),
            "conll" | "conll02" | "conll03" | "conll2002" | "conll2003" => Some(InputFormat::Conll),
            "iob" | "iob1" | "iob2" | "bio" | "iobes" | "bioes" | "bilou" => Some(InputFormat::Conll),
            "conllu" | "conllup" => Some(InputFormat::Conllu),
            "ann" => Some(InputFormat::Brat),
            "csv" => Some(InputFormat::Csv),
            "tsv" => Some(InputFormat::Tsv),
            #[cfg(feature = "parquet")]
            "parquet" => Some(InputFormat::Parquet),
            _ => None,
        }
    }

    /// Where records stand in a file of this format; `None` where it has none.
    pub fn layout(self) -> Option<jsonl::Layout> {
        match self {
            InputFormat::Jsonl => Some(jsonl::Layout::Lines),
            InputFormat::Json => Some(jsonl::Layout::Values),
            _ => None,
        }
    }
}
