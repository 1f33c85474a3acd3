//! Records of words: `tokens` with a tag for each (`ner_tags`), and GLiNER's `tokenized_text` with names by numbers of words.

use super::Found;
use super::spans::{label, number};
use crate::document::Span;
use crate::formats::jsonl::kind::kind;
use crate::formats::jsonl::{Mention, Options};
use crate::formats::notes::Note;
use crate::formats::offsets::Offsets;
use crate::labels::scheme_of;
use crate::scheme::{Asked, Detector, Mark, Name, Scheme};
use serde_json::{Map, Value};

/// Fields with words.
const WORDS: [&str; 3] = [GLINER, "tokens", "words"];
const GLINER: &str = "tokenized_text";
/// Fields with a tag a word.
const TAGS: [&str; 5] = ["ner_tags", "ner", "tags", "labels", "label"];

/// The words of a record.
pub(super) struct Words {
    pub(super) field: &'static str,
    words: Vec<String>,
}

/// Takes the words out of a record; of a tool that describes its tokens as objects, none.
pub(super) fn take(object: &mut Map<String, Value>) -> Option<Words> {
    let field = WORDS.into_iter().find(|field| strings(object.get(*field)))?;
    let Some(Value::Array(list)) = object.remove(field) else { return None };
    let string = |value| if let Value::String(word) = value { Some(word) } else { None };
    Some(Words { field, words: list.into_iter().filter_map(string).collect() })
}

fn strings(value: Option<&Value>) -> bool {
    value.and_then(Value::as_array).is_some_and(|list| list.iter().all(Value::is_string))
}

/// The field with tags: a list of strings or numbers.
fn tags(object: &Map<String, Value>) -> Option<(&'static str, &Vec<Value>)> {
    TAGS.into_iter().find_map(|field| {
        let list = object.get(field)?.as_array()?;
        list.iter().all(|tag| tag.is_string() || tag.is_number()).then_some((field, list))
    })
}

/// See [`super::see`].
pub(super) fn see(object: &Map<String, Value>, detector: &mut Detector) -> bool {
    if !WORDS.into_iter().any(|field| strings(object.get(field))) {
        return false;
    }
    let spelt = tags(object).map(|(_, list)| list.iter().filter_map(Value::as_str));
    let count = spelt.into_iter().flatten().map(|tag| detector.see(tag)).count();
    detector.end_sentence();
    count > 0
}

/// The tags that numbers stand for.
fn by_number(names: &[String], asked: Asked) -> Result<(Scheme, Vec<Mark>), String> {
    let scheme = scheme_of(names, asked);
    let mark = |name: &String| {
        scheme.parse(name).ok_or_else(|| format!("the names of tags: wanted {}, found `{name}`", scheme.shape()))
    };
    Ok((scheme, names.iter().map(mark).collect::<Result<_, _>>()?))
}

impl Words {
    /// The words as a document of their own, one space between each two.
    pub(super) fn alone(&self) -> Result<Found, String> {
        let (text, words) = self.joined();
        Ok(Found { text: Some(text), words: Some(words.into_iter().flatten().collect()), ..Found::default() })
    }

    /// The document with its names; `None` where nothing beside the words says which they are.
    pub(super) fn names(
        &self,
        object: &Map<String, Value>,
        text: Option<&str>,
        place: &str,
        options: &Options,
    ) -> Result<Option<Found>, String> {
        let gliner = self.field == GLINER && object.get("ner").is_some_and(|ner| ner.is_array() || ner.is_null());
        let names = match tags(object) {
            _ if gliner => self.numbered(object.get("ner").and_then(Value::as_array).map_or(&[], Vec::as_slice))?,
            Some((field, list)) if text.is_none() || list.len() == self.words.len() => {
                self.tagged(field, list, options)?
            }
            _ => return Ok(None),
        };
        let (joined, words) = match text {
            None => self.joined(),
            Some(text) => (text.to_owned(), self.located(text)?),
        };
        let map = Offsets::new(&joined, options.unit);
        let mention = |(range, label): Name| {
            // A word of nothing is no part of a name.
            let mut there = words.get(range)?.iter().flatten();
            let first = there.next()?;
            let last = there.next_back().unwrap_or(first);
            Some(Mention::new(map.of_byte(first.start()), map.of_byte(last.end()), label.to_string()))
        };
        let count = names.len();
        let mentions: Vec<Mention> = names.into_iter().filter_map(mention).collect();
        options.notes.add(Note::Empty, place, count - mentions.len());
        let words = Some(words.into_iter().flatten().collect());
        let text = text.is_none().then_some(joined);
        Ok(Some(Found { mentions, has_names: true, text, words, ..Found::default() }))
    }

    /// The names of `[first, last, "TYPE"]`, both words included.
    fn numbered(&self, list: &[Value]) -> Result<Vec<Name>, String> {
        let mut names = Vec::with_capacity(list.len());
        for (index, value) in list.iter().enumerate() {
            let Some([first, last, type_]) = value.as_array().map(Vec::as_slice) else {
                return Err(format!("ner[{index}]: wanted [first, last, \"TYPE\"], found {}", kind(value)));
            };
            let what = |at: usize| format!("ner[{index}][{at}]");
            let (first, last) = (number(Some(first), &what(0))?, number(Some(last), &what(1))?);
            if first > last || last >= self.words.len() {
                let most = self.words.len();
                return Err(format!("ner[{index}]: wanted words of {most}, counted from 0, found {first} to {last}"));
            }
            names.push((first..last + 1, label(Some(type_), &what(2))?.into()));
        }
        Ok(names)
    }

    /// The names of a tag a word.
    fn tagged(&self, field: &str, list: &[Value], options: &Options) -> Result<Vec<Name>, String> {
        if list.len() != self.words.len() {
            let (words, tags) = (self.words.len(), list.len());
            return Err(format!("field `{field}`: wanted a tag for each of {words} words, found {tags}"));
        }
        let known = &options.tags;
        let numbers = list.iter().any(Value::is_number);
        let (scheme, numbered) =
            if numbers { by_number(&known.names, known.scheme)? } else { (known.spelt, Vec::new()) };
        let mark = |(index, tag): (usize, &Value)| {
            let what = format!("{field}[{index}]");
            match tag.as_str() {
                Some(tag) => {
                    scheme.parse(tag).ok_or_else(|| format!("{what}: wanted {}, found `{tag}`", scheme.shape()))
                }
                None if numbered.is_empty() => Err(format!(
                    "field `{field}`: wanted the names of its tags, found numbers alone\ntip: --tag-names O,B-PER,I-PER,... gives \
                     them in the order of their numbers, or a dataset_info.json or a card (README.md) beside the file"
                )),
                None => numbered
                    .get(number(Some(tag), &what)?)
                    .cloned()
                    .ok_or_else(|| format!("{what}: wanted numbers from 0 to {}, found {tag}", numbered.len() - 1)),
            }
        };
        let marks = list.iter().enumerate().map(mark).collect::<Result<Vec<Mark>, String>>()?;
        let names = scheme.names(&marks, known.strays);
        names.map_err(|stray| format!("{field}[{}]: {}", stray.at, stray.message))
    }

    /// The words with spaces between them, and where each is; nowhere where there is nothing of it.
    fn joined(&self) -> (String, Vec<Option<Span>>) {
        let mut text = String::new();
        let mut places = Vec::with_capacity(self.words.len());
        for word in &self.words {
            if word.trim().is_empty() {
                places.push(None);
                continue;
            }
            text += if text.is_empty() { "" } else { " " };
            text += word;
            places.push(Some((text.len() - word.len(), text.len())));
        }
        let span = |place: Option<(usize, usize)>| place.and_then(|(start, end)| Span::new(&text, start, end).ok());
        let spans = places.into_iter().map(span).collect();
        (text, spans)
    }

    /// Where the words are in the text that the record has too.
    fn located(&self, text: &str) -> Result<Vec<Option<Span>>, String> {
        let mut behind = 0;
        let mut spans = Vec::with_capacity(self.words.len());
        for word in &self.words {
            if word.trim().is_empty() {
                spans.push(None);
                continue;
            }
            let rest = text.get(behind..).unwrap_or_default();
            let start = text.len() - rest.trim_start().len();
            if !rest.trim_start().starts_with(word.as_str()) {
                let field = self.field;
                return Err(format!(
                    "field `{field}`: wanted the words of the text, one behind the other, found `{word}`"
                ));
            }
            behind = start + word.len();
            spans.push(Span::new(text, start, behind).ok());
        }
        Ok(spans)
    }
}
