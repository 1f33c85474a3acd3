//! Records for doccano, a JSON object a line: its import of sequence labelling has the text in `text` and names in `label`, a list of
//! `[start, end, "TYPE"]` (<https://doccano.github.io/doccano/tutorial/>). Offsets are code points. What else a record has is kept
//! there as its meta data.

use super::offsets::{OffsetUnit, Offsets};
use super::{Each, Writer};
use crate::Error;
use crate::document::Document;
use serde::Serialize;
use std::io::Write;

#[derive(Serialize)]
struct Record<'a, L> {
    id: &'a str,
    text: &'a str,
    label: L,
}

/// Writes a JSON object a line.
pub struct DoccanoWriter<W> {
    out: W,
}

impl<W: Write> DoccanoWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        DoccanoWriter { out }
    }
}

impl<W: Write> Writer for DoccanoWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let map = &Offsets::new(&document.text, OffsetUnit::Char);
        let label = || {
            let three = move |e| -> (usize, usize, &str) {
                let e: &crate::Entity = e;
                (map.of_byte(e.span.start()), map.of_byte(e.span.end()), &*e.label)
            };
            document.entities.iter().map(three)
        };
        super::json_line(&mut self.out, &Record { id: &document.id, text: &document.text, label: Each(label) })
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
    fn names_are_triples() {
        let mut bytes = Vec::new();
        let mut writer = DoccanoWriter::new(&mut bytes);
        writer.write(&samples::document("😀 زار بوتين", &[("PER", "بوتين")])).unwrap();
        writer.finish().unwrap();
        let wanted = "{\"id\":\"sample\",\"text\":\"😀 زار بوتين\",\"label\":[[6,11,\"PER\"]]}\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), wanted);
    }
}
