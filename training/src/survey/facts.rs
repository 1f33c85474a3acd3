//! What one set of texts holds.

use super::set::Set;
use alam::align::{among, to_tags};
use alam::document::Document;
use alam::segment;
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::fmt::{self, Display, Formatter};

/// Numbers of a set, and what was noticed.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// The set's name.
    pub name: String,
    /// Whether it is measured on.
    pub dev: bool,
    /// Documents; a sentence of a CoNLL file without document marks is one.
    pub documents: usize,
    /// Words.
    pub words: usize,
    /// Names by type.
    pub names: BTreeMap<String, usize>,
    /// Documents without a name.
    pub nameless: usize,
    /// Documents whose text stood in the set before.
    pub repeated: usize,
    /// Names with an edge inside a word where no proclitic ends, or in a word that another name has: a tag a word cannot keep
    /// them.
    pub unkept: usize,
    /// One of those: its document and its letters.
    pub example: Option<(String, String)>,
}

/// Of one document: words, and the names that tags cannot keep.
struct Counted {
    words: usize,
    unkept: usize,
    example: Option<String>,
}

fn count(document: &Document) -> Counted {
    let sentences = segment::sentences(document);
    let mut counted = Counted { words: 0, unkept: 0, example: None };
    for sentence in sentences.iter() {
        counted.words += sentence.words.len();
        let entities = among(&document.entities, &sentence.words);
        let broken = to_tags(&document.text, &sentence.words, entities).broken;
        counted.unkept += broken.len();
        if let (None, Some(first)) = (&counted.example, broken.first()) {
            counted.example = Some(first.of(&document.text).to_owned());
        }
    }
    counted
}

impl Facts {
    pub(super) fn of(set: &Set<'_>) -> Facts {
        let counted: Vec<Counted> = set.documents.par_iter().map(count).collect();
        let mut names = BTreeMap::new();
        for entity in set.documents.iter().flat_map(|document| &document.entities) {
            *names.entry(entity.label.to_string()).or_insert(0) += 1;
        }
        let mut seen = HashSet::new();
        let found = set.documents.iter().zip(&counted).find(|(_, counted)| counted.example.is_some());
        Facts {
            name: set.name.to_owned(),
            dev: set.dev,
            documents: set.documents.len(),
            words: counted.iter().map(|counted| counted.words).sum(),
            names,
            nameless: set.documents.iter().filter(|document| document.entities.is_empty()).count(),
            repeated: set.documents.iter().filter(|document| !seen.insert(document.text.trim())).count(),
            unkept: counted.iter().map(|counted| counted.unkept).sum(),
            example: found.and_then(|(document, counted)| Some((document.id.clone(), counted.example.clone()?))),
        }
    }

    /// Names of all types.
    pub fn all_names(&self) -> usize {
        self.names.values().sum()
    }
}

impl Display for Facts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let types: Vec<String> = self.names.iter().map(|(label, count)| format!("{label} {count}")).collect();
        let Facts { name, documents, words, .. } = self;
        let names = if types.is_empty() { String::new() } else { format!(" ({})", types.join(", ")) };
        write!(f, "{name}: {documents} documents, {words} words, {} names{names}", self.all_names())?;
        if self.nameless > 0 {
            write!(f, "\n  {} documents have no name", self.nameless)?;
        }
        if self.repeated > 0 {
            write!(f, "\n  {} documents have a text that stands in it before", self.repeated)?;
        }
        if let Some((id, letters)) = &self.example {
            write!(
                f,
                "\n  {} edges of names stand inside words and cannot be kept, as of `{letters}` in {id}",
                self.unkept
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alam::document::{Entity, Span};

    fn document(id: &str, text: &str, names: &[(&str, &str)]) -> Document {
        let entity = |(letters, label): &(&str, &str)| {
            let start = text.find(letters).unwrap();
            Entity::new(Span::new(text, start, start + letters.len()).unwrap(), *label)
        };
        Document {
            id: id.into(),
            text: text.into(),
            entities: names.iter().map(entity).collect(),
            ..Document::default()
        }
    }

    #[test]
    fn a_set_is_counted_and_what_is_odd_is_named() {
        let documents = [
            document("a", "زار بوتين مصر", &[("بوتين", "PER"), ("مصر", "LOC")]),
            document("b", "زار بوتين مصر", &[]),
            document("c", "قال عبدالله", &[("الله", "PER")]),
        ];
        let facts = Facts::of(&Set { name: "x", documents: &documents, dev: false });
        assert_eq!((facts.words, facts.all_names(), facts.nameless, facts.repeated, facts.unkept), (8, 3, 1, 1, 1));
        let wanted = "x: 3 documents, 8 words, 3 names (LOC 1, PER 2)\n  1 documents have no name\n  \
                      1 documents have a text that stands in it before\n  1 edges of names stand inside words and \
                      cannot be kept, as of `الله` in c";
        assert_eq!(facts.to_string(), wanted);
    }
}
