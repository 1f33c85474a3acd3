//! The recipe of a fine-tuning.

use crate::Error;
use crate::data::augment::{Augment, GazetteerSource};
use crate::data::corpora::Loaded;
use crate::data::corpus::Corpus;
use crate::model::shape::Shape;
use crate::recipe::Source;
use crate::run::evaluation::JOINED;
use crate::run::train::Train;
use alam::labels::{Labels, is_type};
use alam::settings::check_conventions;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// Types of names, in the order of the model's labels.
    pub types: Vec<String>,
    /// Annotation conventions, the default one first; none where all corpora follow one.
    #[serde(default)]
    pub conventions: Vec<String>,
    /// Names of the dev sets whose mean micro F1 chooses the best model; all of them where empty. Each has a copy with
    /// neighbouring sentences joined to stretches of a window, `NAME joined`, which has a say only where it is named.
    #[serde(default)]
    pub select: Vec<String>,
    /// What the model starts as.
    pub model: Start,
    /// How examples are made.
    #[serde(default)]
    pub examples: Examples,
    /// Copies of the corpora with other proclitics and names.
    #[serde(default)]
    pub augment: Augment,
    /// Lists that other names are taken from.
    #[serde(default)]
    pub gazetteers: Vec<GazetteerSource>,
    /// How the finished model cuts a text into windows.
    #[serde(default)]
    pub tagging: Tagging,
    /// A teacher whose scores are learnt beside the labels.
    pub teacher: Option<Teacher>,
    /// The loop.
    pub train: Train,
    /// What is learnt from.
    pub corpora: Vec<Corpus>,
    /// What is measured on.
    #[serde(default)]
    pub dev: Vec<Corpus>,
    /// What the card says.
    #[serde(default)]
    pub card: Card,
}

/// What the model starts as: a model folder, a tokenizer and a shape with random weights, or a model folder and a larger shape
/// (and perhaps another tokenizer) that it is grown to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// A model folder beside the output folder (`base` is `OUT/../base`), or in the working folder; `default`, where no folder has
    /// that name, is the released model; or a model of a hub that was fetched (`ORG/NAME`); or several folders that began as one,
    /// whose weights are averaged (Wortsman et al., "Model soups", 2022).
    #[serde(default, deserialize_with = "one_or_more")]
    pub init: Vec<String>,
    /// A folder with a `tokenizer.json`, looked for in the same places.
    pub tokenizer: Option<String>,
    /// The encoder to make; beside an `init`, what that is grown to.
    pub shape: Option<Shape>,
    /// What the model does not see of a word's spelling; as in `init` where absent.
    pub normaliser: Option<Spelling>,
    /// Replaces all dropouts of `init`.
    pub dropout: Option<f32>,
    /// The convention of `init` that those which it does not know begin as, and the only one where the recipe has none; its first
    /// where absent.
    pub convention: Option<String>,
    /// Whether the head for proclitics is trained; by default where a corpus knows them. One that
    /// `init` has stays as it is where it is not trained, unless this is `false`.
    pub clitics: Option<bool>,
}

/// A name or a list of names.
fn one_or_more<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "wanted a name or a list of names")]
    enum Names {
        One(String),
        More(Vec<String>),
    }
    Ok(match Names::deserialize(from)? {
        Names::One(name) => vec![name],
        Names::More(names) => names,
    })
}

/// A normaliser as a recipe names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spelling {
    /// Everything that alam's own models do not see.
    Full,
    /// Words as they are written.
    None,
}

/// How examples are made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Examples {
    /// Shortest and longest window in tokens; a longer text is cut anew in every pass.
    pub window: [usize; 2],
    /// Share of the pieces that are masked (eight of ten) or replaced by any other, so that names are not learnt by heart.
    pub mask: f32,
    /// Share of the windows that lose a full stop at their end, as headlines have none.
    pub drop_stop: f32,
    /// Mass that label smoothing takes from the target.
    pub label_smoothing: f32,
    /// Weights of the classes in the loss by type; `O` is one.
    pub class_weights: BTreeMap<String, f32>,
    /// Weight of a proclitic's loss beside a tag's.
    pub clitic_factor: f32,
    /// Weight of the guess of a hidden piece (`mask`) beside a tag: masked language modelling with the same pass. 0 for none.
    pub guess_factor: f32,
    /// Pieces that are drawn for such a guess to be told from.
    pub guess_among: usize,
}

impl Default for Examples {
    fn default() -> Self {
        Examples {
            window: [128, 256],
            mask: 0.0,
            drop_stop: 0.0,
            label_smoothing: 0.0,
            class_weights: BTreeMap::new(),
            clitic_factor: 1.0,
            guess_factor: 0.0,
            guess_among: 4096,
        }
    }
}

/// A teacher.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Teacher {
    /// Model folders with the same types, looked for as [`Start::init`] is; their probabilities are averaged.
    pub models: Vec<String>,
    /// Share of the loss that their probabilities take; the labels take the rest. Text without labels is theirs alone.
    pub share: f32,
    /// Softens both sides' probabilities (Hinton, Vinyals and Dean, 2015).
    #[serde(default = "temperature")]
    pub temperature: f32,
}

fn temperature() -> f32 {
    2.0
}

/// How the finished model cuts a text into windows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Tagging {
    /// Tokens a window, at most as many as the run (or the model that it begins with) learns: see [`crate::model::reach`]. Those, and
    /// at most 256, where it is absent.
    pub window: Option<usize>,
    /// Tokens that neighbours share; a third of a window where it is absent.
    pub overlap: Option<usize>,
}

/// What the card says that cannot be known otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Card {
    /// The model's name.
    pub name: Option<String>,
    /// Its licence, as Hugging Face spells it (`cc-by-sa-4.0`).
    pub licence: Option<String>,
    /// A paragraph on what it is for.
    pub about: Option<String>,
}

/// Whether a name is that of the joined copy of a dev set.
fn is_copy(name: &str, of: &Corpus) -> bool {
    name.strip_suffix(JOINED) == Some(of.name())
}

impl Recipe {
    /// Reads and checks a recipe.
    pub fn read(source: &Source) -> Result<Recipe, Error> {
        let recipe: Recipe = source.parse()?;
        recipe.train.check(source)?;
        recipe.check_labels(source)?;
        recipe.check_examples(source)?;
        recipe.check_model(source)?;
        recipe.augment.check(recipe.gazetteers.len(), source)?;
        for (i, set) in recipe.dev.iter().enumerate() {
            let same =
                |other: &Corpus| other.name() == set.name() || is_copy(set.name(), other) || is_copy(other.name(), set);
            if recipe.dev[..i].iter().any(same) {
                let message =
                    format!("wanted names that differ, with and without `{JOINED}`, found `{}` twice", set.name());
                return Err(source.error(&format!("dev.{i}.name"), message));
            }
            if let Some(name) = set.types.iter().find(|name| !recipe.types.contains(name)) {
                return Err(
                    source.error(&format!("dev.{i}.types"), format!("wanted types of the recipe, found `{name}`"))
                );
            }
        }
        if let Some(name) =
            recipe.select.iter().find(|name| !recipe.dev.iter().any(|d| d.name() == *name || is_copy(name, d)))
        {
            let message =
                format!("wanted names of dev sets, or of their copies with `{JOINED}` behind it, found `{name}`");
            return Err(source.error("select", message));
        }
        if recipe.dev.is_empty() {
            return Err(source.error("dev", "wanted a dev set to choose the best model by, found none"));
        }
        Ok(recipe)
    }

    /// The tags of the model.
    pub fn labels(&self) -> Labels {
        Labels::of_types(&self.types)
    }

    /// Whether the model gets a head for proclitics.
    pub fn has_clitics(&self) -> bool {
        self.model.clitics.unwrap_or_else(|| self.corpora.iter().any(Corpus::knows_clitics))
    }

    /// Whether this dev set chooses the best model: one that the recipe selects, or any but the joined copies.
    pub fn selects(&self, set: &Loaded) -> bool {
        (self.select.is_empty() && !set.joined) || self.select.iter().any(|name| name == set.corpus.name())
    }

    /// One weight a tag; empty for all 1.
    pub fn class_weights(&self) -> Vec<f32> {
        use alam::labels::Tag;
        if self.examples.class_weights.is_empty() {
            return Vec::new();
        }
        let weight = |label: &str| self.examples.class_weights.get(label).copied().unwrap_or(1.0);
        let of_tag = |tag: &Tag| match tag {
            Tag::O => weight("O"),
            Tag::B(label) | Tag::I(label) => weight(label),
        };
        self.labels().tags().iter().map(of_tag).collect()
    }

    fn check_labels(&self, source: &Source) -> Result<(), Error> {
        if self.types.is_empty() || self.types.len() > 100 {
            return Err(source.error("types", format!("wanted 1 to 100 types of names, found {}", self.types.len())));
        }
        for (i, name) in self.types.iter().enumerate() {
            if !is_type(name) || name == "O" || self.types[..i].contains(name) {
                let message =
                    format!("wanted types of names, a plain word each and each once, found `{}`", name.escape_debug());
                return Err(source.error("types", message));
            }
        }
        check_conventions(&self.conventions).map_err(|message| source.error("conventions", message))?;
        for (label, weight) in &self.examples.class_weights {
            let key = format!("examples.class_weights.{label}");
            if label != "O" && !self.types.contains(label) {
                return Err(source.error(&key, format!("wanted `O` or one of {}", self.types.join(", "))));
            }
            if !(*weight > 0.0 && weight.is_finite()) {
                return Err(source.error(&key, format!("wanted a number above 0, found {weight}")));
            }
        }
        Ok(())
    }

    fn check_examples(&self, source: &Source) -> Result<(), Error> {
        let [shortest, longest] = self.examples.window;
        if shortest < 8 || shortest > longest {
            let message =
                format!("wanted a shortest (at least 8) and a longest window, found {shortest} and {longest}");
            return Err(source.error("examples.window", message));
        }
        if longest > self.train.micro_tokens() {
            let message =
                format!("wanted at most the {} tokens of a batch, found {longest}", self.train.micro_tokens());
            return Err(source.error("examples.window", message));
        }
        let Examples { mask, drop_stop, label_smoothing, clitic_factor, guess_factor, guess_among, .. } = self.examples;
        for (key, share) in [("mask", mask), ("drop_stop", drop_stop), ("label_smoothing", label_smoothing)] {
            if !(0.0..1.0).contains(&share) {
                let message = format!("wanted a share from 0 to below 1, found {share}");
                return Err(source.error(&format!("examples.{key}"), message));
            }
        }
        for (key, factor) in [("clitic_factor", clitic_factor), ("guess_factor", guess_factor)] {
            if !(factor >= 0.0 && factor.is_finite()) {
                return Err(source.error(&format!("examples.{key}"), format!("wanted 0 or more, found {factor}")));
            }
        }
        if guess_factor > 0.0 && (mask == 0.0 || !(1..=1 << 20).contains(&guess_among)) {
            let message = format!(
                "wanted hidden pieces (`mask`) and some to tell them from (`guess_among`), found {mask} and {guess_among}"
            );
            return Err(source.error("examples.guess_factor", message));
        }
        match self.tagging.window.filter(|window| *window < 16) {
            Some(window) => Err(source.error("tagging.window", format!("wanted 16 tokens or more, found {window}"))),
            None => Ok(()),
        }
    }

    fn check_model(&self, source: &Source) -> Result<(), Error> {
        match (self.model.init.is_empty(), &self.model.shape, &self.model.tokenizer) {
            (false, None, None) | (true, Some(_), Some(_)) => {}
            (false, Some(shape), _) => {
                if self.model.init.len() > 1 || shape.neighbours.is_some() {
                    let message = "wanted one `init` to grow and no `neighbours`, found more";
                    return Err(source.error("model.shape", message));
                }
            }
            (false, None, Some(_)) => {
                return Err(source.error("model", "wanted `init` alone or with a `shape`, found `tokenizer` too"));
            }
            _ => return Err(source.error("model", "wanted `init`, or `shape` and `tokenizer`, found neither")),
        }
        if let (None, Some(i)) = (&self.teacher, self.corpora.iter().position(|corpus| corpus.unlabelled)) {
            let message = "wanted a `[teacher]` table whose models label the text, found none";
            return Err(source.error(&format!("corpora.{i}.unlabelled"), message));
        }
        if let Some(teacher) = &self.teacher {
            if teacher.models.is_empty() {
                return Err(source.error("teacher.models", "wanted at least one model folder, found none"));
            }
            if !(teacher.share > 0.0 && teacher.share <= 1.0) {
                let message = format!("wanted a share above 0 up to 1, found {}", teacher.share);
                return Err(source.error("teacher.share", message));
            }
            if !(teacher.temperature > 0.0 && teacher.temperature.is_finite()) {
                let message = format!("wanted a number above 0, found {}", teacher.temperature);
                return Err(source.error("teacher.temperature", message));
            }
        }
        match self.model.dropout {
            Some(dropout) if !(0.0..1.0).contains(&dropout) => {
                Err(source.error("model.dropout", format!("wanted a share below 1, found {dropout}")))
            }
            _ => Ok(()),
        }
    }
}
