//! A user's own names: found in a text whatever a model says, behind proclitics and in any spelling.

use crate::Error;
use crate::clitics;
use crate::document::{Document, Entity, FoundBy, Span};
use crate::formats::input::{Lines, utf8};
use crate::normalise::Normaliser;
use crate::segment::segment;
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

/// Names with their types.
///
/// Words are compared as the full normaliser spells them: without marks and tatweel, hamzas on alef, dots of yeh and teh
/// left out.
#[derive(Debug, Clone, Default)]
pub struct Gazetteer {
    /// By the first word; the longest first.
    names: HashMap<String, Vec<Name>>,
    keep_clitics: bool,
}

#[derive(Debug, Clone)]
struct Name {
    /// Words behind the first one.
    rest: Vec<String>,
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
        let mut lines = Lines::open(path)?;
        while let Some(line) = lines.next() {
            let line = line?;
            let added =
                utf8(line.bytes).and_then(|text| gazetteer.add(text.trim_start_matches('\u{feff}'), line.number));
            added.map_err(|message| Error::config(lines.place(line.number), message))?;
        }
        if gazetteer.names.is_empty() {
            return Err(Error::config(path.display().to_string(), "wanted lines of `name<TAB>type`, found none"));
        }
        Ok(gazetteer)
    }

    /// Leaves proclitics on the names that are found, as a tagger does that is asked to.
    pub fn keeping_clitics(self) -> Gazetteer {
        Gazetteer { keep_clitics: true, ..self }
    }

    /// Types of its names, sorted.
    pub fn types(&self) -> Vec<&str> {
        let mut types: Vec<&str> = self.names.values().flatten().map(|name| &*name.label).collect();
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
        if label.is_empty() || label.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(format!("wanted a word as type, found `{}`", label.escape_default()));
        }
        let sentences = segment(name);
        let spelt = sentences.iter().flat_map(|s| &s.words).map(|word| spelling(word.of(name)));
        let words: Vec<String> = spelt.filter(|word| !word.is_empty()).collect();
        if words.iter().map(|word| word.chars().filter(|c| c.is_alphanumeric()).count()).sum::<usize>() < 2 {
            return Err(format!("wanted a name of two letters or more, found `{name}`"));
        }
        let names = self.names.entry(words[0].clone()).or_default();
        match names.iter().find(|other| other.rest == words[1..]) {
            Some(other) if *other.label != *label => {
                Err(format!("wanted one type for `{name}`, found {label}, and {} in line {}", other.label, other.line))
            }
            Some(_) => Ok(()),
            None => {
                let rest = words[1..].to_vec();
                let place = names.partition_point(|other| other.rest.len() >= rest.len());
                names.insert(place, Name { rest, label: label.into(), line: number });
                Ok(())
            }
        }
    }

    /// Adds the names that the text has to those that the document has. Where the two overlap the document's own give way,
    /// but for one that holds the name and more: `القاهرة` does not break `جامعة القاهرة`.
    pub fn apply(&self, document: &mut Document) {
        let sentences = match &document.sentences {
            Some(sentences) => Cow::Borrowed(sentences),
            None => Cow::Owned(segment(&document.text)),
        };
        let text = &document.text;
        let mut entities = std::mem::take(&mut document.entities);
        for sentence in sentences.iter() {
            let words = &sentence.words;
            let spelt: Vec<String> = words.iter().map(|word| spelling(word.of(text))).collect();
            let mut at = 0;
            while at < words.len() {
                let Some(found) = self.find(text, &words[at..], &spelt[at..]) else {
                    at += 1;
                    continue;
                };
                at += found.words.len();
                let Some(entity) = self.entity(text, &found) else { continue };
                let whole = entity.token_span;
                let holds =
                    |other: &Entity| other.token_span != whole && other.token_span.cover(whole) == other.token_span;
                if !entities.iter().any(holds) {
                    entities.retain(|other| !other.token_span.overlaps(whole));
                    entities.push(entity);
                }
            }
        }
        entities.sort_by_key(|entity| entity.span);
        document.entities = entities;
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
            names.iter().find(|name| spelt[1..].starts_with(&name.rest))
        };
        for cut in clitics::cuts(word).into_iter().flatten() {
            let rest = spelling(&word[cut..]);
            let letters = spelling(&word[..cut]);
            // Behind ل the article has no alef, and before a third lam no letter at all.
            let lost = letters.ends_with("لل") || letters.ends_with('ل') && rest.starts_with('ل');
            let plain = (!letters.ends_with("لل")).then(|| behind(&rest)).flatten().map(|name| (name, ""));
            let with_article = || lost.then(|| behind(&format!("ال{rest}"))).flatten().map(|name| (name, "ال"));
            if let Some((name, article)) = plain.or_else(with_article) {
                // A word that is a name as it stands is not another one behind a proclitic: وسام is not و and سام.
                if cut > 0 && name.rest.is_empty() && clitics::is_name(&spelt[0]) {
                    return None;
                }
                return Some(Found { words: &words[..=name.rest.len()], cut, article, label: &name.label });
            }
        }
        None
    }
}

fn spelling(word: &str) -> String {
    Normaliser::FULL.word(word).into_owned()
}

#[cfg(test)]
mod tests;
