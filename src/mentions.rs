//! A second look over an article: what is a name in one sentence is one in the others.
//!
//! Each sentence is tagged alone. Then the mentions of a name vote on its type, names that the model was sure of are found
//! where it passed over them, and weak ones are given up whose words mostly stand outside names. What it is worth, and where
//! its constants come from: `models/default/EXPERIMENTS.md`. (The idea: Krishnan and Manning, "An Effective Two-Stage Model
//! for Exploiting Non-Local Dependencies in Named Entity Recognition", 2006.)

use crate::document::{Entity, FoundBy, Sentence};
use crate::gazetteer::{Gazetteer, spellings};
use std::collections::HashMap;
use std::sync::Arc;

/// Score from which a name is looked for elsewhere.
const SURE: f32 = 0.65;
/// What a mention found so has of the score of the surest one: about two of three are right.
const FOUND: f32 = 0.8;
/// Score below which a name must stand within names more often than outside.
const WEAK: f32 = 0.6;
/// Letters of a name, or of a person's last name, that is looked for.
const LETTERS: [usize; 2] = [3, 4];

/// A name of the article.
#[derive(Default)]
struct Name {
    /// Types with the sum of their mentions' scores.
    labels: Vec<(Arc<str>, f32)>,
    /// The score of the surest mention; 0 for a part of a longer name.
    best: f32,
    /// The score of the longer name that it is a part of.
    part_of: f32,
    /// Mentions that the model found.
    found: usize,
    /// Places with these words that belong to no name.
    outside: usize,
}

impl Name {
    fn add(&mut self, label: &Arc<str>, score: f32) {
        self.best = self.best.max(score);
        self.found += 1;
        match self.labels.iter_mut().find(|(other, _)| other == label) {
            Some((_, sum)) => *sum += score,
            None => self.labels.push((label.clone(), score)),
        }
    }

    /// A longer name ends with this one, which the model may not have found by itself.
    fn add_part(&mut self, label: Arc<str>, score: f32) {
        if self.found == 0 {
            self.part_of = self.part_of.max(score);
            if self.labels.is_empty() {
                self.labels.push((label, 0.0));
            }
        }
    }

    fn label(&self) -> Option<&Arc<str>> {
        let mut best = self.labels.first()?;
        for next in &self.labels[1..] {
            if next.1 > best.1 {
                best = next;
            }
        }
        Some(&best.0)
    }
}

/// The names of an article, each once.
#[derive(Default)]
struct Names {
    list: Vec<Name>,
    /// Their places in the list, by their words.
    places: HashMap<Vec<String>, usize>,
}

impl Names {
    fn place(&mut self, words: Vec<String>) -> usize {
        *self.places.entry(words).or_insert_with(|| {
            self.list.push(Name::default());
            self.list.len() - 1
        })
    }

    /// Those of the model's names, with the place of each; and the last names of persons.
    fn of(text: &str, entities: &[Entity]) -> (Names, Vec<usize>) {
        let mut names = Names::default();
        let mut places = Vec::with_capacity(entities.len());
        let mut last_names = Vec::new();
        for entity in entities {
            let words = spelt(text, entity);
            let score = entity.score.unwrap_or(1.0);
            if let [_, .., last] = &words[..]
                && &*entity.label == "PER"
                && letters(std::slice::from_ref(last)) >= LETTERS[1]
            {
                last_names.push((last.clone(), entity.label.clone(), score));
            }
            let place = names.place(words);
            names.list[place].add(&entity.label, score);
            places.push(place);
        }
        for (last, label, score) in last_names {
            let place = names.place(vec![last]);
            names.list[place].add_part(label, score);
        }
        (names, places)
    }

    /// All that are long enough to be looked for.
    fn gazetteer(&self) -> Gazetteer {
        let mut gazetteer = Gazetteer::default();
        for (words, &place) in self.places.iter().filter(|(words, _)| letters(words) >= LETTERS[0]) {
            if let Some(label) = self.list[place].label() {
                gazetteer.insert(words.clone(), label.clone(), 0);
            }
        }
        gazetteer
    }
}

/// Looks at all names of a text again; `entities` are ordered, disjoint, and without their proclitics.
pub(crate) fn second_look(text: &str, sentences: &[Sentence], entities: &mut Vec<Entity>) {
    if entities.is_empty() {
        return;
    }
    let (mut names, places) = Names::of(text, entities);
    for (entity, &place) in entities.iter_mut().zip(&places) {
        if let Some(label) = names.list[place].label() {
            entity.label = label.clone();
        }
    }
    let mut more = missed(text, sentences, entities, &mut names);
    let mut places = places.iter();
    entities.retain(|entity| {
        let name = places.next().map(|&place| &names.list[place]);
        entity.score.is_none_or(|score| score >= WEAK) || name.is_none_or(|name| name.outside < name.found)
    });
    entities.append(&mut more);
    entities.sort_by_key(|entity| entity.span);
}

/// Mentions of sure names that the model passed over; of the others they are counted.
fn missed(text: &str, sentences: &[Sentence], entities: &[Entity], names: &mut Names) -> Vec<Entity> {
    let mut more = Vec::new();
    let mut next = 0;
    for mention in names.gazetteer().mentions(text, sentences) {
        while entities.get(next).is_some_and(|e| e.token_span.end() <= mention.token_span.start()) {
            next += 1;
        }
        if entities.get(next).is_some_and(|e| e.token_span.overlaps(mention.token_span)) {
            continue;
        }
        let Some(&place) = names.places.get(&spelt(text, &mention)) else { continue };
        let name = &mut names.list[place];
        let best = name.best.max(name.part_of);
        if best >= SURE {
            more.push(Entity { found_by: FoundBy::Model, score: Some(best * FOUND), ..mention });
        } else {
            name.outside += 1;
        }
    }
    more
}

/// The words of a name as they are compared.
fn spelt(text: &str, entity: &Entity) -> Vec<String> {
    spellings(entity.canonical.as_deref().unwrap_or(entity.span.of(text)))
}

fn letters(words: &[String]) -> usize {
    words.iter().map(|word| word.chars().filter(|c| c.is_alphanumeric()).count()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;
    use crate::segment::segment;

    /// The text's names behind a second look, of some that were found in it: `(letters, which of their places, type, score)`.
    fn seen(text: &str, found: &[(&str, usize, &str, f32)]) -> Vec<(String, String, usize)> {
        let mut entities: Vec<Entity> = found
            .iter()
            .map(|&(name, place, label, score)| {
                let (start, _) = text.match_indices(name).nth(place).unwrap();
                Entity::new(Span::new(text, start, start + name.len()).unwrap(), label).with_score(score)
            })
            .collect();
        entities.sort_by_key(|e| e.span);
        second_look(text, &segment(text), &mut entities);
        let row = |e: &Entity| (e.span.of(text).to_owned(), e.label.to_string(), e.span.start());
        entities.iter().map(row).collect()
    }

    fn labels(seen: &[(String, String, usize)]) -> Vec<(&str, &str)> {
        seen.iter().map(|(name, label, _)| (&**name, &**label)).collect()
    }

    #[test]
    fn a_sure_name_is_found_again_behind_proclitics_and_in_other_spelling() {
        let text = "زار أردوغان برلين. ثم عاد اردوغان من برلين. ولأردوغان بيت وببرلين متحف.";
        let seen = seen(text, &[("أردوغان", 0, "PER", 0.9), ("برلين", 0, "LOC", 0.7)]);
        let wanted = [
            ("أردوغان", "PER"),
            ("برلين", "LOC"),
            ("اردوغان", "PER"),
            ("برلين", "LOC"),
            ("أردوغان", "PER"),
            ("برلين", "LOC"),
        ];
        assert_eq!(labels(&seen), wanted);
    }

    #[test]
    fn the_mentions_of_a_name_vote_on_its_type() {
        let text = "فاز الأهلي. خسر الأهلي. لعب الأهلي.";
        let found = [("الأهلي", 0, "ORG", 0.8), ("الأهلي", 1, "PER", 0.5), ("الأهلي", 2, "ORG", 0.6)];
        assert_eq!(labels(&seen(text, &found)), [("الأهلي", "ORG"); 3]);
    }

    #[test]
    fn a_person_is_known_again_by_the_last_name() {
        let text = "وصل فلاديمير بوتين إلى موسكو. وقال بوتين إنه سعيد.";
        let seen = seen(text, &[("فلاديمير بوتين", 0, "PER", 0.9)]);
        assert_eq!(labels(&seen), [("فلاديمير بوتين", "PER"), ("بوتين", "PER")]);
    }

    #[test]
    fn a_weak_name_whose_words_stand_outside_names_is_given_up() {
        let text = "نال ميداليات. وزع ميداليات كثيرة. صور ميداليات.";
        assert_eq!(seen(text, &[("ميداليات", 1, "ORG", 0.5)]), []);
        assert_eq!(seen(text, &[("ميداليات", 1, "ORG", 0.62)]).len(), 1);
        assert_eq!(seen("نال ميداليات.", &[("ميداليات", 0, "ORG", 0.5)]).len(), 1);
    }

    #[test]
    fn what_stands_in_a_longer_name_is_left_there() {
        let text = "زار جامعة القاهرة في القاهرة. ثم عاد إلى جامعة القاهرة.";
        let found = [("جامعة القاهرة", 0, "ORG", 0.9), ("القاهرة", 1, "LOC", 0.9), ("جامعة القاهرة", 1, "ORG", 0.9)];
        let wanted = [("جامعة القاهرة", "ORG"), ("القاهرة", "LOC"), ("جامعة القاهرة", "ORG")];
        assert_eq!(labels(&seen(text, &found)), wanted);
    }

    #[test]
    fn names_are_found_in_order_and_disjoint() {
        let text = "قال عمر. وعمر في عمر البشير عمر عمر البشير ثم البشير.";
        let seen = seen(text, &[("عمر البشير", 0, "PER", 0.9), ("عمر", 0, "PER", 0.9)]);
        assert!(seen.windows(2).all(|pair| pair[0].2 + pair[0].0.len() <= pair[1].2), "{seen:?}");
        assert!(seen.len() >= 5, "{seen:?}");
    }
}
