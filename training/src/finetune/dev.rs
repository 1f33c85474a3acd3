//! Scores on the dev sets, by the tagger that ships.

use crate::Error;
use crate::data::Loaded;
use crate::objective::Evaluation;
use alam::document::Document;
use alam::metrics::{Counts, Score, Scores};
use alam::tagger::{Options, Tagger};
use alam_models::Precision;
use std::collections::BTreeMap;

/// Options of the tagger for a dev set: exact spans where the set has them, whole words elsewhere.
pub(super) fn options(set: &Loaded) -> Options {
    Options {
        precision: Precision::F32,
        keep_clitics: !set.corpus.knows_clitics(),
        convention: set.corpus.convention.clone(),
        ..Options::default()
    }
}

/// Names of a dev set as a tagger finds them, document by document.
pub(super) fn tag(set: &Loaded, tagger: &Tagger) -> Result<Vec<Document>, Error> {
    let mut documents = set.documents.clone();
    documents.iter_mut().for_each(|d| d.entities.clear());
    tagger.tag_all(&mut documents)?;
    Ok(documents)
}

/// Scores of tagged documents against a dev set's own names, of the types that the set is scored by.
pub(super) fn score(set: &Loaded, tagged: &[Document]) -> Scores {
    let types = &set.corpus.types;
    let counted = |document: &Document| {
        let mut entities = document.entities.clone();
        entities.retain(|e| types.is_empty() || types.iter().any(|t| **t == *e.label));
        entities
    };
    let mut counts = Counts::default();
    for (gold, tagged) in set.documents.iter().zip(tagged) {
        counts.add(&counted(gold), &counted(tagged));
    }
    counts.scores()
}

/// Evaluates every set; the score is the mean micro F1 of those that `select` names, of all where it is empty.
pub(super) fn evaluate(
    sets: &[Loaded],
    select: &[String],
    tagger: &mut dyn FnMut(Options) -> Result<Tagger, Error>,
) -> Result<Evaluation, Error> {
    let mut numbers = BTreeMap::new();
    let mut selected = Vec::new();
    for set in sets {
        let name = set.corpus.name();
        let scores = score(set, &tag(set, &tagger(options(set))?)?);
        let mut put = |part: &str, score: Score| {
            for (what, value) in [("p", score.precision), ("r", score.recall), ("f1", score.f1)] {
                numbers.insert(format!("{name}/{part}/{what}"), value);
            }
        };
        put("micro", scores.micro);
        put("macro", scores.macro_average);
        scores.types.iter().for_each(|(label, score)| put(label, *score));
        if select.is_empty() || select.iter().any(|s| s == name) {
            selected.push(scores.micro.f1);
        }
    }
    Ok(Evaluation { score: selected.iter().sum::<f64>() / selected.len().max(1) as f64, numbers })
}
