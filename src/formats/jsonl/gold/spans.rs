//! Names by characters: objects with a start, an end and a label, or the three in a list.

use crate::document::FoundBy;
use crate::formats::jsonl::kind::kind;
use crate::formats::jsonl::record::{GAZETTEER, Mention};
use serde_json::{Map, Value};

/// What the beginning, the end and the type of a name are called, by alam first.
const START: [&str; 5] = ["start", "start_offset", "start_char", "begin", "offset"];
const END: [&str; 3] = ["end", "end_offset", "end_char"];
/// Instead of an end.
const LENGTH: &str = "length";
const LABEL: [&str; 6] = ["label", "labels", "type", "entity_group", "entity_type", "tag"];

/// The names in a list.
pub(super) fn mentions(field: &str, list: Vec<Value>) -> Result<Vec<Mention>, String> {
    list.into_iter().enumerate().map(|(index, value)| mention(field, index, value)).collect()
}

/// Whether the first of a list is a name by its looks.
pub(super) fn look_like_names(list: &[Value]) -> bool {
    let number = |value: Option<&Value>| value.is_some_and(Value::is_number);
    match list.first() {
        Some(Value::Array(three)) => {
            three.len() >= 3
                && number(three.first())
                && number(three.get(1))
                && three.iter().skip(2).any(Value::is_string)
        }
        Some(Value::Object(object)) => {
            let ended = number(get(object, &END)) || number(object.get(LENGTH));
            let placed = number(get(object, &START)) && ended || object.contains_key("points");
            placed && get(object, &LABEL).is_some()
        }
        _ => false,
    }
}

fn get<'a>(object: &'a Map<String, Value>, names: &[&str]) -> Option<&'a Value> {
    names.iter().find_map(|name| object.get(*name))
}

/// A number from 0 up, which may be written as `16.0`.
pub(super) fn number(value: Option<&Value>, what: &str) -> Result<usize, String> {
    let wrong = |wanted: &str, found: &str| Err(format!("{what}: wanted {wanted}, found {found}"));
    let Some(Value::Number(number)) = value else { return wrong("a number from 0 up", value.map_or("none", kind)) };
    if let Some(whole) = number.as_u64().and_then(|n| usize::try_from(n).ok()) {
        return Ok(whole);
    }
    match number.as_f64() {
        // Up to here floats are whole numbers one by one.
        Some(float) if float.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&float) => Ok(float as usize),
        Some(float) if float.fract() != 0.0 => wrong("a whole number", &number.to_string()),
        _ => wrong("a number from 0 up", &number.to_string()),
    }
}

/// What four digits of a score do not show.
const OFF: f32 = 5e-5;

/// How sure a model was: a probability, which may be off by what sums of 32 bits are off by.
pub(super) fn score(value: Option<&Value>, what: &str) -> Result<Option<f32>, String> {
    let wrong = |found: &str| Err(format!("{what}: wanted a number from 0 to 1, found {found}"));
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Number(number)) => match number.as_f64().map(|score| score as f32) {
            Some(score) if (-OFF..1.0 + OFF).contains(&score) => Ok(Some(score.clamp(0.0, 1.0))),
            _ => wrong(&number.to_string()),
        },
        Some(other) => wrong(kind(other)),
    }
}

/// A type is one word.
pub(super) fn label(value: Option<&Value>, what: &str) -> Result<String, String> {
    let label = match value {
        Some(Value::String(label)) => label,
        Some(Value::Array(labels)) => match labels.as_slice() {
            [Value::String(label)] => label,
            others => return Err(format!("{what}: wanted one type, found a list of {}", others.len())),
        },
        other => return Err(format!("{what}: wanted a string, found {}", other.map_or("none", kind))),
    };
    if label.is_empty() || label.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(format!("{what}: wanted a word, found `{}`", label.escape_default()));
    }
    Ok(label.clone())
}

fn mention(field: &str, index: usize, value: Value) -> Result<Mention, String> {
    let object = match value {
        Value::Object(object) => object,
        Value::Array(three) => return of_three(field, index, &three),
        other => return Err(format!("{field}[{index}]: wanted an object, found {}", kind(&other))),
    };
    let what = |name: &str| format!("{field}[{index}].{name}");
    let string = |name: &str| object.get(name).and_then(Value::as_str).map(str::to_string);
    let label = label(get(&object, &LABEL), &what("label"))?;
    let text = string("text");
    if let Some(other) = object.get("text").filter(|other| text.is_none() && !other.is_null()) {
        return Err(format!("{}: wanted a string, found {}", what("text"), kind(other)));
    }
    let score = score(object.get("score"), &what("score"))?;
    let given = |name: &str| object.get(name).is_some_and(|value| !value.is_null());
    // Prodigy numbers its tokens by these names.
    let token = match field == "entities" && (given("token_start") || given("token_end")) {
        true => Some((
            number(object.get("token_start"), &what("token_start"))?,
            number(object.get("token_end"), &what("token_end"))?,
        )),
        false => None,
    };
    let [token_text, canonical] = ["token_text", "canonical"].map(string);
    let found_by = match object.get("source").and_then(Value::as_str) {
        Some(GAZETTEER) => FoundBy::Gazetteer,
        _ => FoundBy::Model,
    };
    let group = object.get("group").and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    let start = number(get(&object, &START), &what("start"))?;
    let end = match (get(&object, &END), object.get(LENGTH)) {
        (None, length @ Some(_)) => start.saturating_add(number(length, &what(LENGTH))?),
        (end, _) => number(end, &what("end"))?,
    };
    Ok(Mention { start, end, label, text, score, token, token_text, canonical, found_by, group })
}

/// `[start, end, "TYPE"]`.
fn of_three(field: &str, index: usize, three: &[Value]) -> Result<Mention, String> {
    let [start, end, type_] = three else {
        return Err(format!("{field}[{index}]: wanted [start, end, \"TYPE\"], found a list of {}", three.len()));
    };
    let what = |number: usize| format!("{field}[{index}][{number}]");
    let (start, end) = (number(Some(start), &what(0))?, number(Some(end), &what(1))?);
    Ok(Mention::new(start, end, label(Some(type_), &what(2))?))
}
