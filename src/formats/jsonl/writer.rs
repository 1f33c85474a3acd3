//! Documents as JSON lines.

use super::record::{GAZETTEER, Record};
use super::text::Text;
use crate::Error;
use crate::document::{Document, FoundBy};
use crate::formats::offsets::Offsets;
use crate::formats::{Each, WriteOptions, Writer, json_line, write_error};
use serde::Serialize;
use std::io::Write;

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
pub fn rounded(score: f32) -> f64 {
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
        json_line(
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
        json_line(&mut self.out, &RecordOut { id, date, text: None, entities })
    }

    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        json_line(&mut self.out, &FailureOut { id, error: message })
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(write_error)
    }
}
