//! How long the windows of a finished model are, and how it does in full ones.

use crate::place::Place;
use crate::recipes::{BY_HEART, pretrain};
use crate::same::metrics;

fn window(place: &Place, folder: &str) -> u64 {
    let json: serde_json::Value = serde_json::from_slice(&place.bytes(&format!("{folder}/tagger.json"))).unwrap();
    json["window"].as_u64().unwrap()
}

/// A run of a few steps.
fn short() -> String {
    BY_HEART.replace("steps = 150", "steps = 2").replace("evaluate_every = 50", "evaluate_every = 1")
}

#[test]
fn a_window_is_as_long_as_the_sequences_in_training_and_joined_sentences_are_measured_beside_the_plain_ones() {
    let place = Place::new();
    place.train("finetune", &short(), &[]).succeeds();
    let alone = window(&place, "out");
    let card = String::from_utf8(place.bytes("out/README.md")).unwrap();
    assert!(
        card.contains(&format!("A text is read in windows of {alone} tokens, of which neighbours share")),
        "{card}"
    );
    assert!(card.contains(&format!("joined to stretches of up to {alone} tokens, so that every window is full: P ")));
    let last = metrics(&place.bytes("out/metrics.jsonl")).pop().unwrap();
    assert!(last["numbers"]["dev joined/micro/f1"].is_number());
    assert_eq!(last["score"], last["numbers"]["dev/micro/f1"], "a copy has no say unless it is named");
    place.rename("out", "base");
    // CoNLL files are sentence after sentence of one text.
    let corpus = "path = \"news.jsonl\"\nclitics = true\n\n[[dev]]";
    let joined = short().replace(corpus, "path = \"news.conll\"\njoin = 60\n\n[[dev]]");
    let joined = joined.replace("window = [32, 48]", "window = [48, 60]").replace("clitics = true", "");
    place.train("finetune", &joined, &[]).succeeds();
    assert!(alone < window(&place, "out") && window(&place, "out") <= 60, "{alone} {}", window(&place, "out"));
    place.remove("out");
    let selected = joined.replacen("types =", "select = [\"dev joined\"]\ntypes =", 1);
    place.train("finetune", &selected, &[]).succeeds();
    let last = metrics(&place.bytes("out/metrics.jsonl")).pop().unwrap();
    assert_eq!(last["score"], last["numbers"]["dev joined/micro/f1"]);
    place.remove("out");
    place
        .train("finetune", &selected.replace("dev joined\"", "dav joined\""), &[])
        .fails_with(2, "`select`: wanted names of dev sets");
}

#[test]
fn what_a_model_had_learnt_stays_learnt_and_no_more() {
    let place = Place::with_ids();
    place.train("pretrain", &pretrain("mlm"), &[]).succeeds();
    let learnt = window(&place, "out");
    assert!((16..=32).contains(&learnt), "{learnt}");
    place.rename("out", "base");
    let begins = |window: u64| {
        let recipe = short().replace("window = [32, 48]", "window = [8, 12]");
        let (_, behind) = recipe.split_once("[examples]").unwrap();
        let tagging = format!("[tagging]\nwindow = {window}\n");
        format!("types = [\"PER\", \"LOC\", \"ORG\"]\n[model]\ninit = \"base\"\n{tagging}\n[examples]{behind}")
    };
    place.train("finetune", &begins(learnt), &[]).succeeds();
    assert_eq!(window(&place, "out"), learnt);
    place.remove("out");
    let said = format!(
        "wanted at most the {learnt} tokens that one in 20 of the sequences in training reach or `init` has learnt"
    );
    place.train("finetune", &begins(learnt + 1), &[]).fails_with(2, &said);
}
