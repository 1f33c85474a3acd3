//! Readers and writers of files with documents: a reader is an iterator, a writer has a `finish`.

pub mod brat;
pub mod conll;
pub mod csv;
pub mod doccano;
pub mod encoding;
pub mod gliner;
pub mod hf;
pub mod html;
pub mod identity;
pub mod input;
pub mod jsonl;
pub mod label_studio;
mod list;
pub mod notes;
pub mod offsets;
pub mod packed;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod pattern;
pub mod prodigy;
#[cfg(test)]
mod samples;
pub mod spacy;
pub mod text;
pub mod walk;
pub mod whole;

pub use offsets::OffsetUnit;

use crate::Error;
use crate::document::Document;
use crate::error::escaped;
use crate::reading::{Markup, ReadAs};
use crate::scheme::Asked;
use crate::shown::shown;
use encoding::{Decoding, Encoding, Named};
use serde::{Serialize, Serializer};
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Documents as they are read; a broken record is an error in its place, and reading goes on behind it.
pub type Reader = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

/// Takes documents and writes them down.
pub trait Writer {
    /// Writes one document.
    fn write(&mut self, document: &Document) -> Result<(), Error>;

    /// Writes one document whose text is not known, where the format does without.
    ///
    /// # Errors
    /// A format that needs the text; names without letters; offsets that the format counts otherwise.
    fn write_record(&mut self, record: &jsonl::Record) -> Result<(), Error> {
        let tip = "tip: `alam tag --with-text` writes records with their texts";
        Err(record.wrong(format!("wanted a document with its text, which this format needs, found one without\n{tip}")))
    }

    /// Notes that the record called `id` could not be read or tagged, where the format has a place for that.
    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        let _ = (id, message);
        Ok(())
    }

    /// Hands on to the system what is written so far.
    fn flush(&mut self) -> Result<(), Error>;

    /// Writes what belongs at the end, where something does, and flushes. Nothing of consequence happens on drop.
    fn finish(&mut self) -> Result<(), Error> {
        self.flush()
    }
}

/// What documents are read from.
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

/// Endings that promise what alam does not write: packings, tables, documents, data bases.
const FOREIGN: [&str; 27] = [
    "7z", "br", "bz2", "lz4", "rar", "tar", "tgz", "xz", "zip", "zstd", "arrow", "avro", "feather", "ods", "orc",
    "xls", "xlsx", "doc", "docx", "odt", "pdf", "rtf", "xhtml", "xml", "yaml", "db", "sqlite",
];

/// What documents are written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// A JSON object a line.
    Jsonl,
    /// A token a line, its tag in the last column.
    Conll,
    /// A folder with a text and an annotation file a document.
    Brat,
    /// One page for a browser.
    Html,
    /// A row a name.
    Csv,
    /// A table in columns, a row a document.
    #[cfg(feature = "parquet")]
    Parquet,
    /// What a Hugging Face pipeline returns.
    Hf,
    /// spaCy's `Doc.to_json`.
    Spacy,
    /// Tasks for Label Studio.
    LabelStudio,
    /// Records for doccano, a JSON object a line.
    Doccano,
    /// Tasks for Prodigy, a JSON object a line.
    Prodigy,
    /// Sentences for GLiNER, a JSON list.
    Gliner,
}

impl OutputFormat {
    /// All of them, with the names users type.
    pub const ALL: &'static [(OutputFormat, &'static str)] = &[
        (OutputFormat::Jsonl, "jsonl"),
        (OutputFormat::Conll, "conll"),
        (OutputFormat::Brat, "brat"),
        (OutputFormat::Html, "html"),
        (OutputFormat::Csv, "csv"),
        #[cfg(feature = "parquet")]
        (OutputFormat::Parquet, "parquet"),
        (OutputFormat::Hf, "hf"),
        (OutputFormat::Spacy, "spacy"),
        (OutputFormat::LabelStudio, "label-studio"),
        (OutputFormat::Doccano, "doccano"),
        (OutputFormat::Prodigy, "prodigy"),
        (OutputFormat::Gliner, "gliner"),
    ];

    /// What a file is to be by its name, `.gz` and `.zst` left aside; `None` if the name does not say.
    pub fn of_path(path: &Path) -> Option<OutputFormat> {
        match input::extension(path)?.as_str() {
            "jsonl" | "ndjson" | "jsonlines" => Some(OutputFormat::Jsonl),
            "conll" | "iob" | "iob2" | "bio" => Some(OutputFormat::Conll),
            "html" | "htm" => Some(OutputFormat::Html),
            "csv" => Some(OutputFormat::Csv),
            #[cfg(feature = "parquet")]
            "parquet" => Some(OutputFormat::Parquet),
            _ => None,
        }
    }

    /// Whether a file of this format may have a name: `.jsonl` may be any format with a JSON value a line, `.json` any JSON, and
    /// a name that stands for no format may be anything, unless it stands for one that alam does not write.
    pub fn may_be(self, path: &Path) -> bool {
        let lines = self.extension() == "jsonl";
        match OutputFormat::of_path(path) {
            Some(OutputFormat::Jsonl) => lines,
            Some(format) => format == self,
            None => match input::extension(path).as_deref() {
                Some("json") => lines || self.extension() == "json",
                Some("tsv" | "ann" | "parquet") => false,
                extension => extension.is_none_or(|extension| !FOREIGN.contains(&extension)),
            },
        }
    }

    /// The format of an output: as asked for, else as its name says; `None` where neither does.
    ///
    /// # Errors
    /// A name that says another format than was asked for, or one that cannot be written.
    pub fn of_output(path: Option<&Path>, asked: Option<OutputFormat>) -> Result<Option<OutputFormat>, Error> {
        let Some(path) = path else { return Ok(asked) };
        let refused = |wanted: &str, tip: &str| {
            Err(Error::config("--output", format!("wanted {wanted}, found {}{tip}", escaped(&shown(path)))))
        };
        match (asked, OutputFormat::of_path(path)) {
            (Some(OutputFormat::Brat), _) => Ok(asked),
            (Some(format), _) if format.may_be(path) => Ok(asked),
            (Some(format), _) => {
                let name =
                    OutputFormat::ALL.iter().find(|(known, _)| *known == format).map_or("another", |known| known.1);
                refused(&format!("a name for --format {name}, which ends in .{}", format.extension()), "")
            }
            (None, None) if !OutputFormat::Jsonl.may_be(path) => refused(
                "the ending of a format that alam writes",
                "\ntip: .jsonl .csv .parquet .conll .html, each also .gz and .zst; or --format brat with a folder",
            ),
            (None, said) => Ok(said),
        }
    }

    /// What the names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            OutputFormat::Jsonl | OutputFormat::Hf | OutputFormat::Spacy => "jsonl",
            OutputFormat::Doccano | OutputFormat::Prodigy => "jsonl",
            OutputFormat::LabelStudio | OutputFormat::Gliner => "json",
            OutputFormat::Conll => "conll",
            OutputFormat::Brat => "ann",
            OutputFormat::Html => "html",
            OutputFormat::Csv => "csv",
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => "parquet",
        }
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

/// A writer of any format to one stream; `None` for those that are a folder ([`brat::BratWriter`]).
pub fn writer<'a, W: Write + Send + 'a>(
    format: OutputFormat,
    out: W,
    options: WriteOptions,
) -> Option<Box<dyn Writer + 'a>> {
    Some(match format {
        OutputFormat::Jsonl => Box::new(jsonl::JsonlWriter::new(out, options)),
        OutputFormat::Conll => Box::new(conll::ConllWriter::new(out)),
        OutputFormat::Html => Box::new(html::HtmlWriter::new(out)),
        OutputFormat::Csv => Box::new(csv::CsvWriter::new(out, options)),
        #[cfg(feature = "parquet")]
        OutputFormat::Parquet => Box::new(parquet::ParquetWriter::new(out, options)),
        OutputFormat::Hf => Box::new(hf::HfWriter::new(out)),
        OutputFormat::Spacy => Box::new(spacy::SpacyWriter::new(out)),
        OutputFormat::LabelStudio => Box::new(label_studio::LabelStudioWriter::new(out)),
        OutputFormat::Doccano => Box::new(doccano::DoccanoWriter::new(out)),
        OutputFormat::Prodigy => Box::new(prodigy::ProdigyWriter::new(out)),
        OutputFormat::Gliner => Box::new(gliner::GlinerWriter::new(out)),
        OutputFormat::Brat => return None,
    })
}

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
    fn wants_names(&self) -> bool {
        self.format.is_none() && self.jsonl.entities == jsonl::Entities::Read
    }
}

impl ReadOptions {
    /// How records are read that stand as they do in a format.
    pub fn records(&self, layout: jsonl::Layout) -> jsonl::Options {
        let tags = jsonl::Tags { scheme: self.scheme, ..self.jsonl.tags.clone() };
        jsonl::Options { layout, tags, ..self.jsonl.clone() }
    }
}

/// Opens a file of any format; `-` is standard input.
pub fn open(path: &Path, options: &ReadOptions) -> Result<Reader, Error> {
    let format = options.format.or_else(|| InputFormat::of_path(path)).unwrap_or(InputFormat::Text);
    let markup = if format == InputFormat::Html { Markup::Html } else { options.reading.markup };
    let read_as = ReadAs { markup, ..options.reading };
    let decoding = Decoding::new(match options.encoding {
        Some(encoding) => Named::Asked(encoding),
        None if format == InputFormat::Html => Named::ByPage,
        None => Named::No,
    });
    let jsonl = jsonl::Options { decoding: decoding.clone(), ..options.jsonl.clone() };
    let documents = open_as(format, path, &ReadOptions { jsonl, ..options.clone() })?;
    Ok(Box::new(documents.map(move |document| {
        let mut document = document?;
        document.read_as = read_as;
        document.noticed.encoding = decoding.found();
        Ok(document)
    })))
}

fn open_as(format: InputFormat, path: &Path, options: &ReadOptions) -> Result<Reader, Error> {
    let decoding = &options.jsonl.decoding;
    match format {
        // Where names are wanted, `train.txt` is not taken for a text about them.
        InputFormat::Text if options.wants_names() && conll::is_columns(path) => conll::reader(path, options),
        InputFormat::Text | InputFormat::Html => text::decoded(path, options.unit, options.jsonl.longest, decoding),
        InputFormat::Jsonl => jsonl::reader(path, options.records(jsonl::Layout::Lines)),
        InputFormat::Json => jsonl::reader(path, options.records(jsonl::Layout::Values)),
        InputFormat::Conll | InputFormat::Conllu => conll::reader(path, options),
        InputFormat::Brat => brat::reader(path, &options.jsonl),
        InputFormat::Csv => {
            csv::reader(path, csv::Parted::by(options.delimiter, csv::Separator::Comma), &options.jsonl)
        }
        InputFormat::Tsv => csv::reader(path, csv::Parted::by(options.delimiter, csv::Separator::Tab), &options.jsonl),
        #[cfg(feature = "parquet")]
        InputFormat::Parquet => parquet::reader(path, options.records(jsonl::Layout::Lines)),
    }
}

/// Tagged documents as they are read, with their texts or without.
pub type TaggedReader = Box<dyn Iterator<Item = Result<jsonl::Tagged, Error>> + Send>;

/// Opens a file of tagged documents; of records, those without their text are given too.
pub fn open_tagged(path: &Path, options: &ReadOptions) -> Result<TaggedReader, Error> {
    let unit = options.jsonl.unit;
    let format = options.format.or_else(|| InputFormat::of_path(path));
    if let Some(layout) = format.and_then(InputFormat::layout) {
        let records = jsonl::records(path, options.records(layout))?;
        return Ok(Box::new(records.map(move |record| record?.tagged(unit))));
    }
    match format {
        #[cfg(feature = "parquet")]
        Some(InputFormat::Parquet) => parquet::tagged(path, options.records(jsonl::Layout::Lines)),
        _ => Ok(Box::new(open(path, options)?.map(|document| document.map(jsonl::Tagged::Whole)))),
    }
}

/// A failure to write: the writer does not know where its bytes go, so the caller names the file where there is one.
pub(crate) fn write_error(source: io::Error) -> Error {
    Error::io("output", source)
}

/// Writes a record as JSON and ends the line, in pieces of some size: a record can be long.
pub(crate) fn json_line<W: Write, T: Serialize>(out: &mut W, record: &T) -> Result<(), Error> {
    let mut line = BufWriter::new(out);
    serde_json::to_writer(&mut line, record).map_err(|e| write_error(e.into()))?;
    line.write_all(b"\n").map_err(write_error)?;
    line.into_inner().map(drop).map_err(|e| write_error(e.into_error()))
}

/// A JSON list whose elements are made while it is written: all at once, those of a long document are more than its text.
pub(crate) struct Each<F>(pub(crate) F);

impl<F: Fn() -> I, I: IntoIterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_format_and_may_not_say_another() {
        let of = |path: &str, asked| OutputFormat::of_output(Some(Path::new(path)), asked).map_err(|_| ());
        for (path, wanted) in [
            ("a.html", Some(OutputFormat::Html)),
            ("a.csv.gz", Some(OutputFormat::Csv)),
            ("a.ndjson.zst", Some(OutputFormat::Jsonl)),
            ("a.IOB2", Some(OutputFormat::Conll)),
            ("a.out", None),
            ("a.json", None),
            ("a", None),
        ] {
            assert_eq!(of(path, None), Ok(wanted), "{path}");
        }
        assert_eq!(of("a.jsonl", Some(OutputFormat::Hf)), Ok(Some(OutputFormat::Hf)));
        assert_eq!(of("a.json", Some(OutputFormat::LabelStudio)), Ok(Some(OutputFormat::LabelStudio)));
        assert_eq!(of("a.txt", Some(OutputFormat::Conll)), Ok(Some(OutputFormat::Conll)));
        for (path, asked) in [
            ("a.html", Some(OutputFormat::Csv)),
            ("a.jsonl.gz", Some(OutputFormat::Conll)),
            ("a.json", Some(OutputFormat::Csv)),
            ("a.tsv", Some(OutputFormat::Csv)),
            ("a.tsv", None),
        ] {
            assert_eq!(of(path, asked), Err(()), "{path}");
        }
    }
}
