//! `POST /v1/bounds`: what letters that somebody marked can mean as a name, for those who correct by hand.
//!
//! Of `لبوتين` the name is `بوتين`, which the letters alone tell: the choices are where Arabic spelling lets a name begin, and
//! the first of them is what the list of names speaks for.

use super::answer;
use super::body;
use super::problem::Problem;
use super::service::Service;
use super::wishes::one_of;
use crate::clitics;
use crate::document::Span;
use crate::formats::OffsetUnit;
use crate::formats::offsets::Offsets;
use crate::segment::segment;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::{Map, Value};
use std::sync::Arc;

#[derive(Serialize)]
struct Bounds<'a> {
    /// The whole words.
    token_start: usize,
    token_end: usize,
    token_text: &'a str,
    /// What the name may be, the likeliest first.
    choices: Vec<Choice<'a>>,
}

#[derive(Serialize)]
struct Choice<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical: Option<String>,
}

/// See the module.
pub(crate) async fn bounds(State(service): State<Arc<Service>>, body: Body) -> Result<Response, Problem> {
    let mut fields = body::object(&body::whole(body, &service.limits).await?)?;
    let text = match fields.remove("text") {
        Some(Value::String(text)) => text,
        Some(_) => return Err(Problem::bad("`text`: wanted a string, found something else")),
        None => return Err(Problem::bad("`text`: wanted a string, found none")),
    };
    let unit = match fields.remove("offset_unit") {
        None => OffsetUnit::default(),
        Some(Value::String(name)) => {
            one_of("offset_unit", &name, &OffsetUnit::ALL.map(|unit| (unit, unit.name()))).map_err(Problem::bad)?
        }
        Some(_) => return Err(Problem::bad("`offset_unit`: wanted byte, char or utf16, found something else")),
    };
    let map = Offsets::new(&text, unit);
    let marked = marked(&text, &mut fields, &map).map_err(Problem::bad)?;
    if let Some(name) = fields.keys().next() {
        return Err(Problem::bad(format!("wanted `text`, `start`, `end` or `offset_unit`, found `{name}`")));
    }
    // Positions, letters and lists of them: there is no value here without a JSON form.
    Ok(answer::json(serde_json::to_vec(&of(&text, marked, &map)).unwrap_or_default()))
}

/// What is marked, without blanks at its edges.
fn marked(text: &str, fields: &mut Map<String, Value>, map: &Offsets<'_>) -> Result<Span, String> {
    let mut at = |name: &str| {
        let found = fields.remove(name).unwrap_or_default();
        let byte = found.as_u64().and_then(|offset| map.to_byte(usize::try_from(offset).ok()?));
        byte.ok_or_else(|| format!("`{name}`: wanted a position in the text ({} at most), found {found}", map.length()))
    };
    let (start, end) = (at("start")?, at("end")?);
    let span = Span::new(text, start, end).map_err(|error| error.to_string())?;
    span.trimmed(text).ok_or_else(|| "wanted letters between `start` and `end`, found blanks alone".into())
}

fn of<'a>(text: &'a str, marked: Span, map: &Offsets<'_>) -> Bounds<'a> {
    let sentences = segment(text);
    let mut words = sentences.iter().flat_map(|sentence| &sentence.words).filter(|word| word.overlaps(marked));
    let first = words.next().copied().unwrap_or(marked);
    let whole = words.fold(first, |whole, word| whole.cover(*word)).cover(marked);
    let choice = |span: Span| Choice {
        start: map.of_byte(span.start()),
        end: map.of_byte(span.end()),
        text: span.of(text),
        canonical: clitics::canonical(text, first.start(), span),
    };
    let mut spans = vec![marked];
    if marked.start() == first.start() {
        spans.insert(0, clitics::cut_by_rule(text, marked, first));
        let cuts = clitics::cuts(first.of(text)).into_iter().flatten();
        spans.extend(cuts.filter_map(|bytes| marked.without_first(text, bytes)));
    }
    let mut choices: Vec<Choice<'a>> = Vec::new();
    for span in spans {
        if choices.iter().all(|other| other.text != span.of(text)) {
            choices.push(choice(span));
        }
    }
    Bounds {
        token_start: map.of_byte(whole.start()),
        token_end: map.of_byte(whole.end()),
        token_text: whole.of(text),
        choices,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(text: &str, marked: &str) -> (String, Vec<String>, Option<String>) {
        let start = text.find(marked).unwrap();
        let span = Span::new(text, start, start + marked.len()).unwrap();
        let found = of(text, span, &Offsets::new(text, OffsetUnit::Char));
        let canonical = found.choices[0].canonical.clone();
        (found.token_text.into(), found.choices.iter().map(|choice| choice.text.into()).collect(), canonical)
    }

    #[test]
    fn a_name_behind_a_particle_is_offered_without_it_and_with_it() {
        assert_eq!(choices("قال لبوتين أمس", "لبوتين"), ("لبوتين".into(), vec!["بوتين".into(), "لبوتين".into()], None));
        let (word, found, canonical) = choices("قدم للأمم المتحدة", "للأمم المتحدة");
        assert_eq!((word.as_str(), found[0].as_str()), ("للأمم المتحدة", "أمم المتحدة"));
        assert_eq!(canonical.as_deref(), Some("الأمم المتحدة"));
        assert_eq!(choices("زار بيروت", "بيروت").1[0], "بيروت");
        assert_eq!(choices("زار وَلِلْقاهرة", "وَلِلْقاهرة").1[0], "قاهرة");
    }

    #[test]
    fn letters_within_a_word_are_taken_as_they_are_marked() {
        assert_eq!(choices("قال لبوتين أمس", "بوتين"), ("لبوتين".into(), vec!["بوتين".into()], None));
        assert_eq!(choices("قال لبوتين أمس", "وتي").1, ["وتي"]);
    }
}
