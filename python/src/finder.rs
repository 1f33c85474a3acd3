//! What finds the names that a user wants: a model, a list of one's own, types and scores that are kept, groups.

use crate::pool::Pool;
use alam::gazetteer::Gazetteer;
use alam::group::group;
use alam::{Document, Tagger};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Bytes of text that are tagged together for each token of a batch: some batches, so that each can be of windows of like
/// length.
const BYTES_PER_TOKEN: usize = 32;
/// What a document costs beside its text, so that a million empty ones are not taken together.
const BYTES_PER_DOCUMENT: usize = 64;

/// See the module.
#[derive(Debug)]
pub(crate) struct Finder {
    pub(crate) tagger: Tagger,
    pub(crate) gazetteer: Option<Gazetteer>,
    pub(crate) labels: Vec<String>,
    pub(crate) min_score: f32,
    pub(crate) group: bool,
    pub(crate) pool: Pool,
}

impl Finder {
    /// Tags documents, some after the other.
    pub(crate) fn tag(&self, py: Python<'_>, documents: &mut [Document]) -> PyResult<()> {
        let mut rest = documents;
        while !rest.is_empty() {
            let mut bytes = 0;
            let some = rest.iter().take_while(|document| {
                let room = bytes < self.bytes_at_once();
                bytes += Finder::cost(document);
                room
            });
            let (part, behind) = rest.split_at_mut(some.count().max(1));
            self.pool.run(py, || {
                self.tagger.tag_all(part)?;
                part.iter_mut().for_each(|document| self.finish(document));
                Ok(())
            })?;
            rest = behind;
        }
        Ok(())
    }

    /// What a document counts for among those that are tagged together, in bytes.
    pub(crate) fn cost(document: &Document) -> usize {
        document.text.len() + BYTES_PER_DOCUMENT
    }

    /// Bytes of text that are tagged together.
    pub(crate) fn bytes_at_once(&self) -> usize {
        self.tagger.options().batch_tokens.saturating_mul(BYTES_PER_TOKEN)
    }

    /// The user's own names, the types and scores that are wanted, groups.
    fn finish(&self, document: &mut Document) {
        if let Some(gazetteer) = &self.gazetteer {
            gazetteer.apply(document);
        }
        document.entities.retain(|name| {
            name.score.is_none_or(|score| score >= self.min_score)
                && (self.labels.is_empty() || self.labels.iter().any(|label| **label == *name.label))
        });
        if self.group {
            group(&mut document.entities, &document.text);
        }
    }

    /// Refuses types that are never found.
    pub(crate) fn check_labels(&self) -> PyResult<()> {
        let types = self.tagger.labels().types();
        let own = self.gazetteer.as_ref().map(Gazetteer::types).unwrap_or_default();
        let known = |label: &str| types.iter().any(|t| **t == *label) || own.contains(&label);
        match self.labels.iter().find(|label| !known(label)) {
            None => Ok(()),
            Some(label) => {
                let known = types.join(", ");
                Err(PyValueError::new_err(format!("labels: wanted types of the model ({known}), found `{label}`")))
            }
        }
    }
}
