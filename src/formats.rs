//! Readers and writers of files with documents: a reader is an iterator, a writer has a `finish`.

use crate::Error;
use crate::document::Document;

/// Documents as they are read; a broken record is an error in its place, and reading goes on behind it.
pub type Reader = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

/// Takes documents and writes them down.
pub trait Writer {
    /// Writes one document.
    fn write(&mut self, document: &Document) -> Result<(), Error>;
    /// Writes what belongs at the end and flushes. Nothing of consequence happens on drop.
    fn finish(&mut self) -> Result<(), Error>;
}
