//! Files of documents: every format of the command line.

use crate::document::Document;
use crate::errors::raised;
use alam::formats::packed::PackedFile;
use alam::formats::{self, InputFormat, OffsetUnit, OutputFormat, ReadOptions, Reader, WriteOptions, jsonl};
use alam::walk;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Documents of files, one by one.
#[pyclass(frozen, module = "alam")]
pub(crate) struct Documents(Mutex<Files>);

/// Files that are read one behind the other.
struct Files {
    files: walk::Walk,
    options: ReadOptions,
    reader: Option<Reader>,
}

impl Iterator for Files {
    type Item = Result<alam::Document, alam::Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(reader) = &mut self.reader {
                match reader.next() {
                    Some(document) => return Some(document),
                    None => self.reader = None,
                }
            }
            match self.files.next()?.and_then(|path| formats::open(&path, &self.options)) {
                Ok(reader) => self.reader = Some(reader),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

#[pymethods]
impl Documents {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Document>> {
        let next = py.detach(|| self.0.lock().unwrap_or_else(PoisonError::into_inner).next());
        next.map(|document| Document::of(py, document.map_err(raised)?)).transpose()
    }
}

/// One of a closed set, by its name.
fn named<T: Copy>(argument: &str, all: &[(T, &str)], asked: Option<&str>) -> PyResult<Option<T>> {
    let Some(asked) = asked else { return Ok(None) };
    let found = all.iter().find(|(_, name)| *name == asked).map(|(value, _)| *value);
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|(_, name)| *name).collect();
        PyValueError::new_err(format!("{argument}: wanted one of {}, found `{asked}`", names.join(", ")))
    })
}

/// Documents of files, with the names that they bring: an iterator of Document, which holds one at a time.
///
/// `path` is a file, a folder (recursively) or a pattern ("news/**/*.jsonl"), of any format of the command line, also as .gz and
/// .zst. `format` is what `alam tag --input-format` takes, and found out by each file's name where None. `text`, `id` and `date` are
/// the fields of records, names or paths ("article.body"). Offsets become code points.
///
/// Raises FileNotFoundError and OSError for files that are not there; the iterator raises ValueError, with its place, at a record
/// that is broken, and can be asked for what follows.
#[pyfunction]
#[pyo3(signature = (path, *, format=None, text="text", id=None, date="date"))]
pub(crate) fn read(
    path: PathBuf,
    format: Option<&str>,
    text: &str,
    id: Option<String>,
    date: &str,
) -> PyResult<Documents> {
    walk::is_there(&path).map_err(raised)?;
    let jsonl = jsonl::Options {
        text_field: text.into(),
        id_field: id,
        date_field: date.into(),
        unit: OffsetUnit::Char,
        ..jsonl::Options::default()
    };
    let options = ReadOptions { format: named("format", InputFormat::ALL, format)?, jsonl, ..ReadOptions::default() };
    Ok(Documents(Mutex::new(Files { files: walk::files(vec![path]), options, reader: None })))
}

/// That a file's name does not fit its format, which here are arguments and no flags.
fn wrong_name(error: alam::Error) -> PyErr {
    let message = error.to_string().replacen("--output", "path", 1);
    PyValueError::new_err(message.replace("--format ", "format="))
}

/// Writes documents into a file, in any format of the command line; returns how many.
///
/// `documents` is any iterable of what `Tagger.stream` takes or gives. `format` is what `alam tag --format` takes, and found out by
/// the file's name where None (.jsonl, .csv, .parquet, .conll, .html, each also .gz and .zst). `with_text` repeats the text in JSON
/// lines and Parquet. Offsets are code points. The file appears when it is whole, or not at all.
///
/// Raises TypeError or ValueError for what is no document, or what the format cannot have; OSError where it cannot be written.
#[pyfunction]
#[pyo3(signature = (path, documents, *, format=None, with_text=true))]
pub(crate) fn write(
    path: PathBuf,
    documents: &Bound<'_, PyAny>,
    format: Option<&str>,
    with_text: bool,
) -> PyResult<usize> {
    let asked = named("format", OutputFormat::ALL, format)?;
    let format = OutputFormat::of_output(Some(&path), asked).map_err(wrong_name)?.unwrap_or(OutputFormat::Jsonl);
    let text = if with_text { jsonl::Text::With } else { jsonl::Text::Without };
    let options = WriteOptions { unit: OffsetUnit::Char, text, ..WriteOptions::default() };
    let mut written = 0;
    let mut all = |writer: &mut dyn formats::Writer| -> PyResult<()> {
        for document in documents.try_iter()? {
            documents.py().check_signals()?;
            writer.write(&Document::given(&document?, written)?).map_err(raised)?;
            written += 1;
        }
        writer.finish().map_err(raised)
    };
    if format == OutputFormat::Brat {
        all(&mut formats::brat::BratWriter::create(&path).map_err(raised)?)?;
        return Ok(written);
    }
    let mut file = PackedFile::create(&path).map_err(raised)?;
    let Some(mut writer) = formats::writer(format, &mut file, options) else {
        return Err(PyValueError::new_err("format: this is a bug: a format without a writer"));
    };
    all(&mut *writer)?;
    drop(writer);
    file.commit().map_err(raised)?;
    Ok(written)
}
