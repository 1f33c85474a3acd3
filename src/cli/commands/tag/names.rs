//! Documents with the names that a user wants of them.

use crate::cli::args::tag::TagPlan;
use crate::cli::commands::interrupt;
use crate::cli::outcome::Failure;
use crate::gazetteer::Gazetteer;
use crate::selection::Selection;
use crate::{Document, Error, Tagger};
use std::path::Path;
use std::sync::Arc;

/// See the module.
pub(super) struct Names {
    pub(super) tagger: Tagger,
    selection: Selection,
}

impl Names {
    /// Loads what finds them.
    pub(super) fn of(plan: &TagPlan) -> Result<Names, Failure> {
        let gazetteers = own(plan.gazetteer.as_deref(), plan.model.keep_clitics)?;
        let (min_score, labels, group) = (plan.min_score, plan.labels.clone(), plan.group);
        let selection = Selection { gazetteers, min_score, labels, group };
        let tagger = plan.model.load()?.stopping_when(interrupt::asked);
        selection.check(tagger.labels()).map_err(|message| Failure::usage(format!("--labels: {message}")))?;
        Ok(Names { tagger, selection })
    }

    /// Tags the documents among records; broken ones stay in their places. `None` where the user wants no more of them.
    pub(super) fn tag(&self, records: Vec<Result<Document, Error>>) -> Option<Vec<Result<Document, Error>>> {
        let mut documents = Vec::new();
        let mut broken = Vec::new();
        for record in records {
            match record {
                Ok(document) => {
                    documents.push(document);
                    broken.push(None);
                }
                Err(error) => broken.push(Some(error)),
            }
        }
        let mut tagged = self.tag_all(documents)?.into_iter();
        Some(broken.into_iter().filter_map(|error| error.map(Err).or_else(|| tagged.next())).collect())
    }

    /// Tags documents together; where that fails, one by one, so that one cannot spoil the others.
    fn tag_all(&self, mut documents: Vec<Document>) -> Option<Vec<Result<Document, Error>>> {
        match self.tagger.tag_all(&mut documents) {
            Ok(()) => return Some(documents.into_iter().map(|document| Ok(self.finish(document))).collect()),
            Err(Error::Stopped) => return None,
            Err(_) => {}
        }
        let one = |mut document: Document| match self.tagger.tag_all(std::slice::from_mut(&mut document)) {
            Ok(()) => Some(Ok(self.finish(document))),
            Err(Error::Stopped) => None,
            Err(error) => Some(Err(Error::record(document.id, error.to_string()))),
        };
        documents.into_iter().map(one).collect()
    }

    fn finish(&self, mut document: Document) -> Document {
        self.selection.apply(&mut document);
        document
    }
}

/// The user's own names in a file, proclitics on them where they stay on others.
pub(in crate::cli::commands) fn own(path: Option<&Path>, keep_clitics: bool) -> Result<Vec<Arc<Gazetteer>>, Failure> {
    let gazetteer = path.map(Gazetteer::read).transpose()?;
    let gazetteer = gazetteer.map(|names| if keep_clitics { names.keeping_clitics() } else { names });
    Ok(gazetteer.map(Arc::new).into_iter().collect())
}
