//! What a fine-tuning starts as: a model folder read, or a new encoder around a tokenizer.

use super::recipe::{Recipe, Spelling};
use crate::Error;
use crate::model::grow;
use crate::model::settings::{learnt, settings};
use crate::model::shape::Shape;
use crate::run::job::Job;
use crate::text::tokenizer::files;
use alam::encode::Encoder;
use alam::normalise::Normaliser;
use alam::settings::Settings;
use alam_models::weights::{self, Weight, Weights};
use alam_models::{Config, Rng, side};
use std::path::{Path, PathBuf};

/// A model before its first step.
#[derive(Debug)]
pub(super) struct Beginning {
    /// What it is, with the recipe's labels.
    pub(super) config: Config,
    /// Weights that are there already.
    pub(super) weights: Weights,
    /// `tokenizer.json`.
    pub(super) tokenizer: Vec<u8>,
    /// The folder that it came from.
    pub(super) folder: PathBuf,
    /// `tagger.json`, as the model will have it.
    pub(super) settings: Settings,
    /// The longest sequences whose positions it has learnt; 0 for a new encoder.
    pub(super) learnt: usize,
    /// What a user should know of it.
    pub(super) notes: Vec<String>,
}

/// The stream of a run's seed that the first weights of a new encoder are drawn from.
const BEGINNING: u64 = 0x41e1;

/// Words whose pieces are remembered while corpora are read.
pub(super) const REMEMBERED: usize = 1 << 20;

impl Beginning {
    /// Reads it.
    pub(super) fn new(recipe: &Recipe, job: &Job) -> Result<Beginning, Error> {
        let mut beginning = match (recipe.model.init.as_slice(), &recipe.model.tokenizer, &recipe.model.shape) {
            ([first], tokenizer, Some(shape)) => Beginning::grown(first, (tokenizer.as_deref(), shape), recipe, job)?,
            ([first, others @ ..], _, None) => {
                let folder = find(job, first, "model.init", "config.json")?;
                let config = Config::open(&folder)?;
                let mut weights = vec![weights::read(&folder, &config)?];
                let mut reached = learnt(&folder, &config)?;
                for (i, other) in others.iter().enumerate() {
                    let key = format!("model.init.{}", i + 1);
                    let other = find(job, other, &key, "config.json")?;
                    let differs = |what: &str| {
                        let message =
                            format!("wanted models that began as one, found another {what} in {}", other.display());
                        Err(job.recipe.error(&key, message))
                    };
                    if Config::open(&other)? != config {
                        return differs("config.json");
                    }
                    if !same_file(&folder, &other, "tokenizer.json")? {
                        return differs("tokenizer.json");
                    }
                    let read = weights::read(&other, &config)?;
                    if !read.keys().eq(weights[0].keys()) {
                        return differs("choice of heads");
                    }
                    weights.push(read);
                    reached = reached.min(learnt(&other, &config)?);
                }
                Beginning { learnt: reached, ..Beginning::around(folder, Some((config, mean(weights))), recipe, job)? }
            }
            ([], Some(tokenizer), Some(_)) => {
                let folder = find(job, tokenizer, "model.tokenizer", "tokenizer.json")?;
                Beginning::around(folder, None, recipe, job)?
            }
            _ => return Err(job.recipe.error("model", "wanted `init`, or `shape` and `tokenizer`, found neither")),
        };
        beginning.fit(recipe, job)?;
        Ok(beginning)
    }

    /// A larger model that begins as a smaller one.
    fn grown(
        init: &str,
        (tokenizer, shape): (Option<&str>, &Shape),
        recipe: &Recipe,
        job: &Job,
    ) -> Result<Beginning, Error> {
        let folder = find(job, init, "model.init", "config.json")?;
        let old = Config::open(&folder)?;
        let mut weights = weights::read(&folder, &old)?;
        let words = match tokenizer {
            Some(name) => find(job, name, "model.tokenizer", "tokenizer.json")?,
            None => folder.clone(),
        };
        let [before, after] = [&folder, &words].map(|folder| files::vocabulary(folder));
        let (before, after) = (before?, after?);
        let mut config = shape.config(after.len(), old.token_types, (&job.recipe, "model.shape"))?;
        config.labels = old.labels.clone();
        if let Some(message) = grow::misfit(&old, &config) {
            return Err(job.recipe.error("model.shape", message));
        }
        let vectors = shape.vectors(&config, (job, "model.shape"))?;
        let table = &weights["embeddings.word"];
        let (table, lacked) = grow::word_table(table, (&before, &after), vectors.as_ref()).map_err(|token| {
            let message = format!("wanted vectors for pieces that `init` lacks, such as `{token}`, found none");
            job.recipe.error("model.shape.vectors", message)
        })?;
        weights.insert("embeddings.word".into(), table);
        let weights = grow::grow(&weights, (&old, &config));
        let before = settings(&folder)?;
        let mut beginning = Beginning::around(words, Some((config, weights)), recipe, job)?;
        if recipe.model.normaliser.is_none() {
            beginning.settings.normaliser = before.normaliser;
        }
        beginning.notes.push(format!("grown from {init}; {lacked} of {} pieces are new", after.len()));
        Ok(beginning)
    }

    fn around(
        folder: PathBuf,
        model: Option<(Config, Weights)>,
        recipe: &Recipe,
        job: &Job,
    ) -> Result<Beginning, Error> {
        let path = folder.join("tokenizer.json");
        let tokenizer = side::read(&path, side::LIST).map_err(Error::io(&path))?;
        let mut settings = settings(&folder)?;
        settings.normaliser = match (recipe.model.normaliser, &model) {
            (Some(Spelling::Full), _) => Normaliser::FULL,
            (Some(Spelling::None), _) => Normaliser::default(),
            (None, Some(_)) => settings.normaliser,
            (None, None) => Normaliser::FULL,
        };
        settings.temperature = 1.0;
        settings.conventions = recipe.conventions.clone();
        let (config, weights) = match (model, &recipe.model.shape) {
            (Some((config, weights)), _) => (config, weights),
            (None, Some(shape)) => {
                let encoder = Encoder::new(&tokenizer, &path.display().to_string(), settings.normaliser, 16, 0)?;
                let types = recipe.conventions.len();
                let config = shape.config(encoder.vocab_size(), types, (&job.recipe, "model.shape"))?;
                let mut rng = Rng::new(recipe.train.seed).fork(BEGINNING);
                let weights = shape.beginning(&config, (job, "model.shape"), &mut rng)?;
                (config, weights)
            }
            (None, None) => return Err(job.recipe.error("model", "wanted `shape`, found none")),
        };
        Ok(Beginning { config, weights, tokenizer, folder, settings, learnt: 0, notes: Vec::new() })
    }

    /// Makes the model one of the recipe's labels, conventions and dropout.
    fn fit(&mut self, recipe: &Recipe, job: &Job) -> Result<(), Error> {
        let labels: Vec<String> = recipe.labels().tags().iter().map(ToString::to_string).collect();
        if self.config.labels != labels {
            let had = self.weights.remove("classifier.weight").is_some();
            self.weights.remove("classifier.bias");
            if had {
                self.notes.push("the classifier begins anew: its labels differ from the recipe's".into());
            }
            self.config.labels = labels;
        }
        let wanted = recipe.conventions.len();
        if self.config.token_types == 0 && wanted > 1 {
            let message =
                format!("wanted one for a {} model (it has no token types), found {wanted}", self.config.model_type);
            return Err(job.recipe.error("conventions", message));
        }
        if self.config.token_types > 0 && self.config.token_types < wanted {
            self.config.token_types = wanted;
            if let Some(types) = self.weights.get_mut("embeddings.type") {
                repeat_first_row(types, wanted);
            }
        }
        if let Some(dropout) = recipe.model.dropout {
            self.config.dropout = dropout;
            self.config.attention_dropout = dropout;
            self.config.classifier_dropout = dropout;
        }
        let most = self.config.max_tokens();
        let [_, longest] = recipe.examples.window;
        if longest > most || recipe.tagging.window.is_some_and(|window| window > most) {
            let key = if longest > most { "examples.window" } else { "tagging.window" };
            return Err(job
                .recipe
                .error(key, format!("wanted windows within the model's {most} tokens, found longer ones")));
        }
        Ok(())
    }

    /// The tokenizer with windows of so many tokens.
    pub(super) fn encoder(&self, window: usize, overlap: usize) -> Result<Encoder, Error> {
        let origin = self.folder.join("tokenizer.json").display().to_string();
        let encoder = Encoder::new(&self.tokenizer, &origin, self.settings.normaliser, window, overlap)?;
        let (found, wanted) = (encoder.vocab_size(), self.config.vocab_size);
        if found > wanted {
            let message = format!("wanted ids below the model's vocabulary of {wanted}, found {}", found - 1);
            return Err(Error::data(origin, message));
        }
        Ok(encoder)
    }
}

/// Whether both folders have the same file of that name.
fn same_file(one: &Path, other: &Path, name: &str) -> Result<bool, Error> {
    let read = |folder: &Path| side::read(&folder.join(name), side::LIST).map_err(Error::io(folder.join(name)));
    Ok(read(one)? == read(other)?)
}

/// The mean of each weight; all have the same ones.
fn mean(all: Vec<Weights>) -> Weights {
    let share = 1.0 / all.len() as f32;
    let mut all = all.into_iter();
    let mut sum = all.next().unwrap_or_default();
    for other in all {
        for (sum, weight) in sum.values_mut().zip(other.values()) {
            sum.values.iter_mut().zip(&weight.values).for_each(|(sum, x)| *sum += x);
        }
    }
    sum.values_mut().flat_map(|weight| &mut weight.values).for_each(|x| *x *= share);
    sum
}

/// New rows are what the first one is: a convention begins as the default one.
fn repeat_first_row(table: &mut Weight, rows: usize) {
    let width = table.shape.get(1).copied().unwrap_or_default();
    let first = table.values[..width].to_vec();
    while table.shape[0] < rows {
        table.values.extend_from_slice(&first);
        table.shape[0] += 1;
    }
}

/// The folder of that name beside the output folder, or in the working folder.
pub(super) fn find(job: &Job, name: &str, key: &str, file: &str) -> Result<PathBuf, Error> {
    let beside = job.out.parent().unwrap_or(Path::new("")).join(name);
    let places = [beside, PathBuf::from(name)];
    places.iter().find(|folder| folder.join(file).is_file()).cloned().ok_or_else(|| {
        let [beside, here] = places.each_ref().map(|p| p.display().to_string());
        job.recipe.error(key, format!("wanted a folder with {file}, found none at {beside} nor at {here}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_taken_weight_by_weight() {
        let weights = |entries: &[(&str, &[f32])]| -> Weights {
            let weight = |values: &[f32]| Weight { shape: vec![values.len()], values: values.to_vec() };
            entries.iter().map(|(name, values)| ((*name).to_owned(), weight(values))).collect()
        };
        let all = vec![
            weights(&[("a", &[1.0, 2.0]), ("b", &[4.0])]),
            weights(&[("a", &[3.0, 0.0]), ("b", &[-2.0])]),
            weights(&[("a", &[5.0, 4.0]), ("b", &[4.0])]),
        ];
        assert_eq!(mean(all), weights(&[("a", &[3.0, 2.0]), ("b", &[2.0])]));
        let one = weights(&[("a", &[1.5])]);
        assert_eq!(mean(vec![one.clone()]), one);
    }
}
