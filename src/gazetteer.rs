//! A user's own names: found in a text whatever a model says, behind proclitics and in any spelling.

use crate::Error;
use crate::clitics;
use crate::document::{Document, Entity, FoundBy, Sentence, Span};
use crate::formats::encoding::Decoding;
use crate::formats::input::{Lines, Longest, utf8};
use crate::normalise::Normaliser;
use crate::reading::Reading;
use crate::segment::segment;
use crate::shown::shown;
use alam_models::side;
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

/// Bytes of a line at most: a name is not a book.
const LINE: Longest = Longest(1 << 16);

/// Names with their types.
///
/// Words are compared as the full normaliser spells them: without marks and tatweel, hamzas on alef, dots of yeh and teh
/// left out.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    /// By the first word.
    names: HashMap<String, Names>,
    keep_clitics: bool,
}

/// Names that begin with one word.
#[derive(Debug, Clone, Default)]
struct Names {
    /// By the words behind that one.
    by_rest: HashMap<Vec<String>, Name>,
    /// How many words may be behind it. They are few, where names can be many: half of a list begins with `محمد`.
    lengths: BTreeSet<usize>,
}

#[derive(Debug, Clone)]
struct Name {
    label: Arc<str>,
    /// Line in the file.
    line: usize,
}

/// A name found.
struct Found<'a> {
    words: &'a [Span],
    /// Bytes of the first word that are proclitics.
    cut: usize,
    /// What of the article has fallen behind ل.
    article: &'static str,
    label: &'a Arc<str>,
}

impl Gazetteer {
    /// Reads a file of `name<TAB>type` lines; empty ones and those that begin with `#` are passed over.
    ///
    /// # Errors
    /// A file that cannot be read, and the first line that is broken or says another type of a name than an earlier one.
    pub fn read(path: &Path) -> Result<Gazetteer, Error> {
        let mut gazetteer = Gazetteer::default();
        side::open(path).map_err(|e| Error::io(path, e))?;
        let mut lines = Lines::open(path)?.decoded(&Decoding::default()).up_to(LINE);
        let mut bytes = 0;
        while let Some(line) = lines.next() {
            let line = line.map_err(|error| match error {
                Error::Record { place, message, .. } if message == LINE.exceeded() => {
                    Error::config(place, format!("wanted lines of at most {} bytes, found a longer one", LINE.0))
                }
                other => other,
            })?;
            bytes += line.bytes.len() as u64;
            if bytes > side::LIST {
                let message = format!("wanted a list of at most {} bytes, found a longer one", side::LIST);
                return Err(Error::config(shown(path), message));
            }
            let added =
                utf8(line.bytes).and_then(|text| gazetteer.add(text.trim_start_matches('\u{feff}'), line.number));
            added.map_err(|message| Error::config(lines.place(line.number), message))?;
        }
        if gazetteer.names.is_empty() {
            return Err(Error::config(path.display().to_string(), "wanted lines of `name<TAB>type`, found none"));
        }
        Ok(gazetteer)
    }

    /// The names of a list, each with its type.
    ///
    /// # Errors
    /// The number of the first that is broken or has another type than before, from 0, with what was wanted and found.
    pub fn of<'a>(names: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Gazetteer, (usize, String)> {
        let mut gazetteer = Gazetteer::default();
        for (number, (name, label)) in names.into_iter().enumerate() {
            if let Some((other, before)) = gazetteer.name(name.trim(), label.trim(), number).map_err(|m| (number, m))? {
                return Err((
                    number,
                    format!("wanted one type for `{name}`, found {label}, and {other} in name {before}"),
                ));
            }
        }
        Ok(gazetteer)
    }

    /// Leaves proclitics on the names that are found, as a tagger does that is asked to.
    pub fn keeping_clitics(self) -> Gazetteer {
        Gazetteer { keep_clitics: true, ..self }
    }

    /// Types of its names, sorted.
    pub fn types(&self) -> Vec<&str> {
        let mut types: Vec<&str> =
            self.names.values().flat_map(|names| names.by_rest.values()).map(|name| &*name.label).collect();
        types.sort_unstable();
        types.dedup();
        types
    }

    fn add(&mut self, line: &str, number: usize) -> Result<(), String> {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(());
        }
        let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [name, label] = columns[..] else {
            return Err(format!("wanted 2 columns, `name<TAB>type`, found {}", columns.len()));
        };
        match self.name(name, label, number)? {
            Some((other, line)) => {
                Err(format!("wanted one type for `{name}`, found {label}, and {other} in line {line}"))
            }
            None => Ok(()),
        }
    }

    /// Adds a name; where it is there with another type, that and its line are given back.
    fn name(&mut self, name: &str, label: &str, number: usize) -> Result<Option<(Arc<str>, usize)>, String> {
        if label.is_empty() || label.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(format!("wanted a word as type, found `{}`", label.escape_default()));
        }
        let words = spellings(name);
        if words.iter().map(|word| word.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>() < 2 {
            return Err(format!("wanted a name of two letters or more, found `{name}`"));
        }
        Ok(self.insert(words, label.into(), number).filter(|(other, _)| **other != *label))
    }

    /// Adds a name by its words as [`spellings`] has them; one that is there stays as it is, and its type and line are given
    /// back.
    pub(crate) fn insert(&mut self, words: Vec<String>, label: Arc<str>, line: usize) -> Option<(Arc<str>, usize)> {
        let mut words = words.into_iter();
        let names = self.names.entry(words.next()?).or_default();
        let rest: Vec<String> = words.collect();
        if let Some(other) = names.by_rest.get(&rest) {
            return Some((other.label.clone(), other.line));
        }
        names.lengths.insert(rest.len());
        names.by_rest.insert(rest, Name { label, line });
        None
    }

    /// Adds the names that the text has to those that the document has. Where the two overlap the document's own give way,
    /// but for one that holds the name and more: `القاهرة` does not break `جامعة القاهرة`.
    pub fn apply(&self, document: &mut Document) {
        let mut entities = std::mem::take(&mut document.entities);
        let reading = Reading::of(document);
        let sentences = match &document.sentences {
            Some(sentences) => Cow::Borrowed(sentences),
            None => Cow::Owned(segment(reading.text())),
        };
        let mentions = self.mentions(reading.text(), &sentences).collect();
        // Both are in order, and so only neighbours need a look.
        let (mut kept, mut added) = (vec![true; entities.len()], Vec::<Entity>::new());
        for entity in reading.restore(mentions) {
            let whole = entity.token_span;
            let holds = |other: &Entity| other.token_span != whole && other.token_span.cover(whole) == other.token_span;
            let from = entities.partition_point(|other| other.token_span.end() <= whole.start());
            let to = entities.partition_point(|other| other.token_span.start() < whole.end()).max(from);
            let held = (from..to).any(|at| kept[at] && holds(&entities[at]));
            if held || added.last().is_some_and(holds) {
                continue;
            }
            kept[from..to].fill(false);
            while added.pop_if(|other| other.token_span.overlaps(whole)).is_some() {}
            added.push(entity);
        }
        let mut kept = kept.into_iter();
        entities.retain(|_| kept.next() == Some(true));
        entities.extend(added);
        entities.sort_by_key(|entity| entity.span);
        document.entities = entities;
    }

    /// Where its names stand in a text, in order and disjoint; the longest of those that begin with a word.
    pub(crate) fn mentions(&self, text: &str, sentences: &[Sentence]) -> impl Iterator<Item = Entity> {
        sentences.iter().flat_map(|sentence| self.mentions_in(text, &sentence.words))
    }

    fn mentions_in(&self, text: &str, words: &[Span]) -> Vec<Entity> {
        let spelt: Vec<String> = words.iter().map(|word| spelling(word.of(text))).collect();
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let found = self.find(text, &words[at..], &spelt[at..]);
            at += found.as_ref().map_or(1, |found| found.words.len());
            mentions.extend(found.and_then(|found| self.entity(text, &found)));
        }
        mentions
    }

    fn entity(&self, text: &str, found: &Found<'_>) -> Option<Entity> {
        let token_span = found.words.first()?.cover(*found.words.last()?);
        let cut = if self.keep_clitics { 0 } else { found.cut };
        let span = token_span.without_first(text, cut)?;
        let canonical = (cut > 0 && !found.article.is_empty()).then(|| format!("{}{}", found.article, span.of(text)));
        Some(Entity { token_span, canonical, found_by: FoundBy::Gazetteer, ..Entity::new(span, found.label.clone()) })
    }

    /// The longest name that begins with the first of these words, with as few proclitics as can be.
    fn find<'a>(&'a self, text: &str, words: &'a [Span], spelt: &[String]) -> Option<Found<'a>> {
        let word = words.first()?.of(text);
        let behind = |first: &str| {
            let names = self.names.get(first)?;
            let of_length = |&length: &usize| Some((length, names.by_rest.get(spelt.get(1..=length)?)?));
            names.lengths.iter().rev().find_map(of_length)
        };
        for cut in clitics::cuts(word).into_iter().flatten() {
            let rest = spelling(&word[cut..]);
            let letters = spelling(&word[..cut]);
            // Behind ل the article has no alef, and before a third lam no letter at all.
            let lost = letters.ends_with("لل") || letters.ends_with('ل') && rest.starts_with('ل');
            let plain = (!letters.ends_with("لل")).then(|| behind(&rest)).flatten().map(|name| (name, ""));
            let with_article = || lost.then(|| behind(&format!("ال{rest}"))).flatten().map(|name| (name, "ال"));
            if let Some(((behind, name), article)) = plain.or_else(with_article) {
                // A word that is a name as it stands is not another one behind a proclitic: وسام is not و and سام.
                if cut > 0 && behind == 0 && clitics::is_name(&spelt[0]) {
                    return None;
                }
                return Some(Found { words: &words[..=behind], cut, article, label: &name.label });
            }
        }
        None
    }
}

/// The words of a name as they are compared.
pub(crate) fn spellings(name: &str) -> Vec<String> {
    let sentences = segment(name);
    let words = sentences.iter().flat_map(|s| &s.words).map(|word| spelling(word.of(name)));
    words.filter(|word| !word.is_empty()).collect()
}

fn spelling(word: &str) -> String {
    Normaliser::FULL.word(word).into_owned()
}

#[cfg(test)]
mod tests;
