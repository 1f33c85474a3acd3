//! A name as Python sees it.

use alam::document::{Document, Entity, FoundBy, Span};
use alam::formats::jsonl::rounded;
use alam::formats::offsets::{OffsetUnit, Offsets};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use std::hash::{DefaultHasher, Hash, Hasher};

/// A name in a text.
///
/// `text` is `original[start:end]`, counted in code points, proclitics left out; `token` is the whole words that it stands in,
/// `original[token_start:token_end]`; `canonical` is how the name is spelt on its own. `score` is the probability that the model
/// gives it, from 0 to 1 with four digits, and `None` for names that no model found. `group` is the same for all mentions of one
/// name where mentions are grouped. `source` is "model" or "gazetteer".
#[pyclass(frozen, eq, module = "alam")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Name {
    /// The exact letters of the name.
    #[pyo3(get)]
    pub(crate) text: String,
    /// Its type, "PER" say.
    #[pyo3(get)]
    pub(crate) label: String,
    /// The first code point.
    #[pyo3(get)]
    pub(crate) start: usize,
    /// Behind the last code point.
    #[pyo3(get)]
    pub(crate) end: usize,
    /// The probability that the model gives it.
    #[pyo3(get)]
    pub(crate) score: Option<f64>,
    /// The name as it is spelt on its own.
    #[pyo3(get)]
    pub(crate) canonical: String,
    /// The words that it stands in.
    #[pyo3(get)]
    pub(crate) token: String,
    /// The first code point of these words.
    #[pyo3(get)]
    pub(crate) token_start: usize,
    /// Behind their last code point.
    #[pyo3(get)]
    pub(crate) token_end: usize,
    /// Which of the document's names it is a mention of.
    #[pyo3(get)]
    pub(crate) group: Option<u32>,
    /// What found it.
    #[pyo3(get)]
    pub(crate) source: &'static str,
}

/// What `source` says.
fn source(found_by: FoundBy) -> &'static str {
    match found_by {
        FoundBy::Model => "model",
        FoundBy::Gazetteer => "gazetteer",
    }
}

/// A string as Python shows it: Rust's own way spells out vowel marks.
pub(crate) fn quoted(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(PyString::new(py, text).repr()?.to_string())
}

impl Name {
    /// The names of a document.
    pub(crate) fn all_of(document: &Document) -> Vec<Name> {
        let text = &document.text;
        let offsets = Offsets::new(text, OffsetUnit::Char);
        let name = |entity: &Entity| Name {
            text: entity.span.of(text).to_owned(),
            label: entity.label.to_string(),
            start: offsets.of_byte(entity.span.start()),
            end: offsets.of_byte(entity.span.end()),
            score: entity.score.map(rounded),
            canonical: entity.canonical.clone().unwrap_or_else(|| entity.span.of(text).to_owned()),
            token: entity.token_span.of(text).to_owned(),
            token_start: offsets.of_byte(entity.token_span.start()),
            token_end: offsets.of_byte(entity.token_span.end()),
            group: entity.group,
            source: source(entity.found_by),
        };
        document.entities.iter().map(name).collect()
    }

    /// The same name in a text.
    pub(crate) fn in_text(&self, text: &str, offsets: &Offsets<'_>) -> PyResult<Entity> {
        let span = |start: usize, end: usize| {
            let bytes = offsets.to_byte(start).zip(offsets.to_byte(end));
            let span = bytes.and_then(|(start, end)| Span::new(text, start, end).ok());
            let length = offsets.length();
            span.ok_or_else(|| {
                let found = format!("found {start} to {end} ({})", self.text);
                PyValueError::new_err(format!("names: wanted offsets within the text's {length} code points, {found}"))
            })
        };
        let found = span(self.start, self.end)?;
        if found.of(text) != self.text {
            let (wanted, there) = (&self.text, found.of(text));
            let place = format!("{} to {}", self.start, self.end);
            return Err(PyValueError::new_err(format!("names: wanted `{wanted}` at {place}, found `{there}`")));
        }
        let canonical = (self.canonical != self.text).then(|| self.canonical.clone());
        #[allow(clippy::cast_possible_truncation)]
        let score = self.score.map(|score| score as f32);
        let found_by = if self.source == source(FoundBy::Gazetteer) { FoundBy::Gazetteer } else { FoundBy::Model };
        let token_span = span(self.token_start, self.token_end)?;
        Ok(Entity { score, token_span, canonical, found_by, group: self.group, ..Entity::new(found, &*self.label) })
    }
}

#[pymethods]
impl Name {
    /// A name by its letters, type and place; everything else is as for a name that was annotated by hand.
    #[new]
    #[pyo3(signature = (text, label, start, end, score=None, *, canonical=None, token=None, token_start=None, token_end=None, group=None, source="model"))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        text: String,
        label: String,
        start: usize,
        end: usize,
        score: Option<f64>,
        canonical: Option<String>,
        token: Option<String>,
        token_start: Option<usize>,
        token_end: Option<usize>,
        group: Option<u32>,
        source: &str,
    ) -> PyResult<Name> {
        let wrong = |message: String| Err(PyValueError::new_err(message));
        let letters = text.chars().count();
        if start >= end || end - start != letters {
            return wrong(format!("Name: wanted start and end {letters} code points apart, found {start} and {end}"));
        }
        if let Some(score) = score.filter(|score| !(0.0..=1.0).contains(score)) {
            return wrong(format!("score: wanted a number from 0 to 1, found {score}"));
        }
        let source = match source {
            "model" => "model",
            "gazetteer" => "gazetteer",
            other => return wrong(format!("source: wanted \"model\" or \"gazetteer\", found `{other}`")),
        };
        Ok(Name {
            canonical: canonical.unwrap_or_else(|| text.clone()),
            token: token.unwrap_or_else(|| text.clone()),
            token_start: token_start.unwrap_or(start),
            token_end: token_end.unwrap_or(end),
            text,
            label,
            start,
            end,
            score,
            group,
            source,
        })
    }

    /// A dict of its attributes.
    fn dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        dict.set_item("text", &self.text)?;
        dict.set_item("label", &self.label)?;
        dict.set_item("start", self.start)?;
        dict.set_item("end", self.end)?;
        dict.set_item("score", self.score)?;
        dict.set_item("canonical", &self.canonical)?;
        dict.set_item("token", &self.token)?;
        dict.set_item("token_start", self.token_start)?;
        dict.set_item("token_end", self.token_end)?;
        dict.set_item("group", self.group)?;
        dict.set_item("source", self.source)?;
        Ok(dict)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((), Bound<'py, PyDict>)> {
        Ok(((), self.dict(py)?))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let Name { start, end, .. } = self;
        let (text, label) = (quoted(py, &self.text)?, quoted(py, &self.label)?);
        let score = self.score.map_or("None".into(), |score| score.to_string());
        Ok(format!("Name({text}, {label}, {start}, {end}, {score})"))
    }

    fn __hash__(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (&self.text, &self.label, self.start, self.end).hash(&mut hasher);
        hasher.finish()
    }
}
