//! From a recipe to a fine-tuning that can begin.

use super::FineTune;
use super::guess::Guess;
use super::joined::joined;
use super::noise::Noise;
use super::position::Position;
use super::recipe::Recipe;
use super::start::{Beginning, REMEMBERED};
use super::teacher::Teacher;
use super::window::Windows;
use crate::Error;
use crate::data::augment::Gazetteer;
use crate::data::corpora::{self, Loaded};
use crate::data::corpus::Place;
use crate::data::examples::{Stretches, Turn};
use crate::data::plan::Plan;
use crate::data::stretch::NONE;
use crate::model::reach::Reach;
use crate::run::job::Job;
use crate::run::memory;
use crate::run::progress;
use crate::run::train::Train;
use alam::clitics::CLASSES;
use alam::labels::{Labels, Tag};
use alam_models::Rng;
use alam_models::encoder::{Head, Network};
use alam_models::heads::Loss;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

/// Streams of the run's seed.
const INITIAL: u64 = 0x1417;
const COPIES: u64 = 0xc095;

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
        if recipe.augment.latin > 0.0 && !gazetteer.has_latin() {
            return Err(job
                .recipe
                .error("augment.latin", "wanted names in Latin letters in `[[gazetteers]]`, found none"));
        }
        let begins = recipe.model.convention.as_deref();
        let teacher = recipe.teacher.as_ref().map(|t| Teacher::open(t, begins, job, &beginning)).transpose()?;
        let taught = teacher.as_ref().and_then(Teacher::encoder);
        // Rare words are most of what a raw text asks a tokenizer for.
        let reader = beginning.encoder(longest, 0)?.remembering(REMEMBERED);
        let corpora = copies(&recipe, &sources, &gazetteer, |copy| Stretches::new(copy, &labels, &reader, taught));
        drop(reader);
        check_targets(&recipe, job, &corpora, (&labels, &beginning.known), &dev)?;
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
        let kept = beginning.weights.contains_key("clitics.weight") && recipe.model.clitics != Some(false);
        let clitics = recipe.has_clitics() || kept;
        if clitics {
            heads.push(Head { name: "clitics".into(), outputs: CLASSES });
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
        let copies = dev.iter().map(|set| joined(set, &whole)).collect::<Result<Vec<_>, _>>()?;
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
            clitics,
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
    (labels, known): (&Labels, &[String]),
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
        if let Tag::B(label) = tag
            && !known.iter().any(|known| **known == **label)
        {
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
