//! The names that a record brings, in the words of whatever wrote it.
//!
//! | written by | names |
//! | --- | --- |
//! | alam, doccano, spaCy's old examples | `entities`: objects, or `[start, end, "TYPE"]` |
//! | Prodigy | `spans`: objects |
//! | spaCy's `Doc.to_json` | `ents`: objects |
//! | doccano | `label` or `labels`: `[start, end, "TYPE"]` |
//! | Label Studio | `annotations` of a task with its `data` ([`studio`]); in short, a list of objects with `labels` |
//! | GLiNER | `tokenized_text` with `ner`, by numbers of words ([`words`]) |
//! | Hugging Face `datasets` | `tokens` with `ner_tags` ([`words`]) |
//!
//! A record is never read as one without names where something in it looks like names: what is not understood is a defect of it.

mod found;
mod spans;
mod studio;
mod words;

pub(super) use found::Found;

use super::kind::kind;
use super::options::Options;
use crate::formats::notes::Note;
use crate::scheme::Detector;
use serde_json::{Map, Value};

/// Fields with names by characters. The first four have nothing else in them; a label may be that of the whole document.
const FIELDS: [&str; 6] = ["entities", "spans", "ents", "annotations", "label", "labels"];
/// How many of them have nothing but names.
const NAMES_ALONE: usize = 4;

/// All of them, for tables that are read by columns.
pub(in crate::formats) const COLUMNS: [&str; 10] =
    ["entities", "spans", "ents", "annotations", "label", "labels", "tokenized_text", "tokens", "ner", "ner_tags"];

/// Brings the fields of a Label Studio task's `data` up to the task.
pub(super) fn unfold(object: &mut Map<String, Value>, options: &Options) {
    studio::unfold(object, options);
}

/// Why a record is left out: whoever annotated it rejected it, or nobody annotated it.
pub(super) fn left_out(object: &Map<String, Value>) -> Option<Note> {
    match object.get("answer").and_then(Value::as_str) {
        Some("reject" | "ignore") => Some(Note::Rejected),
        _ => studio::is_unannotated(object).then_some(Note::Unannotated),
    }
}

/// Shows the tags of a record's words; `false` where it has none that are spelt out.
pub(super) fn see(object: &Map<String, Value>, detector: &mut Detector) -> bool {
    words::see(object, detector)
}

/// The words of a record that is to be tagged and has no text.
pub(super) fn words_alone(object: &mut Map<String, Value>, text: Option<&str>) -> Result<Found, String> {
    match (text, words::take(object)) {
        (None, Some(words)) => words.alone(),
        _ => Ok(Found::default()),
    }
}

/// The names of a record.
pub(super) fn read(
    mut object: Map<String, Value>,
    text: Option<&str>,
    place: &str,
    options: &Options,
) -> Result<Found, String> {
    let words = words::take(&mut object);
    if let Some(words) = &words
        && let Some(found) = words.names(&object, text, place, options)?
    {
        return Ok(found);
    }
    if words.is_none() && object.get("ner_tags").and_then(Value::as_array).is_some_and(|tags| !tags.is_empty()) {
        return Err("wanted the words of `ner_tags` as `tokens`, found none".into());
    }
    let found = match studio::names(&mut object, text, place, options)? {
        Some(found) => found,
        None => {
            let mut found = by_characters(&mut object, place, options)?;
            let of_browser = std::mem::take(&mut found.of_browser);
            if text.is_some_and(|text| of_browser && studio::fit(text, &mut found.mentions, options.unit)) {
                options.notes.add(Note::Utf16, place, 1);
            }
            found
        }
    };
    if object.get("relations").and_then(Value::as_array).is_some_and(|list| !list.is_empty()) {
        options.notes.add(Note::Relations, place, 1);
    }
    match (text, words) {
        (None, Some(words)) if found.mentions.is_empty() => Ok(Found { has_names: found.has_names, ..words.alone()? }),
        (None, Some(words)) => {
            Err(format!("wanted names by characters of a text, found words (`{}`) without a text", words.field))
        }
        _ => Ok(found),
    }
}

/// Names by characters, in whichever field.
fn by_characters(object: &mut Map<String, Value>, place: &str, options: &Options) -> Result<Found, String> {
    let mut found = Found::default();
    let mut from: Option<&str> = None;
    for (number, field) in FIELDS.into_iter().enumerate() {
        let alone = number < NAMES_ALONE;
        match object.remove(field) {
            None | Some(Value::Null) => {}
            Some(Value::Array(list)) if list.is_empty() => found.has_names = true,
            Some(Value::Array(list)) => match from {
                None => {
                    found.of_browser = studio::is_short(&list);
                    found.mentions = spans::mentions(field, list)?;
                    from = Some(field);
                }
                Some(first) if spans::look_like_names(&list) => {
                    return Err(format!("wanted names in one field, found them in `{first}` and in `{field}`"));
                }
                Some(_) => {}
            },
            Some(other) if alone => return Err(format!("field `{field}`: wanted a list, found {}", kind(&other))),
            // The class of a document.
            Some(_) => {}
        }
    }
    if from.is_none() {
        from = elsewhere(object, &mut found)?;
    }
    if let Some(field) = from {
        found.has_names = true;
        if field != "entities" {
            options.notes.add(Note::Field(field.into()), place, 1);
        }
    }
    Ok(found)
}

/// Names in a field that is called as its user liked: Label Studio's short form has them so. Others that look like names are refused.
fn elsewhere<'a>(object: &'a Map<String, Value>, found: &mut Found) -> Result<Option<&'a str>, String> {
    for (field, value) in object.iter().filter(|(field, _)| *field != "tokens") {
        let Value::Array(list) = value else { continue };
        if studio::is_short(list) {
            found.of_browser = true;
            found.mentions = spans::mentions(field, list.clone())?;
            return Ok(Some(field));
        }
        if spans::look_like_names(list) {
            let tip = "tip: names are read from `entities`, `spans`, `label` or `labels`";
            return Err(format!(
                "field `{field}`: wanted names in a field that is read, found what looks like them\n{tip}"
            ));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests;
