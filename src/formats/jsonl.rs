//! A JSON object a line: `{"id","date","text","entities":[{"start","end","label","text","score"}]}`.
//!
//! A name that stands inside a longer word (its proclitics cut off) also has that word as `token_start`, `token_end` and
//! `token_text`; one whose spelling on its own differs from its letters also has that spelling as `canonical`; one that a list
//! of the user's names put there has `"source":"gazetteer"`; where mentions are grouped, each has its `group`.

use super::input::{self, Lines, Longest};
use super::offsets::{OffsetUnit, Offsets};
use super::{Each, Reader, WriteOptions, Writer};
use crate::Error;
use crate::document::{Document, Entity, FoundBy, Span};
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

/// One line as it stands in the file, its offsets not yet held against a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// `path:line`.
    pub place: String,
    /// The document's name; the place if it has none.
    pub id: String,
    /// When it appeared, in the words of the file.
    pub date: Option<String>,
    /// The text, where the record has it: what `alam tag` writes does not unless asked to.
    pub text: Option<String>,
    /// Names in the file's own unit.
    pub entities: Vec<Mention>,
    /// Why there are no names, in the output of a tagger that could not tag the document.
    pub error: Option<String>,
}

/// A name as it stands in the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// First unit.
    pub start: usize,
    /// Behind the last unit.
    pub end: usize,
    /// The name's type.
    pub label: String,
    /// Its letters, to be checked against the text.
    pub text: Option<String>,
    /// How sure a model was.
    pub score: Option<f32>,
    /// The whole words that it stands in, where they are more than the name.
    pub token: Option<(usize, usize)>,
    /// Its spelling on its own, where that differs.
    pub canonical: Option<String>,
    /// What found it.
    pub found_by: FoundBy,
    /// Which of the record's names it is a mention of.
    pub group: Option<u32>,
}

impl Record {
    /// The document, its names checked against the text: within it, on characters, spelt as said, disjoint.
    pub fn document(self, text: String, unit: OffsetUnit) -> Result<Document, Error> {
        let entities = spans(&text, &self.entities, unit).map_err(|message| Error::record(&self.place, message))?;
        Ok(Document { id: self.id, date: self.date, text, sentences: None, entities })
    }
}

fn spans(text: &str, mentions: &[Mention], unit: OffsetUnit) -> Result<Vec<Entity>, String> {
    let map = Offsets::new(text, unit);
    let mut entities = Vec::with_capacity(mentions.len());
    for mention in mentions {
        let &Mention { start, end, ref label, score, .. } = mention;
        if end > map.length() {
            let length = map.length();
            return Err(format!("wanted a span within the text ({length} {unit}s), found {start}..{end} ({label})"));
        }
        let (Some(first), Some(last)) = (map.to_byte(start), map.to_byte(end)) else {
            return Err(format!("wanted a span on character boundaries, found {start}..{end} ({label}) in {unit}s"));
        };
        let span = Span::new(text, first, last)
            .map_err(|_| format!("wanted a start before the end, found {start}..{end} ({label})"))?;
        if let Some(said) = mention.text.as_deref()
            && said != span.of(text)
        {
            let there = span.of(text);
            return Err(format!(
                "wanted `{said}` at {start}..{end} ({label}), found `{there}`\ntip: offsets were taken for {unit}s"
            ));
        }
        let token_span = match mention.token {
            None => span,
            Some((start, end)) => {
                let bytes = map.to_byte(start).zip(map.to_byte(end));
                let token = bytes.and_then(|(first, last)| Span::new(text, first, last).ok());
                token.filter(|token| token.cover(span) == *token).ok_or_else(|| {
                    format!(
                        "wanted whole words around {}..{} ({label}), found {start}..{end}",
                        mention.start, mention.end
                    )
                })?
            }
        };
        let (canonical, found_by, group) = (mention.canonical.clone(), mention.found_by, mention.group);
        entities.push(Entity { score, token_span, canonical, found_by, group, ..Entity::new(span, label.as_str()) });
    }
    entities.sort_by_key(|e| e.span);
    for pair in entities.windows(2) {
        if pair[0].span.overlaps(pair[1].span) {
            let show =
                |e: &Entity| format!("{}..{} ({})", map.of_byte(e.span.start()), map.of_byte(e.span.end()), e.label);
            return Err(format!("wanted names that do not overlap, found {} and {}", show(&pair[0]), show(&pair[1])));
        }
    }
    Ok(entities)
}

/// The documents of a file; a record without text, or with an `error`, is a broken one.
pub fn reader(path: &Path, options: Options) -> Result<Reader, Error> {
    let (unit, text_field) = (options.unit, options.text_field.clone());
    Ok(Box::new(records(path, options)?.map(move |record| whole(record?, &text_field, unit))))
}

/// The document of a record that must have its text.
pub(super) fn whole(mut record: Record, text_field: &str, unit: OffsetUnit) -> Result<Document, Error> {
    match (record.text.take(), record.error.take()) {
        (Some(text), None) => record.document(text, unit),
        (_, Some(message)) => {
            Err(Error::record(record.place, format!("wanted a document, found an error record: {message}")))
        }
        (None, None) => Err(Error::record(record.place, format!("wanted a field `{text_field}`, found none"))),
    }
}

/// The lines of a file as records, for callers that know the texts from elsewhere (scoring predictions). Empty lines
/// are passed over.
pub fn records(
    path: &Path,
    options: Options,
) -> Result<impl Iterator<Item = Result<Record, Error>> + Send + use<>, Error> {
    let mut lines = Lines::open(path)?.up_to(options.longest);
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
            let record = input::utf8(bytes).and_then(|text| parse(&text, &lines.place(line.number), &options));
            return Some(record.map_err(|message| lines.error(line.number, message)));
        }
    }))
}

fn parse(line: &str, place: &str, options: &Options) -> Result<Record, String> {
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => from_object(object, place, options),
        Ok(other) => Err(format!("wanted a JSON object, found {}", kind(&other))),
        Err(error) => Err(json_error(&error)),
    }
}

/// The record of an object, whatever it was written as.
pub(super) fn from_object(mut object: Map<String, Value>, place: &str, options: &Options) -> Result<Record, String> {
    let id = match (object.remove(options.id_field.as_deref().unwrap_or("id")), &options.id_field) {
        (Some(Value::String(id)), _) => id,
        (Some(Value::Number(id)), _) => id.to_string(),
        (None | Some(Value::Null), None) => place.to_string(),
        (None, Some(field)) => return Err(format!("wanted a field `{field}`, found none")),
        (Some(other), field) => {
            let field = field.as_deref().unwrap_or("id");
            return Err(format!("field `{field}`: wanted a string or a number, found {}", kind(&other)));
        }
    };
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
    let entities = match (options.entities, object.remove("entities")) {
        (Entities::Ignore, _) | (_, None | Some(Value::Null)) => Vec::new(),
        (_, Some(Value::Array(list))) => list.into_iter().enumerate().map(mention).collect::<Result<_, _>>()?,
        (_, Some(other)) => return Err(format!("field `entities`: wanted a list, found {}", kind(&other))),
    };
    Ok(Record { place: place.to_string(), id, date, text, entities, error })
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
    let canonical = string(&object, "canonical");
    let found_by = match object.get("source").and_then(Value::as_str) {
        Some(GAZETTEER) => FoundBy::Gazetteer,
        _ => FoundBy::Model,
    };
    let group = object.get("group").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    Ok(Mention { start: number("start")?, end: number("end")?, label, text, score, token, canonical, found_by, group })
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
