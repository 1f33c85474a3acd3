//! Documents with the names that a user wants of them: the model's, their own, of some types, sure enough, grouped.

use crate::cli::args::tag::TagPlan;
use crate::cli::commands::interrupt;
use crate::cli::outcome::Failure;
use crate::gazetteer::Gazetteer;
use crate::group::group;
use crate::{Document, Error, Tagger};

/// See the module.
pub(super) struct Names<'a> {
    plan: &'a TagPlan,
    pub(super) tagger: Tagger,
    gazetteer: Option<Gazetteer>,
}

impl<'a> Names<'a> {
    /// Loads what finds them.
    pub(super) fn of(plan: &'a TagPlan) -> Result<Names<'a>, Failure> {
        let gazetteer = plan.gazetteer.as_deref().map(Gazetteer::read).transpose()?;
        let gazetteer = gazetteer.map(|names| if plan.model.keep_clitics { names.keeping_clitics() } else { names });
        let tagger = plan.model.load()?.stopping_when(interrupt::asked);
        let names = Names { plan, tagger, gazetteer };
        names.check_labels()?;
        Ok(names)
    }

    /// Refuses types that neither the model nor the gazetteer knows: nothing would ever be found.
    fn check_labels(&self) -> Result<(), Failure> {
        let types = self.tagger.labels().types();
        let own = self.gazetteer.as_ref().map(Gazetteer::types).unwrap_or_default();
        let known = |label: &str| types.iter().any(|t| **t == *label) || own.contains(&label);
        match self.plan.labels.iter().find(|label| !known(label)) {
            None => Ok(()),
            Some(label) => {
                let known = types.join(", ");
                Err(Failure::usage(format!("--labels: wanted types of the model ({known}), found `{label}`")))
            }
        }
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
        let plan = self.plan;
        if let Some(gazetteer) = &self.gazetteer {
            gazetteer.apply(&mut document);
        }
        document.entities.retain(|e| {
            e.score.is_none_or(|score| score >= plan.min_score)
                && (plan.labels.is_empty() || plan.labels.iter().any(|label| **label == *e.label))
        });
        if plan.group {
            group(&mut document.entities, &document.text);
        }
        document
    }
}
