//! Runs that cannot work: refused before their first step, with place and reason, and nothing left behind.

use crate::place::{Place, is_of_a_model};
use crate::recipes::{BY_HEART, FINETUNE, pretrain};
use crate::text;

/// The line of the recipe that holds these words.
fn line(recipe: &str, words: &str) -> usize {
    recipe.lines().position(|line| line.contains(words)).unwrap() + 1
}

#[track_caller]
fn refused(place: &Place, (what, recipe): (&str, &str), status: i32, said: &str) {
    let ran = place.train(what, recipe, &[]);
    ran.fails_with(status, &format!("alam-train: {said}"));
    assert!(ran.out.is_empty() && !ran.err.contains("panicked") && !ran.err.contains("step 1"), "{ran:?}");
    let left = place.files_in("out");
    assert!(left.is_empty(), "{said}: {left:?}");
}

#[test]
fn bad_fine_tunings_are_refused_with_their_place() {
    let place = Place::new();
    place.file("data/empty.jsonl", "").file("data/nameless.jsonl", "{\"text\":\"هطل المطر\"}\n");
    place.file("data/iob1.conll", "قال\tO\nكريم\tI-PER\n\nمصر\tB-LOC\n").file("data/words.txt", "قال\n");
    place.file("data/sub.jsonl/a", "").file("data/strange.jsonl", text::jsonl().replace("LOC", "GPE"));
    place.file("data/columns.conll", "قال\tO\nكريم\n").file("data/broken.jsonl", text::jsonl() + "{\"text\":");
    let path = "path = \"news.jsonl\"\nclitics";
    let corpus = |name: &str| BY_HEART.replacen(path, &format!("path = \"{name}\"\nclitics"), 1);
    let dev = |name: &str| {
        let (head, tail) = BY_HEART.split_once("[[dev]]").unwrap();
        format!("{head}[[dev]]{}", tail.replace("news.jsonl", name))
    };
    let swap = |from: &str, to: &str| BY_HEART.replacen(from, to, 1);
    let at = |recipe: &str, words: &str, said: &str| format!("r.toml:{}: {said}", line(recipe, words));
    for (recipe, status, words, said) in [
        (swap("[train]", "[train]\nrate = 1"), 2, "rate = 1", "unknown field `rate`"),
        (swap("steps = 150", "steps = \"many\""), 2, "many", "invalid type: string \"many\", expected u64"),
        (swap("steps = 150", "steps = "), 2, "steps = ", ""),
        (
            swap("steps = 150", "steps = 1_000_000_000_000_000_000"),
            2,
            "steps = ",
            "`train.steps`: wanted 1 to 999999999, found 1000000000000000000",
        ),
        (
            swap("steps = 150", "passes = 1e18"),
            2,
            "passes = ",
            "`train.passes`: wanted a positive number up to 10000, found 1000000000000000000",
        ),
        (
            swap("[examples]", "[examples]\nguess_factor = 1.0"),
            2,
            "guess_factor",
            "`examples.guess_factor`: wanted hidden pieces (`mask`)",
        ),
        (
            corpus("none.jsonl"),
            2,
            "none",
            "`corpora.0.path`: wanted a file in the folder of `--data`, found none at data/none",
        ),
        (
            corpus("sub.jsonl"),
            2,
            "sub",
            "`corpora.0.path`: wanted a file in the folder of `--data`, found a folder at data/sub.jsonl",
        ),
        (
            corpus("words.txt"),
            2,
            "words.txt",
            "`corpora.0.path`: wanted a .conll, .conllu, .jsonl, .json or .parquet file, found `words.txt`",
        ),
        (
            swap("[\"PER\", \"LOC\", \"ORG\"]", "[\"PER\", \"LOC\"]"),
            3,
            "",
            "data/news.jsonl: document `2`: wanted names of type PER, LOC, found `ORG`",
        ),
        (
            swap("\"ORG\"]", "\"ORG\", \"WORK\"]"),
            2,
            "types",
            "`types`: wanted names of every type in the corpora, found no `WORK`",
        ),
        (
            corpus("strange.jsonl"),
            3,
            "",
            "data/strange.jsonl: document `0`: wanted names of type PER, LOC, ORG, found `GPE`",
        ),
        (corpus("iob1.conll"), 3, "", "data/iob1.conll:2: wanted IOB2 tags, found `I-PER` behind no name"),
        (corpus("columns.conll"), 3, "", "data/columns.conll:2: expected 2 columns"),
        (corpus("broken.jsonl"), 3, "", "data/broken.jsonl:21: "),
        (corpus("empty.jsonl"), 3, "", "data/empty.jsonl: wanted documents, found none"),
        (dev("empty.jsonl"), 3, "", "data/empty.jsonl: wanted documents, found none"),
        (dev("nameless.jsonl"), 2, "[[dev]]", "`dev.0`: wanted a dev set with names to find, found none in `dev`"),
        (dev("iob1.conll"), 3, "", "data/iob1.conll:2: wanted IOB2 tags"),
        (
            BY_HEART.split("[[dev]]").next().unwrap().into(),
            2,
            "",
            "r.toml:1: `dev`: wanted a dev set to choose the best model by",
        ),
        (
            swap("tokenizer = \"words\"\n", ""),
            2,
            "[model]",
            "`model`: wanted `init`, or `shape` and `tokenizer`, found neither",
        ),
        (
            swap("tokenizer = \"words\"", "tokenizer = \"none\""),
            2,
            "none",
            "`model.tokenizer`: wanted a folder with tokenizer.json",
        ),
        (
            swap("heads = 2", "heads = 3"),
            2,
            "heads",
            "`model.shape.heads`: wanted a divisor of `hidden_size` (32), found 3",
        ),
        (
            swap("hidden_size = 32", "hidden_size = 4000000000000000000"),
            2,
            "hidden",
            "`model.shape.hidden_size`: wanted 1 to 16384",
        ),
        (swap("layers = 1", "layers = 0"), 2, "layers", "`model.shape.layers`: wanted 1 to 1024, found 0"),
        (
            swap("max_positions = 64", "max_positions = 32"),
            2,
            "window = [",
            "`examples.window`: wanted windows within the model's 32 tokens",
        ),
        (swap("hidden_size = 32\nlayers = 1", "hidden_size = 16384\nlayers = 1000"), 3, "", "memory: wanted about "),
        (swap("batch_tokens = 192", "batch_tokens = 1000000000000000"), 3, "", "memory: wanted about "),
        (
            swap("\"dev\"", "\"dev\"\ntypes = [\"WORK\"]"),
            2,
            "WORK",
            "`dev.0.types`: wanted types of the recipe, found `WORK`",
        ),
        (
            swap("learning_rate = 1e-2", "learning_rate = 0"),
            2,
            "learning_rate",
            "`train.learning_rate`: wanted a positive number, found 0",
        ),
        (
            swap("\"ORG\"]", "\"ORG\", \"A B\"]"),
            2,
            "types",
            "`types`: wanted types of names, a plain word each and each once, found `A B`",
        ),
        (
            swap("[train]", "[tagging]\nwindow = 60\n\n[train]"),
            2,
            "window = 60",
            "`tagging.window`: wanted at most the ",
        ),
        (
            swap("[train]", "[tagging]\nwindow = 16\noverlap = 9\n\n[train]"),
            2,
            "overlap = 9",
            "`tagging.overlap`: wanted at most half of the window of 16 tokens, found 9",
        ),
    ] {
        let said = if words.is_empty() { said.to_owned() } else { at(&recipe, words, said) };
        refused(&place, ("finetune", &recipe), status, &said);
    }
    // Such numbers must not wrap round to small ones.
    refused(
        &place,
        ("finetune", &swap("batch_tokens = 192", "batch_tokens = 9223372036854775807")),
        3,
        "memory: wanted about ",
    );
}

#[test]
fn a_model_to_begin_with_that_is_broken_is_refused_by_name() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &["--max-steps", "1"]).succeeds();
    place.remove("out");
    let recipe = BY_HEART.replace("steps = 150", "steps = 1");
    place.train("finetune", &recipe, &[]).succeeds();
    place.rename("out", "base");
    let whole = place.contents("base");
    let model = &whole["model.safetensors"];
    let begins = format!("[model]\ninit = \"base\"\n\n[examples]{}", recipe.split_once("[examples]").unwrap().1);
    let begins = format!("types = [\"PER\", \"LOC\", \"ORG\"]\n{begins}");
    let mut wider: serde_json::Value = serde_json::from_slice(&whole["config.json"]).unwrap();
    wider["hidden_size"] = 64.into();
    wider["intermediate_size"] = 64.into();
    for (file, bytes, said) in [
        ("model.safetensors", &model[..model.len() - 10], "base/model.safetensors: "),
        ("model.safetensors", b"nothing of the kind", "base/model.safetensors: "),
        ("model.safetensors", b"", "base/model.safetensors: "),
        ("clitics.safetensors", b"", "base/clitics.safetensors: "),
        ("config.json", b"{", "base/config.json: "),
        ("config.json", b"{}", "base/config.json: "),
        ("config.json", wider.to_string().as_bytes(), "base/model.safetensors: "),
        ("tokenizer.json", b"no JSON", "base/tokenizer.json: "),
        ("tokenizer.json", b"{\"version\":\"1.0\"}", "base/tokenizer.json: "),
        ("tagger.json", b"{\"window\":true}", "base/tagger.json"),
    ] {
        place.file(&format!("base/{file}"), bytes);
        refused(&place, ("finetune", &begins), 3, said);
        place.file(&format!("base/{file}"), &whole[file]);
    }
    let line = line(&begins, "init");
    let none = begins.replace("\"base\"", "\"none\"");
    refused(&place, ("finetune", &none), 2, &format!("r.toml:{line}: `model.init`: wanted a folder with config.json"));
    let two = begins.replace("\"base\"", "[\"base\", \"other\"]");
    for (file, bytes) in &whole {
        place.file(&format!("other/{file}"), bytes);
    }
    place.file("other/config.json", wider.to_string().as_bytes());
    let other = |what: &str| {
        let said = format!("r.toml:{line}: `model.init.1`: wanted models that began as one, found another {what} in ");
        refused(&place, ("finetune", &two), 2, &said);
    };
    other("config.json");
    place.file("other/config.json", &whole["config.json"]).file("other/tokenizer.json", b"{}");
    other("tokenizer.json");
    place.file("other/tokenizer.json", &whole["tokenizer.json"]);
    std::fs::remove_file(place.path("other/clitics.safetensors")).unwrap();
    other("choice of heads");
    place.file("other/clitics.safetensors", &whole["clitics.safetensors"]);
    place.train("finetune", &two, &[]).succeeds();
    place.remove("out");
    place.train("finetune", &begins, &[]).succeeds();
}

#[test]
fn bad_pretrainings_are_refused_with_their_place() {
    let place = Place::with_ids();
    place.file("data/text.ids", "plain text").file("wrong/tokenizer.json", "no JSON");
    let ids = place.bytes("data/raw.ids");
    place.file("data/short.ids", &ids[..ids.len() - 20]);
    let args = ["corpus", "data/raw.txt", "--tokenizer", "words", "--out", "data/all.ids", "--held-out", "0"];
    place.run(&args).succeeds();
    place.file("few.toml", "text = [\"raw.txt\"]\nvocab_size = 415\nmin_count = 1\n");
    place.run(&["tokenizer", "few.toml", "--data", "data", "--out", "few"]).succeeds();
    let good = pretrain("electra");
    let swap = |from: &str, to: &str| good.replacen(from, to, 1);
    for (recipe, status, said) in [
        (swap("masked", "masked").replace("objective", "maskd = 1\nobjective"), 2, "r.toml:2: unknown field `maskd`"),
        (swap("\"electra\"", "\"both\""), 2, "r.toml:2: unknown variant `both`"),
        (swap("raw.ids", "none.ids"), 2, "r.toml:9: `corpora.0.path`: wanted one of none.ids, data/none.ids"),
        (swap("raw.ids", "text.ids"), 3, "data/text.ids: wanted a file of token ids, found 10 bytes"),
        (swap("raw.ids", "short.ids"), 3, "data/short.ids: wanted a whole file of token ids"),
        (swap("raw.ids", "all.ids"), 2, "r.toml:6: `evaluation_tokens`: wanted held-out text in the corpora"),
        (
            swap("\"words\"", "\"few\""),
            3,
            "data/raw.ids: wanted ids of this run's vocabulary of 415 tokens, found those",
        ),
        (swap("\"words\"", "\"wrong\""), 3, "wrong/tokenizer.json: wanted a tokenizer as "),
        (
            swap("raw.ids\"", "\"").replace("path = \"\"", "path = \".\""),
            2,
            "r.toml:9: `corpora.0.path`: wanted a file, found a folder",
        ),
        (
            swap("heads = 2", "heads = 5"),
            2,
            "r.toml:15: `shape.heads`: wanted a divisor of `hidden_size` (16), found 5",
        ),
        (swap("layers = 1", "layers = 1000").replacen("= 16", "= 16384", 1), 3, "memory: wanted about "),
        (swap("hidden_size = 8", "hidden_size = 16384\nlayers = 1000"), 3, "memory: wanted about "),
    ] {
        refused(&place, ("pretrain", &recipe), status, said);
    }
}

#[test]
fn places_that_cannot_hold_a_run_are_refused() {
    let place = Place::new();
    place.file("r.toml", FINETUNE).file("taken", "a file");
    place
        .run(&["finetune", "r.toml", "--data", "none", "--out", "out"])
        .fails_with(3, "none: wanted a folder with data, found none");
    place.run(&["finetune", "none.toml", "--data", "data", "--out", "out"]).fails_with(3, "none.toml: No such file");
    place
        .run(&["finetune", "data", "--data", "data", "--out", "out"])
        .fails_with(3, "data: wanted a file, found a directory");
    place.run(&["finetune", "r.toml", "--data", "data", "--out", "taken"]).fails_with(3, "taken");
    place.run(&["finetune", "r.toml", "--data", "data", "--out", "taken/out"]).fails_with(3, "taken/out");
    place.run(&["finetune", "r.toml", "--data", "data"]).fails_with(2, "--out");
    place.run(&["finetune", "r.toml", "--out", "out", "--max-minutes", "0"]).fails_with(2, "--max-minutes");
    place.run(&["finetune", "r.toml", "--out", "out", "--device", "tpu"]).fails_with(2, "wanted cpu, cuda or cuda:N");
    assert_eq!(place.bytes("taken"), b"a file");
    assert!(!place.files_in(".").iter().any(|name| !name.starts_with("words/") && is_of_a_model(name)));
}
