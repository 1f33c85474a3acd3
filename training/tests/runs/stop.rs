//! Runs that end before their time: a limit, Ctrl-C, numbers that are none.

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use crate::same::assert_same;
use crate::sandbox::Ran;
use std::process::Command;
use std::time::Duration;

/// A run that would take hours.
fn endless(recipe: &str) -> String {
    recipe.replace("steps = 12", "steps = 10_000_000").replace("steps = 10\n", "steps = 10_000_000\n")
}

#[test]
fn a_time_limit_ends_a_run_with_a_checkpoint_and_a_word_on_how_to_carry_on() {
    let place = Place::with_ids();
    for (what, recipe) in [("finetune", endless(FINETUNE)), ("pretrain", endless(&pretrain("mlm")))] {
        let ran = place.train(what, &recipe, &["--max-minutes", "0.005"]);
        ran.succeeds().says(" of 10000000; the same command carries on\n").says("stopped behind step ");
        let steps = place.checkpoints();
        assert!(steps.last().is_some_and(|&step| step > 0), "{steps:?}");
        let ran = place.train(what, &recipe, &["--max-steps", "1"]);
        ran.succeeds().says(&format!("carrying on behind step {} of 10000000", steps.last().unwrap()));
        place.remove("out");
    }
}

#[cfg(unix)]
#[test]
fn signals_end_a_run_with_a_checkpoint_and_the_status_of_a_shell() {
    let place = Place::new();
    for signal in ["-INT", "-TERM"] {
        let child = place.spawn("finetune", &endless(FINETUNE), &[]);
        // Metrics are opened behind the handler.
        while !place.path("out/metrics.jsonl").exists() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        let ran = Ran::of(child.wait_with_output().unwrap());
        ran.fails_with(130, "; the same command carries on\n");
        assert_eq!(place.checkpoints().len(), 1);
        assert!(ran.err.contains(&format!("stopped behind step {} of", place.checkpoints()[0])), "{ran:?}");
        place.remove("out");
    }
}

#[cfg(unix)]
#[test]
fn a_run_that_ctrl_c_ended_is_carried_on_to_the_bit() {
    let place = Place::new();
    let recipe = FINETUNE.replace("steps = 12", "steps = 400");
    place.train("finetune", &recipe, &[]).succeeds();
    place.rename("out", "whole");
    let child = place.spawn("finetune", &recipe, &[]);
    while !place.path("out/metrics.jsonl").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    Ran::of(child.wait_with_output().unwrap()).fails_with(130, "carries on");
    place.train("finetune", &recipe, &[]).succeeds();
    assert_same(&place, "whole", "out");
}

#[test]
fn a_run_that_diverges_says_so_with_a_tip_and_leaves_its_checkpoint() {
    let place = Place::new();
    let recipe = FINETUNE.replace("learning_rate = 1e-2", "learning_rate = 1e30\nwarmup = 0.0\ncheckpoint_every = 1");
    let ran = place.train("finetune", &recipe, &[]);
    ran.fails_with(3, "wanted finite gradients, found norm ").says("\ntip: lower `train.learning_rate`");
    let steps = place.checkpoints();
    assert!(!steps.is_empty());
    place
        .train("finetune", &recipe, &[])
        .fails_with(3, &format!("step {}: wanted finite gradients", steps.last().unwrap() + 1));
    assert_eq!(place.checkpoints(), steps);
}
