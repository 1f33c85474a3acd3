//! Documents tagged as they come.

use crate::document::Document;
use crate::finder::Finder;
use indicatif::{ProgressBar, ProgressStyle};
use pyo3::prelude::*;
use pyo3::types::PyIterator;
use std::collections::VecDeque;
use std::sync::Arc;

/// Documents as they come out of `Tagger.stream`.
#[pyclass(module = "alam")]
pub(crate) struct Stream {
    finder: Arc<Finder>,
    documents: Option<Py<PyIterator>>,
    ready: VecDeque<alam::Document>,
    taken: usize,
    bar: Option<ProgressBar>,
    /// What the source raised, told when what came before it is told.
    broken: Option<PyErr>,
}

impl Stream {
    /// With a bar where `progress` is something: how many documents there are, if that is known.
    pub(crate) fn new(finder: Arc<Finder>, documents: Py<PyIterator>, progress: Option<Option<usize>>) -> Stream {
        let bar = progress.map(|length| {
            let bar = length.map_or_else(ProgressBar::no_length, |length| ProgressBar::new(length as u64));
            let shown = if length.is_some() { "{bar:30} {pos}/{len}" } else { "{spinner} {pos}" };
            let style = ProgressStyle::with_template(&format!("{shown} documents, {{per_sec}}, {{elapsed}}"));
            bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Stream { finder, documents: Some(documents), ready: VecDeque::new(), taken: 0, bar, broken: None }
    }

    /// Takes documents until there is work for some batches, and tags them.
    fn fill(&mut self, py: Python<'_>) -> PyResult<()> {
        let Some(documents) = &self.documents else { return Ok(()) };
        let mut documents = documents.bind(py).clone();
        let finder = self.finder.clone();
        let mut taken = Vec::new();
        let mut bytes = 0;
        while bytes < finder.bytes_at_once() {
            let next = documents.next().map(|item| Document::given(&item?, self.taken));
            match next {
                None => {
                    self.documents = None;
                    break;
                }
                Some(Ok(document)) => {
                    self.taken += 1;
                    bytes += Finder::cost(&document);
                    taken.push(document);
                }
                Some(Err(error)) => {
                    self.documents = None;
                    self.broken = Some(error);
                    break;
                }
            }
        }
        finder.tag(py, &mut taken)?;
        self.ready.extend(taken);
        Ok(())
    }
}

#[pymethods]
impl Stream {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&mut self, py: Python<'_>) -> PyResult<Option<Document>> {
        if self.ready.is_empty() {
            self.fill(py)?;
        }
        let Some(document) = self.ready.pop_front() else {
            if let Some(bar) = self.bar.take() {
                bar.finish();
            }
            return self.broken.take().map_or(Ok(None), Err);
        };
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
        Document::of(py, document).map(Some)
    }
}
