//! What may not change between a stop and carrying on.

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use crate::text;

#[test]
fn a_changed_recipe_is_refused_with_what_changed_and_changes_nothing() {
    let place = Place::with_ids();
    for (what, recipe, from, to, said) in [
        ("finetune", FINETUNE.to_owned(), "mask = 0.1", "mask = 0.2", "`examples.mask` was `0.1`, is `0.2`"),
        (
            "finetune",
            FINETUNE.to_owned(),
            "log_every = 3",
            "seed = 4\nlog_every = 5",
            "`train.log_every` was `3`, is `5`; `train.seed` was nothing, is `4`",
        ),
        ("finetune", FINETUNE.to_owned(), "weight = 1.5\n", "", "`corpora.0.weight` was `1.5`, is nothing"),
        ("pretrain", pretrain("mlm"), "dropout = 0.1", "dropout = 0.2", "`dropout` was `0.1`, is `0.2`"),
    ] {
        place.train(what, &recipe, &["--max-steps", "2"]).succeeds();
        let before = place.contents("out");
        let ran = place.train(what, &recipe.replace(from, to), &[]);
        ran.fails_with(2, "r.toml: wanted the recipe that the run in the output folder began with").says(said);
        ran.says("\ntip: give another `--out`");
        assert!(place.contents("out") == before);
        // Comments, spaces and order are no changes.
        let same = recipe.replace("[train]", "# A comment.\n\n[train]").replace(from, &from.replace(" = ", "   =  "));
        place.train(what, &same, &["--max-steps", "1"]).succeeds();
        place.remove("out");
    }
}

#[test]
fn changed_data_is_refused_and_changes_nothing() {
    let place = Place::with_ids();
    let ids = "data/raw.ids";
    let changed: String = text::jsonl().lines().skip(1).map(|line| format!("{line}\n")).collect();
    place.file("data/dev.jsonl", text::jsonl());
    let apart = FINETUNE.replace("name = \"dev\"\npath = \"news.jsonl\"", "name = \"dev\"\npath = \"dev.jsonl\"");
    // As many ids, two of them exchanged.
    let mut other = place.bytes(ids);
    assert_ne!(other[60..64], other[64..68]);
    other[60..68].rotate_left(4);
    for (what, recipe, file, bytes) in [
        ("finetune", &FINETUNE.to_owned(), "data/news.jsonl", changed.as_bytes()),
        ("finetune", &FINETUNE.to_owned(), "data/news.conll", text::conll().replace("-PER", "-ORG").as_bytes()),
        ("finetune", &apart, "data/dev.jsonl", changed.as_bytes()),
        ("pretrain", &pretrain("mlm"), ids, &other),
    ] {
        place.train(what, recipe, &["--max-steps", "2"]).succeeds();
        let (before, data) = (place.contents("out"), place.bytes(file));
        place.file(file, bytes);
        let ran = place.train(what, recipe, &[]);
        ran.fails_with(3, "corpora: wanted the data that the run in the output folder began with, found others");
        assert!(place.contents("out") == before, "{file}");
        place.file(file, data);
        place.train(what, recipe, &["--max-steps", "1"]).succeeds();
        place.remove("out");
    }
}
