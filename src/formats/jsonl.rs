//! A JSON object a line: `{"id","date","text","entities":[{"start","end","label","text","score"}]}`; read are also whole JSON
//! files ([`Layout::Values`]) and what annotation tools write.
//!
//! A text may be a list of strings, its paragraphs: the document is these with a line feed between each two.
//!
//! A name that stands inside a longer word (its proclitics cut off) also has that word as `token_start`, `token_end` and
//! `token_text`; one whose spelling on its own differs from its letters also has that spelling as `canonical`; one that a list
//! of the user's names put there has `"source":"gazetteer"`; where mentions are grouped, each has its `group`.

pub mod beside;
pub(super) mod field;
mod gold;
mod object;
mod own_id;
mod record;
mod records;
mod values;

pub(super) use gold::COLUMNS;
pub(super) use object::from_object;
pub use record::{Mention, Record, Tagged};
pub use records::Records;

use super::encoding::Decoding;
use super::input::Longest;
use super::notes::Notes;
use super::offsets::{OffsetUnit, Offsets};
use super::{Each, Reader, WriteOptions, Writer};
use crate::Error;
use crate::document::{Document, FoundBy};
use crate::scheme::{Asked, Scheme, Strays};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// How records are read. Fields are named by their own names, or by paths to them: `article.body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where records stand.
    pub layout: Layout,
    /// The field with the text.
    pub text_field: String,
    /// The field with the document's name, which must be there; where `None`, it is `id`, and `path:line` if that is missing.
    pub id_field: Option<String>,
    /// The field with the date; a record may do without.
    pub date_field: String,
    /// What `start` and `end` count.
    pub unit: OffsetUnit,
    /// Whether names in the file are read.
    pub entities: Entities,
    /// How tags of words are read.
    pub tags: Tags,
    /// Bytes of a record at most.
    pub longest: Longest,
    /// How the bytes are decoded.
    pub decoding: Decoding,
    /// What there is to say of the file.
    pub notes: Notes,
}

/// Where the records of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One a line.
    #[default]
    Lines,
    /// A list of them, or one behind the other, on any number of lines.
    Values,
}

/// How the tags of records are read that have words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// The tags that numbers stand for; where none are given, a `dataset_info.json` or a card beside the file may have them.
    pub names: Vec<String>,
    /// The scheme that they are in.
    pub scheme: Asked,
    /// What becomes of tags that make no whole name.
    pub strays: Strays,
    /// The scheme of tags that are spelt out: of a file, it is found out while that is read.
    pub spelt: Scheme,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            layout: Layout::default(),
            text_field: "text".into(),
            id_field: None,
            date_field: "date".into(),
            unit: OffsetUnit::default(),
            entities: Entities::default(),
            tags: Tags::default(),
            longest: Longest::default(),
            decoding: Decoding::default(),
            notes: Notes::default(),
        }
    }
}

/// What happens to the names that a file brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entities {
    /// They are read, and a defect in them is a defect of the record.
    #[default]
    Read,
    /// They are passed over: the file is to be tagged.
    Ignore,
}

/// The documents of a file; a record without text, or with an `error`, is a broken one.
pub fn reader(path: &Path, options: Options) -> Result<Reader, Error> {
    let (unit, text_field) = (options.unit, options.text_field.clone());
    Ok(Box::new(records(path, options)?.map(move |record| whole(record?, &text_field, unit))))
}

/// The document of a record that must have its text.
pub(super) fn whole(record: Record, text_field: &str, unit: OffsetUnit) -> Result<Document, Error> {
    if record.text.is_none() && record.error.is_none() {
        return Err(record.lacks(text_field));
    }
    match record.tagged(unit)? {
        Tagged::Whole(document) => Ok(document),
        Tagged::Bare(record) => Err(record.lacks(text_field)),
    }
}

/// The records of a file, for callers that know the texts from elsewhere (scoring predictions). Of what an annotation tool wrote,
/// records that were rejected there are left out, which is noted ([`Options::notes`]).
pub fn records(path: &Path, options: Options) -> Result<Records, Error> {
    Records::open(path, options)
}

/// Whether a record repeats its document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Text {
    /// It does not.
    #[default]
    Without,
    /// It does.
    With,
}

#[derive(Serialize)]
struct RecordOut<'a, E> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    entities: E,
}

#[derive(Serialize)]
struct EntityOut<'a> {
    start: usize,
    end: usize,
    label: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(flatten)]
    token: Option<TokenOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u32>,
}

/// What `source` says of a name that a list of the user's names put there.
pub(super) const GAZETTEER: &str = "gazetteer";

#[derive(Serialize)]
struct TokenOut<'a> {
    token_start: usize,
    token_end: usize,
    token_text: &'a str,
}

#[derive(Serialize)]
struct FailureOut<'a> {
    id: &'a str,
    error: &'a str,
}

/// A score with four digits: what a probability is worth, and the same bytes on every machine that rounds alike.
pub(crate) fn rounded(score: f32) -> f64 {
    (f64::from(score) * 1e4).round() / 1e4
}

/// Writes JSON lines.
pub struct JsonlWriter<W> {
    out: W,
    layout: WriteOptions,
}

impl<W: Write> JsonlWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W, layout: WriteOptions) -> Self {
        JsonlWriter { out, layout }
    }

    /// What was written to.
    pub fn into_inner(self) -> W {
        self.out
    }
}

impl<W: Write> Writer for JsonlWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let map = &Offsets::new(&document.text, self.layout.unit);
        let entities = || {
            document.entities.iter().map(move |e| EntityOut {
                start: map.of_byte(e.span.start()),
                end: map.of_byte(e.span.end()),
                label: &e.label,
                text: e.span.of(&document.text),
                score: e.score.map(rounded),
                token: (e.token_span != e.span).then(|| TokenOut {
                    token_start: map.of_byte(e.token_span.start()),
                    token_end: map.of_byte(e.token_span.end()),
                    token_text: e.token_span.of(&document.text),
                }),
                canonical: e.canonical.as_deref(),
                source: (e.found_by == FoundBy::Gazetteer).then_some(GAZETTEER),
                group: e.group,
            })
        };
        let text = (self.layout.text == Text::With).then_some(document.text.as_str());
        super::json_line(
            &mut self.out,
            &RecordOut { id: &document.id, date: document.date.as_deref(), text, entities: Each(entities) },
        )
    }

    fn write_record(&mut self, record: &Record) -> Result<(), Error> {
        record.fits(self.layout.unit)?;
        let entities = record.entities.iter().map(|mention| {
            Ok(EntityOut {
                start: mention.start,
                end: mention.end,
                label: &mention.label,
                text: record.letters(mention)?,
                score: mention.score.map(rounded),
                token: mention.words().map(|(token_start, token_end, token_text)| TokenOut {
                    token_start,
                    token_end,
                    token_text,
                }),
                canonical: mention.canonical.as_deref(),
                source: (mention.found_by == FoundBy::Gazetteer).then_some(GAZETTEER),
                group: mention.group,
            })
        });
        let entities = entities.collect::<Result<Vec<EntityOut<'_>>, Error>>()?;
        let (id, date) = (record.id.as_str(), record.date.as_deref());
        super::json_line(&mut self.out, &RecordOut { id, date, text: None, entities })
    }

    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        super::json_line(&mut self.out, &FailureOut { id, error: message })
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }
}

#[cfg(test)]
mod tests;
