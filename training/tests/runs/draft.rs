//! From data to a recipe to a model, in two commands; and what stands in the way.

use crate::place::Place;
use crate::recipes::BY_HEART;
use crate::same::metrics;
use crate::text;
use alam::tagger::{Options, Source, Tagger};

/// A recipe with fewer steps.
fn shorter(place: &Place, recipe: &str, steps: usize) {
    let text = place.read(recipe);
    let (before, behind) = text.split_once("\nsteps = ").unwrap();
    let behind = behind.split_once('\n').unwrap().1;
    place.file(recipe, format!("{before}\nsteps = {steps}\n{behind}"));
}

#[test]
fn data_become_a_recipe_that_begins_with_the_released_model_and_knows_what_it_knew() {
    let place = Place::new();
    place.file("news.conll", text::conll().replace("-PER", "-PERS"));
    let ran = place.run(&["new", "news.conll", "--out", "own"]);
    ran.succeeds();
    assert_eq!(ran.out, "alam-train finetune own/recipe.toml --out own/model\n");
    for said in [
        "names of type PERS are taken as PER",
        "news.conll, its end: ",
        "default agrees with these names by its convention ",
        "own/recipe.toml: 60 steps, about ",
    ] {
        assert!(ran.err.contains(said), "{said}: {}", ran.err);
    }
    assert_eq!(place.files_in("own"), ["kept.txt", "recipe.toml"]);
    assert!(place.run(&["check", "own/recipe.toml"]).succeeds().out.contains("\nnews.conll, its end: "));
    shorter(&place, "own/recipe.toml", 2);
    place.run(&["finetune", "own/recipe.toml", "--out", "own/model"]).succeeds();
    let first = metrics(&place.bytes("own/model/metrics.jsonl")).remove(0);
    assert_eq!((first["kind"].as_str(), first["step"].as_u64()), (Some("evaluation"), Some(0)));
    let folder = |convention: &str| {
        let convention = Some(convention.to_owned());
        Tagger::load(&Source::Folder(place.path("own/model")), Options { convention, ..Options::default() })
    };
    let (own, old) = (folder("own").unwrap(), folder("alam").unwrap());
    assert_eq!(own.settings().conventions[0], "own");
    let text = "وصل وزير الخارجية الفرنسي إلى بغداد، والتقى بالرئيس بوتين.";
    let released = Tagger::load(&Source::Embedded, Options::default()).unwrap();
    let names = |tagger: &Tagger| -> Vec<String> {
        tagger.tag(text).unwrap().iter().map(|name| format!("{} {}", name.span.of(text), name.label)).collect()
    };
    assert!(names(&released).contains(&"بوتين PER".to_owned()), "its proclitic is cut off: {:?}", names(&released));
    assert_eq!(names(&old), names(&released));
    assert!(names(&own).contains(&"بوتين PER".to_owned()), "{:?}", names(&own));
    // More corrections teach the model that the first ones made.
    place.run(&["new", "news.conll", "--model", "own/model", "--out", "more"]).succeeds();
    assert!(place.read("more/recipe.toml").contains("\nconventions = [\"own\", \"alam\", "));
    place.file("blank.txt", " \n\n");
    let blank = place.run(&["new", "news.conll", "--keep", "blank.txt", "--out", "blank"]);
    blank.fails_with(3, "blank.txt: wanted text, found no words");
}

#[test]
fn a_recipe_without_a_model_to_begin_with_runs_too() {
    let place = Place::new();
    let ran = place.run(&["new", "data/news.jsonl", "--dev", "data/news.jsonl", "--model", "none", "--out", "own"]);
    assert!(ran.succeeds().err.contains("LEAK: "), "{}", ran.err);
    assert!(place.read("own/recipe.toml").contains("\nclitics = true\n"));
    shorter(&place, "own/recipe.toml", 1);
    place.run(&["finetune", "own/recipe.toml", "--out", "own/model"]).succeeds();
    assert!(place.read("own/model/config.json").contains("B-PER"));
}

#[test]
fn what_cannot_become_a_recipe_is_refused_and_nothing_is_written() {
    let place = Place::new();
    place.file("none.conll", "قال O\nنعم O\n\nقال O\n").file("theirs/recipe.toml", "steps = 1");
    let before = place.files();
    for (args, said) in [
        (&["new", "absent.conll"][..], "absent.conll: wanted a file with labelled text, found none"),
        (&["new", "data"], "data: wanted a file with labelled text, found a folder"),
        (&["new", "none.conll"], "none.conll: wanted names to learn from, found none"),
        (
            &["new", "data/news.conll", "--model", "base"],
            "--model: wanted a folder with config.json, found none at base\ntip: ",
        ),
        (
            &["new", "data/news.conll", "--out", "theirs"],
            "theirs/recipe.toml: wanted a folder without a recipe, found one",
        ),
    ] {
        let ran = place.run(args);
        assert!(ran.status != Some(0) && ran.err.contains(said), "{args:?}: {}", ran.err);
        assert_eq!(place.files(), before, "{args:?}");
    }
}

#[test]
fn a_leak_is_called_one_before_the_run() {
    let place = Place::new();
    place.file("r.toml", BY_HEART);
    assert!(place.run(&["check", "r.toml", "--data", "data"]).succeeds().out.contains("\nLEAK: "));
    place.file("r.toml", BY_HEART.replace("news.jsonl", "absent.jsonl"));
    place
        .run(&["check", "r.toml", "--data", "data"])
        .fails_with(2, "wanted a file in the folder of `--data`, found none");
}

#[test]
fn a_run_that_makes_a_model_worse_keeps_what_it_began_with() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &[]).succeeds();
    place.rename("out", "base");
    let shape = BY_HEART.split_once("[model]").unwrap().1.split_once("[examples]").unwrap().0;
    let worse =
        BY_HEART.replace(shape, "\ninit = \"base\"\n\n").replace("steps = 150", "steps = 3\nevaluate_first = true");
    let worse = worse.replace("learning_rate = 1e-2", "learning_rate = 3.0");
    let said = "finished: no step was better than what it began with, which is kept: score 1.0000";
    place.train("finetune", &worse, &[]).succeeds().says(said);
    let names = |folder: &str| {
        let tagger = Tagger::load(&Source::Folder(place.path(folder)), Options::default()).unwrap();
        let all = text::sentences(text::NEWS);
        all.iter().map(|s| tagger.tag(&s.text).unwrap().iter().map(|e| e.span).collect()).collect::<Vec<Vec<_>>>()
    };
    assert_eq!(names("out"), names("base"));
}

#[test]
fn a_classifier_keeps_the_types_that_it_knows_in_whatever_order() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &[]).succeeds();
    place.rename("out", "base");
    let shape = BY_HEART.split_once("[model]").unwrap().1.split_once("[examples]").unwrap().0;
    let fewer =
        BY_HEART.replace(shape, "\ninit = \"base\"\n\n").replace("\"PER\", \"LOC\", \"ORG\"", "\"LOC\", \"PER\"");
    let fewer = fewer.replace("steps = 150", "steps = 1\nevaluate_first = true");
    let fewer = fewer.replace("clitics = true", "clitics = true\nlabels = { ORG = \"O\" }");
    let ran = place.train("finetune", &fewer, &["--max-steps", "1"]);
    assert!(ran.succeeds().err.contains("the classifier keeps what it knows of LOC, PER"), "{}", ran.err);
    let first = metrics(&place.bytes("out/metrics.jsonl")).remove(0);
    // Organisations, which it knows no more, are taken for places and people.
    assert_eq!(first["numbers"]["dev/LOC/r"].as_f64(), Some(1.0), "{first}");
    assert_eq!(first["numbers"]["dev/PER/r"].as_f64(), Some(1.0), "{first}");
}
