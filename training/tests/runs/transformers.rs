//! A folder that `alam-train` made and transformers opened: `data/tiny`, and what transformers said in `data/tiny.json`,
//! both by `open_in_transformers.py`.

use crate::place::Place;
use crate::recipes::BY_HEART;
use crate::same::tensors;
use alam::document::Entity;
use alam::segment::segment;
use alam::settings::Settings;
use alam::tagger::{Options, Source, Tagger};
use alam_models::Precision;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Deserialize)]
struct Golden {
    sentences: Vec<Sentence>,
}

/// What transformers said of a sentence.
#[derive(Debug, Deserialize)]
struct Sentence {
    text: String,
    words: Vec<String>,
    tags: Vec<String>,
    /// In code points; none where the pipeline joins words by mistake.
    names: Option<Vec<(usize, usize, String)>>,
}

fn golden() -> Vec<Sentence> {
    serde_json::from_str::<Golden>(include_str!("../data/tiny.json")).unwrap().sentences
}

fn committed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/tiny")
}

/// Whole words as names, as transformers knows them.
fn tagger(folder: PathBuf) -> Tagger {
    let options = Options { precision: Precision::F32, keep_clitics: true, ..Options::default() };
    Tagger::load(&Source::Folder(folder), options).unwrap()
}

fn settings(file: &[u8]) -> Settings {
    Settings::from_json(std::str::from_utf8(file).unwrap(), "tagger.json").unwrap()
}

fn words_and_tags(text: &str, names: &[Entity]) -> (Vec<String>, Vec<String>) {
    let words = segment(text).into_iter().flat_map(|sentence| sentence.words);
    let tag = |start: usize| match names.iter().find(|name| name.span.start() <= start && start < name.span.end()) {
        Some(name) if name.span.start() == start => format!("B-{}", name.label),
        Some(name) => format!("I-{}", name.label),
        None => "O".to_owned(),
    };
    words.map(|word| (word.of(text).to_owned(), tag(word.start()))).unzip()
}

/// The committed model with windows as long as its positions: transformers read each sentence whole.
fn in_one_window() -> Place {
    let place = Place::new();
    for entry in std::fs::read_dir(committed()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        place.file(&format!("model/{name}"), bytes);
    }
    let settings = Settings { window: 64, overlap: 16, ..settings(&place.bytes("model/tagger.json")) };
    place.file("model/tagger.json", settings.to_json());
    place
}

#[test]
fn every_word_has_the_tag_that_transformers_gives_it_and_every_name_the_place() {
    let place = in_one_window();
    let tagger = tagger(place.path("model"));
    let golden = golden();
    assert!(golden.len() >= 25);
    for sentence in golden {
        let names = tagger.tag(&sentence.text).unwrap();
        assert_eq!(words_and_tags(&sentence.text, &names), (sentence.words, sentence.tags), "{}", sentence.text);
        let letter = |byte: usize| sentence.text[..byte].chars().count();
        let found = names.iter().map(|n| (letter(n.span.start()), letter(n.span.end()), n.label.to_string()));
        if let Some(names) = sentence.names {
            assert_eq!(found.collect::<Vec<_>>(), names, "{}", sentence.text);
        }
    }
}

#[test]
fn the_folder_that_transformers_opened_is_made_again_by_its_recipe() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &[]).succeeds();
    for entry in std::fs::read_dir(committed()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let (made, there) = (place.bytes(&format!("out/{name}")), std::fs::read(&path).unwrap());
        if name.ends_with(".safetensors") {
            // Another processor rounds otherwise, so the numbers themselves are not compared.
            let lengths = |file: &[u8]| tensors(file).into_iter().map(|(n, v)| (n, v.len())).collect::<Vec<_>>();
            assert_eq!(lengths(&made), lengths(&there), "{name}");
        } else if name == "tagger.json" {
            // The temperature is fitted to those numbers.
            let settings = |file: &[u8]| Settings { temperature: 1.0, ..settings(file) };
            assert_eq!(settings(&made), settings(&there));
        } else {
            assert!(made == there, "{name}");
        }
    }
    let tagger = tagger(place.path("out"));
    // The sentences that it learnt by heart.
    for sentence in golden().into_iter().take(20) {
        let names = tagger.tag(&sentence.text).unwrap();
        assert_eq!(words_and_tags(&sentence.text, &names), (sentence.words, sentence.tags));
    }
}
