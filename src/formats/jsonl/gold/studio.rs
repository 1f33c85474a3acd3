//! Tasks of Label Studio: <https://labelstud.io/guide/export#Label-Studio-JSON-format-of-annotated-tasks>.
//!
//! The text is in `data`, the names of each annotator in `annotations`; those of a model, in `predictions`, count where nobody
//! annotated. Offsets are those of a browser, which counts UTF-16 units, in some versions and code points in others: the letters
//! beside them tell.

use super::Found;
use super::spans::{self, number};
use crate::formats::jsonl::{Mention, Options, field};
use crate::formats::notes::Note;
use crate::formats::offsets::{OffsetUnit, Offsets};
use serde_json::{Map, Value};

/// Where names stand, in the order of their worth.
const SETS: [&str; 3] = ["annotations", "completions", "predictions"];

/// Brings the fields of `data` up to the task, those that the task has not. The id is that of the data where there is one.
pub(super) fn unfold(object: &mut Map<String, Value>, options: &Options) {
    let task = SETS.iter().any(|sets| object.get(*sets).is_some_and(Value::is_array));
    if !task || field::find(object, &options.text_field).is_some() {
        return;
    }
    if let Some(Value::Object(data)) = object.get_mut("data").map(Value::take) {
        for (name, value) in data {
            if name == "id" || !object.contains_key(&name) {
                object.insert(name, value);
            }
        }
    }
}

/// Whether a list is names in the tool's short form: objects with a list of labels.
pub(super) fn is_short(list: &[Value]) -> bool {
    let labelled = list.first().and_then(|first| first.get("labels")).is_some_and(Value::is_array);
    labelled && spans::look_like_names(list)
}

/// The sets of names in a field, but for cancelled ones; `None` where the field has none.
fn sets<'a>(object: &'a Map<String, Value>, field: &str) -> Option<Vec<&'a Value>> {
    let list = object.get(field)?.as_array()?;
    let cancelled =
        |set: &&Value| ["was_cancelled", "skipped"].iter().any(|key| set.get(*key) == Some(&Value::Bool(true)));
    let all = list.iter().all(|set| set.get("result").is_some_and(Value::is_array));
    all.then(|| list.iter().filter(|set| !cancelled(set)).collect())
}

/// Whether a task has neither an annotation that counts nor a prediction.
pub(super) fn is_unannotated(object: &Map<String, Value>) -> bool {
    let none = |field: &str| sets(object, field).is_none_or(|sets| sets.is_empty());
    object.contains_key("data") && SETS.iter().any(|field| sets(object, field).is_some()) && SETS.into_iter().all(none)
}

/// The names of a task; `None` where the record is none.
pub(super) fn names(
    object: &mut Map<String, Value>,
    text: Option<&str>,
    place: &str,
    options: &Options,
) -> Result<Option<Found>, String> {
    let Some((field, sets)) =
        SETS.into_iter().find_map(|field| Some((field, sets(object, field).filter(|s| !s.is_empty())?)))
    else {
        return Ok(None);
    };
    let truth: Vec<&Value> =
        sets.iter().copied().filter(|set| set.get("ground_truth") == Some(&Value::Bool(true))).collect();
    let chosen = if truth.is_empty() { sets } else { truth };
    let mut all: Vec<Vec<Mention>> = Vec::new();
    // The names of a task's texts are those of the fields they come from, mostly.
    let strings = |object: &Map<String, Value>, name: &str| object.get(name).is_some_and(Value::is_string);
    let of_another = |name: &str| name != options.text_field && strings(object, name);
    for set in &chosen {
        let mut mentions = regions(field, set, of_another, place, options)?;
        mentions.sort_by(|a, b| (a.start, a.end, &a.label).cmp(&(b.start, b.end, &b.label)));
        all.push(mentions);
    }
    let same = |a: &Mention, b: &Mention| (a.start, a.end, &a.label) == (b.start, b.end, &b.label);
    let alike =
        |pair: &[Vec<Mention>]| pair[0].len() == pair[1].len() && pair[0].iter().zip(&pair[1]).all(|(a, b)| same(a, b));
    if !all.windows(2).all(alike) {
        let tip = "tip: keep one of each task, or mark it as the ground truth";
        return Err(format!("field `{field}`: wanted one set of names, found {} that differ\n{tip}", all.len()));
    }
    let mut mentions = all.pop().unwrap_or_default();
    if text.is_some_and(|text| fit(text, &mut mentions, options.unit)) {
        options.notes.add(Note::Utf16, place, 1);
    }
    options.notes.add(Note::Field(field.into()), place, 1);
    SETS.iter().for_each(|field| drop(object.remove(*field)));
    Ok(Some(Found { mentions, has_names: true, ..Found::default() }))
}

/// The names of one annotator. Choices, ratings and whatever else has no labels are no names.
fn regions(
    field: &str,
    set: &Value,
    of_another: impl Fn(&str) -> bool,
    place: &str,
    options: &Options,
) -> Result<Vec<Mention>, String> {
    let mut mentions = Vec::new();
    let (mut relations, mut unlabelled) = (0, 0);
    for (index, region) in set.get("result").and_then(Value::as_array).into_iter().flatten().enumerate() {
        if region.get("type").and_then(Value::as_str) == Some("relation") {
            relations += 1;
            continue;
        }
        let Some(Value::Object(value)) = region.get("value") else { continue };
        if let Some(other) = region.get("to_name").and_then(Value::as_str).filter(|name| of_another(name)) {
            options.notes.add(Note::Elsewhere(other.to_owned()), place, 1);
            continue;
        }
        let what = |name: &str| format!("{field}.result[{index}].value.{name}");
        if let Some(other) = value.keys().find(|key| key.ends_with("labels") && *key != "labels") {
            return Err(format!("{}: wanted `labels` of a text, found `{other}`", what(other)));
        }
        if value.get("labels").is_none_or(|labels| labels.as_array().is_some_and(Vec::is_empty)) {
            let of_text = region.get("type").is_none_or(|kind| kind == "labels" || kind == "hypertextlabels");
            unlabelled += usize::from(of_text && value.contains_key("start") && value.contains_key("end"));
            continue;
        }
        let (start, end) = (number(value.get("start"), &what("start"))?, number(value.get("end"), &what("end"))?);
        let label = spans::label(value.get("labels"), &what("labels"))?;
        let text = value.get("text").and_then(Value::as_str).map(str::to_owned);
        let score = spans::score(region.get("score"), &format!("{field}.result[{index}].score"))?;
        mentions.push(Mention { text, score, ..Mention::new(start, end, label) });
    }
    options.notes.add(Note::Relations, place, relations.min(1));
    options.notes.add(Note::Unlabelled, place, unlabelled);
    Ok(mentions)
}

/// Counts offsets anew where the letters beside them are those of UTF-16 units and not of the unit that was asked for.
pub(super) fn fit(text: &str, mentions: &mut [Mention], unit: OffsetUnit) -> bool {
    let asked = Offsets::new(text, unit);
    let utf16 = Offsets::new(text, OffsetUnit::Utf16);
    let letters = |map: &Offsets<'_>, mention: &Mention| {
        let there = map.to_byte(mention.start).zip(map.to_byte(mention.end));
        there.and_then(|(start, end)| text.get(start..end)).map(str::to_owned)
    };
    let all = |map: &Offsets<'_>| {
        mentions.iter().all(|mention| mention.text.is_some() && letters(map, mention) == mention.text)
    };
    if mentions.is_empty() || all(&asked) || !all(&utf16) {
        return false;
    }
    for mention in mentions {
        let anew = |offset: usize| utf16.to_byte(offset).map_or(offset, |byte| asked.of_byte(byte));
        (mention.start, mention.end) = (anew(mention.start), anew(mention.end));
    }
    true
}
