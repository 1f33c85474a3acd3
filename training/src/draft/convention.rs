//! Which of the conventions that a model has learnt some labelled text follows.

use crate::Error;
use crate::model::origin::Origin;
use alam::document::Document;
use alam::metrics::Counts;
use alam::tagger::{Options, Source, Tagger};
use std::collections::BTreeMap;

/// Bytes of text that are looked at: some thousand words.
const BYTES: usize = 60_000;

/// A convention, and how the model does on the text when it follows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fit {
    pub(super) convention: Option<String>,
    /// Micro F1.
    pub(super) f1: f64,
    /// How many names of each type it finds.
    found: BTreeMap<String, usize>,
    /// How many the text has.
    names: usize,
}

/// Names of a type that nobody marked, and their share of those that somebody did, from which on it is taken for one that was not to
/// be marked.
const UNMARKED: (usize, f64) = (3, 0.1);

impl Fit {
    /// Whether the model finds names of a type that are not marked at all.
    pub(super) fn unmarked(&self, label: &str) -> bool {
        let found = self.found.get(label).copied().unwrap_or(0);
        found >= UNMARKED.0 && found as f64 >= UNMARKED.1 * self.names as f64
    }
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
            let mut found = BTreeMap::new();
            let labels = tagged.iter().flat_map(|document| &document.entities).map(|entity| entity.label.to_string());
            labels.for_each(|label| *found.entry(label).or_default() += 1);
            let names = gold.iter().map(|document| document.entities.len()).sum();
            best = Some(Fit { convention, f1, found, names });
        }
    }
    Ok(best)
}
