//! Readers and writers of files with documents: a reader is an iterator, a writer has a `finish`.

pub(crate) mod aside;
pub mod brat;
pub mod conll;
pub mod csv;
pub mod doccano;
pub mod encoding;
pub mod gliner;
pub mod hf;
pub mod html;
pub mod input;
mod input_format;
pub mod jsonl;
pub mod label_studio;
mod list;
pub mod notes;
pub mod offsets;
mod options;
mod output_format;
pub mod packed;
#[cfg(feature = "parquet")]
pub mod parquet;
pub mod prodigy;
mod reader;
#[cfg(test)]
mod samples;
pub mod spacy;
pub mod stamp;
pub mod text;
mod writer;

pub use input_format::InputFormat;
pub use offsets::OffsetUnit;
pub use options::{Codec, ReadOptions, WriteOptions};
pub use output_format::OutputFormat;
pub use reader::{Reader, TaggedReader};
pub use writer::Writer;
pub(crate) use writer::{Each, json_line, write_error};

pub use alam_models::whole;

use crate::Error;
use crate::reading::{Markup, ReadAs};
use encoding::{Decoding, Named};
use notes::Note;
use std::io::Write;
use std::path::Path;

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
    let notes = options.jsonl.notes.clone();
    let jsonl = jsonl::Options { decoding: decoding.clone(), ..options.jsonl.clone() };
    let documents = open_as(format, path, &ReadOptions { jsonl, ..options.clone() })?;
    Ok(Box::new(documents.map(move |document| {
        let mut document = document?;
        document.read_as = read_as;
        document.noticed.encoding = decoding.found();
        if let Some(asked) = decoding.belied() {
            notes.add(Note::Utf8(asked), &document.id, 1);
        }
        Ok(document)
    })))
}

fn open_as(format: InputFormat, path: &Path, options: &ReadOptions) -> Result<Reader, Error> {
    let decoding = &options.jsonl.decoding;
    match format {
        // Where names are wanted, `train.txt` is not taken for a text about them.
        InputFormat::Text if options.wants_names() && conll::is_columns(path) => conll::reader(path, options),
        InputFormat::Text => text::decoded(path, options.unit, options.jsonl.longest, decoding),
        InputFormat::Html => text::decoded(path, text::Unit::File, options.jsonl.longest, decoding),
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

/// Opens a file of tagged documents; of records, those without their text are given too. Texts of which nothing says what names
/// they have are given as well, and noted.
pub fn open_tagged(path: &Path, options: &ReadOptions) -> Result<TaggedReader, Error> {
    let unit = options.jsonl.unit;
    let format = options.format.or_else(|| InputFormat::of_path(path));
    if let Some(layout) = format.and_then(InputFormat::layout) {
        let records = jsonl::records(path, options.records(layout))?;
        let notes = options.jsonl.notes.clone();
        return Ok(Box::new(records.map(move |record| {
            let record = record?;
            let untagged = record.text.is_some() && !record.has_names && record.error.is_none();
            notes.add(Note::Untagged, &record.place, usize::from(untagged));
            record.tagged(unit)
        })));
    }
    match format {
        #[cfg(feature = "parquet")]
        Some(InputFormat::Parquet) => parquet::tagged(path, options.records(jsonl::Layout::Lines)),
        _ => {
            let texts = [InputFormat::Text, InputFormat::Html, InputFormat::Csv, InputFormat::Tsv];
            let texts = format.is_none_or(|format| texts.contains(&format));
            let notes = options.jsonl.notes.clone();
            Ok(Box::new(open(path, options)?.map(move |document| {
                let document = document?;
                // A text that turned out to be columns says so.
                let untagged = texts && document.columns.is_none();
                notes.add(Note::Untagged, &document.id, usize::from(untagged));
                Ok(jsonl::Tagged::Whole(document))
            })))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Document, Entity, Span};
    use std::time::{Duration, Instant};

    #[test]
    fn utf_8_in_an_encoding_that_was_asked_for_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for (text, asked, noted) in [
            ("زار بوتين مصر", "windows-1256", true),
            ("زار بوتين مصر", "utf-8", false),
            ("Putin", "windows-1256", false),
            ("زار", "windows-1256", false),
        ] {
            std::fs::write(&path, text).unwrap();
            let options = ReadOptions { encoding: Some(asked.parse().unwrap()), ..ReadOptions::default() };
            open(&path, &options).unwrap().for_each(|document| drop(document.unwrap()));
            let notes = options.jsonl.notes.take();
            assert_eq!(notes.len(), usize::from(noted), "{text} {asked}: {notes:?}");
            assert!(notes.iter().all(|note| note.contains("read as windows-1256, as was asked")), "{notes:?}");
        }
        std::fs::write(&path, b"\xd2\xc7\xd1 \xc8\xe6\xca\xed\xe4 \xe3\xd5\xd1").unwrap();
        let options = ReadOptions { encoding: Some("windows-1256".parse().unwrap()), ..ReadOptions::default() };
        let document = open(&path, &options).unwrap().next().unwrap().unwrap();
        assert_eq!((document.text.as_str(), options.jsonl.notes.take().len()), ("زار بوتين مصر", 0));
    }

    #[test]
    fn the_time_of_writing_grows_with_a_document_whatever_the_format() {
        let sentence = "زار بوتين مصر. ";
        let text = sentence.repeat(100_000);
        let at = sentence.find("بوتين").unwrap();
        let name = |n: usize| {
            let start = n * sentence.len() + at;
            Entity::new(Span::new(&text, start, start + "بوتين".len()).unwrap(), "PER")
        };
        let entities = (0..100_000).map(name).collect();
        let document = Document { id: "long".into(), entities, text: text.clone(), ..Document::default() };
        for (format, name) in OutputFormat::ALL {
            let Some(mut writer) = writer(*format, std::io::sink(), WriteOptions::default()) else { continue };
            let begin = Instant::now();
            writer.write(&document).unwrap();
            writer.finish().unwrap();
            assert!(begin.elapsed() < Duration::from_secs(20), "{name}: {:?}", begin.elapsed());
        }
    }
}
