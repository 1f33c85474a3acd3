//! Predictions against gold, and what a corpus is about.

use crate::document::Document;
use crate::errors::raised;
use alam::Error;
use alam::evaluate::sampling::Sampling;
use alam::evaluate::{Evaluation, Pair};
use alam::formats::ReadOptions;
use alam::job::checked::checked;
use alam::metrics::Score;
use alam::stats::{Counter, Documents, Limits};
use alam::walk;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;

/// Records that are counted between two looks for signals.
const AT_ONCE: usize = 1000;

/// Precision, recall, F1 and support as a dict.
fn score<'py>(py: Python<'py>, of: &Score) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("precision", of.precision)?;
    dict.set_item("recall", of.recall)?;
    dict.set_item("f1", of.f1)?;
    dict.set_item("support", of.support)?;
    Ok(dict)
}

/// Scores predictions, as seqeval does in its strict mode: a name is right if its bounds and its type are those of a gold name.
///
/// `gold` and `predicted` are iterables of Document, as many of one as of the other, in the same order. Returns a dict: `micro`,
/// `macro` and each of `types` have `precision`, `recall` and `f1`, from 0 to 1, and `support`, the number of gold names; `interval`
/// is the 95 % interval of the micro F1, if documents like these were drawn again.
///
/// Raises ValueError where the documents are not the same, TypeError for what is no document.
#[pyfunction]
pub(crate) fn evaluate<'py>(
    py: Python<'py>,
    gold: &Bound<'py, PyAny>,
    predicted: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyDict>> {
    let all = |documents: &Bound<'py, PyAny>| -> PyResult<Vec<alam::Document>> {
        documents.try_iter()?.enumerate().map(|(number, document)| Document::given(&document?, number)).collect()
    };
    let (gold, predicted) = (all(gold)?, all(predicted)?);
    if gold.len() != predicted.len() {
        let (wanted, found) = (gold.len(), predicted.len());
        return Err(PyValueError::new_err(format!("predicted: wanted {wanted} documents, as gold has, found {found}")));
    }
    let mut pairs = Vec::with_capacity(gold.len());
    for (gold, predicted) in gold.into_iter().zip(predicted) {
        if gold.text != predicted.text {
            let id = &gold.id;
            return Err(PyValueError::new_err(format!(
                "predicted: wanted the text of gold in document {id}, found another"
            )));
        }
        pairs.push(Pair { id: gold.id, text: gold.text, gold: gold.entities, predicted: predicted.entities });
    }
    let Evaluation { scores, interval, .. } = py.detach(|| alam::evaluate::evaluate(&pairs, Sampling::default()));
    let types = PyDict::new(py);
    for (label, of) in &scores.types {
        types.set_item(&**label, score(py, of)?)?;
    }
    let dict = PyDict::new(py);
    dict.set_item("micro", score(py, &scores.micro)?)?;
    dict.set_item("macro", score(py, &scores.macro_average)?)?;
    dict.set_item("types", types)?;
    dict.set_item("interval", (interval.low, interval.high))?;
    Ok(dict)
}

/// Counts the names of tagged files: how often, in how many documents, when, which together.
///
/// `paths` are files, folders or patterns, as `alam tag` and `write` make them; `top` names of each type are told, all where 0.
/// Returns the dict that `alam stats --format json` prints; its `failed` counts records that cannot be read or are not tagged.
///
/// Raises FileNotFoundError and OSError for files that are not there, KeyboardInterrupt at Ctrl-C.
#[pyfunction]
#[pyo3(signature = (*paths, top=20))]
pub(crate) fn stats(py: Python<'_>, paths: Vec<PathBuf>, top: usize) -> PyResult<Bound<'_, PyAny>> {
    if paths.is_empty() {
        return Err(PyTypeError::new_err("paths: wanted files, folders or patterns, found none"));
    }
    paths.iter().try_for_each(|path| walk::is_there(path)).map_err(raised)?;
    let mut counter = Counter::new(Limits { top, ..Limits::default() }).map_err(raised)?;
    let one = |error| Box::new(std::iter::once(Err(error))) as Documents;
    let read = |file: Result<PathBuf, Error>| file.and_then(|path| alam::stats::read(&path, &ReadOptions::default()));
    let files = checked(&paths, walk::files(paths.clone()));
    let mut records = files.flat_map(|file| read(file).unwrap_or_else(one)).peekable();
    let mut some = || {
        for record in records.by_ref().take(AT_ONCE) {
            match record {
                Ok(seen) => counter.add(&seen)?,
                Err(_) => counter.failed(),
            }
        }
        Ok(records.peek().is_none())
    };
    while !py.detach(&mut some).map_err(raised)? {
        py.check_signals()?;
    }
    let counted = py.detach(|| counter.finish()).map_err(raised)?;
    let json = serde_json::to_string(&counted).map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (json,))
}
