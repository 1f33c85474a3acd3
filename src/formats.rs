//! Readers and writers of files with documents: a reader is an iterator, a writer has a `finish`.

pub mod conll;
pub mod input;
pub mod jsonl;
pub mod offsets;
pub mod text;
pub mod walk;
pub mod whole;

pub use offsets::OffsetUnit;

use crate::Error;
use crate::document::Document;
use std::path::Path;

/// Documents as they are read; a broken record is an error in its place, and reading goes on behind it.
pub type Reader = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

/// Takes documents and writes them down.
pub trait Writer {
    /// Writes one document.
    fn write(&mut self, document: &Document) -> Result<(), Error>;

    /// Notes that the record called `id` could not be read or tagged, where the format has a place for that.
    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        let _ = (id, message);
        Ok(())
    }

    /// Hands on to the system what is written so far.
    fn flush(&mut self) -> Result<(), Error>;

    /// Writes what belongs at the end and flushes. Nothing of consequence happens on drop.
    fn finish(&mut self) -> Result<(), Error>;
}

/// What documents are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InputFormat {
    /// Running text: a file is a document, or a line is.
    Text,
    /// A JSON object a line.
    Jsonl,
    /// A token a line, its tag in the last column.
    Conll,
}

impl InputFormat {
    /// All of them.
    pub const ALL: [InputFormat; 3] = [InputFormat::Text, InputFormat::Jsonl, InputFormat::Conll];

    /// The name users type.
    pub fn name(self) -> &'static str {
        match self {
            InputFormat::Text => "text",
            InputFormat::Jsonl => "jsonl",
            InputFormat::Conll => "conll",
        }
    }

    /// What a file is by its name, `.gz` and `.zst` left aside; `None` if the name does not say.
    pub fn of_path(path: &Path) -> Option<InputFormat> {
        match input::extension(path)?.as_str() {
            "txt" | "text" => Some(InputFormat::Text),
            "jsonl" | "ndjson" => Some(InputFormat::Jsonl),
            "conll" | "iob" | "iob2" | "bio" => Some(InputFormat::Conll),
            _ => None,
        }
    }
}

impl std::str::FromStr for InputFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| format!("wanted an input format, found `{name}`"))
    }
}

/// What documents are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// A JSON object a line.
    Jsonl,
    /// A token a line, its tag in the last column.
    Conll,
}

impl OutputFormat {
    /// All of them.
    pub const ALL: [OutputFormat; 2] = [OutputFormat::Jsonl, OutputFormat::Conll];

    /// The name users type.
    pub fn name(self) -> &'static str {
        match self {
            OutputFormat::Jsonl => "jsonl",
            OutputFormat::Conll => "conll",
        }
    }
}

impl std::str::FromStr for OutputFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|format| format.name() == name);
        known.ok_or_else(|| format!("wanted an output format, found `{name}`"))
    }
}

/// How documents are written, whatever the format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WriteOptions {
    /// What `start` and `end` count, where a format leaves it open.
    pub unit: OffsetUnit,
    /// Whether a record repeats its document's text, where a format leaves it open.
    pub text: jsonl::Text,
}

/// A writer of any format.
pub fn writer<'a, W: std::io::Write + 'a>(format: OutputFormat, out: W, options: WriteOptions) -> Box<dyn Writer + 'a> {
    match format {
        OutputFormat::Jsonl => Box::new(jsonl::JsonlWriter::new(out, options)),
        OutputFormat::Conll => Box::new(conll::ConllWriter::new(out)),
    }
}

/// How documents are read, whatever their format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadOptions {
    /// The format; by the file's name where `None`, and text where that does not say.
    pub format: Option<InputFormat>,
    /// Which part of a text file is a document.
    pub unit: text::Unit,
    /// How JSON lines are read.
    pub jsonl: jsonl::Options,
    /// How tags are read.
    pub tags: conll::Tags,
}

/// Opens a file of any format; `-` is standard input.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Reader, Error> {
    match options.format.or_else(|| InputFormat::of_path(path)).unwrap_or(InputFormat::Text) {
        InputFormat::Text => text::reader(path, options.unit),
        InputFormat::Jsonl => jsonl::reader(path, options.jsonl.clone()),
        InputFormat::Conll => conll::reader(path, options.tags),
    }
}

/// A failure to write: the writer does not know where its bytes go, so the caller names the file where there is one.
pub(crate) fn write_error(source: std::io::Error) -> Error {
    Error::io("output", source)
}
