//! Runs that are killed at any moment, and checkpoints that are broken.

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use crate::same::{assert_same, tensors};
use crate::sandbox::Ran;
use alam_models::Rng;
use std::process::Child;
use std::time::{Duration, Instant};

/// A checkpoint a step, and an evaluation every third: most of a run is saving.
fn saving(recipe: &str, steps: u64) -> String {
    let every = recipe.replace("evaluate_every = 4", "evaluate_every = 3\ncheckpoint_every = 1");
    every.replace("steps = 12", &format!("steps = {steps}")).replace("steps = 10", &format!("steps = {steps}"))
}

/// Lets a run get a step on, then kills it after some time, or as soon as a file is seen in the making.
fn kill(place: &Place, mut child: Child, moment: Moment) -> Option<Ran> {
    let before = place.checkpoints().last().copied();
    let begin = Instant::now();
    let patient = || begin.elapsed() < Duration::from_secs(60);
    while patient() && place.checkpoints().last().copied() == before {
        if child.try_wait().unwrap().is_some() {
            return Some(Ran::of(child.wait_with_output().unwrap()));
        }
    }
    match moment {
        Moment::After(time) => std::thread::sleep(time),
        Moment::WhileSaving => {
            while patient()
                && child.try_wait().unwrap().is_none()
                && !place.files_in("out").iter().any(|n| is_partial(n))
            {}
        }
    }
    let _ = child.kill();
    let ran = Ran::of(child.wait_with_output().unwrap());
    ran.status.is_some().then_some(ran)
}

enum Moment {
    After(Duration),
    WhileSaving,
}

fn is_partial(name: &str) -> bool {
    let name = name.rsplit('/').next().unwrap();
    name.starts_with('.') || name.ends_with(".part")
}

fn killed_again_and_again(what: &str, recipe: &str, seed: u64) {
    let place = Place::with_ids();
    place.train(what, recipe, &[]).succeeds();
    place.rename("out", "whole");
    let mut rng = Rng::new(seed);
    for round in 0..10 {
        let moment = match round % 2 {
            0 => Moment::WhileSaving,
            _ => Moment::After(Duration::from_micros(rng.below(20_000) as u64)),
        };
        if let Some(ran) = kill(&place, place.spawn(what, recipe, &[]), moment) {
            // A quick machine may come to the end of the run before the last kill.
            assert!(round > 4, "{ran:?}");
            ran.succeeds();
        }
        for step in place.checkpoints() {
            assert!(tensors(&place.bytes(&Place::checkpoint(step))).len() > 10);
        }
    }
    place.train(what, recipe, &[]).succeeds();
    let left: Vec<String> = place.files_in("out").into_iter().filter(|name| is_partial(name)).collect();
    assert!(left.is_empty(), "{left:?}");
    assert_same(&place, "whole", "out");
}

#[test]
fn a_fine_tuning_that_is_killed_ten_times_ends_as_one_that_was_not() {
    killed_again_and_again("finetune", &saving(FINETUNE, 80), 1);
}

#[test]
fn a_pretraining_that_is_killed_ten_times_ends_as_one_that_was_not() {
    killed_again_and_again("pretrain", &saving(&pretrain("electra"), 80), 2);
}

#[test]
fn a_damaged_checkpoint_is_passed_over_for_the_one_before_it_and_two_of_them_end_the_run() {
    let place = Place::new();
    let recipe = saving(FINETUNE, 12);
    place.train("finetune", &recipe, &[]).succeeds();
    place.rename("out", "whole");
    place.train("finetune", &recipe, &["--max-steps", "5"]).succeeds();
    assert_eq!(place.checkpoints(), [4, 5]);
    let whole = place.contents("out");
    let bytes = place.bytes(&Place::checkpoint(5));
    let header = 8 + u64::from_le_bytes(std::array::from_fn(|i| bytes[i])) as usize;
    let flipped = |at: usize| {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        bytes
    };
    let damages = [
        bytes[..bytes.len() - 100].to_vec(),
        bytes[..header / 2].to_vec(),
        Vec::new(),
        vec![b'x'; 4000],
        flipped(bytes.len() - 1),
        flipped((header + bytes.len()) / 2),
        flipped(3),
        // A digit of the state is another digit.
        flipped(find(&bytes, b"\\\"step\\\":5") + 9),
    ];
    for damaged in damages {
        place.remove("out");
        for (name, bytes) in &whole {
            place.file(&format!("out/{name}"), bytes);
        }
        place.file(&Place::checkpoint(5), damaged);
        let ran = place.train("finetune", &recipe, &[]);
        ran.succeeds().says("step-000000005.safetensors: ").says("an older checkpoint is looked for");
        ran.says("carrying on behind step 4 of 12");
        assert_same(&place, "whole", "out");
    }
    for step in place.checkpoints() {
        place.file(&Place::checkpoint(step), "nothing");
    }
    place.train("finetune", &recipe, &[]).fails_with(2, "step-000000012.safetensors: ");
}

fn find(bytes: &[u8], what: &[u8]) -> usize {
    bytes.windows(what.len()).position(|part| part == what).unwrap()
}

#[test]
fn best_weights_that_are_damaged_are_named_at_the_end() {
    let place = Place::new();
    let recipe = saving(FINETUNE, 12);
    place.train("finetune", &recipe, &[]).succeeds();
    let best = place.files_in("out").into_iter().find(|name| name.contains("/best-")).unwrap();
    let mut bytes = place.bytes(&format!("out/{best}"));
    *bytes.last_mut().unwrap() ^= 1;
    place.file(&format!("out/{best}"), bytes);
    place.train("finetune", &recipe, &[]).fails_with(2, &format!("{best}: wanted what its checksum says"));
}

#[test]
fn what_a_kill_left_half_written_is_gone_when_the_run_goes_on_and_nothing_else_is() {
    let place = Place::new();
    place.train("finetune", FINETUNE, &["--max-steps", "5"]).succeeds();
    let halves = [
        "checkpoints/.partial-a1B2c3",
        "checkpoints/.tmpa1B2c3",
        ".partial-a1B2c3",
        ".config.json.a1B2c3.part",
        "model.safetensors.4711-0.part",
    ];
    let others = [".hidden", "notes.part", "checkpoints/notes.txt"];
    halves.iter().chain(&others).for_each(|name| drop(std::fs::write(place.path(&format!("out/{name}")), "half")));
    place.train("finetune", FINETUNE, &[]).succeeds();
    let left = place.files_in("out");
    assert!(halves.iter().all(|name| !left.iter().any(|l| l == name)), "{left:?}");
    assert!(others.iter().all(|name| left.iter().any(|l| l == name)), "{left:?}");
}
