//! What documents are given to, to be written.

use super::jsonl;
use crate::Error;
use crate::document::Document;
use serde::{Serialize, Serializer};
use std::io::{self, BufWriter, Write};

/// Takes documents and writes them down.
pub trait Writer {
    /// Writes one document.
    fn write(&mut self, document: &Document) -> Result<(), Error>;

    /// Writes one document whose text is not known, where the format does without.
    ///
    /// # Errors
    /// A format that needs the text; names without letters; offsets that the format counts otherwise.
    fn write_record(&mut self, record: &jsonl::Record) -> Result<(), Error> {
        let tip = "tip: `alam tag --with-text` writes records with their texts";
        Err(record.wrong(format!("wanted a document with its text, which this format needs, found one without\n{tip}")))
    }

    /// Notes that the record called `id` could not be read or tagged, where the format has a place for that.
    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        let _ = (id, message);
        Ok(())
    }

    /// Hands on to the system what is written so far.
    fn flush(&mut self) -> Result<(), Error>;

    /// Writes what belongs at the end, where something does, and flushes. Nothing of consequence happens on drop.
    fn finish(&mut self) -> Result<(), Error> {
        self.flush()
    }
}

/// A failure to write: the writer does not know where its bytes go, so the caller names the file where there is one.
pub(crate) fn write_error(source: io::Error) -> Error {
    Error::io("output", source)
}

/// Writes a record as JSON and ends the line, in pieces of some size: a record can be long.
pub(crate) fn json_line<W: Write, T: Serialize>(out: &mut W, record: &T) -> Result<(), Error> {
    let mut line = BufWriter::new(out);
    serde_json::to_writer(&mut line, record).map_err(|e| write_error(e.into()))?;
    line.write_all(b"\n").map_err(write_error)?;
    line.into_inner().map(drop).map_err(|e| write_error(e.into_error()))
}

/// A JSON list whose elements are made while it is written: all at once, those of a long document are more than its text.
pub(crate) struct Each<F>(pub(crate) F);

impl<F: Fn() -> I, I: IntoIterator<Item: Serialize>> Serialize for Each<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}
