//! Recipes: one TOML file decides a run. Unknown fields are refused, and every error has its line.

use crate::Error;
use crate::run::optim;
use crate::run::schedule::{Decay, Schedule};
use alam_models::Arithmetic;
use alam_models::side;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
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
    /// table around it.
    pub fn error(&self, key: &str, message: impl Into<String>) -> Error {
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

/// The `[train]` table: what the loop needs to know, whatever is learnt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Train {
    /// What all randomness of the run comes from.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Steps of the whole run; or [`Train::passes`].
    pub steps: Option<u64>,
    /// Passes over the data, where the data has an end.
    pub passes: Option<f64>,
    /// Tokens of a step.
    #[serde(default = "batch_tokens")]
    pub batch_tokens: usize,
    /// Tokens that go through the network at once; a step gathers gradients over `batch_tokens / micro_tokens` (rounded up)
    /// such parts. `batch_tokens` where it is absent.
    pub micro_tokens: Option<usize>,
    /// The highest learning rate.
    pub learning_rate: f32,
    /// Share of the steps that the learning rate takes to rise.
    #[serde(default = "warmup")]
    pub warmup: f32,
    /// How it falls.
    #[serde(default)]
    pub schedule: Decay,
    /// Share of the peak at which the fall ends.
    #[serde(default)]
    pub floor: f32,
    /// Steps between two lines of `metrics.jsonl`.
    #[serde(default = "log_every")]
    pub log_every: u64,
    /// Steps between evaluations; 0 for one at the end only.
    #[serde(default)]
    pub evaluate_every: u64,
    /// Steps between checkpoints; 0 for none by steps.
    #[serde(default)]
    pub checkpoint_every: u64,
    /// Minutes between checkpoints.
    #[serde(default = "checkpoint_minutes")]
    pub checkpoint_minutes: f64,
    /// Evaluations in a row without a better score that end the run; 0 for never.
    #[serde(default)]
    pub patience: u32,
    /// The output folder of another run over the same data, whose newest checkpoint this one goes on from: weights, moments
    /// of the optimiser and place in the data. Steps and learning rate are this recipe's own, so a long run at a constant
    /// rate can be brought to an end at any time by a short one whose rate falls.
    pub after: Option<String>,
    /// In which arithmetic the products run.
    #[serde(default)]
    pub arithmetic: Products,
    /// How a gradient becomes a step.
    #[serde(default)]
    pub optimiser: optim::Settings,
}

fn seed() -> u64 {
    1
}

fn log_every() -> u64 {
    10
}

fn batch_tokens() -> usize {
    4096
}

fn warmup() -> f32 {
    0.1
}

fn checkpoint_minutes() -> f64 {
    10.0
}

/// [`Arithmetic`] as a recipe spells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Products {
    /// f32.
    #[default]
    F32,
    /// bf16 operands, f32 sums and master weights.
    Bf16,
}

impl From<Products> for Arithmetic {
    fn from(products: Products) -> Arithmetic {
        match products {
            Products::F32 => Arithmetic::F32,
            Products::Bf16 => Arithmetic::Bf16,
        }
    }
}

impl Train {
    /// Refuses values out of range, with their lines.
    pub fn check(&self, source: &Source) -> Result<(), Error> {
        let share = |key: &str, value: f32| match (0.0..=1.0).contains(&value) {
            true => Ok(()),
            false => Err(source.error(key, format!("wanted a share between 0 and 1, found {value}"))),
        };
        share("train.warmup", self.warmup)?;
        share("train.floor", self.floor)?;
        match (self.steps, self.passes) {
            (Some(_), Some(_)) => return Err(source.error("train.passes", "wanted `steps` or `passes`, found both")),
            (None, None) => return Err(source.error("train", "wanted `steps` or `passes`, found neither")),
            (Some(0), _) => return Err(source.error("train.steps", "wanted at least 1, found 0")),
            (_, Some(passes)) if !(passes > 0.0 && passes.is_finite()) => {
                return Err(source.error("train.passes", format!("wanted a positive number, found {passes}")));
            }
            _ => {}
        }
        if !(self.learning_rate > 0.0 && self.learning_rate.is_finite()) {
            let message = format!("wanted a positive number, found {}", self.learning_rate);
            return Err(source.error("train.learning_rate", message));
        }
        if self.batch_tokens == 0 || self.micro_tokens == Some(0) {
            return Err(source.error("train.batch_tokens", "wanted at least 1 token, found 0"));
        }
        if self.checkpoint_minutes.is_nan() || self.checkpoint_minutes <= 0.0 {
            let message = format!("wanted a positive number, found {}", self.checkpoint_minutes);
            return Err(source.error("train.checkpoint_minutes", message));
        }
        Ok(())
    }

    /// Tokens that go through the network at once.
    pub fn micro_tokens(&self) -> usize {
        self.micro_tokens.unwrap_or(self.batch_tokens).min(self.batch_tokens)
    }

    /// Parts of a step.
    pub fn parts(&self) -> usize {
        self.batch_tokens.div_ceil(self.micro_tokens())
    }

    /// The learning rate over so many steps.
    pub fn schedule(&self, steps: u64) -> Schedule {
        Schedule { peak: self.learning_rate, warmup: self.warmup, decay: self.schedule, floor: self.floor, steps }
    }
}

#[cfg(test)]
mod tests {
    use super::{Source, Train};
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Recipe {
        train: Train,
    }

    fn source(text: &str) -> Source {
        Source { path: "r.toml".into(), text: text.into() }
    }

    fn complaint(text: &str) -> String {
        let source = source(text);
        source.parse::<Recipe>().and_then(|r| r.train.check(&source)).unwrap_err().to_string()
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        for (text, place, part) in [
            ("[train]\nsteps = 1\nlearning_rate = -1.0\n", "r.toml:3: `train.learning_rate`: ", "positive"),
            ("[train]\nlearning_rate = 1.0\n", "r.toml:1: `train`: ", "neither"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\npasses = 2\n", "r.toml:4: ", "both"),
            ("[train]\nlearning_rate = 1.0\nsteps = 0\n", "r.toml:3: ", "at least 1"),
            ("\n[train]\nlearning_rate = 1.0\nsteps = 1\nwarmup = 2\n", "r.toml:5: ", "share"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\nwarmpu = 2\n", "r.toml:4: ", "unknown field `warmpu`"),
            ("[train]\nlearning_rate = \"1\"\nsteps = 1\n", "r.toml:2: ", "invalid type"),
            ("[train]\nlearning_rate = 1.0\nsteps = 1\n[train.optimiser]\nbeta3 = 1\n", "r.toml:5: ", "beta3"),
            ("[train\n", "r.toml:1: ", "]"),
        ] {
            let found = complaint(text);
            assert!(found.starts_with(place) && found.contains(part), "{text:?}: {found}");
        }
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
