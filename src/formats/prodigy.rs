//! Tasks for Prodigy, a JSON object a line: <https://prodi.gy/docs/api-interfaces#ner>. Offsets are code points; tokens are those of
//! [`super::spacy`], so that every name is a run of them. Names that nobody doubts (gold) make an accepted task.

use super::jsonl::rounded;
use super::offsets::{OffsetUnit, Offsets};
use super::{Writer, spacy};
use crate::Error;
use crate::document::Document;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Task<'a> {
    text: &'a str,
    meta: Meta<'a>,
    tokens: Vec<Token<'a>>,
    spans: Vec<Span<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<&'static str>,
}

#[derive(Serialize)]
struct Meta<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Token<'a> {
    text: &'a str,
    start: usize,
    end: usize,
    id: usize,
    /// Whether a space follows.
    ws: bool,
}

#[derive(Serialize)]
struct Span<'a> {
    start: usize,
    end: usize,
    /// Its first token and its last.
    token_start: usize,
    token_end: usize,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

/// Writes a JSON object a line.
pub struct ProdigyWriter<W> {
    out: W,
}

impl<W: Write> ProdigyWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        ProdigyWriter { out }
    }
}

impl<W: Write> Writer for ProdigyWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let text = document.text.as_str();
        let map = Offsets::new(text, OffsetUnit::Char);
        let places = spacy::tokens(document);
        let token = |(id, &(start, end)): (usize, &(usize, usize))| Token {
            text: text.get(start..end).unwrap_or_default(),
            start: map.of_byte(start),
            end: map.of_byte(end),
            id,
            ws: text.get(end..).is_some_and(|rest| rest.starts_with(' ')),
        };
        let spans = document.entities.iter().map(|e| Span {
            start: map.of_byte(e.span.start()),
            end: map.of_byte(e.span.end()),
            token_start: places.partition_point(|token| token.1 <= e.span.start()),
            token_end: places.partition_point(|token| token.0 < e.span.end()).saturating_sub(1),
            label: &e.label,
            score: e.score.map(rounded),
        });
        let gold = document.entities.iter().all(|e| e.score.is_none());
        let (tokens, spans) = (places.iter().enumerate().map(token).collect(), spans.collect());
        let answer = gold.then_some("accept");
        super::json_line(&mut self.out, &Task { text, meta: Meta { id: &document.id }, tokens, spans, answer })
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn written(document: &Document) -> serde_json::Value {
        let mut bytes = Vec::new();
        ProdigyWriter::new(&mut bytes).write(document).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn a_name_inside_a_word_is_a_token_of_its_own() {
        let found = written(&samples::document("زار لبوتين.", &[("PER", "بوتين")]));
        let span = serde_json::json!({"start": 5, "end": 10, "token_start": 2, "token_end": 2, "label": "PER"});
        assert_eq!((&found["spans"][0], &found["answer"]), (&span, &"accept".into()));
        assert_eq!(found["tokens"][1], serde_json::json!({"text": "ل", "start": 4, "end": 5, "id": 1, "ws": false}));
    }

    proptest! {
        /// What Prodigy checks: names are whole tokens, and tokens with their spaces are the text.
        #[test]
        fn names_are_runs_of_tokens(document in samples::documents()) {
            let found = written(&document);
            let tokens = found["tokens"].as_array().unwrap();
            let spans = found["spans"].as_array().unwrap();
            prop_assert_eq!(spans.len(), document.entities.len());
            for span in spans {
                let token = |key: &str| &tokens[usize::try_from(span[key].as_u64().unwrap()).unwrap()];
                prop_assert_eq!(&token("token_start")["start"], &span["start"]);
                prop_assert_eq!(&token("token_end")["end"], &span["end"]);
            }
        }
    }
}
