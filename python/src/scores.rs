//! Predictions against gold, and what a corpus is about.

use crate::document::Document;
use crate::errors::raised;
use alam::evaluate::sampling::Sampling;
use alam::evaluate::{Evaluation, Pair};
use alam::formats::ReadOptions;
use alam::metrics::Score;
use alam::stats::{Counter, Limits};
use alam::walk;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::path::PathBuf;

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
/// `gold` and `predicted` are documents (`Document`, as many of one as of the other and in the same order). Returns a dict:
/// `micro`, `macro` and each of `types` have `precision`, `recall`, `f1` and `support`; `interval` is the 95 % interval of the micro
/// F1, if documents like these were drawn again. Raises `ValueError` where the documents are not the same.
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

/// Counts the names of tagged files: how often, in how many documents, when, which together. `paths` are files, folders or
/// patterns; `top` names of each type are told, all where 0. Returns the dict that `alam stats --format json` prints.
#[pyfunction]
#[pyo3(signature = (*paths, top=20))]
pub(crate) fn stats(py: Python<'_>, paths: Vec<PathBuf>, top: usize) -> PyResult<Bound<'_, PyAny>> {
    let counted = py.detach(|| {
        let mut counter = Counter::new(Limits { top, ..Limits::default() })?;
        for file in walk::files(paths) {
            for seen in alam::stats::read(&file?, &ReadOptions::default())? {
                counter.add(&seen?)?;
            }
        }
        counter.finish()
    });
    let json = serde_json::to_string(&counted.map_err(raised)?);
    let json = json.map_err(|error| PyValueError::new_err(error.to_string()))?;
    py.import("json")?.call_method1("loads", (json,))
}
