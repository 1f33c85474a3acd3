//! Which of the conventions that a model has learnt some labelled text follows.

use crate::Error;
use crate::model::origin::Origin;
use alam::document::Document;
use alam::metrics::Counts;
use alam::tagger::{Options, Source, Tagger};
use std::collections::BTreeMap;

/// Bytes of text that are looked at: some thousand words.
const BYTES: usize = 60_000;

/// A convention, and the micro F1 of the model on the text when it follows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) convention: Option<String>,
    pub(super) f1: f64,
}

/// The one under which the model agrees most with the names of some documents, of the types that both know; `None` where they have none
/// in common.
pub(super) fn nearest(
    origin: &Origin,
    documents: &[Document],
    renamed: &BTreeMap<String, String>,
) -> Result<Option<Fit>, Error> {
    let types = origin.config()?.labels;
    let known = |label: &str| types.iter().any(|tag| tag.strip_prefix("B-") == Some(label));
    let mut bytes = 0;
    let enough = |document: &&Document| {
        let before = bytes;
        bytes += document.text.len();
        before < BYTES
    };
    let mut gold: Vec<Document> = documents.iter().take_while(enough).cloned().collect();
    for entity in gold.iter_mut().flat_map(|document| &mut document.entities) {
        if let Some(name) = renamed.get(&*entity.label) {
            entity.label = name.as_str().into();
        }
    }
    gold.iter_mut().for_each(|document| document.entities.retain(|entity| known(&entity.label)));
    if gold.iter().all(|document| document.entities.is_empty()) {
        return Ok(None);
    }
    let conventions = origin.settings()?.conventions;
    let all: Vec<Option<String>> = match conventions.is_empty() {
        true => vec![None],
        false => conventions.into_iter().map(Some).collect(),
    };
    let mut best: Option<Fit> = None;
    for convention in all {
        let words = gold.iter().all(|document| document.sentences.is_some());
        let options = Options { convention: convention.clone(), keep_clitics: words, ..Options::default() };
        let source = match origin {
            Origin::Released => Source::Embedded,
            Origin::Folder(folder) => Source::Folder(folder.clone()),
        };
        let tagger = Tagger::load(&source, options)?;
        let mut tagged = gold.clone();
        tagged.iter_mut().for_each(|document| document.entities.clear());
        tagger.tag_all(&mut tagged)?;
        let mut counts = Counts::default();
        gold.iter().zip(&tagged).for_each(|(gold, tagged)| counts.add(&gold.entities, &tagged.entities));
        let f1 = counts.scores().micro.f1;
        if best.as_ref().is_none_or(|best| f1 > best.f1) {
            best = Some(Fit { convention, f1 });
        }
    }
    Ok(best)
}
