//! How documents are read and written, whatever the format.

use super::encoding::Encoding;
use super::{InputFormat, OffsetUnit, conll, csv, jsonl, text};
use crate::reading::ReadAs;
use crate::scheme::Asked;

/// How documents are read, whatever their format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The format; by the file's name where `None`, and text where that does not say.
    pub format: Option<InputFormat>,
    /// Which part of a text file is a document.
    pub unit: text::Unit,
    /// How records are read: JSON and tables.
    pub jsonl: jsonl::Options,
    /// What parts the columns of a table; as its ending and its first row say where `None`.
    pub delimiter: Option<csv::Separator>,
    /// How tags are read.
    pub tags: conll::Tags,
    /// How texts are read.
    pub reading: ReadAs,
    /// The encoding of text files without a byte order mark; where `None`, UTF-8, or what a page says.
    pub encoding: Option<Encoding>,
    /// The scheme that tags are in.
    pub scheme: Asked,
    /// The column with the tags, by its number from 1 or by its name; where `None`, it is looked for.
    pub tag_column: Option<String>,
}

impl ReadOptions {
    /// Whether files whose names say nothing else may be columns with names.
    pub(crate) fn wants_names(&self) -> bool {
        self.format.is_none() && self.jsonl.entities == jsonl::Entities::Read
    }

    /// How records are read that stand as they do in a format.
    pub fn records(&self, layout: jsonl::Layout) -> jsonl::Options {
        let tags = jsonl::Tags { scheme: self.scheme, ..self.jsonl.tags.clone() };
        jsonl::Options { layout, tags, ..self.jsonl.clone() }
    }
}

/// How documents are written, whatever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// What `start` and `end` count, where a format leaves it open.
    pub unit: OffsetUnit,
    /// Whether a record repeats its document's text, where a format leaves it open.
    pub text: jsonl::Text,
    /// Whether cells of tables are made safe for spreadsheets.
    pub cells: csv::Cells,
    /// Whether a table says that it is UTF-8.
    pub mark: csv::Mark,
    /// How Parquet is compressed.
    pub codec: Codec,
}

/// How the columns of Parquet are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Codec {
    /// What every reader knows.
    #[default]
    Snappy,
    /// The default of other writers; a tenth smaller on news, since the encoder is one of speed.
    Zstd,
}

impl Codec {
    /// All of them, with the names users type.
    pub const ALL: &'static [(Codec, &'static str)] = &[(Codec::Snappy, "snappy"), (Codec::Zstd, "zstd")];
}
