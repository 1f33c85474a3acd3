//! What Hugging Face's `pipeline("token-classification", aggregation_strategy=...)` returns, a line a document.

use super::jsonl::{Record, rounded};
use super::offsets::{OffsetUnit, Offsets};
use super::{Each, Writer};
use crate::Error;
use crate::document::Document;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Group<'a> {
    entity_group: &'a str,
    /// 1 for gold, which knows no doubt: the pipeline always has a score.
    score: f64,
    word: &'a str,
    start: usize,
    end: usize,
}

/// Writes a JSON list a line, in the order of the documents; `null` for one that failed. Offsets are code points.
pub struct HfWriter<W> {
    out: W,
}

impl<W: Write> HfWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        HfWriter { out }
    }
}

impl<W: Write> Writer for HfWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let map = &Offsets::new(&document.text, OffsetUnit::Char);
        let groups = || {
            document.entities.iter().map(move |e| Group {
                entity_group: &e.label,
                score: e.score.map_or(1.0, rounded),
                word: e.span.of(&document.text),
                start: map.of_byte(e.span.start()),
                end: map.of_byte(e.span.end()),
            })
        };
        super::json_line(&mut self.out, &Each(groups))
    }

    fn write_record(&mut self, record: &Record) -> Result<(), Error> {
        record.fits(OffsetUnit::Char)?;
        let groups = record.entities.iter().map(|mention| {
            Ok(Group {
                entity_group: &mention.label,
                score: mention.score.map_or(1.0, rounded),
                word: record.letters(mention)?,
                start: mention.start,
                end: mention.end,
            })
        });
        super::json_line(&mut self.out, &groups.collect::<Result<Vec<Group<'_>>, Error>>()?)
    }

    fn write_failed(&mut self, _id: &str, _message: &str) -> Result<(), Error> {
        super::json_line(&mut self.out, &())
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn keys_are_those_of_the_pipeline_and_lines_those_of_the_documents() {
        let mut document = samples::document("😀 زار بوتين", &[("PER", "بوتين")]);
        document.entities[0].score = Some(0.98761);
        let mut bytes = Vec::new();
        let mut writer = HfWriter::new(&mut bytes);
        writer.write(&document).unwrap();
        writer.write_failed("x", "why").unwrap();
        writer.write(&samples::document("نص", &[])).unwrap();
        writer.finish().unwrap();
        let wanted =
            "[{\"entity_group\":\"PER\",\"score\":0.9876,\"word\":\"بوتين\",\"start\":6,\"end\":11}]\nnull\n[]\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
}
