//! One record as the JSON object that it is.

use super::gold::{self, Found};
use super::kind::kind;
use super::unique::Unique;
use super::{Entities, Options, Record, field, own_id};
use crate::Error;
use serde_json::{Map, Value};

/// The object in some JSON that begins on a line; 0 where it is all of its line.
pub(super) fn parse(json: &str, place: &str, line: u64, id_field: Option<&str>) -> Result<Map<String, Value>, Error> {
    let wrong = |message: String| Error::record(place, message);
    match serde_json::from_str(json) {
        Ok(Unique(Value::Object(object))) => Ok(object),
        Ok(Unique(other)) => {
            let tip = match (&other, line) {
                (Value::Array(_), 0) => TIP,
                _ => "",
            };
            Err(wrong(format!("wanted a JSON object, found {}{tip}", kind(&other))))
        }
        Err(error) => {
            let id = own_id::of_line(json, id_field.unwrap_or("id"));
            Err(wrong(json_error(&error, line)).of(id))
        }
    }
}

/// What reads records that are not one a line.
const TIP: &str = "\ntip: --input-format json reads lists of records, and records over several lines";

/// The record of an object, whatever it was written as.
pub(in crate::formats) fn from_object(
    mut object: Map<String, Value>,
    place: &str,
    options: &Options,
) -> Result<Record, Error> {
    gold::unfold(&mut object, options);
    let id = field::take(&mut object, options.id_field.as_deref().unwrap_or("id")).map(plain);
    // Prodigy's own `id` is elsewhere.
    let of_task = || object.get("meta").and_then(|meta| meta.get("id")).cloned();
    let id = if options.id_field.is_none() { id.or_else(of_task) } else { id };
    let id = match (id, &options.id_field) {
        (Some(Value::String(id)), _) => Ok(Some(id)),
        (Some(Value::Number(id)), _) if !is_rounded(&id) => Ok(Some(id.to_string())),
        (None | Some(Value::Null), None) => Ok(None),
        (None, Some(field)) => Err(format!("wanted a field `{field}`, found none")),
        (Some(other), field) => {
            let field = field.as_deref().unwrap_or("id");
            Err(match other.is_number() {
                true => format!("field `{field}`: wanted a number of 64 bits, or a string, found a longer number"),
                false => format!("field `{field}`: wanted a string or a number, found {}", kind(&other)),
            })
        }
    };
    let id = id.map_err(|message| Error::record(place, message))?;
    let record = named(object, place, id.clone(), options);
    record.map_err(|message| Error::record(place, message).of(id))
}

/// What MongoDB's exports write in objects of one field: `{"$oid": "…"}`, `{"$date": "…"}`, `{"$date": {"$numberLong": "…"}}`.
fn plain(value: Value) -> Value {
    let wrapped = match &value {
        Value::Object(object) if object.len() == 1 => object.iter().next(),
        _ => None,
    };
    match wrapped {
        Some((key, inner)) if ["$oid", "$date", "$numberLong"].contains(&key.as_str()) => plain(inner.clone()),
        _ => value,
    }
}

/// Whether a number may stand for others as well, so that two documents would have one name.
fn is_rounded(number: &serde_json::Number) -> bool {
    const EXACT: f64 = (1_u64 << f64::MANTISSA_DIGITS) as f64;
    number.is_f64() && number.as_f64().is_some_and(|number| number.abs() >= EXACT)
}

/// The rest of a record whose own id is known.
fn named(mut object: Map<String, Value>, place: &str, id: Option<String>, options: &Options) -> Result<Record, String> {
    let text = field::take(&mut object, &options.text_field);
    let null = text == Some(Value::Null);
    let text = text.map_or(Ok(None), |text| text_of(text, &options.text_field))?;
    let date = match field::take(&mut object, &options.date_field).map(plain) {
        Some(Value::String(date)) => Some(date),
        Some(Value::Number(date)) => Some(date.to_string()),
        _ => None,
    };
    let error = match object.remove("error") {
        Some(Value::String(error)) if text.is_none() => Some(error),
        _ => None,
    };
    let found = match options.entities {
        _ if error.is_some() => Found::default(),
        Entities::Ignore => gold::words_alone(&mut object, text.as_deref())?,
        Entities::Read => gold::read(object, text.as_deref(), place, options)?,
    };
    let Found { mentions: entities, has_names, text: joined, words, .. } = found;
    let id = id.unwrap_or_else(|| place.to_owned());
    let (place, text, notes) = (place.to_owned(), text.or(joined), options.notes.clone());
    Ok(Record { place, id, date, text, null, entities, has_names, words, unit: options.unit, error, notes })
}

/// A text, or its paragraphs with a line feed between each two.
fn text_of(value: Value, field: &str) -> Result<Option<String>, String> {
    let wrong = |index: Option<usize>, found: &Value| {
        let at = index.map_or(String::new(), |index| format!(", paragraph {index}"));
        let wanted = if index.is_some() { "a string" } else { "a string, or a list of them" };
        Err(format!("field `{field}`{at}: wanted {wanted}, found {}", kind(found)))
    };
    match value {
        Value::String(text) => Ok(Some(text)),
        Value::Null => Ok(None),
        Value::Array(paragraphs) => {
            let mut text = String::new();
            for (index, paragraph) in paragraphs.iter().enumerate() {
                let Value::String(paragraph) = paragraph else { return wrong(Some(index), paragraph) };
                text += if index > 0 { "\n" } else { "" };
                text += paragraph;
            }
            Ok(Some(text))
        }
        other => wrong(None, &other),
    }
}

/// serde_json's message with the place in the file: the byte in its line, and the line where that is not the record's first.
fn json_error(error: &serde_json::Error, first: u64) -> String {
    let message = error.to_string();
    let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
    let column = error.column();
    let at = match error.line() as u64 {
        later if first > 0 && later > 1 => format!("byte {column} of line {}", first + later - 1),
        _ => format!("byte {column}"),
    };
    if message.contains("surrogate") || message.contains("hex escape") {
        return format!("wanted Unicode text, found an unpaired surrogate escape at {at}: {message}");
    }
    let tip = if first == 0 && error.is_eof() { TIP } else { "" };
    format!("wanted a JSON object, found at {at}: {message}{tip}")
}
