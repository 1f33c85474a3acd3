//! Lists of names by type, to draw other names from.

use crate::Error;
use crate::run::job::Job;
use alam_models::{Rng, side};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A list as a recipe names it: a name a line, whatever stands behind a tab is passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The file, relative to `--data`; to the recipe's folder where it begins with `./`.
    pub path: String,
    /// The type of its names.
    #[serde(rename = "type")]
    pub label: String,
}

/// Words of a name at most.
const WORDS: usize = 4;

/// Names by their type: those in Arabic letters alone with their number of words, and those in Latin letters alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gazetteer {
    names: BTreeMap<(String, usize), Vec<String>>,
    latin: BTreeMap<String, Vec<String>>,
}

impl Gazetteer {
    /// Reads the lists of a recipe.
    pub fn read(sources: &[Source], types: &[String], job: &Job) -> Result<Gazetteer, Error> {
        let mut gazetteer = Gazetteer::default();
        for (i, Source { path, label }) in sources.iter().enumerate() {
            let error = |field: &str, message| Err(job.recipe.error(&format!("gazetteers.{i}.{field}"), message));
            if !types.contains(label) {
                return error("type", format!("wanted one of {}, found `{label}`", types.join(", ")));
            }
            let file = match path.strip_prefix("./") {
                Some(path) => job.recipe.path.with_file_name(path),
                None => job.data.join(path),
            };
            let text = match side::text(&file, side::LIST) {
                Ok(text) => text,
                Err(e) => return error("path", format!("wanted a list of names at {}, found: {e}", file.display())),
            };
            if gazetteer.add(label, &text) == 0 {
                return error(
                    "path",
                    format!("wanted names in Arabic or in Latin letters, found none in {}", file.display()),
                );
            }
        }
        Ok(gazetteer)
    }

    pub(super) fn add(&mut self, label: &str, text: &str) -> usize {
        let mut added = 0;
        for line in text.lines() {
            let name = line.split('\t').next().unwrap_or_default().trim();
            let words: Vec<&str> = name.split_whitespace().collect();
            let plain =
                |word: &&str| word.chars().count() > 1 && word.chars().all(|c| matches!(c, 'ء'..='غ' | 'ف'..='ي'));
            if !(1..=WORDS).contains(&words.len()) {
                continue;
            }
            if words.iter().all(plain) {
                self.names.entry((label.into(), words.len())).or_default().push(words.join(" "));
                added += 1;
            } else if words.iter().all(|word| is_latin(word)) {
                self.latin.entry(label.into()).or_default().push(words.join(" "));
                added += 1;
            }
        }
        added
    }

    /// Whether any name is in Latin letters.
    pub fn has_latin(&self) -> bool {
        !self.latin.is_empty()
    }

    /// A name of a type in Latin letters.
    pub(super) fn draw_latin(&self, label: &str, rng: &mut Rng) -> Option<&str> {
        let names = self.latin.get(label)?;
        names.get(rng.below(names.len())).map(String::as_str)
    }

    /// A name of a type with so many words.
    pub(super) fn draw(&self, label: &str, words: usize, rng: &mut Rng) -> Option<&str> {
        let names = self.names.get(&(label.to_owned(), words))?;
        names.get(rng.below(names.len())).map(String::as_str)
    }
}

/// A word of Latin letters, as names have them: `O'Neill`, `Saint-Denis`, `Jr.`, `Málaga`.
fn is_latin(word: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}' if c.is_alphabetic());
    word.chars().any(letter) && word.chars().all(|c| letter(c) || matches!(c, '\'' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_drawn_by_type_and_number_of_words() {
        let mut gazetteer = Gazetteer::default();
        let added = gazetteer.add("LOC", "حلب\tx\nدير  الزور\n15 مايو\nCSKA موسكو\n\nو\n");
        assert_eq!(added, 2);
        let mut rng = Rng::new(1);
        assert_eq!(gazetteer.draw("LOC", 2, &mut rng), Some("دير الزور"));
        assert_eq!(gazetteer.draw("LOC", 3, &mut rng), None);
        assert_eq!(gazetteer.draw("PER", 1, &mut rng), None);
    }
}
