//! `tagger.json`: what a model folder says beyond Hugging Face's files.

use crate::Error;
use crate::decode::Decoding;
use crate::encode::SMALLEST_WINDOW;
use crate::labels::is_plain;
use crate::normalise::Normaliser;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Conventions at most.
const MOST_CONVENTIONS: usize = 1000;

/// Contents of `tagger.json`; without the file the defaults apply, and that is what lets any token classifier load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// What the model does not see of a word's spelling.
    pub normaliser: Normaliser,
    /// How tags are chosen.
    pub decoding: Decoding,
    /// Tokens a window holds at most, special ones included; the model's own limit where it is smaller.
    pub window: usize,
    /// Tokens that neighbouring windows share.
    pub overlap: usize,
    /// Logits are divided by it before they become probabilities; fitted on dev.
    pub temperature: f32,
    /// Annotation conventions by name; the position in the list is the token type.
    pub conventions: Vec<String>,
    /// Names of the labels, in the order of their numbers, in place of those in `config.json`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            normaliser: Normaliser::default(),
            decoding: Decoding::default(),
            window: 256,
            overlap: 64,
            temperature: 1.0,
            conventions: Vec::new(),
            labels: Vec::new(),
        }
    }
}

impl Settings {
    /// Reads `tagger.json`, refusing unknown fields and values out of range; `origin` names it in errors.
    ///
    /// # Errors
    /// Broken JSON, an unknown field, or a value that no tagger could work with, named.
    pub fn from_json(json: &str, origin: &str) -> Result<Settings, Error> {
        // serde takes an array for a struct, field by field.
        if json.trim_start().starts_with('[') {
            return Err(Error::config(origin, "wanted a JSON object, found an array"));
        }
        let settings: Settings = serde_json::from_str(json).map_err(|e| Error::config(origin, e.to_string()))?;
        settings.check().map_err(|message| Error::config(origin, message))?;
        Ok(settings)
    }

    /// The contents of the `tagger.json` that reads back as these settings.
    pub fn to_json(&self) -> String {
        // A struct of numbers, flags and strings always has a JSON form; the empty object stands for the defaults.
        serde_json::to_string_pretty(self).unwrap_or_else(|_| "{}".into()) + "\n"
    }

    /// The token type of a convention by name, of the model's first where `None`.
    ///
    /// # Errors
    /// A name the model was not trained with; the error lists those it was.
    pub fn token_type(&self, convention: Option<&str>) -> Result<u32, Error> {
        let Some(name) = convention else { return Ok(0) };
        match self.conventions.iter().position(|known| known == name) {
            Some(position) => Ok(position as u32),
            None if self.conventions.is_empty() => {
                Err(Error::config("convention", format!("wanted none, as this model has only one, found `{name}`")))
            }
            None => {
                let known = self.conventions.join("`, `");
                Err(Error::config("convention", format!("wanted one of `{known}`, found `{name}`")))
            }
        }
    }

    fn check(&self) -> Result<(), String> {
        let Settings { window, overlap, temperature, conventions, .. } = self;
        if *window < SMALLEST_WINDOW {
            return Err(format!("`window`: wanted {SMALLEST_WINDOW} tokens or more, found {window}"));
        }
        if *overlap > window / 2 {
            return Err(format!("`overlap`: wanted at most half of `window` ({window}), found {overlap}"));
        }
        if !(temperature.is_finite() && *temperature > 0.0) {
            return Err(format!("`temperature`: wanted a number above 0, found {temperature}"));
        }
        check_conventions(conventions).map_err(|message| format!("`conventions`: {message}"))
    }
}

/// Refuses names of conventions that are doubled, too many, or show as something else than they are.
///
/// # Errors
/// What was wanted and what was found.
pub fn check_conventions(names: &[String]) -> Result<(), String> {
    if names.len() > MOST_CONVENTIONS {
        return Err(format!("wanted at most {MOST_CONVENTIONS}, found {}", names.len()));
    }
    let mut seen = BTreeSet::new();
    match names.iter().find(|name| !is_plain(name) || !seen.insert(*name)) {
        Some(name) => Err(format!("wanted plain names, each once, found `{}`", name.escape_debug())),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(json: &str) -> String {
        Settings::from_json(json, "m/tagger.json").unwrap_err().to_string()
    }

    #[test]
    fn an_empty_object_is_the_defaults() {
        assert_eq!(Settings::from_json("{}", "t").unwrap(), Settings::default());
    }

    #[test]
    fn settings_read_back_as_they_were_written() {
        let settings = Settings {
            normaliser: Normaliser::FULL,
            decoding: Decoding::Greedy,
            window: 128,
            overlap: 32,
            temperature: 1.375,
            conventions: vec!["alam".into(), "anercorp".into()],
            labels: vec!["O".into(), "S-PER".into()],
        };
        assert_eq!(Settings::from_json(&settings.to_json(), "t").unwrap(), settings);
    }

    #[test]
    fn an_unknown_field_is_refused_by_name() {
        assert!(error(r#"{"windw": 3}"#).starts_with("m/tagger.json: unknown field `windw`"));
        assert!(error(r#"{"normaliser": {"hamza": true}}"#).contains("unknown field `hamza`"));
    }

    #[test]
    fn values_out_of_range_are_refused_by_name() {
        assert_eq!(error(r#"{"window": 2}"#), "m/tagger.json: `window`: wanted 8 tokens or more, found 2");
        assert!(error(r#"{"window": 64, "overlap": 33}"#).contains("`overlap`: wanted at most half"));
        assert!(error(r#"{"temperature": 0}"#).contains("`temperature`: wanted a number above 0, found 0"));
        assert!(
            error(r#"{"conventions": ["a", "a"]}"#).contains("`conventions`: wanted plain names, each once, found `a`")
        );
        assert!(error(r#"{"conventions": ["\u001b[31m"]}"#).ends_with(r"each once, found `\u{1b}[31m`"));
        let many: Vec<String> = (0..100_000).map(|i| i.to_string()).collect();
        let many = Settings { conventions: many, ..Settings::default() };
        assert!(error(&many.to_json()).ends_with("`conventions`: wanted at most 1000, found 100000"));
        assert!(error(r#"{"decoding": "crf"}"#).contains("unknown variant `crf`"));
        assert!(error("{").starts_with("m/tagger.json: EOF"));
        assert_eq!(error(" []"), "m/tagger.json: wanted a JSON object, found an array");
    }

    #[test]
    fn a_convention_is_its_place_in_the_list() {
        let settings = Settings { conventions: vec!["alam".into(), "anercorp".into()], ..Settings::default() };
        assert_eq!(settings.token_type(None).unwrap(), 0);
        assert_eq!(settings.token_type(Some("anercorp")).unwrap(), 1);
        let unknown = settings.token_type(Some("aqmar")).unwrap_err().to_string();
        assert_eq!(unknown, "convention: wanted one of `alam`, `anercorp`, found `aqmar`");
        assert!(Settings::default().token_type(Some("alam")).is_err());
    }
}
