//! A JSON object a line: `{"id","date","text","entities":[{"start","end","label","text","score"}]}`.
//!
//! A name that stands inside a longer word (its proclitics cut off) also has that word as `token_start`, `token_end` and
//! `token_text`; one whose spelling on its own differs from its letters also has that spelling as `canonical`; one that a list
//! of the user's names put there has `"source":"gazetteer"`; where mentions are grouped, each has its `group`.

mod own_id;
mod record;

pub use record::{Mention, Record, Tagged};

use super::encoding::Decoding;
use super::input::{self, Lines, Longest};
use super::offsets::{OffsetUnit, Offsets};
use super::{Each, Reader, WriteOptions, Writer};
use crate::Error;
use crate::document::{Document, FoundBy};
use serde::Serialize;
use serde_json::{Map, Value};
use std::io::Write;
use std::path::Path;

/// How JSON lines are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
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
    /// Bytes of a line at most.
    pub longest: Longest,
    /// How the bytes are decoded.
    pub decoding: Decoding,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            text_field: "text".into(),
            id_field: None,
            date_field: "date".into(),
            unit: OffsetUnit::default(),
            entities: Entities::default(),
            longest: Longest::default(),
            decoding: Decoding::default(),
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
    let none = |record: &Record| Err(record.wrong(format!("wanted a field `{text_field}`, found none")));
    if record.text.is_none() && record.error.is_none() {
        return none(&record);
    }
    match record.tagged(unit)? {
        Tagged::Whole(document) => Ok(document),
        Tagged::Bare(record) => none(&record),
    }
}

/// The lines of a file as records, for callers that know the texts from elsewhere (scoring predictions). Empty lines
/// are passed over.
pub fn records(
    path: &Path,
    options: Options,
) -> Result<impl Iterator<Item = Result<Record, Error>> + Send + use<>, Error> {
    let mut lines = Lines::open(path)?.decoded(&options.decoding).up_to(options.longest);
    Ok(std::iter::from_fn(move || {
        loop {
            let line = match lines.next()? {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            let mut bytes = line.bytes;
            if line.number == 1 && bytes.starts_with("\u{FEFF}".as_bytes()) {
                bytes.drain(..3);
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let place = lines.place(line.number);
            return Some(match input::utf8(bytes) {
                Ok(text) => parse(&text, &place, &options),
                Err(message) => Err(Error::record(place, message)),
            });
        }
    }))
}

fn parse(line: &str, place: &str, options: &Options) -> Result<Record, Error> {
    let wrong = |message: String| Error::record(place, message);
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => from_object(object, place, options),
        Ok(other) => Err(wrong(format!("wanted a JSON object, found {}", kind(&other)))),
        Err(error) => {
            let id = own_id::of_line(line, options.id_field.as_deref().unwrap_or("id"));
            Err(wrong(json_error(&error)).of(id))
        }
    }
}

/// The record of an object, whatever it was written as.
pub(super) fn from_object(mut object: Map<String, Value>, place: &str, options: &Options) -> Result<Record, Error> {
    let id = match (object.remove(options.id_field.as_deref().unwrap_or("id")), &options.id_field) {
        (Some(Value::String(id)), _) => Ok(Some(id)),
        (Some(Value::Number(id)), _) => Ok(Some(id.to_string())),
        (None | Some(Value::Null), None) => Ok(None),
        (None, Some(field)) => Err(format!("wanted a field `{field}`, found none")),
        (Some(other), field) => {
            let field = field.as_deref().unwrap_or("id");
            Err(format!("field `{field}`: wanted a string or a number, found {}", kind(&other)))
        }
    };
    let id = id.map_err(|message| Error::record(place, message))?;
    let record = named(object, place, id.clone(), options);
    record.map_err(|message| Error::record(place, message).of(id))
}

/// The rest of a record whose own id is known.
fn named(mut object: Map<String, Value>, place: &str, id: Option<String>, options: &Options) -> Result<Record, String> {
    let text = match object.remove(&options.text_field) {
        Some(Value::String(text)) => Some(text),
        None | Some(Value::Null) => None,
        Some(other) => return Err(format!("field `{}`: wanted a string, found {}", options.text_field, kind(&other))),
    };
    let date = match object.remove(&options.date_field) {
        Some(Value::String(date)) => Some(date),
        Some(Value::Number(date)) => Some(date.to_string()),
        _ => None,
    };
    let error = match object.remove("error") {
        Some(Value::String(error)) if text.is_none() => Some(error),
        _ => None,
    };
    let names = object.remove("entities").filter(|names| !names.is_null());
    let has_names = names.is_some();
    let entities = match (options.entities, names) {
        (Entities::Ignore, _) | (_, None) => Vec::new(),
        (_, Some(Value::Array(list))) => list.into_iter().enumerate().map(mention).collect::<Result<_, _>>()?,
        (_, Some(other)) => return Err(format!("field `entities`: wanted a list, found {}", kind(&other))),
    };
    let id = id.unwrap_or_else(|| place.to_owned());
    Ok(Record { place: place.to_owned(), id, date, text, entities, has_names, unit: options.unit, error })
}

fn mention((index, value): (usize, Value)) -> Result<Mention, String> {
    let Value::Object(object) = value else {
        return Err(format!("entities[{index}]: wanted an object, found {}", kind(&value)));
    };
    let wrong = |field: &str, wanted: &str| {
        let found = object.get(field).map_or("none", kind);
        format!("entities[{index}].{field}: wanted {wanted}, found {found}")
    };
    let number = |field: &str| {
        let value = object.get(field).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        value.ok_or_else(|| wrong(field, "a number from 0 up"))
    };
    let string =
        |object: &Map<String, Value>, field: &str| object.get(field).and_then(Value::as_str).map(str::to_string);
    let label = string(&object, "label").ok_or_else(|| wrong("label", "a string"))?;
    if label.is_empty() || label.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("entities[{index}].label: wanted a word, found `{}`", label.escape_default()));
    }
    let text = string(&object, "text");
    if text.is_none() && object.get("text").is_some_and(|v| !v.is_null()) {
        return Err(wrong("text", "a string"));
    }
    let score = object.get("score").and_then(Value::as_f64).map(|s| s as f32);
    let given = |field: &str| object.get(field).is_some_and(|value| !value.is_null());
    let token = match given("token_start") || given("token_end") {
        true => Some((number("token_start")?, number("token_end")?)),
        false => None,
    };
    let [token_text, canonical] = ["token_text", "canonical"].map(|field| string(&object, field));
    let found_by = match object.get("source").and_then(Value::as_str) {
        Some(GAZETTEER) => FoundBy::Gazetteer,
        _ => FoundBy::Model,
    };
    let group = object.get("group").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let (start, end) = (number("start")?, number("end")?);
    Ok(Mention { start, end, label, text, score, token, token_text, canonical, found_by, group })
}

/// serde_json's message without its line number, which is always 1 here and not the file's.
fn json_error(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let column = error.column();
    if message.contains("surrogate") || message.contains("hex escape") {
        return format!("wanted Unicode text, found an unpaired surrogate escape at byte {column}: {message}");
    }
    format!("wanted a JSON object, found at byte {column}: {message}")
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
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

    fn finish(&mut self) -> Result<(), Error> {
        self.flush()
    }
}

#[cfg(test)]
mod tests;
