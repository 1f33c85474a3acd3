//! Scores on the dev sets, by the tagger that ships.

use super::recipe::Recipe;
use crate::Error;
use crate::data::corpora::Loaded;
use crate::run::evaluation::Evaluation;
use alam::document::{Document, Entity};
use alam::evaluate::Pair;
use alam::metrics::{Counts, Score, Scores};
use alam::tagger::{Options, Tagger};
use alam_models::Precision;
use std::collections::BTreeMap;

/// Options of the tagger for a dev set: exact spans where the set has them, whole words elsewhere.
pub(crate) fn options(set: &Loaded) -> Options {
    Options {
        precision: Precision::F32,
        keep_clitics: !set.corpus.knows_clitics(),
        convention: set.corpus.convention.clone(),
        ..Options::default()
    }
}

/// Names of a dev set as a tagger finds them, document by document.
pub(crate) fn tag(set: &Loaded, tagger: &Tagger) -> Result<Vec<Document>, Error> {
    let mut documents = set.documents.clone();
    documents.iter_mut().for_each(|d| d.entities.clear());
    tagger.tag_all(&mut documents)?;
    Ok(documents)
}

/// A dev set's own names beside those of its tagged documents, of the types that the set is scored by.
pub(crate) fn pairs(set: &Loaded, tagged: Vec<Document>) -> Vec<Pair> {
    let counted = |mut entities: Vec<Entity>| {
        entities.retain(|e| set.corpus.scores(&e.label));
        entities
    };
    let pair = |(gold, tagged): (&Document, Document)| Pair {
        id: gold.id.clone(),
        text: gold.text.clone(),
        gold: counted(gold.entities.clone()),
        predicted: counted(tagged.entities),
    };
    set.documents.iter().zip(tagged).map(pair).collect()
}

/// Scores of tagged documents.
fn score(pairs: &[Pair]) -> Scores {
    let mut counts = Counts::default();
    pairs.iter().for_each(|pair| counts.add(&pair.gold, &pair.predicted));
    counts.scores()
}

/// Evaluates every set; the score is the mean micro F1 of those that the recipe selects.
pub(super) fn evaluate(
    sets: &[Loaded],
    recipe: &Recipe,
    tagger: &dyn Fn(Options) -> Result<Tagger, Error>,
) -> Result<Evaluation, Error> {
    let mut numbers = BTreeMap::new();
    let mut selected = Vec::new();
    for set in sets {
        let name = set.corpus.name();
        let scores = score(&pairs(set, tag(set, &tagger(options(set))?)?));
        let mut put = |part: &str, score: Score| {
            for (what, value) in [("p", score.precision), ("r", score.recall), ("f1", score.f1)] {
                numbers.insert(format!("{name}/{part}/{what}"), value);
            }
        };
        put("micro", scores.micro);
        put("macro", scores.macro_average);
        scores.types.iter().for_each(|(label, score)| put(label, *score));
        if recipe.selects(set) {
            selected.push(scores.micro.f1);
        }
    }
    Ok(Evaluation { score: selected.iter().sum::<f64>() / selected.len().max(1) as f64, numbers })
}
