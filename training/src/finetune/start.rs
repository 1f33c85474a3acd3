//! What a fine-tuning starts as: a model folder read, or a new encoder around a tokenizer.

use super::recipe::{Recipe, Spelling};
use crate::Error;
use crate::model::grow;
use crate::model::origin::Origin;
use crate::model::shape::Shape;
use crate::run::job::Job;
use crate::text::tokenizer::files;
use alam::encode::Encoder;
use alam::normalise::Normaliser;
use alam::settings::Settings;
use alam_models::weights::{Weight, Weights};
use alam_models::{Config, Rng};

/// A model before its first step.
#[derive(Debug)]
pub(super) struct Beginning {
    /// What it is, with the recipe's labels.
    pub(super) config: Config,
    /// Weights that are there already.
    pub(super) weights: Weights,
    /// `tokenizer.json`.
    pub(super) tokenizer: Vec<u8>,
    /// Where that came from.
    pub(super) origin: Origin,
    /// `tagger.json`, as the model will have it.
    pub(super) settings: Settings,
    /// The longest sequences whose positions it has learnt; 0 for a new encoder.
    pub(super) learnt: usize,
    /// Types of names that it knows before the first step.
    pub(super) known: Vec<String>,
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
                let origin = Origin::find(job, first, "model.init", "config.json")?;
                let config = origin.config()?;
                let mut weights = vec![origin.weights(&config)?];
                let mut reached = origin.learnt(&config)?;
                for (i, other) in others.iter().enumerate() {
                    let key = format!("model.init.{}", i + 1);
                    let other = Origin::find(job, other, &key, "config.json")?;
                    let differs = |what: &str| {
                        let message = format!("wanted models that began as one, found another {what} in {other}");
                        Err(job.recipe.error(&key, message))
                    };
                    if other.config()? != config {
                        return differs("config.json");
                    }
                    if origin.tokenizer()? != other.tokenizer()? {
                        return differs("tokenizer.json");
                    }
                    let read = other.weights(&config)?;
                    if !read.keys().eq(weights[0].keys()) {
                        return differs("choice of heads");
                    }
                    weights.push(read);
                    reached = reached.min(other.learnt(&config)?);
                }
                Beginning { learnt: reached, ..Beginning::around(origin, Some((config, mean(weights))), recipe, job)? }
            }
            ([], Some(tokenizer), Some(_)) => {
                let origin = Origin::find(job, tokenizer, "model.tokenizer", "tokenizer.json")?;
                Beginning::around(origin, None, recipe, job)?
            }
            _ => return Err(job.recipe.error("model", "wanted `init`, or `shape` and `tokenizer`, found neither")),
        };
        let known = match recipe.model.init.first() {
            Some(first) => Origin::find(job, first, "model.init", "config.json")?.settings()?.conventions,
            None => Vec::new(),
        };
        beginning.fit(recipe, &known, job)?;
        Ok(beginning)
    }

    /// A larger model that begins as a smaller one.
    fn grown(
        init: &str,
        (tokenizer, shape): (Option<&str>, &Shape),
        recipe: &Recipe,
        job: &Job,
    ) -> Result<Beginning, Error> {
        let origin = Origin::find(job, init, "model.init", "config.json")?;
        let old = origin.config()?;
        let mut weights = origin.weights(&old)?;
        let words = match tokenizer {
            Some(name) => Origin::find(job, name, "model.tokenizer", "tokenizer.json")?,
            None => origin.clone(),
        };
        let vocabulary = |of: &Origin| files::vocabulary_of(&of.tokenizer()?, &of.place("tokenizer.json"));
        let [before, after] = [&origin, &words].map(vocabulary);
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
        let before = origin.settings()?;
        let mut beginning = Beginning::around(words, Some((config, weights)), recipe, job)?;
        if recipe.model.normaliser.is_none() {
            beginning.settings.normaliser = before.normaliser;
        }
        beginning.notes.push(format!("grown from {init}; {lacked} of {} pieces are new", after.len()));
        Ok(beginning)
    }

    fn around(
        origin: Origin,
        model: Option<(Config, Weights)>,
        recipe: &Recipe,
        job: &Job,
    ) -> Result<Beginning, Error> {
        let tokenizer = origin.tokenizer()?;
        let mut settings = origin.settings()?;
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
                let encoder = Encoder::new(&tokenizer, &origin.place("tokenizer.json"), settings.normaliser, 16, 0)?;
                let types = recipe.conventions.len();
                let config = shape.config(encoder.vocab_size(), types, (&job.recipe, "model.shape"))?;
                let mut rng = Rng::new(recipe.train.seed).fork(BEGINNING);
                let weights = shape.beginning(&config, (job, "model.shape"), &mut rng)?;
                (config, weights)
            }
            (None, None) => return Err(job.recipe.error("model", "wanted `shape`, found none")),
        };
        Ok(Beginning { config, weights, tokenizer, origin, settings, learnt: 0, known: Vec::new(), notes: Vec::new() })
    }

    /// Makes the model one of the recipe's labels, conventions and dropout; `known` are the conventions that it has learnt.
    fn fit(&mut self, recipe: &Recipe, known: &[String], job: &Job) -> Result<(), Error> {
        self.label(recipe);
        let begins = match &recipe.model.convention {
            None => 0,
            Some(name) => known.iter().position(|known| known == name).ok_or_else(|| {
                let known = if known.is_empty() { "a model that has some".to_owned() } else { known.join(", ") };
                job.recipe.error("model.convention", format!("wanted one of `init`, {known}, found `{name}`"))
            })?,
        };
        let wanted = recipe.conventions.len();
        if self.config.token_types == 0 && wanted > 1 {
            let message =
                format!("wanted one for a {} model (it has no token types), found {wanted}", self.config.model_type);
            return Err(job.recipe.error("conventions", message));
        }
        if self.config.token_types > 0 && self.config.token_types < wanted {
            self.config.token_types = wanted;
        }
        if let Some(types) = self.weights.get_mut("embeddings.type") {
            let name = |row: usize| recipe.conventions.get(row).map(String::as_str);
            let from = |row: usize| match name(row) {
                Some(name) => known.iter().position(|known| known == name).unwrap_or(begins),
                None if row == 0 => begins,
                None => row,
            };
            // A model that has learnt fewer begins the others as its first one.
            let there = types.shape[0];
            let rows = (0..self.config.token_types).map(|row| Some(from(row)).filter(|&row| row < there).or(Some(0)));
            *types = chosen(types, &rows.collect::<Vec<_>>());
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

    /// Gives the classifier the recipe's labels: what it knows of those that it has already stays.
    fn label(&mut self, recipe: &Recipe) {
        let labels: Vec<String> = recipe.labels().tags().iter().map(ToString::to_string).collect();
        let there = self.weights.contains_key("classifier.weight");
        if self.config.labels == labels {
            self.known = if there { recipe.types.clone() } else { Vec::new() };
            return;
        }
        let before = std::mem::replace(&mut self.config.labels, labels);
        let rows: Vec<Option<usize>> =
            self.config.labels.iter().map(|label| before.iter().position(|known| known == label)).collect();
        let kept = |label: &String| before.contains(&format!("B-{label}"));
        let (known, new): (Vec<&String>, Vec<&String>) = recipe.types.iter().partition(|label| kept(label));
        let [weight, bias] = ["classifier.weight", "classifier.bias"].map(|name| self.weights.remove(name));
        let (Some(weight), Some(bias)) = (weight, bias) else { return };
        let list = |of: &[&String]| of.iter().map(|label| label.as_str()).collect::<Vec<_>>().join(", ");
        if known.is_empty() {
            self.notes.push("the classifier begins anew: `init` knows none of the recipe's types".into());
            return;
        }
        let anew = if new.is_empty() { String::new() } else { format!("; new to it: {}", list(&new)) };
        self.notes.push(format!("the classifier keeps what it knows of {}{anew}", list(&known)));
        self.known = known.into_iter().cloned().collect();
        self.weights.insert("classifier.weight".into(), chosen(&weight, &rows));
        self.weights.insert("classifier.bias".into(), chosen(&bias, &rows));
    }

    /// The tokenizer with windows of so many tokens.
    pub(super) fn encoder(&self, window: usize, overlap: usize) -> Result<Encoder, Error> {
        let origin = self.origin.place("tokenizer.json");
        let encoder = Encoder::new(&self.tokenizer, &origin, self.settings.normaliser, window, overlap)?;
        let (found, wanted) = (encoder.vocab_size(), self.config.vocab_size);
        if found > wanted {
            let message = format!("wanted ids below the model's vocabulary of {wanted}, found {}", found - 1);
            return Err(Error::data(origin, message));
        }
        Ok(encoder)
    }
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

/// Rows of a table, or numbers of a vector; those that are not there are zeros.
fn chosen(weight: &Weight, rows: &[Option<usize>]) -> Weight {
    let width: usize = weight.shape[1..].iter().product();
    let row = |row: &Option<usize>| match row.filter(|row| *row < weight.shape[0]) {
        Some(row) => weight.values[row * width..(row + 1) * width].to_vec(),
        None => vec![0.0; width],
    };
    let shape = std::iter::once(rows.len()).chain(weight.shape[1..].iter().copied()).collect();
    Weight { shape, values: rows.iter().flat_map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_chosen_and_those_that_are_not_there_are_zeros() {
        let table = Weight { shape: vec![2, 2], values: vec![1.0, 2.0, 3.0, 4.0] };
        let wanted = Weight { shape: vec![3, 2], values: vec![3.0, 4.0, 0.0, 0.0, 1.0, 2.0] };
        assert_eq!(chosen(&table, &[Some(1), None, Some(0)]), wanted);
        let vector = Weight { shape: vec![2], values: vec![1.0, 2.0] };
        assert_eq!(chosen(&vector, &[Some(1), None]), Weight { shape: vec![2], values: vec![2.0, 0.0] });
    }

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
