//! Fine-tuning on labelled text: tags at first pieces, and the letters before a name at the first word of one.

mod calibrate;
mod card;
mod dev;
mod folder;
mod guess;
pub(crate) mod joined;
mod recipe;
mod report;
pub(crate) mod start;
mod teacher;
mod window;

pub use recipe::Recipe;

use crate::Error;
use crate::data::augment::Gazetteer;
use crate::data::corpora::{self, Loaded, Place};
use crate::data::examples::{NONE, Plan, Stretches, Turn, Window};
use crate::model::reach::Reach;
use crate::recipe::Train;
use crate::run::evaluation::Evaluation;
use crate::run::job::Job;
use crate::run::memory;
use crate::run::objective::{OTHER_DATA, Objective};
use crate::run::part::Part;
use crate::run::progress;
use crate::run::summary::Summary;
use alam::clitics;
use alam::encode::Encoder;
use alam::labels::Labels;
use alam::tagger::{Options, Tagger};
use alam_models::encoder::{Head, Mode, Network};
use alam_models::heads::Loss;
use alam_models::parameters::Parameters;
use alam_models::weights::Weights;
use alam_models::{Input, Model, Precision, Rng};
use candle_core::Tensor;
use guess::Guess;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use start::Beginning;
use std::path::Path;
use teacher::Teacher;
use window::Windows;

/// Streams of the run's seed.
const INITIAL: u64 = 0x1417;
const NOISE: u64 = 0xa065;
const COPIES: u64 = 0xc095;

/// Learns tags and proclitics from labelled text.
#[derive(Debug)]
pub struct FineTune {
    recipe: Recipe,
    labels: Labels,
    beginning: Beginning,
    encoder: Encoder,
    network: Network,
    teacher: Option<Teacher>,
    guess: Option<Guess>,
    tag_loss: Loss,
    corpora: Vec<Stretches>,
    sources: Vec<Loaded>,
    /// Each dev set, and behind them their joined copies.
    dev: Vec<Loaded>,
    plan: Plan,
    noise: Noise,
    place: Position,
    batches: Vec<Vec<Window>>,
    fingerprint: String,
    windows: Windows,
}

/// Words whose pieces are remembered while corpora are read.
const REMEMBERED: usize = 1 << 20;

/// Where in the data a run is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Position {
    pass: u64,
    batch: usize,
}

/// What is saved of a fine-tuning. All its randomness follows from the seed and the position.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    position: Position,
    fingerprint: String,
}

/// What is done to the pieces of a window before they are learnt from.
#[derive(Debug, Clone)]
struct Noise {
    seed: u64,
    mask: f32,
    mask_id: Option<u32>,
    vocabulary: usize,
    drop_stop: f32,
    stops: Vec<u32>,
}

/// A batch with its targets.
#[derive(Debug)]
struct Batch {
    input: Input,
    /// The same words without noise, in the teacher's pieces: what it reads.
    clean: Input,
    rows: Vec<u32>,
    /// The same words in `clean`.
    clean_rows: Vec<u32>,
    /// The tag of each row; [`NONE`] where only the teacher knows it.
    tags: Vec<u32>,
    clitic_rows: Vec<u32>,
    clitics: Vec<u32>,
    /// Tokens that are hidden, and what stood there.
    hidden: Vec<(u32, u32)>,
}

impl FineTune {
    /// Reads the recipe and all data, and makes the network. Whatever cannot work is said here, before the first step.
    pub fn prepare(job: &Job) -> Result<(FineTune, Train), Error> {
        let recipe = Recipe::read(&job.recipe)?;
        let labels = recipe.labels();
        let mut beginning = Beginning::new(&recipe, job)?;
        let note = |text: &str| progress::note(job.show, text);
        beginning.notes.iter().for_each(|text| note(text));
        let [shortest, longest] = recipe.examples.window;
        let encoder = beginning.encoder(longest, 0)?;
        let sources = load_all(&recipe, job, "corpora", &labels)?;
        let dev = load_all(&recipe, job, "dev", &labels)?;
        let gazetteer = Gazetteer::read(&recipe.gazetteers, &recipe.types, job)?;
        let teacher = recipe.teacher.as_ref().map(|t| Teacher::open(t, job, &beginning)).transpose()?;
        let taught = teacher.as_ref().and_then(Teacher::encoder);
        // Rare words are most of what a raw text asks a tokenizer for.
        let reader = beginning.encoder(longest, 0)?.remembering(REMEMBERED);
        let corpora = copies(&recipe, &sources, &gazetteer, |copy| Stretches::new(copy, &labels, &reader, taught));
        drop(reader);
        check_targets(&recipe, job, &corpora, &labels, &dev)?;
        for (source, copies) in sources.iter().zip(corpora.chunks(recipe.augment.copies)) {
            note(&copies[0].describe(source));
        }
        let (before, behind) = encoder.special();
        let plan = Plan {
            seed: recipe.train.seed,
            window: (shortest, longest),
            special: before.len() + behind.len(),
            budget: recipe.train.micro_tokens(),
        };
        let mut heads = vec![Head { name: "classifier".into(), outputs: labels.tags().len() }];
        if recipe.has_clitics() {
            heads.push(Head { name: "clitics".into(), outputs: clitics::CLASSES });
        }
        memory::check(&[&beginning.config], &recipe.train, job)?;
        let mut rng = Rng::new(recipe.train.seed).fork(INITIAL);
        let place = (&job.device, recipe.train.arithmetic.into());
        let mut network = Network::new(&beginning.config, &heads, &beginning.weights, &mut rng, place)?;
        let guess = Guess::new(&recipe, &mut network, &corpora, &mut rng)?;
        let tag_loss = Loss { smoothing: recipe.examples.label_smoothing, class_weights: recipe.class_weights() };
        let noise = Noise::new(&recipe, &encoder, beginning.config.vocab_size);
        let fingerprint = fingerprint(&corpora, &dev);
        let train = recipe.train.clone();
        let batches = plan.pass(&corpora, 0);
        // Other passes are cut anew by the same rules: the shares of their lengths are those of the first.
        let reach: Reach = batches.iter().flatten().map(|window| window.tokens as usize).collect();
        let windows = Windows::new(&recipe, job, &reach, beginning.learnt)?;
        (beginning.settings.window, beginning.settings.overlap) = (windows.window, windows.overlap);
        note(&format!("sequences of up to {} tokens are learnt; windows hold {}", windows.learnt, windows.window));
        let whole = beginning.encoder(windows.window, 0)?;
        let copies = dev.iter().map(|set| joined::joined(set, &whole)).collect::<Result<Vec<_>, _>>()?;
        let dev = [dev, copies].concat();
        let place = Position::default();
        let fine_tune = FineTune {
            recipe,
            labels,
            beginning,
            encoder,
            network,
            teacher,
            guess,
            tag_loss,
            corpora,
            sources,
            dev,
            plan,
            noise,
            place,
            batches,
            fingerprint,
            windows,
        };
        Ok((fine_tune, train))
    }

    /// [`FineTune::prepare`] for a student: a recipe without a teacher is refused.
    pub fn distil(job: &Job) -> Result<(FineTune, Train), Error> {
        if Recipe::read(&job.recipe)?.teacher.is_none() {
            let message = "wanted a `[teacher]` table with the models to learn from, found none\ntip: `alam-train finetune` \
                           learns from labels alone";
            return Err(job.recipe.error("teacher", message));
        }
        FineTune::prepare(job)
    }

    /// A proclitic's row counts as much as `clitic_factor` tags. A batch without any still reaches the head, with as good as
    /// nothing: the optimiser takes a parameter without a gradient for a fault of the network.
    fn clitic_loss(&self, batch: &Batch, hidden: &Tensor, mode: &mut Mode<'_>) -> Result<Tensor, Error> {
        if batch.clitic_rows.is_empty() {
            let logits = self.network.scores("clitics", hidden, &batch.rows[..1], mode)?;
            // Not 0: candle does not go back through a product with it.
            return Ok((logits.sum_all()? * 1e-30)?);
        }
        let logits = self.network.scores("clitics", hidden, &batch.clitic_rows, mode)?;
        let loss = Loss::default().cross_entropy(&logits, &batch.clitics, &[])?;
        let share = batch.clitic_rows.len() as f64 / batch.rows.len() as f64;
        Ok((loss * (f64::from(self.recipe.examples.clitic_factor) * share))?)
    }

    /// The stream that a batch's noise comes from.
    fn place_of_noise(&self) -> u64 {
        NOISE ^ (self.place.pass << 24) ^ self.place.batch as u64
    }

    fn batch(&self, windows: &[Window]) -> Batch {
        let token_type = self.corpora[windows[0].corpus as usize].token_type;
        let mut batch = Batch {
            input: Input::new(token_type),
            clean: Input::new(token_type),
            rows: Vec::new(),
            clean_rows: Vec::new(),
            tags: Vec::new(),
            clitic_rows: Vec::new(),
            clitics: Vec::new(),
            hidden: Vec::new(),
        };
        let mut rng = Rng::new(self.noise.seed).fork(self.place_of_noise());
        let (before, behind) = self.encoder.special();
        for window in windows {
            let stretch = &self.corpora[window.corpus as usize].list[window.stretch as usize];
            let (first, mut end) = (window.first as usize, window.end as usize);
            let mut pieces = stretch.pieces(first, end).to_vec();
            if self.noise.drops_stop(&pieces, &mut rng) && end - first > 1 && stretch.pieces(end - 1, end).len() == 1 {
                end -= 1;
                pieces.pop();
            }
            if let Some(teacher) = &self.teacher {
                let read = teacher.window(stretch, &pieces, (first, end));
                let first_window = batch.clean.len();
                read.windows.iter().for_each(|window| batch.clean.push(&window.ids));
                let rows =
                    read.sources.iter().map(|(window, row)| batch.clean.bounds[first_window + window] as u32 + row);
                batch.clean_rows.extend(rows);
            }
            let base = (batch.input.ids.len() + before.len()) as u32;
            batch.hidden.extend(self.noise.mask(&mut pieces, &mut rng).iter().map(|(at, id)| (base + at, *id)));
            for word in &stretch.words[first..end] {
                let row = base + word.first - stretch.words[first].first;
                if word.tag != NONE || self.teacher.is_some() {
                    batch.rows.push(row);
                    batch.tags.push(word.tag.into());
                }
                if word.clitic != NONE {
                    batch.clitic_rows.push(row);
                    batch.clitics.push(word.clitic.into());
                }
            }
            batch.input.push(&[before, &pieces, behind].concat());
        }
        batch
    }

    /// The tagger of weights, as the model folder would open.
    fn tagger(&self, weights: &Weights, options: Options) -> Result<Tagger, Error> {
        let model = Model::from_weights(&self.beginning.config, weights, Precision::F32)?;
        let settings = self.beginning.settings.clone();
        let encoder = self.beginning.encoder(settings.window, settings.overlap)?;
        Ok(Tagger::from_parts(model, encoder, settings, options)?)
    }
}

impl Objective for FineTune {
    fn parameters(&self) -> &Parameters {
        self.network.parameters()
    }

    /// Steps of the whole run: as many as the recipe says, or as its passes have.
    fn steps(&self, train: &Train) -> Result<u64, Error> {
        let Some(passes) = train.passes else { return Ok(train.steps.unwrap_or(1)) };
        let mut batches = 0.0;
        for pass in 0..passes.ceil() as u64 {
            let share = (passes - pass as f64).min(1.0);
            batches += share * self.plan.pass(&self.corpora, pass).len() as f64;
        }
        Ok(((batches / train.parts() as f64).round() as u64).max(1))
    }

    fn next(&mut self, dropout: &mut Rng) -> Result<Part, Error> {
        if self.place.batch >= self.batches.len() {
            self.place = Position { pass: self.place.pass + 1, batch: 0 };
            self.batches = self.plan.pass(&self.corpora, self.place.pass);
        }
        let windows = &self.batches[self.place.batch];
        let batch = self.batch(windows);
        let stream = self.place_of_noise();
        self.place.batch += 1;
        let tokens = batch.input.ids.len();
        let words = windows.iter().map(|w| (w.end - w.first) as usize).sum();
        let mut mode = Mode::Train(dropout);
        let hidden = self.network.hidden(&batch.input, &mut mode)?;
        let logits = self.network.scores("classifier", &hidden, &batch.rows, &mut mode)?;
        let mut loss = match &self.teacher {
            Some(teacher) => teacher.loss(&batch, &logits, &self.tag_loss)?,
            None => self.tag_loss.cross_entropy(&logits, &batch.tags, &[])?,
        };
        if self.recipe.has_clitics() {
            loss = (loss + self.clitic_loss(&batch, &hidden, &mut mode)?)?;
        }
        if let Some(guess) = &self.guess {
            loss = (loss + guess.loss(&self.network, &hidden, &batch, stream)?)?;
        }
        Ok(Part { loss, weight: batch.rows.len() as f32, tokens, words })
    }

    fn evaluate(&mut self) -> Result<Evaluation, Error> {
        let weights = self.network.parameters().to_weights()?;
        dev::evaluate(&self.dev, &self.recipe, &|options| self.tagger(&weights, options))
    }

    fn state(&self) -> Result<serde_json::Value, Error> {
        let saved = Saved { position: self.place, fingerprint: self.fingerprint.clone() };
        serde_json::to_value(saved).map_err(|e| Error::Run(format!("state of the run: {e}")))
    }

    fn restore(&mut self, state: &serde_json::Value) -> Result<(), Error> {
        let saved: Saved =
            serde_json::from_value(state.clone()).map_err(|e| Error::Run(format!("state of the run: {e}")))?;
        if saved.fingerprint != self.fingerprint {
            return Err(Error::data("corpora", OTHER_DATA));
        }
        self.place = saved.position;
        self.batches = self.plan.pass(&self.corpora, self.place.pass);
        Ok(())
    }

    /// Writes a model folder; at the end of the run with a fitted temperature and the card.
    fn save(&mut self, folder: &Path, summary: &Summary<'_>) -> Result<(), Error> {
        folder::write(self, folder, summary)
    }
}

fn load_all(recipe: &Recipe, job: &Job, table: &'static str, labels: &Labels) -> Result<Vec<Loaded>, Error> {
    let corpora = if table == "dev" { &recipe.dev } else { &recipe.corpora };
    let load = |(index, corpus)| corpora::load(corpus, Place { job, table, index }, labels, &recipe.conventions);
    corpora.iter().enumerate().map(load).collect()
}

/// The copies of each corpus, one corpus after the other.
fn copies(
    recipe: &Recipe,
    sources: &[Loaded],
    gazetteer: &Gazetteer,
    stretches: impl Fn(&Loaded) -> Stretches + Sync,
) -> Vec<Stretches> {
    let of = recipe.augment.copies as u64;
    let all: Vec<(usize, u64)> =
        (0..sources.len()).flat_map(|source| (0..of).map(move |copy| (source, copy))).collect();
    let make = |&(source, copy): &(usize, u64)| {
        // Text without names has no other copies.
        if sources[source].corpus.unlabelled {
            let none = Loaded { documents: Vec::new(), doubtful: Vec::new(), ..sources[source].clone() };
            return stretches(if copy == 0 { &sources[source] } else { &none });
        }
        let mut rng = Rng::new(recipe.train.seed).fork(COPIES).fork((source as u64) << 32 | copy);
        let made = stretches(&recipe.augment.copy(&sources[source], gazetteer, &mut rng));
        Stretches { turn: Turn { copy, of }, ..made }
    };
    all.par_iter().map(make).collect()
}

/// Refuses data that nothing can be learnt from or measured on.
fn check_targets(
    recipe: &Recipe,
    job: &Job,
    corpora: &[Stretches],
    labels: &Labels,
    dev: &[Loaded],
) -> Result<(), Error> {
    let words = || corpora.iter().flat_map(|c| &c.list).flat_map(|s| &s.words);
    if words().next().is_none() {
        return Err(job.recipe.error("corpora", "wanted words to learn from, found none"));
    }
    let mut seen = vec![false; labels.tags().len()];
    words().filter(|w| w.tag != NONE).for_each(|w| seen[usize::from(w.tag)] = true);
    // What nobody has labelled may hold names of any type.
    let taught = words().any(|w| w.tag == NONE);
    for (tag, _) in labels.tags().iter().zip(&seen).filter(|(_, seen)| !**seen && !taught) {
        if let alam::labels::Tag::B(label) = tag {
            return Err(job
                .recipe
                .error("types", format!("wanted names of every type in the corpora, found no `{label}`")));
        }
    }
    if recipe.has_clitics() && words().all(|w| w.clitic == NONE) {
        let message = "wanted a corpus with `clitics` or `clitics_from` to learn them from, found no proclitic";
        return Err(job.recipe.error("model.clitics", message));
    }
    for (i, set) in dev.iter().enumerate() {
        if !set.documents.iter().flat_map(|d| &d.entities).any(|e| set.corpus.scores(&e.label)) {
            let message = format!("wanted a dev set with names to find, found none in `{}`", set.corpus.name());
            return Err(job.recipe.error(&format!("dev.{i}"), message));
        }
    }
    Ok(())
}

/// Tells one set of examples, and of dev sets, from another.
fn fingerprint(corpora: &[Stretches], dev: &[Loaded]) -> String {
    let mut hash = Sha256::new();
    for stretch in corpora.iter().flat_map(|c| &c.list) {
        stretch.ids.iter().for_each(|id| hash.update(id.to_le_bytes()));
        stretch.words.iter().for_each(|w| hash.update([w.tag, w.clitic]));
    }
    for document in dev.iter().flat_map(|set| &set.documents) {
        hash.update(&document.text);
        for entity in &document.entities {
            hash.update(format!("\0{}..{} {}", entity.span.start(), entity.span.end(), entity.label));
        }
    }
    hash.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect()
}

impl Noise {
    fn new(recipe: &Recipe, encoder: &Encoder, vocabulary: usize) -> Noise {
        let mask_id = ["[MASK]", "<mask>"].iter().find_map(|token| encoder.token_id(token));
        let stops = [".", "؟", "!", "…"].iter().map(|stop| encoder.pieces(stop));
        let stops = stops.filter(|pieces| pieces.len() == 1).flatten().collect();
        let (mask, drop_stop) = (recipe.examples.mask, recipe.examples.drop_stop);
        Noise { seed: recipe.train.seed, mask, mask_id, vocabulary, drop_stop, stops }
    }

    fn drops_stop(&self, pieces: &[u32], rng: &mut Rng) -> bool {
        self.drop_stop > 0.0 && pieces.last().is_some_and(|p| self.stops.contains(p)) && rng.uniform() < self.drop_stop
    }

    /// Hides pieces; returns their places and what stood there.
    fn mask(&self, pieces: &mut [u32], rng: &mut Rng) -> Vec<(u32, u32)> {
        let mut hidden = Vec::new();
        if self.mask <= 0.0 {
            return hidden;
        }
        for (at, piece) in pieces.iter_mut().enumerate() {
            if rng.uniform() < self.mask {
                hidden.push((at as u32, *piece));
                *piece = match self.mask_id {
                    Some(id) if rng.uniform() < 0.8 => id,
                    _ => rng.below(self.vocabulary) as u32,
                };
            }
        }
        hidden
    }
}
