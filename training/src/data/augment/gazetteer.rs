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
    /// The file, relative to `--data`.
    pub path: String,
    /// The type of its names.
    #[serde(rename = "type")]
    pub label: String,
}

/// Words of a name at most.
const WORDS: usize = 4;

/// Names in Arabic letters alone, by their type and their number of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gazetteer {
    names: BTreeMap<(String, usize), Vec<String>>,
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
            let file = job.data.join(path);
            let text = match side::text(&file, side::LIST) {
                Ok(text) => text,
                Err(e) => return error("path", format!("wanted a list of names at {}, found: {e}", file.display())),
            };
            if gazetteer.add(label, &text) == 0 {
                return error("path", format!("wanted names in Arabic letters, found none in {}", file.display()));
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
            if (1..=WORDS).contains(&words.len()) && words.iter().all(plain) {
                self.names.entry((label.into(), words.len())).or_default().push(words.join(" "));
                added += 1;
            }
        }
        added
    }

    /// A name of a type with so many words.
    pub(super) fn draw(&self, label: &str, words: usize, rng: &mut Rng) -> Option<&str> {
        let names = self.names.get(&(label.to_owned(), words))?;
        names.get(rng.below(names.len())).map(String::as_str)
    }
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
