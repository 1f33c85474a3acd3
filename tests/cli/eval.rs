//! `alam eval`: what it counts, what it prints, how it exits.

use crate::cases::case;
use crate::sandbox::{Ran, Sandbox};
use alam::labels::Tag;
use serde_json::{Map, Value, json};
use std::fmt::Write;

const GOLD: &str = "زار O\nمحمود B-PER\nدرويش I-PER\nبيروت B-LOC\n. O\n\nعاد O\nدرويش B-PER\nإلى O\nدمشق B-LOC\n";
const PREDICTED: &str = "زار O\nمحمود O\nدرويش B-PER\nبيروت B-LOC\n. O\n\nعاد B-ORG\nدرويش O\nإلى O\nدمشق B-PER\n";

/// The one JSON object that a run printed.
#[track_caller]
fn report(ran: &Ran) -> Value {
    let mut records = ran.succeeds().json();
    assert_eq!(records.len(), 1);
    records.remove(0)
}

#[test]
fn of_a_folder_is_said_once_how_it_was_read_and_what_was_passed_over() {
    let sandbox = Sandbox::new();
    sandbox
        .file("gold/a.conll", GOLD.replace("B-", "").replace("I-", ""))
        .file("gold/b.docx", "")
        .file("gold/c.xml", "");
    let ran = sandbox.run(&["eval", "gold", "--json"]);
    assert_eq!(report(&ran)["micro"]["support"], 4);
    assert_eq!(ran.err.matches("tags are bare types").count(), 1, "{}", ran.err);
    assert_eq!(
        ran.err.matches("alam: gold: passed over in folders, by ending: docx 1, xml 1\n").count(),
        1,
        "{}",
        ran.err
    );
    assert_eq!(sandbox.run(&["eval", "gold", "--json", "-q"]).succeeds().err, "");
    let both = sandbox.run(&["eval", "gold", "gold"]);
    assert_eq!(both.succeeds().err.matches("passed over in folders").count(), 2, "{}", both.err);
}

#[test]
fn scores_are_json_with_fractions_between_0_and_1() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD).file("tags.conll", PREDICTED);
    let report = report(&sandbox.run(&["eval", "gold.conll", "tags.conll", "--json"]));
    assert_eq!(report["micro"], json!({"p": 0.25, "r": 0.25, "f1": 0.25, "support": 4, "predicted": 4, "correct": 1}));
    assert_eq!(report["macro"], json!({"p": 0.333333, "r": 0.166667, "f1": 0.222222, "support": 4}));
    assert_eq!(report["weighted"], json!({"p": 0.5, "r": 0.25, "f1": 0.333333, "support": 4}));
    assert_eq!(
        report["types"],
        json!({
            "LOC": {"p": 1.0, "r": 0.5, "f1": 0.666667, "support": 2, "predicted": 1, "correct": 1},
            "ORG": {"p": 0.0, "r": 0.0, "f1": 0.0, "support": 0, "predicted": 1, "correct": 0},
            "PER": {"p": 0.0, "r": 0.0, "f1": 0.0, "support": 2, "predicted": 2, "correct": 0},
        })
    );
    assert_eq!((&report["documents"], &report["words"], &report["mode"]), (&json!(2), &json!(9), &json!("strict")));
    let count = |class: &str| report["errors"][class]["count"].as_u64().unwrap();
    assert_eq!(["boundary", "type", "both", "missed", "spurious"].map(count), [1, 1, 0, 1, 1]);
    assert_eq!(
        report["errors"]["type"]["worst"][0],
        json!({
            "gold": {"text": "دمشق", "label": "LOC"}, "predicted": {"text": "دمشق", "label": "PER"}, "count": 1,
            "score": null, "place": "gold.conll:10", "context": "عاد درويش إلى [دمشق]",
        })
    );
    assert!(report["calibration"].is_null() && report["beginnings"].is_null() && report["comparison"].is_null());
}

#[test]
fn the_table_says_the_same_to_people() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD).file("tags.conll", PREDICTED);
    let ran = sandbox.run(&["eval", "gold.conll", "tags.conll", "--worst", "1"]);
    let wanted = "\
gold.conll: 2 documents, 9 words, 4 names; scored: tags.conll
mode strict (IOB2)

          precision  recall      F1    gold  predicted  correct
LOC          100.00   50.00   66.67       2          1        1
ORG            0.00    0.00    0.00       0          1        0
PER            0.00    0.00    0.00       2          2        0

micro         25.00   25.00   25.00       4          4        1
macro         33.33   16.67   22.22       4
weighted      50.00   25.00   33.33       4

95 % interval of the micro F1, documents drawn again: 0.00 to 50.00
errors: boundary 1, type 1, both 0, missed 1, spurious 1

worst of boundary
   1x  wanted PER `محمود درويش`, found PER `درويش`
       gold.conll:2: زار [محمود درويش] بيروت .

worst of type
   1x  wanted LOC `دمشق`, found PER `دمشق`
       gold.conll:10: عاد درويش إلى [دمشق]

worst of missed
   1x  wanted PER `درويش`
       gold.conll:8: عاد [درويش] إلى دمشق

worst of spurious
   1x  found ORG `عاد`
       gold.conll:7: [عاد] درويش إلى دمشق
";
    assert_eq!(ran.succeeds().out, wanted);
    assert!(ran.err.is_empty());
}

fn columns(sequences: &[&Vec<Tag>]) -> String {
    let mut text = String::new();
    for tags in sequences {
        tags.iter().enumerate().for_each(|(word, tag)| writeln!(text, "w{word} {tag}").unwrap());
        text.push('\n');
    }
    text
}

#[test]
fn scores_equal_seqevals_in_both_modes_even_of_broken_tags() {
    let golden: Vec<Map<String, Value>> = serde_json::from_str(include_str!("../golden/seqeval.json")).unwrap();
    let sandbox = Sandbox::new();
    let mut compared = 0;
    for seed in [1, 2, 3, 5, 8, 13, 21, 34] {
        let rows = case(seed);
        let (gold, predicted): (Vec<_>, Vec<_>) = rows.iter().map(|(gold, predicted)| (gold, predicted)).unzip();
        sandbox.file("gold.conll", columns(&gold)).file("tags.conll", columns(&predicted));
        for mode in ["strict", "default"] {
            let ran = sandbox.run(&["eval", "gold.conll", "tags.conll", "--json", "--lenient", "--mode", mode]);
            let report = report(&ran);
            for (name, wanted) in golden[seed as usize][mode].as_object().unwrap() {
                let found = [&report["types"], &report].into_iter().find_map(|r| r.get(name)).unwrap();
                for (key, wanted) in ["p", "r", "f1"].iter().zip(wanted.as_array().unwrap()) {
                    let (found, wanted) = (found[key].as_f64().unwrap(), wanted.as_f64().unwrap() / 1e6);
                    assert!((found - wanted).abs() < 1e-5, "case {seed} {mode} {name} {key}: {found} is not {wanted}");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 200, "only {compared} numbers");
}

const SPANS: &str = "{\"id\":\"a\",\"text\":\"زار بوتين مصر\",\"entities\":[\
    {\"start\":4,\"end\":9,\"label\":\"PER\"},{\"start\":10,\"end\":13,\"label\":\"LOC\"}]}\n\
    {\"id\":\"b\",\"text\":\"ولبوتين رأي\",\"entities\":[{\"start\":2,\"end\":7,\"label\":\"PER\"}]}\n";

#[test]
fn predictions_need_no_text_and_no_order_and_bring_calibration_and_beginnings() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.jsonl", SPANS).file(
        "names.jsonl",
        "{\"id\":\"b\",\"entities\":[{\"start\":1,\"end\":7,\"label\":\"PER\",\"score\":0.5}]}\n\
         {\"id\":\"a\",\"entities\":[{\"start\":4,\"end\":9,\"label\":\"PER\",\"score\":0.9}]}\n",
    );
    let ran = sandbox.run(&["eval", "gold.jsonl", "names.jsonl", "--json"]);
    let found = report(&ran);
    assert_eq!((&found["micro"]["p"], &found["micro"]["r"]), (&json!(0.5), &json!(0.333333)));
    assert_eq!(found["calibration"]["ece"], json!(0.3));
    let row = &found["calibration"]["thresholds"][5];
    assert_eq!(*row, json!({"at": 0.9, "kept": 1, "p": 1.0, "r": 0.333333, "f1": 0.5}));
    assert_eq!(found["beginnings"]["bare"], json!({"names": 2, "found": 1, "exact": 1, "share": 1.0}));
    assert_eq!(found["beginnings"]["particles"], json!({"ول": {"names": 1, "found": 1, "exact": 0, "share": 0.0}}));
    let table = sandbox.run(&["eval", "gold.jsonl", "names.jsonl"]);
    let lines: Vec<&str> = table.succeeds().out.lines().collect();
    for line in [
        "expected calibration error 0.3000",
        "      0.90       1     100.00   33.33   50.00",
        "inside a word        1       1       0    0.00",
        "  behind ول          1       1       0    0.00",
    ] {
        assert!(lines.contains(&line), "{line}\n{}", table.out);
    }
}

#[test]
fn only_the_types_asked_for_are_scored() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD).file("tags.conll", PREDICTED);
    let found = report(&sandbox.run(&["eval", "gold.conll", "tags.conll", "--json", "--labels", "LOC"]));
    assert_eq!(found["micro"], json!({"p": 1.0, "r": 0.5, "f1": 0.666667, "support": 2, "predicted": 1, "correct": 1}));
    assert_eq!(found["types"].as_object().unwrap().len(), 1);
    sandbox
        .run(&["eval", "gold.conll", "tags.conll", "--labels", "LOC,GPE"])
        .fails(2, "alam: --labels: wanted types that are there (LOC, ORG, PER), found `GPE`");
}

#[test]
fn a_score_below_the_one_asked_for_is_status_1() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD).file("tags.conll", PREDICTED);
    let ran = sandbox.run(&["eval", "gold.conll", "tags.conll", "--json", "--fail-under", "0.26"]);
    ran.fails(1, "alam: --fail-under: wanted a micro F1 of 0.26 or more, found 0.2500");
    assert_eq!(ran.json().len(), 1);
    sandbox.run(&["eval", "gold.conll", "tags.conll", "--fail-under", "0.25"]).succeeds();
}

#[test]
fn two_predictions_are_compared_by_a_paired_test() {
    let sandbox = Sandbox::new();
    let gold: String = (0..40).map(|n| format!("في O\nغزة B-LOC\nسامي{n} B-PER\n\n")).collect();
    sandbox.file("gold.conll", &gold).file("good.conll", &gold).file("bad.conll", gold.replace("B-PER", "O"));
    let compare = |a: &str, b: &str| {
        let ran = sandbox.run(&["eval", "gold.conll", a, "--against", b, "--json"]);
        report(&ran)["comparison"].clone()
    };
    let better = compare("good.conll", "bad.conll");
    assert_eq!((&better["difference"], &better["against"]), (&json!(0.333333), &json!("bad.conll")));
    assert!(better["p"].as_f64().unwrap() < 0.01 && better["interval"]["low"].as_f64().unwrap() > 0.0, "{better}");
    assert_eq!(compare("bad.conll", "bad.conll")["p"], json!(1.0));
    let table = sandbox.run(&["eval", "gold.conll", "bad.conll", "--against", "good.conll"]);
    let line = "against good.conll: micro F1 66.67 and 100.00, difference -33.33";
    assert!(table.succeeds().out.lines().any(|l| l == line), "{}", table.out);
}

#[test]
fn a_folder_is_scored_as_one_corpus() {
    let sandbox = Sandbox::new();
    let (first, second) = GOLD.split_once("\n\n").unwrap();
    sandbox.file("gold/1.conll", first).file("gold/more/2.conll", second).file("tags.conll", PREDICTED);
    sandbox.file("names/a.jsonl", SPANS);
    let found = report(&sandbox.run(&["eval", "gold", "tags.conll", "--json"]));
    assert_eq!((&found["documents"], &found["micro"]["support"]), (&json!(2), &json!(4)));
    assert_eq!(found["errors"]["type"]["worst"][0]["place"], "gold/more/2.conll:4");
    let found = report(&sandbox.run(&["eval", "names", "names", "--json"]));
    assert_eq!(found["micro"]["f1"], json!(1.0));
}

#[test]
fn names_of_a_tagger_on_columns_are_whole_words() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", "شكرا O\nلبيروت B-LOC\n");
    sandbox.file(
        "names.jsonl",
        "{\"entities\":[{\"start\":6,\"end\":11,\"label\":\"LOC\",\"token_start\":5,\"token_end\":11}]}\n",
    );
    let found = report(&sandbox.run(&["eval", "gold.conll", "names.jsonl", "--json"]));
    assert_eq!(found["micro"]["f1"], json!(1.0));
}

#[test]
fn the_model_is_scored_on_every_word_of_the_gold_and_raw_is_its_text() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "gold.conll",
        "-DOCSTART- O\n\nعنوان O\nالقاهرة B-LOC\n\nقال O\n\" O\nمحمود B-PER\nدرويش I-PER\n\" O\n( O\nشاعر O\n) O\n: O\n\
         وبيروت B-LOC\n، O\nدمشق B-LOC\n. O\n\nعاد O\nإلى O\n« O\nغزة B-LOC\n» O\n",
    );
    let text = "عنوان القاهرة\nقال \"محمود درويش\" (شاعر): وبيروت، دمشق. عاد إلى «غزة»";
    let names = [("القاهرة", "LOC"), ("محمود درويش", "PER"), ("وبيروت", "LOC"), ("دمشق", "LOC"), ("غزة", "LOC")];
    let entities = names.map(|(name, label)| {
        let start = text[..text.find(name).unwrap()].chars().count();
        json!({"start": start, "end": start + name.chars().count(), "label": label})
    });
    sandbox.file("joined.jsonl", json!({"text": text, "entities": entities}).to_string());

    let own = report(&sandbox.run(&["eval", "gold.conll", "--json", "-q"]));
    assert_eq!((&own["words"], &own["micro"]["support"], &own["raw"]), (&json!(20), &json!(5), &json!(false)));
    let raw = report(&sandbox.run(&["eval", "gold.conll", "--json", "-q", "--raw"]));
    let joined = report(&sandbox.run(&["eval", "joined.jsonl", "--json", "-q", "--keep-clitics"]));
    for key in ["micro", "macro", "types", "calibration"] {
        assert_eq!(raw[key], joined[key], "{key}");
    }
    assert_eq!((&raw["words"], &raw["micro"]["support"], &raw["raw"]), (&json!(20), &json!(5), &json!(true)));
}

#[test]
fn what_a_model_says_and_what_it_wrote_down_score_alike() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD).file("gold.jsonl", SPANS);
    sandbox.run(&["tag", "gold.jsonl", "-q", "-o", "names.jsonl"]).succeeds();
    sandbox.run(&["tag", "--pretokenized", "gold.conll", "-q", "-o", "words.jsonl"]).succeeds();
    sandbox.run(&["tag", "--pretokenized", "gold.conll", "-q", "-f", "conll", "-o", "words.conll"]).succeeds();
    for (gold, predicted) in
        [("gold.jsonl", "names.jsonl"), ("gold.conll", "words.jsonl"), ("gold.conll", "words.conll")]
    {
        let now = report(&sandbox.run(&["eval", gold, "--json", "-q"]));
        let then = report(&sandbox.run(&["eval", gold, predicted, "--json", "-q"]));
        for key in ["micro", "types", "errors"].iter().filter(|key| **key != "errors" || predicted == "names.jsonl") {
            assert_eq!(now[key], then[key], "{predicted} {key}");
        }
    }
}
