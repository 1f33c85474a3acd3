//! Corpora that lie in a dataset repository of a hub, fetched into the shared cache.

use super::corpus::{Corpus, Place, reading};
use crate::Error;
use crate::run::progress;
use alam::document::Document;
use alam::formats::jsonl::beside;
use alam::formats::parquet::Table;
use alam::formats::{self, InputFormat};
use alam::hub::{Hub, Kind, Progress, Reference};
use alam::scheme::Scheme;
use alam_models::side;
use std::path::{Path, PathBuf};

/// The documents of the corpus, file by file in the order of their names.
pub(super) fn load(corpus: &Corpus, id: &str, place: Place<'_>) -> Result<Vec<Document>, Error> {
    let mut reference = Reference::parse(id, Kind::Dataset)?;
    if let Some(revision) = &corpus.revision {
        reference.revision = revision.clone();
    }
    let mut documents = Vec::new();
    let mut names = corpus.names.clone();
    let options = reading(corpus, place)?;
    for path in fetch(&reference, &pattern(corpus), place)? {
        let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
        if extension.as_deref() == Some("parquet") {
            let table = Table::open(&path)?;
            if names.is_empty() {
                names = table.label_names();
            }
            if names.is_empty() {
                names = of_card(&reference, corpus.config.as_deref(), place)?;
            }
            let read = table.sentences(&names, Scheme::IOB2, options.scheme, None)?;
            documents.extend(read.collect::<Result<Vec<Document>, _>>()?);
            continue;
        }
        match InputFormat::of_path(&path) {
            Some(InputFormat::Conll | InputFormat::Conllu | InputFormat::Jsonl | InputFormat::Json) => {
                let read = formats::open(&path, &options)?;
                documents.extend(read.collect::<Result<Vec<Document>, _>>()?);
            }
            _ => {
                let message = format!("wanted .parquet, .conll or .jsonl files, found `{}`", path.display());
                return Err(place.error("file", message));
            }
        }
    }
    Ok(documents)
}

/// Which files: as the recipe says, else Parquet as hubs lay it out: `ar/train-00000-of-00001.parquet` on the main
/// branch, `ar/train/0000.parquet` on the branch that the hub itself converts to.
fn pattern(corpus: &Corpus) -> String {
    let split = corpus.split.as_deref().unwrap_or("train");
    match (&corpus.file, &corpus.config) {
        (Some(file), _) => file.clone(),
        (None, Some(config)) => format!("{config}/{split}*.parquet"),
        (None, None) => format!("*{split}*.parquet"),
    }
}

fn fetch(reference: &Reference, pattern: &str, place: Place<'_>) -> Result<Vec<PathBuf>, Error> {
    let mut tell = |moment: Progress<'_>| {
        if let Progress::Begin { file, bytes, .. } = moment {
            let size = bytes as f64 / f64::from(1 << 20);
            progress::note(place.job.show, &format!("fetching {file} of {}, {size:.1} MiB", reference.id));
        }
    };
    Ok(Hub::from_env().fetch_files(reference, &[pattern], &mut tell)?)
}

/// The labels that a dataset's card names.
fn of_card(reference: &Reference, config: Option<&str>, place: Place<'_>) -> Result<Vec<String>, Error> {
    let tip = "wanted the labels of `ner_tags`, found none in the file nor in the dataset's card\ntip: `names = [\"O\", \
               \"B-PER\", ...]` of the corpus gives them, in the order of their numbers";
    let Ok(cards) = fetch(reference, "README.md", place) else { return Err(place.error("names", tip.into())) };
    let text = cards.first().map_or(Ok(String::new()), |path: &PathBuf| read(path))?;
    let names = beside::of_card(&text, config);
    if names.is_empty() { Err(place.error("names", tip.into())) } else { Ok(names) }
}

fn read(path: &Path) -> Result<String, Error> {
    side::text(path, side::CONFIGURATION).map_err(Error::io(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_where_hubs_lay_them() {
        let pattern_of = |text: &str| pattern(&toml::from_str(text).unwrap());
        assert_eq!(pattern_of("hub = \"a/b\"\nconfig = \"ar\"\nsplit = \"test\""), "ar/test*.parquet");
        assert_eq!(pattern_of("hub = \"a/b\""), "*train*.parquet");
        assert_eq!(pattern_of("hub = \"a/b\"\nfile = \"data/*.conll\""), "data/*.conll");
    }
}
