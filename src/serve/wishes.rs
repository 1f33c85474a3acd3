//! What a request may ask for, by the names and with the meanings that the flags of `alam tag` have.

use super::service::Service;
use crate::Tagger;
use crate::document::Document;
use crate::formats::WriteOptions;
use crate::formats::jsonl;
use crate::gazetteer::Gazetteer;
use crate::reading::{LineBreaks, Markup, Order, ReadAs};
use crate::selection::Selection;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Names that a request brings at most.
const MOST_NAMES: usize = 10_000;
/// Whatever may be asked for.
const ALL: &str = "`labels`, `min_score`, `convention`, `offset_unit`, `group`, `gazetteer`, `with_text`, `keep_clitics`, \
                   `sentences_apart`, `line_breaks`, `markup`, `visual_order`, `text_field`, `id_field` or `date_field`";

/// As typed.
#[derive(Debug, Default)]
pub(crate) struct Wishes {
    labels: Vec<String>,
    min_score: f32,
    convention: Option<String>,
    group: bool,
    gazetteer: Option<Gazetteer>,
    keep_clitics: Option<bool>,
    sentences_apart: Option<bool>,
    reading: ReadAs,
    write: WriteOptions,
    fields: jsonl::Options,
}

/// As meant.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) tagger: Arc<Tagger>,
    selection: Arc<Selection>,
    pub(crate) write: WriteOptions,
    reading: ReadAs,
    /// How records are read.
    pub(crate) fields: jsonl::Options,
}

impl Wishes {
    /// The wishes of a query, `labels=PER,LOC&group=true`.
    ///
    /// # Errors
    /// What was wanted and what was found, by the name of the wish.
    pub(crate) fn of_query(query: &str) -> Result<Wishes, String> {
        let mut wishes = Wishes::default();
        let mut given = BTreeSet::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !given.insert(name.clone()) {
                return Err(format!("query: wanted `{name}` once, found it twice"));
            }
            let value = match &*name {
                "labels" => value.split(',').map(|label| Value::from(label.trim())).collect(),
                "min_score" | "group" | "with_text" | "keep_clitics" | "sentences_apart" | "visual_order" => {
                    serde_json::from_str(&value).unwrap_or_else(|_| Value::from(&*value))
                }
                _ => Value::from(&*value),
            };
            wishes.wish(&name, value)?;
        }
        Ok(wishes)
    }

    /// Adds the wishes of a body's fields.
    ///
    /// # Errors
    /// As [`Wishes::of_query`].
    pub(crate) fn and(mut self, fields: Map<String, Value>) -> Result<Wishes, String> {
        for (name, value) in fields {
            self.wish(&name, value)?;
        }
        Ok(self)
    }

    /// Reads texts as HTML.
    pub(crate) fn html(mut self) -> Wishes {
        self.reading.markup = Markup::Html;
        self
    }

    fn wish(&mut self, name: &str, value: Value) -> Result<(), String> {
        match name {
            "labels" => self.labels = list(name, value)?,
            "min_score" => self.min_score = fraction(name, &value)?,
            "convention" => self.convention = if value.is_null() { None } else { Some(string(name, value)?) },
            "offset_unit" => self.write.unit = string(name, value)?.parse().map_err(|m| format!("`{name}`: {m}"))?,
            "group" => self.group = flag(name, &value)?,
            "gazetteer" => self.gazetteer = names(name, value)?,
            "with_text" => {
                self.write.text = if flag(name, &value)? { jsonl::Text::With } else { jsonl::Text::Without };
            }
            "keep_clitics" => self.keep_clitics = Some(flag(name, &value)?),
            "sentences_apart" => self.sentences_apart = Some(flag(name, &value)?),
            "line_breaks" => self.reading.lines = one_of(name, &string(name, value)?, &LineBreaks::ALL)?,
            "markup" => self.reading.markup = one_of(name, &string(name, value)?, &Markup::ALL)?,
            "visual_order" => {
                self.reading.order = match value {
                    Value::Bool(true) => Order::Visual,
                    Value::Bool(false) => Order::Logical,
                    value => one_of(name, &string(name, value)?, &Order::ALL)?,
                };
            }
            "text_field" => self.fields.text_field = string(name, value)?,
            "id_field" => self.fields.id_field = Some(string(name, value)?),
            "date_field" => self.fields.date_field = string(name, value)?,
            _ => return Err(format!("wanted {ALL}, found `{name}`")),
        }
        Ok(())
    }

    /// What is meant, by the service that it is asked of.
    ///
    /// # Errors
    /// A convention or a type that the model does not know.
    pub(crate) fn meant(self, service: &Service) -> Result<Job, String> {
        let mut manner = service.tagger().manner();
        manner.keep_clitics = self.keep_clitics.unwrap_or(manner.keep_clitics);
        manner.second_look = self.sentences_apart.map_or(manner.second_look, |apart| !apart);
        manner.convention = self.convention.or(manner.convention);
        let keep_clitics = manner.keep_clitics;
        let tagger = service.tagger_in(manner)?;
        let mut gazetteers = service.gazetteers.clone();
        let own = self.gazetteer.map(|names| if keep_clitics { names.keeping_clitics() } else { names });
        gazetteers.extend(own.map(Arc::new));
        let Wishes { labels, min_score, group, reading, write, fields, .. } = self;
        let selection = Selection { gazetteers, min_score, labels, group };
        selection.check(tagger.labels()).map_err(|message| format!("`labels`: {message}"))?;
        let fields = jsonl::Options { entities: jsonl::Entities::Ignore, ..fields };
        Ok(Job { tagger, selection: Arc::new(selection), write, reading, fields })
    }
}

impl Job {
    /// Makes a document be read as the request wants it.
    pub(crate) fn read(&self, document: Document) -> Document {
        Document { read_as: self.reading, ..document }
    }

    /// Makes the names of a tagged document those that the request wants.
    pub(crate) fn select(&self, document: &mut Document) {
        self.selection.apply(document);
    }
}

fn wanted<T>(name: &str, what: &str, found: &Value) -> Result<T, String> {
    let mut found = found.to_string();
    if let Some((at, _)) = found.char_indices().nth(60) {
        found.truncate(at);
        found.push('…');
    }
    Err(format!("`{name}`: wanted {what}, found {found}"))
}

fn string(name: &str, value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other => wanted(name, "a string", &other),
    }
}

fn flag(name: &str, value: &Value) -> Result<bool, String> {
    value.as_bool().map_or_else(|| wanted(name, "true or false", value), Ok)
}

fn fraction(name: &str, value: &Value) -> Result<f32, String> {
    let number = value.as_f64().filter(|number| (0.0..=1.0).contains(number));
    number.map_or_else(|| wanted(name, "a number from 0 to 1", value), |number| Ok(number as f32))
}

fn list(name: &str, value: Value) -> Result<Vec<String>, String> {
    match value {
        Value::Array(all) => all.into_iter().map(|one| string(name, one)).collect(),
        other => wanted(name, "a list of strings", &other),
    }
}

/// One of a closed set by its name.
pub(crate) fn one_of<T: Copy>(name: &str, found: &str, all: &[(T, &str)]) -> Result<T, String> {
    all.iter().find(|(_, known)| *known == found).map(|(value, _)| *value).ok_or_else(|| {
        let known: Vec<&str> = all.iter().map(|(_, known)| *known).collect();
        format!("`{name}`: wanted {}, found `{}`", known.join(", "), found.escape_debug())
    })
}

/// A user's own names: `[{"name": …, "label": …}]`.
fn names(name: &str, value: Value) -> Result<Option<Gazetteer>, String> {
    const WANTED: &str = "a list of {\"name\": …, \"label\": …}";
    let Value::Array(all) = value else { return wanted(name, WANTED, &value) };
    if all.len() > MOST_NAMES {
        return Err(format!("`{name}`: wanted at most {MOST_NAMES} names, found {}", all.len()));
    }
    let mut pairs = Vec::with_capacity(all.len());
    for (number, one) in all.iter().enumerate() {
        match pair(one) {
            Some(found) => pairs.push(found),
            None => return wanted(&format!("{name}[{number}]"), "{\"name\": …, \"label\": …}", one),
        }
    }
    let gazetteer = Gazetteer::of(pairs).map_err(|(number, message)| format!("`{name}[{number}]`: {message}"))?;
    Ok((!all.is_empty()).then_some(gazetteer))
}

fn pair(one: &Value) -> Option<(&str, &str)> {
    let fields = one.as_object().filter(|fields| fields.len() == 2)?;
    let field = |name: &str| fields.get(name).and_then(Value::as_str);
    field("name").zip(field("label"))
}
