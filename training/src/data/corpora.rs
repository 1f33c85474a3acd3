//! Corpora, read and checked before anything is trained.

use super::corpus::{Corpus, Place, reading};
use super::{clitics, hub};
use crate::Error;
use crate::run::progress;
use alam::document::{Document, Entity};
use alam::formats::{self, InputFormat, ReadOptions, conll};
use alam::labels::Labels;
use alam_models::Rng;
use std::collections::{BTreeMap, BTreeSet};

/// Where the draws of [`Corpus::sample`] come from.
const SAMPLE: u64 = 0x5a3e;

/// A corpus that has been read.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// What the recipe says of it.
    pub corpus: Corpus,
    /// Its token type.
    pub token_type: u32,
    /// Its documents, with names of the recipe's types alone.
    pub documents: Vec<Document>,
    /// For each document the names, by their first byte, of which it is not known where in their word they begin.
    pub doubtful: Vec<BTreeSet<usize>>,
    /// Whether it is the copy of a dev set whose neighbouring sentences were joined.
    pub joined: bool,
}

/// Reads a corpus. Any broken record ends it: nothing should be trained on half a corpus.
pub fn load(corpus: &Corpus, place: Place<'_>, labels: &Labels, conventions: &[String]) -> Result<Loaded, Error> {
    check(corpus, place)?;
    let token_type = token_type(corpus, place, conventions)?;
    let file = corpus.path.as_ref().map(|path| place.job.data.join(path).display().to_string());
    let origin = file.unwrap_or_else(|| corpus.name().to_owned());
    let mut documents = documents(corpus, place)?;
    if corpus.unlabelled {
        documents.retain(|d| !d.text.trim().is_empty());
        documents.iter_mut().for_each(|d| d.entities.clear());
    }
    let mut doubtful = vec![BTreeSet::new(); documents.len()];
    if let Some(cut) = &corpus.clitics_from {
        let cut = place.job.data.join(cut);
        let tokens = formats::open(&cut, &ReadOptions::default())?.collect::<Result<Vec<Document>, _>>()?;
        let file = cut.display().to_string();
        doubtful = clitics::transfer(&mut documents, &tokens).map_err(|message| Error::data(file, message))?;
    }
    let share = |part: f64| (part * documents.len() as f64).round() as usize;
    let (first, end) = (share(corpus.range[0]), share(corpus.range[1]));
    let documents = &mut documents[first.min(end)..end];
    if documents.is_empty() {
        return Err(Error::data(origin, "wanted documents, found none"));
    }
    for document in &mut *documents {
        rename(document, corpus, labels).map_err(|message| Error::data(name_of(&origin, &document.id), message))?;
    }
    let doubtful = doubtful[first.min(end)..end].to_vec();
    Ok(Loaded { corpus: corpus.clone(), token_type, documents: documents.to_vec(), doubtful, joined: false })
}

/// The documents of a corpus with the types that it names itself, before anything is left out.
pub(crate) fn documents(corpus: &Corpus, place: Place<'_>) -> Result<Vec<Document>, Error> {
    let documents = match (&corpus.path, &corpus.hub) {
        (Some(path), _) => read(corpus, path, place)?,
        (None, Some(id)) => {
            let mut drawn = draws(corpus.sample);
            hub::load(corpus, id, place)?.into_iter().filter(|_| drawn()).collect()
        }
        (None, None) => return Err(place.error("path", "wanted `path` or `hub`, found neither".into())),
    };
    let columns: BTreeMap<_, &str> = documents.iter().rev().filter_map(|d| Some((d.columns?, d.id.as_str()))).collect();
    for (columns, id) in columns {
        progress::note(place.job.show, &format!("{id}: {columns}"));
    }
    Ok(documents)
}

/// The documents of a file in the folder with data.
fn read(corpus: &Corpus, name: &str, place: Place<'_>) -> Result<Vec<Document>, Error> {
    let path = place.job.data.join(name);
    match InputFormat::of_path(&path) {
        Some(
            InputFormat::Conll | InputFormat::Conllu | InputFormat::Jsonl | InputFormat::Json | InputFormat::Parquet,
        ) => {}
        Some(InputFormat::Text) if corpus.unlabelled => {}
        Some(InputFormat::Text) | None if conll::is_columns(&path) => {}
        _ => {
            let wanted = "wanted a .conll, .conllu, .jsonl, .json or .parquet file";
            return Err(place.error("path", format!("{wanted}, found `{name}`")));
        }
    }
    if !path.is_file() {
        let found = if path.is_dir() { "a folder" } else { "none" };
        let message = format!("wanted a file in the folder of `--data`, found {found} at {}", path.display());
        return Err(place.error("path", message));
    }
    let options = reading(corpus, place)?;
    let mut drawn = draws(corpus.sample);
    let read = formats::open(&path, &options)?.filter(|d| d.is_err() || drawn()).collect::<Result<Vec<Document>, _>>();
    options.jsonl.notes.take().iter().for_each(|note| progress::note(place.job.show, note));
    Ok(read?)
}

/// Whether the next document is kept.
fn draws(share: f64) -> impl FnMut() -> bool {
    let mut rng = Rng::new(SAMPLE);
    move || share >= 1.0 || f64::from(rng.uniform()) < share
}

/// A document in an error: records may have names of their own, which say nothing of the file.
fn name_of(origin: &str, id: &str) -> String {
    if id.starts_with(origin) { id.to_owned() } else { format!("{origin}: document `{id}`") }
}

fn check(corpus: &Corpus, place: Place<'_>) -> Result<(), Error> {
    let of_hub = [
        ("config", corpus.config.is_some()),
        ("split", corpus.split.is_some()),
        ("revision", corpus.revision.is_some()),
        ("file", corpus.file.is_some()),
    ];
    if corpus.path.is_some() && corpus.hub.is_some() {
        return Err(place.error("hub", "wanted `path` or `hub`, found both".into()));
    }
    if let Some((field, _)) = of_hub.iter().find(|(_, given)| *given && corpus.hub.is_none()) {
        return Err(place.error(field, format!("wanted `hub` beside `{field}`, found none")));
    }
    if corpus.unlabelled && (place.table == "dev" || corpus.knows_clitics()) {
        let message = "wanted text to learn from with a teacher, found a dev set, `clitics` or `clitics_from`";
        return Err(place.error("unlabelled", message.into()));
    }
    let [from, to] = corpus.range;
    if !(0.0 <= from && from < to && to <= 1.0) {
        return Err(place.error("range", format!("wanted two growing shares between 0 and 1, found {from} and {to}")));
    }
    if !(corpus.sample > 0.0 && corpus.sample <= 1.0) {
        return Err(place.error("sample", format!("wanted a share above 0 up to 1, found {}", corpus.sample)));
    }
    if corpus.sample < 1.0 && corpus.clitics_from.is_some() {
        return Err(place.error("sample", "wanted all documents beside `clitics_from`, found a share".into()));
    }
    if !(corpus.weight > 0.0 && corpus.weight <= 1000.0) {
        return Err(place.error("weight", format!("wanted a number above 0, found {}", corpus.weight)));
    }
    if corpus.clitics && corpus.clitics_from.is_some() {
        return Err(place.error("clitics_from", "wanted `clitics` or `clitics_from`, found both".into()));
    }
    Ok(())
}

fn token_type(corpus: &Corpus, place: Place<'_>, conventions: &[String]) -> Result<u32, Error> {
    let known = || format!("`{}`", conventions.join("`, `"));
    match (&corpus.convention, conventions) {
        (None, [] | [_]) => Ok(0),
        (None, _) => Err(place.error("convention", format!("wanted one of {}, found none", known()))),
        (Some(name), _) => match conventions.iter().position(|c| c == name) {
            Some(position) => Ok(position as u32),
            None => Err(place.error("convention", format!("wanted one of {}, found `{name}`", known()))),
        },
    }
}

/// Gives the document's names the recipe's types.
fn rename(document: &mut Document, corpus: &Corpus, labels: &Labels) -> Result<(), String> {
    let known = labels.types();
    let mut kept: Vec<Entity> = Vec::with_capacity(document.entities.len());
    for mut entity in std::mem::take(&mut document.entities) {
        match corpus.labels.get(&*entity.label) {
            Some(label) if label == "O" => continue,
            Some(label) => entity.label = label.as_str().into(),
            None => {}
        }
        if !known.contains(&entity.label) {
            return Err(format!(
                "wanted names of type {}, found `{}`\ntip: `labels = {{ {} = \"...\" }}` of the corpus renames it, \
                 \"O\" leaves it out",
                known.join(", "),
                entity.label,
                entity.label
            ));
        }
        kept.push(entity);
    }
    document.entities = kept;
    Ok(())
}
