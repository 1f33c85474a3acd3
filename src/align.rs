//! Entity spans to one tag a word, and back.

use crate::clitics;
use crate::document::{Entity, Span};
use crate::labels::Tag;

/// What entities become on words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alignment {
    /// One tag a word.
    pub tags: Vec<Tag>,
    /// For each word, the letters of it (bytes) that come before the name it begins: a proclitic. 0 for most.
    pub cuts: Vec<usize>,
    /// One span for each edge that no word boundary or proclitic can honour: an end inside a word, a start inside a word
    /// behind letters that are no proclitic, or inside a word that another name has already.
    pub broken: Vec<Span>,
}

/// Gives every word its tag. A name that begins inside its first word gives the word its tag and is kept in `cuts`.
///
/// `words` are those of a document or of a part of it, `entities` those of the document, both ordered and disjoint;
/// entities that touch none of the words are left alone.
pub fn to_tags(text: &str, words: &[Span], entities: &[Entity]) -> Alignment {
    let mut tags = vec![Tag::O; words.len()];
    let mut cuts = vec![0; words.len()];
    let mut broken = Vec::new();
    let mut free = 0;
    for entity in among(entities, words) {
        let name = entity.span;
        let from = free + words[free..].partition_point(|word| word.end() <= name.start());
        let to = from + words[from..].partition_point(|word| word.start() < name.end());
        if from == to {
            // Touches no word, or only the last word of the name before it.
            broken.extend(words[..from].last().filter(|word| word.overlaps(name)).map(|_| name));
            continue;
        }
        let cut = name.start().saturating_sub(words[from].start());
        if words[..from].last().is_some_and(|word| word.overlaps(name)) {
            broken.push(name);
        } else if clitics::class_of(words[from].of(text), cut).is_some() {
            cuts[from] = cut;
        } else {
            broken.push(name);
        }
        if words[to - 1].end() > name.end() {
            broken.push(name);
        }
        tags[from] = Tag::B(entity.label.clone());
        tags[from + 1..to].fill(Tag::I(entity.label.clone()));
        free = to;
    }
    Alignment { tags, cuts, broken }
}

/// Those entities of a document that touch the stretch of some of its words, both in order: of a long document a sentence is asked
/// for at a time.
pub fn among<'a>(entities: &'a [Entity], words: &[Span]) -> &'a [Entity] {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return &[] };
    let from = entities.partition_point(|entity| entity.span.end() <= first.start());
    let to = entities.partition_point(|entity| entity.span.start() < last.end());
    &entities[from..to.max(from)]
}

/// The names that tags stand for; `scores[i]` is the probability of word `i`'s tag, and a name's score is that of its words
/// together (their geometric mean). An `I-` that continues nothing begins a name, as in `conlleval`.
pub fn to_entities(words: &[Span], tags: &[Tag], scores: Option<&[f32]>) -> Vec<Entity> {
    let mut entities = Vec::new();
    let mut at = 0;
    while at < words.len().min(tags.len()) {
        let Some(label) = tags[at].label() else {
            at += 1;
            continue;
        };
        let inside = Tag::I(label.clone());
        let more = tags[at + 1..].iter().zip(&words[at + 1..]).take_while(|&(tag, _)| *tag == inside).count();
        let behind = at + 1 + more;
        let name = Entity::new(words[at].cover(words[behind - 1]), label.clone());
        let scores = scores.and_then(|scores| scores.get(at..behind)).map(geometric_mean);
        entities.push(match scores {
            Some(score) => name.with_score(score),
            None => name,
        });
        at = behind;
    }
    entities
}

fn geometric_mean(scores: &[f32]) -> f32 {
    let sum: f64 = scores.iter().map(|&score| f64::from(score).ln()).sum();
    (sum / scores.len() as f64).exp().clamp(0.0, 1.0) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segment;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<Span> {
        segment(text).into_iter().flat_map(|s| s.words).collect()
    }

    fn entity(text: &str, name: &str, label: &str) -> Entity {
        let start = text.find(name).unwrap();
        Entity::new(Span::new(text, start, start + name.len()).unwrap(), label)
    }

    fn tags(text: &str, names: &[(&str, &str)]) -> (String, Vec<usize>, usize) {
        let entities: Vec<Entity> = names.iter().map(|(name, label)| entity(text, name, label)).collect();
        let Alignment { tags, cuts, broken } = to_tags(text, &words(text), &entities);
        (tags.iter().map(Tag::to_string).collect::<Vec<_>>().join(" "), cuts, broken.len())
    }

    #[test]
    fn names_become_tags_and_tags_names() {
        let text = "زار أنطونيو غوتيريش مدينة غزة.";
        let (written, cuts, broken) = tags(text, &[("أنطونيو غوتيريش", "PER"), ("غزة", "LOC")]);
        assert_eq!(written, "O B-PER I-PER O B-LOC O");
        assert_eq!((cuts, broken), (vec![0; 6], 0));
        let tags: Vec<Tag> = written.split(' ').map(|tag| Tag::parse(tag).unwrap()).collect();
        let names: Vec<Entity> = to_entities(&words(text), &tags, None);
        assert_eq!(names, [entity(text, "أنطونيو غوتيريش", "PER"), entity(text, "غزة", "LOC")]);
    }

    #[test]
    fn a_name_behind_a_proclitic_keeps_its_exact_start() {
        let text = "شكرا للأمم المتحدة وتونس";
        let (written, cuts, broken) = tags(text, &[("أمم المتحدة", "ORG"), ("تونس", "LOC")]);
        assert_eq!(written, "O B-ORG I-ORG B-LOC");
        assert_eq!((cuts, broken), (vec![0, "لل".len(), 0, "و".len()], 0));
    }

    #[test]
    fn edges_that_no_word_has_are_counted() {
        assert_eq!(tags("رمسيس الثاني", &[("سيس الثاني", "PER")]), ("B-PER I-PER".into(), vec![0, 0], 1));
        assert_eq!(tags("رمسيس الثاني", &[("رمسيس الثان", "PER")]), ("B-PER I-PER".into(), vec![0, 0], 1));
        assert_eq!(tags("غزةوالخليل", &[("غزة", "LOC"), ("الخليل", "LOC")]), ("B-LOC".into(), vec![0], 2));
    }

    #[test]
    fn names_of_other_words_are_left_alone() {
        let text = "بغداد ثم دمشق ثم حلب";
        let names = [entity(text, "بغداد", "LOC"), entity(text, "دمشق", "LOC"), entity(text, "حلب", "LOC")];
        let part = to_tags(text, &words(text)[1..4], &names);
        assert_eq!(part.tags, [Tag::O, Tag::B("LOC".into()), Tag::O]);
        assert_eq!(part.broken, []);
        assert_eq!(to_tags(text, &[], &names), Alignment::default());
        assert_eq!(among(&names, &words(text)[1..4]), &names[1..2]);
        assert_eq!((among(&names, &words(text)), among(&names, &[])), (&names[..], &[][..]));
    }

    #[test]
    fn an_inside_that_continues_nothing_begins_a_name() {
        let text = "أ ب ت ث";
        let tag = |tags: &str| tags.split(' ').map(|tag| Tag::parse(tag).unwrap()).collect::<Vec<_>>();
        let names = to_entities(&words(text), &tag("I-PER B-PER I-LOC I-LOC"), None);
        let names: Vec<(&str, &str)> = names.iter().map(|name| (name.span.of(text), &*name.label)).collect();
        assert_eq!(names, [("أ", "PER"), ("ب", "PER"), ("ت ث", "LOC")]);
    }

    #[test]
    fn a_names_score_is_the_geometric_mean_of_its_words() {
        let text = "أ ب ت";
        let tags = [Tag::B("PER".into()), Tag::I("PER".into()), Tag::B("LOC".into())];
        let scores: Vec<f32> =
            to_entities(&words(text), &tags, Some(&[0.9, 0.4, 0.0])).iter().filter_map(|name| name.score).collect();
        assert!((scores[0] - 0.6).abs() < 1e-6);
        assert_eq!(scores[1], 0.0);
    }

    const NAMES: [(&str, &str); 10] = [
        ("بوتين", "PER"),
        ("أنطونيو غوتيريش", "PER"),
        ("مُحَمَّد بن سلمان", "PER"),
        ("الأمم المتحدة", "ORG"),
        ("أ.ف.ب", "ORG"),
        ("بي.بي.سي", "ORG"),
        ("كأس العالم_2022", "MISC"),
        ("F-16", "MISC"),
        ("ﻻﻫﺎﻱ", "LOC"),
        ("القـــاهرة", "LOC"),
    ];

    /// What stands before a name in news, directly, and how much of it is a proclitic.
    const BEFORE: [&str; 16] =
        ["", "و", "ب", "ل", "ك", "وب", "فَ", "وـل", "“", "«", "\"", "(", "المتحدة.", "قال:", "#", "\u{200f}"];

    const BEHIND: [&str; 12] = [" ", ".", "،", "”.", "»؛", "\" ", "):", "...", "\r\n", "\u{202c} ", ".وقال ", "/"];

    proptest! {
        #[test]
        fn names_come_back_from_their_tags_letter_by_letter(
            parts in prop::collection::vec((0..BEFORE.len(), 0..NAMES.len(), 0..BEHIND.len()), 1..12),
        ) {
            let (mut text, mut names) = (String::new(), Vec::new());
            for (before, name, behind) in parts {
                let (name, label) = NAMES[name];
                // A proclitic joins nothing but Arabic letters that can be cut from it.
                let joins = name.starts_with(|c: char| ('\u{621}'..='\u{64a}').contains(&c)) && !name.starts_with("أ.");
                let before = if joins || before == 0 || before > 7 { BEFORE[before] } else { "" };
                text.push_str("زار ");
                text.push_str(before);
                let start = text.len();
                text.push_str(name);
                names.push(Entity::new(Span::new(&text, start, text.len()).unwrap(), label));
                text.push_str(BEHIND[behind]);
            }
            let words = words(&text);
            let Alignment { tags, cuts, broken } = to_tags(&text, &words, &names);
            prop_assert_eq!(broken, [], "{}", text);
            let cut = |name: Entity| {
                let first = words.binary_search_by_key(&name.span.start(), |word| word.start()).unwrap();
                name.span.without_first(&text, cuts[first]).unwrap()
            };
            let found: Vec<Span> = to_entities(&words, &tags, None).into_iter().map(cut).collect();
            prop_assert_eq!(found, names.iter().map(|name| name.span).collect::<Vec<_>>(), "{}", text);
        }
    }
}
