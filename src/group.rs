//! Which mentions in a text are of one name: `بوتين` behind `فلاديمير بوتين` is the same man.

use crate::document::Entity;
use crate::normalise::Normaliser;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

/// A name as it is compared: its type and its words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    label: Arc<str>,
    words: Vec<String>,
}

impl Key {
    fn of(label: &Arc<str>, name: &str) -> Key {
        Key { label: label.clone(), words: words(name).collect() }
    }

    fn is_persons(&self) -> bool {
        &*self.label == "PER"
    }

    /// Whether the other is a person's longer name that has these words in it, one behind the other.
    fn is_part_of(&self, other: &Key) -> bool {
        let persons = self.is_persons() && other.is_persons();
        let longer = other.words.len() > self.words.len() && !self.words.is_empty();
        persons && longer && other.words.windows(self.words.len()).any(|part| part == self.words)
    }
}

/// The words of a name as they are compared: whatever the marks, the hamzas, whether `ابن` or `بن` is written, and whether عبد
/// stands apart (`عبد الفتاح`, `عبدالفتاح`).
pub(crate) fn words(name: &str) -> impl Iterator<Item = String> {
    let mut words: Vec<String> = Vec::new();
    for word in name.split_whitespace() {
        let word = Normaliser::FULL.word(word);
        match words.last_mut() {
            Some(servant) if servant == "عبد" && word.starts_with("ال") => servant.push_str(&word),
            _ if word == "ابن" => words.push("بن".to_owned()),
            _ => words.push(word.into_owned()),
        }
    }
    words.into_iter()
}

/// Numbers the names of a text: mentions of one name get one number, in the order in which the names come first.
///
/// Mentions are one name's if their type and their letters are the same, whatever the spelling and the proclitics. A part
/// of a person's name is a mention of the person where all longer names that hold it are names of one; where `محمد` could be
/// two people it is a name of its own.
pub fn group(entities: &mut [Entity], text: &str) {
    let names = entities.iter().map(|e| (&e.label, e.canonical.as_deref().unwrap_or(e.span.of(text))));
    let numbers = numbers(names);
    for (entity, number) in entities.iter_mut().zip(numbers) {
        entity.group = Some(number);
    }
}

/// The number of each mention, of its type and its name as it is spelt alone; see [`group`].
pub(crate) fn numbers<'a>(mentions: impl Iterator<Item = (&'a Arc<str>, &'a str)>) -> Vec<u32> {
    let mut names: Vec<Key> = Vec::new();
    let mut numbers: HashMap<Key, usize> = HashMap::new();
    let mention = |(label, name)| {
        let key = Key::of(label, name);
        *numbers.entry(key.clone()).or_insert_with(|| {
            names.push(key);
            names.len() - 1
        })
    };
    let mentions: Vec<usize> = mentions.map(mention).collect();
    let heads = heads(&names);
    let mut groups: HashMap<usize, u32> = HashMap::new();
    let mut number = |mention: usize| {
        let next = groups.len() as u32;
        *groups.entry(heads[mention]).or_insert(next)
    };
    mentions.into_iter().map(&mut number).collect()
}

/// Words of the stretches that names are looked up by.
const STRETCH: usize = 8;

/// For each name the fullest name of the same person, itself where there is none or more than one.
fn heads(names: &[Key]) -> Vec<usize> {
    let mut heads: Vec<usize> = (0..names.len()).collect();
    let mut longest_first = heads.clone();
    longest_first.sort_by_key(|&name| Reverse(names[name].words.len()));
    // Persons' names by each of their stretches, those that have been looked at: half of a long text's can begin with one word.
    let mut holders: HashMap<&[String], Vec<usize>> = HashMap::new();
    for name in longest_first {
        let words = &names[name].words[..];
        let first = &words[..words.len().min(STRETCH)];
        let mut longer =
            holders.get(first).into_iter().flatten().filter(|&&other| names[name].is_part_of(&names[other]));
        if let Some(&other) = longer.next() {
            let head = heads[other];
            if longer.all(|&other| heads[other] == head) {
                heads[name] = head;
            }
        }
        for from in (0..words.len()).filter(|_| names[name].is_persons()) {
            for to in from + 1..=words.len().min(from + STRETCH) {
                holders.entry(&words[from..to]).or_default().push(name);
            }
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Span;

    fn groups(names: &[(&str, &str)]) -> Vec<u32> {
        let text = names.iter().map(|n| n.0).collect::<Vec<_>>().join(" ثم ");
        let mut from = 0;
        let name = |&(name, label): &(&str, &str)| {
            let start = from + text[from..].find(name).unwrap();
            from = start + name.len();
            Entity::new(Span::new(&text, start, from).unwrap(), label)
        };
        let mut entities: Vec<Entity> = names.iter().map(name).collect();
        group(&mut entities, &text);
        entities.into_iter().map(|e| e.group.unwrap()).collect()
    }

    #[test]
    fn a_part_of_a_persons_name_is_the_person_before_and_behind_the_whole() {
        let names = [
            ("بوتين", "PER"),
            ("فلاديمير بوتين", "PER"),
            ("موسكو", "LOC"),
            ("بُوتين", "PER"),
            ("موسكو", "LOC"),
            ("موسكو", "ORG"),
            ("محمد بن سلمان", "PER"),
            ("ابن سلمان", "PER"),
        ];
        assert_eq!(groups(&names), [0, 0, 1, 0, 1, 2, 3, 3]);
    }

    #[test]
    fn servants_of_god_are_the_same_in_one_word_and_in_two() {
        let names = [
            ("عبدالفتاح السيسي", "PER"),
            ("عبد الفتاح السيسي", "PER"),
            ("عبد الفتاح", "PER"),
            ("السيسي", "PER"),
            ("عبد السيسي", "PER"),
        ];
        assert_eq!(groups(&names), [0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_part_of_two_names_is_neither() {
        let names = [("محمد علي", "PER"), ("محمد صلاح", "PER"), ("محمد", "PER"), ("صلاح", "PER"), ("محمد", "PER")];
        assert_eq!(groups(&names), [0, 1, 2, 1, 2]);
    }

    #[test]
    fn many_names_that_begin_alike_are_numbered_in_no_time() {
        let person: Arc<str> = "PER".into();
        let names: Vec<String> = (0..60_000)
            .map(|n| format!("محمد بن فلان{n} العلي"))
            .chain((0..60_000).map(|n| format!("محمد فلان{n}")))
            .chain(["محمد بن فلان7".into(), "فلان7 العلي".into(), "محمد".into()])
            .collect();
        let begin = std::time::Instant::now();
        let found = numbers(names.iter().map(|name| (&person, name.as_str())));
        assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
        assert_eq!((found[120_000], found[120_001], found[120_002]), (7, 7, 120_000));
    }

    #[test]
    fn a_name_of_more_words_than_are_looked_up_by_is_part_of_a_longer_one() {
        let long = "أ ب ت ث ج ح خ د ذ ر";
        let names = [(long, "PER"), ("ب ت ث ج ح خ د ذ ر", "PER"), ("ب ت ث ج ح خ د ذ ز", "PER"), ("أ ب", "LOC")];
        assert_eq!(groups(&names), [0, 0, 1, 2]);
    }

    #[test]
    fn a_part_of_a_place_is_another_place() {
        assert_eq!(groups(&[("كوريا الجنوبية", "LOC"), ("كوريا", "LOC"), ("كوريا", "LOC")]), [0, 1, 1]);
    }

    #[test]
    fn a_name_of_three_words_holds_that_of_two_and_of_one() {
        let names = [("صالح", "PER"), ("علي عبد الله صالح", "PER"), ("عبد الله صالح", "PER")];
        assert_eq!(groups(&names), [0, 0, 0]);
    }
}
