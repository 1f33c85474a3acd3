//! A run that is stopped and carried on is the run that was not stopped.

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use crate::same::assert_same;

/// Trains without a stop, then once for each list of lengths of sessions, and compares.
fn stops(what: &str, recipe: &str, stops: &[&[&str]]) {
    let place = Place::with_ids();
    place.train(what, recipe, &[]).succeeds();
    place.rename("out", "whole");
    for sessions in stops {
        for steps in *sessions {
            place.train(what, recipe, &["--max-steps", steps]).succeeds().says("stopped behind step");
        }
        place.train(what, recipe, &[]).succeeds().says("carrying on behind step").says("finished");
        assert_same(&place, "whole", "out");
        place.remove("out");
    }
}

#[test]
fn a_fine_tuning_carries_on_to_the_bit_from_any_step() {
    stops("finetune", FINETUNE, &[&["1"], &["4"], &["5"], &["8"], &["11"], &["3", "4"], &["2", "1", "7"]]);
}

#[test]
fn a_fine_tuning_in_bf16_carries_on_to_the_bit() {
    let recipe = FINETUNE.replace("[train]", "[train]\narithmetic = \"bf16\"");
    stops("finetune", &recipe, &[&["1"], &["6"], &["4", "3"]]);
}

#[test]
fn a_distillation_carries_on_to_the_bit() {
    let place = Place::new();
    place.train("finetune", FINETUNE, &[]).succeeds();
    place.rename("out", "base");
    let recipe = FINETUNE.replace("[train]", "[teacher]\nmodels = [\"base\"]\nshare = 0.5\n\n[train]");
    place.train("finetune", &recipe, &[]).succeeds();
    place.rename("out", "whole");
    place.train("finetune", &recipe, &["--max-steps", "5"]).succeeds();
    place.train("finetune", &recipe, &[]).succeeds().says("carrying on behind step 5 of 12");
    assert_same(&place, "whole", "out");
}

#[test]
fn a_fine_tuning_that_guesses_hidden_pieces_carries_on_to_the_bit_and_leaves_no_head_of_it() {
    let recipe = FINETUNE.replace("mask = 0.1", "mask = 0.2\nguess_factor = 0.5\nguess_among = 20");
    stops("finetune", &recipe, &[&["5"], &["3", "4"]]);
    let place = Place::new();
    place.train("finetune", &recipe, &[]).succeeds();
    let held = |file: &str| place.bytes(file).windows(12).any(|bytes| bytes == b"guess.dense.");
    assert!(!held("out/model.safetensors") && !held("out/clitics.safetensors"));
}

#[test]
fn a_pretraining_that_guesses_carries_on_to_the_bit() {
    stops("pretrain", &pretrain("mlm"), &[&["1"], &["4"], &["7"], &["2", "3"]]);
    let recipe = pretrain("mlm").replace("[train]", "[train]\narithmetic = \"bf16\"");
    stops("pretrain", &recipe, &[&["5"], &["3", "4"]]);
}

#[test]
fn a_pretraining_that_detects_carries_on_to_the_bit() {
    stops("pretrain", &pretrain("electra"), &[&["1"], &["4"], &["7"], &["2", "3"]]);
    let recipe = pretrain("electra").replace("[train]", "[train]\narithmetic = \"bf16\"");
    stops("pretrain", &recipe, &[&["5"], &["3", "4"]]);
}

#[test]
fn a_run_that_patience_ended_is_at_its_end_for_good() {
    // Nothing is learnt at such a rate, so the first evaluation is the best one.
    let recipe = FINETUNE.replace("learning_rate = 1e-2", "learning_rate = 1e-12\npatience = 1");
    let place = Place::new();
    place.train("finetune", &recipe, &[]).succeeds().says(" at step 4; the model is in out");
    place.rename("out", "whole");
    place.train("finetune", &recipe, &["--max-steps", "6"]).succeeds();
    for _ in 0..2 {
        place.train("finetune", &recipe, &[]).succeeds().says("finished");
        assert_same(&place, "whole", "out");
    }
}
