//! A part: some documents of a chunk, in one file that is there whole or not at all.

use super::Counts;
use super::folder::{errors_of, part_of};
use super::journal::PartLine;
use super::part_id::PartId;
use crate::formats::jsonl::JsonlWriter;
use crate::formats::whole::WholeFile;
use crate::formats::{self, OutputFormat, WriteOptions, Writer};
use crate::{Document, Error};
use sha2::{Digest, Sha256};
use std::fmt::{Debug, Formatter};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What a document costs beside its text, so that a million empty ones are not one part.
const BYTES_PER_DOCUMENT: u64 = 64;

/// What a record counts for, where parts are cut.
pub(super) fn weight(record: &Result<Document, Error>) -> u64 {
    BYTES_PER_DOCUMENT + record.as_ref().map_or(0, |document| document.text.len() as u64)
}

/// A part in the making. Dropped before its commit, it leaves nothing behind.
pub struct PartFile {
    id: PartId,
    path: PathBuf,
    sink: Sink,
    writer: Box<dyn Writer>,
    counts: Counts,
    format: OutputFormat,
    /// Its error records, where its format has no place for them and there are any.
    errors: Option<(Sink, JsonlWriter<Sink>)>,
}

impl Debug for PartFile {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PartFile").field("path", &self.path).field("counts", &self.counts).finish_non_exhaustive()
    }
}

impl PartFile {
    /// Begins a part.
    pub(super) fn create(
        folder: &Path,
        id: PartId,
        format: OutputFormat,
        options: WriteOptions,
    ) -> Result<PartFile, Error> {
        let path = folder.join(part_of(id.chunk, id.part, format.extension()));
        let sink = Sink::create(&path)?;
        let writer = formats::writer(format, sink.clone(), options).ok_or_else(|| {
            Error::config(
                "--format",
                "wanted a format of single files for a folder of parts, found one that is a folder",
            )
        })?;
        Ok(PartFile { id, path, sink, writer, counts: Counts::default(), format, errors: None })
    }

    /// Writes a tagged document.
    pub(super) fn write(&mut self, document: &Document) -> Result<(), Error> {
        self.counts.count(document);
        self.writer.write(document).map_err(|error| at(&self.path, error))
    }

    /// Writes an error record.
    pub(super) fn write_failed(&mut self, error: &Error) -> Result<(), Error> {
        self.counts.failed += 1;
        let (id, message) = error.place();
        self.writer.write_failed(&id, &message).map_err(|error| at(&self.path, error))?;
        if self.format == OutputFormat::Jsonl {
            return Ok(());
        }
        let path = self.path.with_file_name(errors_of(&self.file()));
        let (_, errors) = match &mut self.errors {
            Some(errors) => errors,
            None => {
                let sink = Sink::create(&path)?;
                self.errors.insert((sink.clone(), JsonlWriter::new(sink, WriteOptions::default())))
            }
        };
        errors.write_failed(&id, &message).map_err(|error| at(&path, error))
    }

    fn file(&self) -> String {
        self.path.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// Puts it in its place, on the disk.
    pub(super) fn commit(self) -> Result<PartLine, Error> {
        let file = self.file();
        let PartFile { id, path, sink, mut writer, counts, errors, .. } = self;
        let errors = errors.map(|(sink, writer)| {
            drop(writer);
            sink.commit().map(|(_, sha256)| sha256)
        });
        let errors = errors.transpose()?;
        writer.finish().map_err(|error| at(&path, error))?;
        drop(writer);
        let (bytes, sha256) = sink.commit()?;
        Ok(PartLine { chunk: id.chunk, part: id.part, file, bytes, sha256, errors, counts })
    }
}

/// Names the file that could not be written, which writers do not know.
fn at(path: &Path, error: Error) -> Error {
    match error {
        Error::Io { source, .. } => Error::io(path, source),
        other => other,
    }
}

/// A file with the checksum of what goes into it.
struct Summed {
    file: WholeFile,
    hash: Sha256,
    bytes: u64,
}

/// The same file for a writer, which owns what it writes to, and for who commits it.
#[derive(Clone)]
struct Sink(Arc<Mutex<Summed>>);

impl Sink {
    fn create(path: &Path) -> Result<Sink, Error> {
        let summed = Summed { file: WholeFile::create(path)?, hash: Sha256::new(), bytes: 0 };
        Ok(Sink(Arc::new(Mutex::new(summed))))
    }

    /// Puts the file in its place; its size and its checksum.
    fn commit(self) -> Result<(u64, String), Error> {
        let summed = Arc::into_inner(self.0)
            .map(|sink| sink.into_inner().unwrap_or_else(PoisonError::into_inner))
            .ok_or_else(|| Error::config("job", "this is a bug: a part is still being written"))?;
        summed.file.commit()?;
        Ok((summed.bytes, crate::checksum::hexadecimal(summed.hash)))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut summed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = summed.file.write(bytes)?;
        summed.hash.update(&bytes[..count]);
        summed.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).file.flush()
    }
}
