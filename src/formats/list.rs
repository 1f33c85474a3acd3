//! A JSON list that is written element by element, one a line.

use super::write_error;
use crate::Error;
use serde::Serialize;
use std::io::Write;

/// See the module.
pub(super) struct List<W> {
    out: W,
    begun: bool,
}

impl<W: Write> List<W> {
    /// Writes to `out`.
    pub(super) fn new(out: W) -> Self {
        List { out, begun: false }
    }

    /// One element more.
    pub(super) fn push(&mut self, element: &impl Serialize) -> Result<(), Error> {
        let mut bytes = if self.begun { b",\n".to_vec() } else { b"[\n".to_vec() };
        self.begun = true;
        serde_json::to_writer(&mut bytes, element).map_err(|e| write_error(e.into()))?;
        self.out.write_all(&bytes).map_err(write_error)
    }

    pub(super) fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(write_error)
    }

    /// The end.
    pub(super) fn finish(&mut self) -> Result<(), Error> {
        let end = if self.begun { "\n]\n" } else { "[]\n" };
        self.out.write_all(end.as_bytes()).map_err(write_error)?;
        self.flush()
    }
}
