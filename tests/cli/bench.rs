//! `alam bench`: its figures hang together, and what it cannot measure it refuses.

use crate::sandbox::Sandbox;
use serde_json::Value;

const QUICK: [&str; 7] = ["bench", "--articles", "2", "--passes", "3", "--warm-up", "1"];

fn figures(sandbox: &Sandbox, more: &[&str]) -> Value {
    let ran = sandbox.run(&[&QUICK[..], &["--json"], more].concat());
    let mut records = ran.succeeds().json();
    assert_eq!(records.len(), 1, "{}", ran.out);
    records.remove(0)
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("wanted a number, found {value}"))
}

#[test]
fn figures_are_printed_as_json() {
    let sandbox = Sandbox::new();
    let figures = figures(&sandbox, &["--seed", "7", "--threads", "1"]);
    for name in ["seconds", "articles_per_second", "words_per_second", "tokens_per_second", "start_seconds"] {
        let [low, median, high] = ["low", "median", "high"].map(|end| number(&figures[name][end]));
        assert!(0.0 < low && low <= median && median <= high, "{name}: {low} {median} {high}");
    }
    let shares = ["segment", "encode", "model", "decode", "other"].map(|stage| number(&figures["stages"][stage]));
    assert!(shares.iter().all(|share| (0.0..=1.0).contains(share)), "{shares:?}");
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-6, "{shares:?}");
    assert!(shares[2] > 0.0, "{shares:?}");
    let text = &figures["text"];
    assert_eq!((&text["source"], &text["seed"], &text["articles"]), (&"generated".into(), &7.into(), &2.into()));
    assert!(number(&text["words"]) >= 60.0 && number(&text["tokens"]) > number(&text["words"]));
    assert_eq!((&figures["passes"], &figures["warm_up"]), (&3.into(), &1.into()));
    let model = &figures["model"];
    assert_eq!((&model["source"], &model["precision"]), (&"embedded".into(), &"int8".into()));
    assert_eq!((&model["device"], &model["threads"]), (&"cpu".into(), &1.into()));
    assert!(number(&figures["load_seconds"]) > 0.0);
    if cfg!(target_os = "linux") {
        assert!(number(&figures["peak_memory_bytes"]) > 1e6);
    }
    assert_eq!(sandbox.files(), [""; 0], "a bench leaves nothing behind");
}

#[test]
fn figures_are_printed_for_people() {
    let ran = Sandbox::new().run(&QUICK);
    let out = &ran.succeeds().out;
    for begins in ["model ", "runs on ", "text ", "passes ", "articles ", "words ", "tokens ", "start ", "stages "] {
        assert!(out.lines().any(|line| line.starts_with(begins)), "wanted {begins}\n{out}");
    }
}

#[test]
fn articles_of_a_seed_are_always_the_same() {
    let sandbox = Sandbox::new();
    let text = |seed: &str| {
        let text = &figures(&sandbox, &["--seed", seed])["text"];
        (text["words"].clone(), text["tokens"].clone())
    };
    assert_eq!(text("3"), text("3"));
    assert_ne!(text("3"), text("4"));
}

#[test]
fn a_text_of_ones_own_is_tagged() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "زار بوتين مصر.\nوصل أردوغان إلى بغداد أمس\n\nثالث\n");
    let text = &figures(&sandbox, &["--text", "a.txt"])["text"];
    assert_eq!((&text["source"], &text["seed"]), (&"a.txt".into(), &Value::Null));
    assert_eq!((&text["articles"], number(&text["words"])), (&2.into(), 8.0));
    sandbox.file("a.jsonl", "{\"text\":\"زار بوتين مصر\"}\n");
    let text = &figures(&sandbox, &["--text", "a.jsonl"])["text"];
    assert_eq!((&text["articles"], number(&text["words"])), (&1.into(), 3.0));
}

#[test]
fn what_cannot_be_measured_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.txt", "").file("blank.txt", "\n \n").file("bad.jsonl", "{\"text\":1}\n");
    for (args, status, wanted) in [
        (&["bench", "--passes", "0"][..], 2, "alam: invalid value '0' for '--passes <N>'"),
        (&["bench", "--articles", "0"], 2, "alam: invalid value '0' for '--articles <N>'"),
        (&["bench", "--text", "empty.txt"], 2, "alam: --text empty.txt: wanted text, found none"),
        (&["bench", "--text", "blank.txt"], 2, "alam: --text blank.txt: wanted text, found none"),
        (&["bench", "--text", "bad.jsonl"], 1, "alam: bad.jsonl:1: field `text`: wanted"),
        (&["bench", "--text", "none.txt"], 3, "alam: none.txt: No such file"),
        (&["bench", "--model", "./none"], 3, "alam: --model: wanted a model folder or a model's id, found `./none`"),
    ] {
        let ran = sandbox.run(args);
        ran.fails(status, wanted);
        assert!(ran.out.is_empty(), "data only on standard output: {}", ran.out);
    }
}

#[test]
fn the_environment_of_other_commands_does_not_disturb() {
    let sandbox = Sandbox::new();
    let mut command = sandbox.command(&[&QUICK[..], &["--json"]].concat());
    command.env("ALAM_FORMAT", "brat").env("ALAM_LABELS", "NONE").env("ALAM_PRETOKENIZED", "1");
    crate::sandbox::Ran::of(command.output().unwrap()).succeeds();
}
