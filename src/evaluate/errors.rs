//! Kinds of errors, and which names they befall.

use super::Pair;
use crate::document::{Entity, Span};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// A kind of error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The type is right, the bounds are not.
    Boundary,
    /// The bounds are right, the type is not.
    Type,
    /// The prediction shares letters with a gold name, and neither bounds nor type are right.
    Both,
    /// A gold name that no prediction stands for.
    Missed,
    /// A prediction that stands for no gold name.
    Spurious,
}

impl Class {
    /// All of them.
    pub const ALL: [Class; 5] = [Class::Boundary, Class::Type, Class::Both, Class::Missed, Class::Spurious];

    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Class::Boundary => "boundary",
            Class::Type => "type",
            Class::Both => "both",
            Class::Missed => "missed",
            Class::Spurious => "spurious",
        }
    }
}

/// The letters of a name, and its type.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    /// As in the text.
    pub text: String,
    /// Its type.
    pub label: String,
}

/// The same error, as often as it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// Its kind.
    pub class: Class,
    /// What would have been right, if something.
    pub gold: Option<Name>,
    /// What was predicted, if something.
    pub predicted: Option<Name>,
    /// How often.
    pub count: usize,
    /// The highest probability of these predictions.
    pub score: Option<f32>,
    /// The pair where it was made first, by its place in the list.
    pub pair: usize,
    /// The letters of both names there, and what is between them.
    pub span: Span,
}

/// All errors of some documents.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Errors {
    examples: Vec<Example>,
}

impl Errors {
    /// Each gold name that was not found and each wrong prediction belongs to one error; the two are one error where they
    /// share letters. The same bounds go together first, then the same type.
    pub fn of(pairs: &[Pair]) -> Errors {
        let mut found: BTreeMap<(Class, Option<Name>, Option<Name>), Example> = BTreeMap::new();
        for (index, pair) in pairs.iter().enumerate() {
            for Found { class, gold, predicted, span } in of_pair(pair) {
                let name = |e: &Entity| Name { text: e.span.of(&pair.text).to_string(), label: e.label.to_string() };
                let key = (class, gold.map(name), predicted.map(name));
                let example = found.entry(key).or_insert_with_key(|(class, gold, predicted)| Example {
                    class: *class,
                    gold: gold.clone(),
                    predicted: predicted.clone(),
                    count: 0,
                    score: None,
                    pair: index,
                    span,
                });
                example.count += 1;
                let score = predicted.and_then(|entity| entity.score);
                example.score = [example.score, score].into_iter().flatten().reduce(f32::max);
            }
        }
        let mut examples: Vec<Example> = found.into_values().collect();
        examples.sort_by(|a, b| {
            let score = |e: &Example| e.score.unwrap_or_default();
            (a.class, Reverse(a.count)).cmp(&(b.class, Reverse(b.count))).then(score(b).total_cmp(&score(a)))
        });
        Errors { examples }
    }

    /// How many errors of a kind there are.
    pub fn count(&self, class: Class) -> usize {
        self.of_class(class).map(|example| example.count).sum()
    }

    /// Errors of a kind, the worst first: those made most often, then those the model was surest of.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = &Example> {
        self.examples.iter().filter(move |example| example.class == class)
    }
}

/// An error where it was made.
struct Found<'a> {
    class: Class,
    gold: Option<&'a Entity>,
    predicted: Option<&'a Entity>,
    span: Span,
}

/// What has to be the same where a prediction is right.
pub(super) fn key(entity: &Entity) -> (Span, &str) {
    (entity.span, &entity.label)
}

/// The keys of some names.
pub(super) fn all(entities: &[Entity]) -> BTreeSet<(Span, &str)> {
    entities.iter().map(key).collect()
}

/// What more must hold of a gold name and a prediction that share letters.
type Together = fn(&Entity, &Entity) -> bool;

fn of_pair(pair: &Pair) -> Vec<Found<'_>> {
    let (right, found) = (all(&pair.gold), all(&pair.predicted));
    let mut gold: Vec<&Entity> = pair.gold.iter().filter(|e| !found.contains(&key(e))).collect();
    let mut wrong = Wrong::of(pair.predicted.iter().filter(|e| !right.contains(&key(e))));
    let mut errors: Vec<Found<'_>> = Vec::new();
    // All overlap, too: so a kind is looked for among those alone that share letters.
    let kinds: [(Class, Together); 3] = [
        (Class::Type, |g, p| g.span == p.span),
        (Class::Boundary, |g, p| g.label == p.label),
        (Class::Both, |_, _| true),
    ];
    for (class, together) in kinds {
        gold.retain(|g| match wrong.take(g.span, |p| together(g, p)) {
            Some(p) => {
                errors.push(Found { class, gold: Some(g), predicted: Some(p), span: g.span.cover(p.span) });
                false
            }
            None => true,
        });
    }
    let missed = |g| Found { class: Class::Missed, gold: Some(g), predicted: None, span: g.span };
    let spurious = |p| Found { class: Class::Spurious, gold: None, predicted: Some(p), span: p.span };
    errors.extend(gold.into_iter().map(missed).chain(wrong.rest().map(spurious)));
    errors
}

/// Wrong predictions of a document, in the order of their first letters, until each is taken.
struct Wrong<'a> {
    names: Vec<&'a Entity>,
    /// The last letter of this one and of all before it.
    reach: Vec<usize>,
    left: BTreeSet<usize>,
}

impl<'a> Wrong<'a> {
    fn of(names: impl Iterator<Item = &'a Entity>) -> Wrong<'a> {
        let mut names: Vec<&Entity> = names.collect();
        names.sort_by_key(|name| name.span.start());
        let reach = names.iter().scan(0, |end, name| {
            *end = name.span.end().max(*end);
            Some(*end)
        });
        Wrong { reach: reach.collect(), left: (0..names.len()).collect(), names }
    }

    /// The first one that shares letters with a span and for which more holds.
    fn take(&mut self, span: Span, holds: impl Fn(&Entity) -> bool) -> Option<&'a Entity> {
        let first = self.reach.partition_point(|&end| end <= span.start());
        let behind = self.names.partition_point(|name| name.span.start() < span.end());
        let mut near = self.left.range(first..behind.max(first));
        let at = *near.find(|&&at| self.names[at].span.overlaps(span) && holds(self.names[at]))?;
        self.left.remove(&at);
        Some(self.names[at])
    }

    fn rest(self) -> impl Iterator<Item = &'a Entity> {
        self.left.into_iter().map(move |at| self.names[at])
    }
}

#[cfg(test)]
mod tests {
    use super::super::examples::pair;
    use super::*;

    #[test]
    fn each_error_is_of_one_class() {
        let text = "التقى سامي الخوري وزير خارجية مصر في القاهرة وعاد إلى بغداد مع هند";
        let names = [
            ("سامي الخوري", "PER", None),
            ("سامي", "PER", Some(0.9)),
            ("مصر", "LOC", None),
            ("مصر", "ORG", Some(0.8)),
            ("القاهرة", "LOC", None),
            ("القاهرة وعاد", "ORG", Some(0.7)),
            ("بغداد", "LOC", None),
            ("هند", "PER", Some(0.6)),
        ];
        let errors = Errors::of(&[pair(text, &names)]);
        for class in Class::ALL {
            assert_eq!(errors.count(class), 1, "{}", class.name());
        }
        let boundary = errors.of_class(Class::Boundary).next().unwrap();
        assert_eq!(boundary.gold.as_ref().unwrap().text, "سامي الخوري");
        assert_eq!(boundary.predicted.as_ref().unwrap().text, "سامي");
    }

    #[test]
    fn one_prediction_over_two_gold_names_is_one_boundary_error_and_one_miss() {
        let names = [("سامي", "PER", None), ("هند", "PER", None), ("سامي وهند", "PER", Some(0.9))];
        let errors = Errors::of(&[pair("جاء سامي وهند", &names)]);
        assert_eq!((errors.count(Class::Boundary), errors.count(Class::Missed)), (1, 1));
    }

    #[test]
    fn errors_of_one_long_document_cost_what_they_are_many() {
        let text = "سامي ".repeat(60_000);
        let names = |label: &str, step: usize| -> Vec<Entity> {
            let span = |at: usize| Span::new(&text, at * 9, at * 9 + 8).unwrap();
            (0..60_000).step_by(step).map(|at| Entity::new(span(at), label)).collect()
        };
        let gold = names("PER", 1);
        let predicted = names("LOC", 3);
        let began = std::time::Instant::now();
        let errors = Errors::of(&[Pair { text: text.clone(), gold, predicted, ..Pair::default() }]);
        assert_eq!((errors.count(Class::Type), errors.count(Class::Missed)), (20_000, 40_000));
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn the_worst_come_first_and_the_right_not_at_all() {
        let often = pair("في بغداد", &[("بغداد", "LOC", None)]);
        let sure = pair("قال كريم", &[("كريم", "PER", Some(0.99))]);
        let unsure = pair("قال ربيع", &[("ربيع", "PER", Some(0.4))]);
        let right = pair("قال سامي", &[("سامي", "PER", None), ("سامي", "PER", Some(0.9))]);
        let errors = Errors::of(&[unsure, often.clone(), sure, often, right]);
        let missed: Vec<usize> = errors.of_class(Class::Missed).map(|e| e.count).collect();
        assert_eq!(missed, [2]);
        let spurious: Vec<&str> =
            errors.of_class(Class::Spurious).map(|e| e.predicted.as_ref().unwrap().text.as_str()).collect();
        assert_eq!(spurious, ["كريم", "ربيع"]);
    }
}
