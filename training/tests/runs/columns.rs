//! Corpora of words and tags by any name and in any scheme.

use crate::place::Place;
use crate::recipes::FINETUNE;
use crate::text;

/// The recipe with another file of columns, and keys beside it.
fn recipe(file: &str, keys: &str) -> String {
    FINETUNE.replacen("path = \"news.conll\"", &format!("path = \"{file}\"\n{keys}"), 1)
}

#[test]
fn a_corpus_in_another_scheme_is_read_and_it_is_said() {
    let place = Place::new();
    let suffixed = |tag: &str| match tag.split_once('-') {
        Some((letter, label)) => format!("{label}-{letter}"),
        None => tag.to_owned(),
    };
    let line = |line: &str| match line.rsplit_once(['\t', ' ']) {
        Some((word, tag)) => format!("{word} {}\n", suffixed(tag)),
        None => "\n".to_owned(),
    };
    let columns: String = text::conll().lines().map(line).collect();
    place.file("data/train.txt", &columns);
    let ran = place.train("finetune", &recipe("train.txt", ""), &[]);
    let said = "train.txt:1: read as CoNLL, not as text; tags are IOB2 behind types (PER-B), and written as IOB2";
    assert!(ran.succeeds().err.contains(said), "{}", ran.err);
}

#[test]
fn a_list_of_records_is_a_corpus_as_lines_are() {
    let place = Place::new();
    let records: Vec<String> = text::jsonl().lines().map(str::to_owned).collect();
    place.file("data/train.json", format!("[\n{}\n]\n", records.join(",\n")));
    place.file("data/train.jsonl", text::jsonl());
    let trained = |file: &str, out: &str| {
        place.train("finetune", &recipe(file, ""), &[]).succeeds();
        place.rename("out", out);
        place.bytes(&format!("{out}/model.safetensors"))
    };
    assert!(trained("train.json", "list") == trained("train.jsonl", "lines"), "other weights");
}

#[test]
fn a_scheme_that_nobody_knows_and_one_that_the_tags_are_not_in_are_refused() {
    let place = Place::new();
    let refused = |keys: &str, status: i32, said: &str| {
        let ran = place.train("finetune", &recipe("news.conll", keys), &[]);
        ran.fails_with(status, "alam-train: ");
        assert!(ran.err.contains(said), "{}", ran.err);
    };
    refused("tag_scheme = \"iob3\"", 2, "`corpora.1.tag_scheme`: wanted one of auto, iob1, iob2,");
    refused("tag_scheme = \"suffixed\"", 3, "wanted a tag `O`, `TYPE-B` or `TYPE-I`, found `B-");
    refused("tag_column = \"9\"", 3, "wanted a column 9 for tags, found 2 columns");
}
