//! What stands in the way of an output stays as it is.

use crate::place::Place;
use crate::recipes::{BY_HEART, FINETUNE, pretrain};
use crate::sandbox::Ran;
use std::time::Duration;

const VECTORS: &str = "tokenizer = \"words\"\ncorpora = [\"data/raw.ids\"]\nwidth = 8\ntokens = 1000\n";

#[test]
fn no_run_writes_into_a_folder_that_is_not_its_own() {
    let place = Place::with_ids();
    for (file, bytes) in
        [("config.json", "{}"), ("model.safetensors", "weights"), ("README.md", "a card"), ("a.part", "")]
    {
        place.file(&format!("out/{file}"), bytes);
    }
    let before = place.contents("out");
    let said = "out: wanted a folder that is new, empty, or of this recipe's own run, found `README.md`, `a.part`, \
                `config.json`, `model.safetensors` in it\ntip: give another `--out`";
    let distil = FINETUNE.replace("[train]", "[teacher]\nmodels = [\"base\"]\nshare = 0.5\n\n[train]");
    for (what, recipe) in [("finetune", FINETUNE), ("distil", &distil), ("pretrain", &pretrain("mlm"))] {
        place.train(what, recipe, &[]).fails_with(2, said);
        assert!(place.contents("out") == before, "{what}");
    }
    place.run(&["tokenizer", "words.toml", "--data", "data", "--out", "out"]).fails_with(2, said);
    assert!(place.contents("out") == before);
}

#[test]
fn a_finished_run_is_not_written_over_by_another_recipe_and_is_by_its_own() {
    let place = Place::new();
    place.train("finetune", FINETUNE, &[]).succeeds();
    place.remove("out/checkpoints");
    let before = place.contents("out");
    place
        .train("finetune", BY_HEART, &[])
        .fails_with(2, "out: wanted a folder that is new, empty, or of this recipe's own run");
    assert!(place.contents("out") == before);
    place.train("finetune", FINETUNE, &["--max-steps", "1"]).succeeds();
    // A vocabulary is learnt anew from a recipe of its own alone, too.
    let words = place.contents("words");
    place.run(&["tokenizer", "words.toml", "--data", "data", "--out", "words"]).succeeds();
    assert!(place.contents("words") == words);
    place.file("other.toml", "text = [\"plain.txt\"]\nvocab_size = 415\nmin_count = 1\n");
    place.run(&["tokenizer", "other.toml", "--data", "data", "--out", "words"]).fails_with(2, "words: wanted a folder");
    assert!(place.contents("words") == words);
}

#[test]
fn files_are_replaced_by_their_kind_alone() {
    let place = Place::with_ids();
    let text = place.bytes("data/raw.txt");
    let corpus = |out: &str| place.run(&["corpus", "data/raw.txt", "--tokenizer", "words", "--out", out]);
    corpus("data/raw.txt").fails_with(2, "data/raw.txt: wanted a new file, or a file of token ids to replace");
    assert_eq!(place.bytes("data/raw.txt"), text);
    corpus("data/raw.ids").succeeds();
    place.file("v.toml", VECTORS);
    let vectors = |out: &str| place.run(&["vectors", "v.toml", "--out", out]);
    vectors("data/raw.ids").fails_with(2, "data/raw.ids: wanted a new file, or a file of word vectors to replace");
    vectors("vectors").succeeds();
    vectors("vectors").succeeds();
}

#[test]
fn a_second_run_on_a_folder_is_refused_while_the_first_lives_however_that_ends() {
    let place = Place::with_ids();
    let endless = FINETUNE.replace("steps = 12", "steps = 10_000_000");
    for (what, other) in [("finetune", &endless), ("pretrain", &pretrain("mlm"))] {
        let mut first = place.spawn("finetune", &endless, &[]);
        while !place.path("out/metrics.jsonl").exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let second = place.train(what, other, &[]);
        second.fails(2, "alam-train: out: wanted a folder that no other run writes to, found one that does");
        place.run(&["tokenizer", "words.toml", "--data", "data", "--out", "out"]).fails_with(2, "out: wanted a folder");
        first.kill().unwrap();
        assert_eq!(Ran::of(first.wait_with_output().unwrap()).status, None);
        place.train("finetune", &endless, &["--max-steps", "1"]).succeeds();
        place.remove("out");
    }
}

#[test]
fn no_vocabulary_is_written_into_the_folder_of_a_run() {
    let place = Place::new();
    place.train("finetune", FINETUNE, &["--max-steps", "5"]).succeeds();
    let before = place.contents("out");
    let tokenizer = || place.run(&["tokenizer", "words.toml", "--data", "data", "--out", "out"]);
    let said = "out: wanted a folder that is new, empty, or of this recipe's own run, found `checkpoints`";
    tokenizer().fails_with(2, said);
    assert!(place.contents("out") == before);
    // Checkpoints alone are a run, too.
    for name in place.files_in("out").into_iter().filter(|name| !name.starts_with("checkpoints/")) {
        std::fs::remove_file(place.path("out").join(name)).unwrap();
    }
    tokenizer().fails_with(2, "found `checkpoints` in it");
    place.train("finetune", FINETUNE, &[]).succeeds();
}
