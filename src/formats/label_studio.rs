//! Tasks for Label Studio: a JSON list for its import, names as pre-annotations, or as annotations where they are gold.
//!
//! Format: <https://labelstud.io/guide/predictions>. The labelling configuration has a `<Text name="text" value="$text"/>`
//! and `<Labels name="label" toName="text">`. Offsets are code points.

use super::Writer;
use super::jsonl::rounded;
use super::list::List;
use super::offsets::{OffsetUnit, Offsets};
use crate::Error;
use crate::document::{Document, Entity};
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Task<'a> {
    data: Data<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<[Set<'a>; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    predictions: Option<[Set<'a>; 1]>,
}

#[derive(Serialize)]
struct Data<'a> {
    id: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Set<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    model_version: Option<&'static str>,
    result: Vec<Region<'a>>,
}

/// A name, by the names of the tags that the labelling configuration has for it.
#[derive(Serialize)]
pub(crate) struct Region<'a> {
    id: String,
    from_name: &'a str,
    to_name: &'a str,
    #[serde(rename = "type")]
    kind: &'static str,
    value: Value<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
}

#[derive(Serialize)]
struct Value<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    labels: [&'a str; 1],
}

/// The names of a document as regions, from a tag to a tag, by the label that the configuration has for a type; those of
/// types that it has none for are left out.
pub(crate) fn regions<'a>(
    document: &'a Document,
    (from_name, to_name): (&'a str, &'a str),
    label_for: impl Fn(&'a str) -> Option<&'a str>,
) -> Vec<Region<'a>> {
    let map = Offsets::new(&document.text, OffsetUnit::Char);
    let region = |(index, e): (usize, &'a Entity)| {
        let (start, end) = (map.of_byte(e.span.start()), map.of_byte(e.span.end()));
        let value = Value { start, end, text: e.span.of(&document.text), labels: [label_for(&e.label)?] };
        let (id, score) = (format!("n{}", index + 1), e.score.map(rounded));
        Some(Region { id, from_name, to_name, kind: "labels", value, score })
    };
    document.entities.iter().enumerate().filter_map(region).collect()
}

/// Writes one JSON list, a task a line.
pub struct LabelStudioWriter<W> {
    list: List<W>,
}

impl<W: Write> LabelStudioWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        LabelStudioWriter { list: List::new(out) }
    }
}

impl<W: Write> Writer for LabelStudioWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let result = regions(document, ("label", "text"), Some);
        let gold = !result.is_empty() && document.entities.iter().all(|e| e.score.is_none());
        let set = [Set { model_version: (!gold).then_some(concat!("alam ", env!("CARGO_PKG_VERSION"))), result }];
        let (annotations, predictions) = if gold { (Some(set), None) } else { (None, Some(set)) };
        let task = Task { data: Data { id: &document.id, text: &document.text }, annotations, predictions };
        self.list.push(&task)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.list.flush()
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.list.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn written(documents: &[Document]) -> serde_json::Value {
        let mut bytes = Vec::new();
        let mut writer = LabelStudioWriter::new(&mut bytes);
        documents.iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();
        serde_json::from_slice(&bytes).unwrap()
    }

    #[test]
    fn no_documents_are_an_empty_list_and_gold_is_an_annotation() {
        assert_eq!(written(&[]), serde_json::json!([]));
        let found = written(&[samples::document("زار بوتين", &[("PER", "بوتين")]), samples::document("نص", &[])]);
        assert_eq!(found[0]["annotations"][0]["result"][0]["value"]["labels"][0], "PER");
        assert!(found[0].get("predictions").is_none());
        assert!(found[1]["predictions"][0]["result"].as_array().unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn values_slice_the_text(document in samples::documents()) {
            let found = written(std::slice::from_ref(&document));
            let chars: Vec<char> = found[0]["data"]["text"].as_str().unwrap().chars().collect();
            let results = found[0]["predictions"][0]["result"].as_array().unwrap();
            prop_assert_eq!(results.len(), document.entities.len());
            for result in results {
                let value = &result["value"];
                let number = |key: &str| usize::try_from(value[key].as_u64().unwrap()).unwrap();
                let slice: String = chars[number("start")..number("end")].iter().collect();
                prop_assert_eq!(slice, value["text"].as_str().unwrap());
            }
        }
    }
}
