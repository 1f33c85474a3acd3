//! Runs that learn what they are given, and learn the same each time.

use crate::place::Place;
use crate::recipes::{BY_HEART, FINETUNE, pretrain};
use crate::same::{assert_same, metrics, tensors};
use crate::sandbox::Ran;
use crate::text::{NEWS, sentences};
use alam::tagger::{Options, Source, Tagger};
use alam_models::Precision;

#[test]
fn a_tiny_model_learns_its_corpus_by_heart_and_the_tagger_cuts_its_names_to_the_letter() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &[]).succeeds().says("best score 1.0000");
    let last = metrics(&place.bytes("out/metrics.jsonl")).pop().unwrap();
    assert_eq!((last["kind"].as_str(), last["numbers"]["dev/micro/f1"].as_f64()), (Some("evaluation"), Some(1.0)));
    for precision in [Precision::F32, Precision::Int8] {
        let options = Options { precision, ..Options::default() };
        let tagger = Tagger::load(&Source::Folder(place.path("out")), options).unwrap();
        for sentence in sentences(NEWS) {
            let names = tagger.tag(&sentence.text).unwrap();
            let found: Vec<(&str, &str)> = names.iter().map(|e| (e.span.of(&sentence.text), &*e.label)).collect();
            let marked = sentence.names.iter().map(|(start, end, label)| (&sentence.text[*start..*end], &**label));
            assert_eq!(found, marked.collect::<Vec<_>>(), "{} in {precision:?}", sentence.text);
        }
    }
}

#[test]
fn one_recipe_gives_the_same_bytes_with_any_number_of_threads_and_another_seed_gives_others() {
    let place = Place::with_ids();
    for (what, recipe) in [("finetune", FINETUNE.to_owned()), ("pretrain", pretrain("electra"))] {
        for threads in ["1", "2", "3"] {
            let mut command = place.training(what, &recipe, &[]);
            Ran::of(command.env("RAYON_NUM_THREADS", threads).output().unwrap()).succeeds();
            place.rename("out", &format!("{what}-{threads}"));
        }
        assert_same(&place, &format!("{what}-1"), &format!("{what}-2"));
        assert_same(&place, &format!("{what}-1"), &format!("{what}-3"));
        place.train(what, &recipe.replace("[train]", "[train]\nseed = 2"), &[]).succeeds();
        let [one, other] =
            [&format!("{what}-1"), "out"].map(|out| tensors(&place.bytes(&format!("{out}/model.safetensors"))));
        assert!(one.keys().eq(other.keys()));
        assert!(
            one.iter()
                .filter(|(name, _)| name.ends_with("weight"))
                .all(|(name, values)| name.contains("LayerNorm") || *values != other[name])
        );
        place.remove("out");
    }
}

#[test]
fn every_parameter_has_a_gradient_behind_the_first_step() {
    let place = Place::with_ids();
    for (what, recipe) in
        [("finetune", FINETUNE.to_owned()), ("pretrain", pretrain("mlm")), ("pretrain", pretrain("electra"))]
    {
        place.train(what, &recipe, &["--max-steps", "1"]).succeeds();
        let tensors = tensors(&place.bytes(&Place::checkpoint(1)));
        let weights: Vec<&str> = tensors.keys().filter_map(|name| name.strip_prefix("w.")).collect();
        assert!(weights.len() > 15, "{weights:?}");
        for weight in weights {
            let moment = &tensors[&format!("o.m.{weight}")];
            assert!(moment.iter().any(|&byte| byte != 0), "{weight} of {what}");
        }
        place.remove("out");
    }
}
