//! Recipes: one TOML file decides a run. Unknown fields are refused, and every error has its line.

use crate::Error;
use alam_models::side;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};
use toml::de::{DeTable, DeValue};

/// A recipe's text with the place it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

impl Source {
    /// Reads the file.
    pub fn read(path: &Path) -> Result<Source, Error> {
        let text = side::text(path, side::CONFIGURATION).map_err(Error::io(path))?;
        Ok(Source { path: path.into(), text })
    }

    /// The recipe as a struct.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Error> {
        toml::from_str(&self.text).map_err(|error| {
            let message = error.message().trim().replace('\n', ", ");
            match error.span() {
                Some(span) => Error::recipe(format!("{}:{}", self.path.display(), self.line(span.start)), message),
                None => Error::recipe(self.path.display().to_string(), message),
            }
        })
    }

    /// An error about one key (`train.learning_rate`, `corpora.2.path`), with the line of its value or of the nearest
    /// table around it. Where no recipe was written, what was typed is all there is to name.
    pub fn error(&self, key: &str, message: impl Into<String>) -> Error {
        if self.text.is_empty() {
            return Error::recipe(self.path.display().to_string(), message);
        }
        let line = match DeTable::parse(&self.text) {
            Ok(table) => self.line(find(table.get_ref(), key, table.span().start)),
            Err(_) => 1,
        };
        Error::recipe(format!("{}:{line}", self.path.display()), format!("`{key}`: {}", message.into()))
    }

    /// What another recipe says differently, a line a key; empty if the two mean the same.
    pub fn changes(&self, before: &str) -> Vec<String> {
        let flat = |text: &str| {
            let mut keys = std::collections::BTreeMap::new();
            if let Ok(value) = toml::from_str::<toml::Value>(text) {
                flatten(&value, String::new(), &mut keys);
            }
            keys
        };
        let (before, now) = (flat(before), flat(&self.text));
        let mut keys: Vec<&String> = before.keys().chain(now.keys()).collect();
        keys.sort();
        keys.dedup();
        let show = |value: Option<&String>| value.map_or("nothing".to_owned(), |v| format!("`{v}`"));
        keys.into_iter()
            .filter(|k| before.get(*k) != now.get(*k))
            .map(|k| format!("`{k}` was {}, is {}", show(before.get(k)), show(now.get(k))))
            .collect()
    }

    fn line(&self, byte: usize) -> usize {
        self.text.bytes().take(byte).filter(|&b| b == b'\n').count() + 1
    }
}

/// Where the value of a dotted key begins in the text; `begin` if the key is not there.
fn find(table: &DeTable<'_>, key: &str, begin: usize) -> usize {
    let (first, rest) = key.split_once('.').unwrap_or((key, ""));
    let Some((name, value)) = table.iter().find(|(k, _)| k.get_ref() == first) else { return begin };
    let begin = name.span().start;
    match value.get_ref() {
        DeValue::Table(inner) if !rest.is_empty() => find(inner, rest, begin),
        DeValue::Array(items) if !rest.is_empty() => {
            let (index, rest) = rest.split_once('.').unwrap_or((rest, ""));
            match index.parse::<usize>().ok().and_then(|i| items.get(i)) {
                Some(item) => match item.get_ref() {
                    DeValue::Table(inner) if !rest.is_empty() => find(inner, rest, item.span().start),
                    _ => item.span().start,
                },
                None => begin,
            }
        }
        _ => begin,
    }
}

fn flatten(value: &toml::Value, key: String, out: &mut std::collections::BTreeMap<String, String>) {
    let under = |k: &str| if key.is_empty() { k.to_owned() } else { format!("{key}.{k}") };
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(k, v)| flatten(v, under(k), out)),
        toml::Value::Array(items) if items.iter().any(toml::Value::is_table) => {
            items.iter().enumerate().for_each(|(i, v)| flatten(v, under(&i.to_string()), out));
        }
        _ => {
            out.insert(key, value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn source(text: &str) -> Source {
        Source { path: "r.toml".into(), text: text.into() }
    }

    #[test]
    fn a_change_is_told_by_key_and_a_comment_is_none() {
        let now = source("[train]\nsteps = 2 # more\n[[corpora]]\npath = \"a\"\n");
        assert_eq!(now.changes("[train]\nsteps = 2\n[[corpora]]\npath = \"a\""), Vec::<String>::new());
        assert_eq!(
            now.changes("[train]\nsteps = 1\nseed = 3\n[[corpora]]\npath = \"b\""),
            [
                "`corpora.0.path` was `\"b\"`, is `\"a\"`",
                "`train.seed` was `3`, is nothing",
                "`train.steps` was `1`, is `2`"
            ]
        );
    }

    #[test]
    fn a_key_in_a_list_of_tables_has_its_line() {
        let source = source("[[corpora]]\npath = \"a\"\n\n[[corpora]]\nweight = 1\npath = \"b\"\n");
        assert!(source.error("corpora.1.path", "x").to_string().starts_with("r.toml:6: "));
        assert!(source.error("corpora.1.convention", "x").to_string().starts_with("r.toml:4: "));
    }
}
