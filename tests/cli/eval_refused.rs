//! `alam eval`: gold and predictions that cannot be scored are refused with their place, and no score is printed.

use crate::sandbox::{Ran, Sandbox};

const GOLD: &str = "زار O\nبوتين B-PER\n\nعاد O\nإلى O\nدمشق B-LOC\n";
const SPANS: &str =
    "{\"id\":\"a\",\"text\":\"زار بوتين مصر\",\"entities\":[]}\n{\"id\":\"b\",\"text\":\"نعم\",\"entities\":[]}\n";

/// Gold and predictions as files, and what `alam eval` says to them.
fn eval(gold: (&str, &str), predicted: (&str, &str)) -> Ran {
    let sandbox = Sandbox::new();
    sandbox.file(gold.0, gold.1).file(predicted.0, predicted.1);
    let ran = sandbox.run(&["eval", gold.0, predicted.0]);
    assert!(ran.out.is_empty(), "a score of half a corpus: {}", ran.out);
    ran
}

#[test]
fn gold_that_is_not_iob2_is_refused_with_every_place() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", "زار O\nبوتين I-PER\n\nعاد O\n\nإلى B-LOC\nدمشق I-PER\n");
    let ran = sandbox.run(&["eval", "gold.conll"]);
    ran.fails(3, "alam: gold.conll:2: wanted IOB2 tags, found `I-PER` behind no name");
    ran.fails(3, "alam: gold.conll:7: wanted IOB2 tags, found `I-PER` behind a name of type LOC");
    assert!(ran.out.is_empty());
    for (mode, names) in [("strict", "1 names"), ("default", "3 names")] {
        let ran = sandbox.run(&["eval", "gold.conll", "gold.conll", "--lenient", "--mode", mode]);
        assert!(ran.succeeds().out.starts_with(&format!("gold.conll: 3 documents, 5 words, {names}")), "{}", ran.out);
    }
}

#[test]
fn many_defects_are_not_all_said() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", "أ X\n\n".repeat(30));
    let ran = sandbox.run(&["eval", "gold.conll"]);
    ran.fails(3, "alam: gold.conll:39: wanted a tag").fails(3, "alam: 10 more like these");
    assert_eq!(ran.err.lines().count(), 21);
}

#[test]
fn no_gold_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("empty.conll", "\n\n").file("folder/note.docx", "");
    sandbox.run(&["eval", "empty.conll"]).fails(3, "alam: empty.conll: wanted documents with names, found none");
    sandbox.run(&["eval", "none.conll"]).fails(3, "alam: none.conll: No such file");
    sandbox.run(&["eval", "folder"]).fails(
        3,
        "alam: folder: wanted files (.txt, .html, .jsonl, .json, .csv, .tsv, .parquet, .conll, .conllu, .ann",
    );
}

/// What nobody has said of a text is not that it has no names.
#[test]
fn records_without_a_list_of_names_are_neither_gold_nor_predictions() {
    let said = "alam: b.jsonl:1: wanted a list of names, if an empty one, found none";
    let (named, bare) = (("a.jsonl", SPANS), ("b.jsonl", "{\"id\":\"a\",\"text\":\"زار بوتين مصر\"}\n"));
    eval(bare, named).fails(3, said);
    eval(named, bare).fails(3, said);
    eval(("b.jsonl", "{\"id\":\"a\",\"error\":\"why\"}\n"), named)
        .fails(3, "alam: b.jsonl:1: wanted a document, found an error record: why");
}

#[test]
fn gold_without_names_is_scored_and_said() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", "زار O\n");
    let ran = sandbox.run(&["eval", "gold.conll", "gold.conll", "--json"]);
    assert_eq!(ran.succeeds().json()[0]["micro"]["f1"], 0.0);
    assert!(ran.err.starts_with("alam: gold.conll: wanted documents with names, found none"), "{}", ran.err);
}

#[test]
fn words_that_are_not_the_golds_are_named_with_both_places() {
    for (predicted, wanted) in [
        (GOLD.replace("إلى", "من"), "alam: tags.conll:5: wanted `إلى` as at gold.conll:5, found `من`"),
        (
            GOLD.replace("بوتين B-PER\n", ""),
            "alam: tags.conll:2: wanted `بوتين` as at gold.conll:2, found the end of the sentence",
        ),
        (
            GOLD.replace("\n\n", "\nمصر O\n\n"),
            "alam: tags.conll:3: wanted the end of the sentence as at gold.conll:3, found `مصر`",
        ),
        (
            GOLD.split_once("\n\n").unwrap().0.to_string(),
            "alam: gold.conll:4: wanted a prediction for this sentence, found the end of tags.conll",
        ),
        (
            format!("{GOLD}\nنعم O\n"),
            "alam: tags.conll:8: wanted as many sentences as gold has, 2, found a further one",
        ),
        ("زار X\n".to_string(), "alam: tags.conll:1: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `X`"),
        (String::new(), "alam: gold.conll:1: wanted a prediction for this document, found none in tags.conll"),
    ] {
        eval(("gold.conll", GOLD), ("tags.conll", &predicted)).fails(3, wanted);
    }
}

#[test]
fn documents_that_are_not_the_golds_are_named_with_their_place() {
    let (a, b) = ("{\"id\":\"a\",\"entities\":[]}\n", "{\"id\":\"b\",\"entities\":[]}\n");
    for (predicted, wanted) in [
        (a.to_string(), "alam: gold.jsonl:2: wanted a prediction for this document, found none in names.jsonl"),
        ([a, b, a].concat(), "alam: names.jsonl:3: wanted each gold document once, found `a` again"),
        (
            [a, "{\"id\":\"c\",\"entities\":[]}\n"].concat(),
            "alam: names.jsonl:2: wanted the id of a gold document, found `c`",
        ),
        (
            ["{\"id\":\"a\",\"text\":\"زار بوتين\",\"entities\":[]}\n", b].concat(),
            "alam: names.jsonl:1: wanted the text of gold.jsonl:1, with ` مصر` at character 9, found its end",
        ),
        (
            [a, "{\"id\":\"b\",\"entities\":[{\"start\":0,\"end\":9,\"label\":\"PER\"}]}\n"].concat(),
            "alam: names.jsonl:2: wanted a span within the text (3 chars), found 0..9 (PER)",
        ),
        (
            [a, "{\"id\":\"b\",\"entities\":[{\"start\":0,\"end\":2,\"label\":\"PER\",\"text\":\"لا\"}]}\n"].concat(),
            "alam: names.jsonl:2: wanted `لا` at 0..2 (PER), found `نع`",
        ),
        (
            [a, "{\"id\":\"b\",\"error\":\"too long\"}\n"].concat(),
            "alam: names.jsonl:2: wanted a document, found an error record: too long",
        ),
    ] {
        eval(("gold.jsonl", SPANS), ("names.jsonl", &predicted)).fails(3, wanted);
    }
}

#[test]
fn documents_without_ids_stand_for_those_of_their_number() {
    let (text, names) = ("{\"text\":\"نعم\",\"entities\":[]}\n", "{\"entities\":[]}\n");
    let ran = eval(("gold.jsonl", &text.repeat(2)), ("names.jsonl", &names.repeat(3)));
    ran.fails(3, "alam: names.jsonl:3: wanted as many documents as gold has, 2, found a further one");
    let ran = eval(("gold.jsonl", &text.repeat(2)), ("names.jsonl", names));
    ran.fails(3, "alam: gold.jsonl:2: wanted a prediction for this document, found none in names.jsonl");
}

#[test]
fn columns_cannot_stand_for_spans() {
    let ran = eval(("gold.jsonl", SPANS), ("tags.conll", GOLD));
    ran.fails(3, "alam: tags.conll: wanted predictions with spans, as the gold at gold.jsonl:1 has, found CoNLL");
    assert!(ran.err.contains("tip: `alam tag` writes them with --format jsonl"), "{}", ran.err);
}

#[test]
fn command_lines_that_cannot_be_meant_are_status_2() {
    let sandbox = Sandbox::new();
    sandbox.file("gold.conll", GOLD);
    for (args, wanted) in [
        (&["eval"][..], "alam: the following required arguments were not provided"),
        (
            &["eval", "gold.conll", "gold.conll", "--raw"],
            "alam: the argument '[PREDICTED]' cannot be used with '--raw'",
        ),
        (&["eval", "gold.conll", "--mode", "iob1"], "alam: invalid value 'iob1' for '--mode <MODE>'"),
        (&["eval", "gold.conll", "--fail-under", "61"], "alam: invalid value '61' for '--fail-under <F1>'"),
        (&["eval", "gold.conll", "--labels", "XYZ"], "alam: --labels: wanted types that are there"),
    ] {
        let ran = sandbox.run(args);
        assert!(ran.fails(2, wanted).out.is_empty());
    }
    sandbox.run(&["eval", "gold.conll", "--model", "no/such"]).fails(3, "alam: ");
}
