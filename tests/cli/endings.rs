//! What the names of outputs say, and what records without texts can still be made into.

use crate::sandbox::Sandbox;
use crate::tag::{tag, with_model};

/// Records as `alam tag` writes them, without texts.
const BARE: &str = concat!(
    "{\"id\":\"a\",\"date\":\"2024-05-01\",\"entities\":[{\"start\":4,\"end\":7,\"label\":\"ORG\",\"text\":\"أمم\",",
    "\"score\":0.9871,\"token_start\":2,\"token_end\":7,\"token_text\":\"للأمم\",\"canonical\":\"الأمم\",",
    "\"source\":\"gazetteer\",\"group\":3}]}\n",
    "{\"id\":\"b\",\"entities\":[]}\n",
);

#[test]
fn the_ending_of_an_output_is_its_format() {
    let sandbox = with_model();
    sandbox.file("a.txt", "زار محمد لندن وحلب");
    for (name, begins) in [
        ("a.html", "<!DOCTYPE html>"),
        ("a.csv", "id,start,end"),
        ("a.conll", "-DOCSTART-"),
        ("a.jsonl", "{\"id\":"),
        ("a.out", "{\"id\":"),
    ] {
        sandbox.run(&tag(&["a.txt", "-q", "-o", name])).succeeds();
        assert!(sandbox.read(name).starts_with(begins), "{name}");
        for packed in ["gz", "zst"] {
            let packed = format!("{name}.{packed}");
            sandbox.run(&tag(&["a.txt", "-q", "-o", &packed])).succeeds();
            assert!(!std::fs::read(sandbox.path(&packed)).unwrap().starts_with(begins.as_bytes()), "{packed}");
        }
    }
    let lines = sandbox.read("a.jsonl");
    sandbox.run(&tag(&["a.txt", "-q", "-o", "a.parquet"])).succeeds();
    for name in ["a.jsonl.gz", "a.jsonl.zst", "a.parquet"] {
        assert_eq!(sandbox.run(&["convert", name, "--format", "jsonl", "-q"]).succeeds().out, lines, "{name}");
    }
    sandbox.run(&["stats", "a.jsonl", "-q", "-o", "s.html"]).succeeds();
    assert!(sandbox.read("s.html").starts_with("<!DOCTYPE html>"));
    sandbox.run(&["stats", "a.jsonl", "-q", "-o", "s.csv"]).succeeds();
    assert!(sandbox.read("s.csv").starts_with("label,name"));
}

#[test]
fn an_ending_that_says_another_format_is_refused() {
    let sandbox = with_model();
    sandbox.file("a.txt", "زار محمد لندن").file("n.jsonl", BARE);
    sandbox
        .run(&tag(&["a.txt", "-f", "conll", "-o", "a.jsonl.gz"]))
        .fails(2, "alam: --output: wanted a name for --format conll, which ends in .conll, found a.jsonl.gz");
    for name in ["a.tsv", "a.xlsx", "a.XML", "a.jsonl.bz2", "a.csv.xz", "a.zip"] {
        sandbox
            .run(&tag(&["a.txt", "-o", name]))
            .fails(2, "alam: --output: wanted the ending of a format that alam writes");
    }
    sandbox
        .run(&tag(&["a.txt", "-f", "csv", "-o", "a.xlsx"]))
        .fails(2, "alam: --output: wanted a name for --format csv");
    sandbox.run(&["convert", "n.jsonl", "-o", "n.out"]).fails(2, "alam: --format: wanted a format, or an --output");
    sandbox
        .run(&["stats", "n.jsonl", "-f", "json", "-o", "s.csv"])
        .fails(2, "alam: --output: wanted a name whose ending");
    sandbox
        .run(&["stats", "n.jsonl", "-o", "s.jsonl"])
        .fails(2, "alam: --output: wanted the ending of a format of `stats`");
    assert_eq!(sandbox.files().iter().filter(|name| !name.starts_with("model/")).count(), 2);
}

#[test]
fn records_without_texts_are_counted_and_go_where_no_text_is_needed() {
    let sandbox = with_model();
    sandbox.file("n.jsonl", BARE).file("in/a.txt", "زار محمد لندن");
    let to = |format: &str| sandbox.run(&["convert", "n.jsonl", "-q", "--format", format]);
    assert_eq!(to("jsonl").succeeds().out, BARE);
    assert_eq!(to("csv").succeeds().out, "id,start,end,label,text,score\na,4,7,ORG,أمم,0.9871\n");
    assert!(to("hf").succeeds().out.starts_with("[{\"entity_group\":\"ORG\""));
    sandbox.run(&["convert", "n.jsonl", "-q", "-o", "n.parquet"]).succeeds();
    assert_eq!(sandbox.run(&["convert", "n.parquet", "-q", "--format", "jsonl"]).succeeds().out, BARE);
    let of = |input: &str| sandbox.run(&["stats", input, "--format", "csv"]).succeeds().out.clone();
    assert_eq!(of("n.parquet"), of("n.jsonl"));
    sandbox.run(&tag(&["in", "-q", "-o", "out/", "-f", "parquet"])).succeeds();
    sandbox.run(&tag(&["in", "-q", "-o", "lines/"])).succeeds();
    assert_eq!(of("out"), of("lines"));
    let conll = to("conll");
    conll.fails(1, "alam: n.jsonl:1: wanted a document with its text, which this format needs, found one without");
    assert!(conll.err.contains("\n  tip: `alam tag --with-text`"), "{}", conll.err);
    sandbox
        .run(&["convert", "n.jsonl", "--format", "csv", "--offset-unit", "byte"])
        .fails(1, "alam: n.jsonl:1: wanted offsets in bytes, found them in chars");
    let piped = sandbox.run_with(&["stats", "-", "-q"], BARE);
    assert!(piped.succeeds().out.starts_with("2 documents, 1 mentions"), "{}", piped.out);
}

#[test]
fn statistics_of_texts_say_that_they_are_not_tagged() {
    let sandbox = Sandbox::new();
    sandbox.file("article.txt", "زار").file("a.jsonl", "{\"text\":\"زار\"}\n").file("b.csv", "text\nزار\n");
    sandbox
        .run(&["stats", "b.csv"])
        .fails(1, "alam: b.csv: wanted tagged documents, found a table, which is read for its texts");
    for (file, place) in [("article.txt", "article.txt"), ("a.jsonl", "a.jsonl:1")] {
        let ran = sandbox.run(&["stats", file]);
        ran.fails(1, &format!("alam: {place}: wanted tagged documents, found text that is not tagged yet"));
        ran.fails(1, "  tip: `alam tag` writes the names of texts");
    }
}

#[test]
fn cells_that_spreadsheets_would_run_are_text_in_statistics_and_elsewhere_on_request() {
    let sandbox = Sandbox::new();
    let name = "{\"id\":\"=1+1\",\"entities\":[{\"start\":0,\"end\":5,\"label\":\"ORG\",\"text\":\"@SUM(\"}]}\n";
    sandbox.file("a.jsonl", name);
    let out = |args: &[&str]| sandbox.run(args).succeeds().out.lines().nth(1).unwrap().to_owned();
    assert_eq!(out(&["convert", "a.jsonl", "-f", "csv"]), "=1+1,0,5,ORG,@SUM(,");
    assert_eq!(out(&["convert", "a.jsonl", "-f", "csv", "--csv-safe"]), "'=1+1,0,5,ORG,'@SUM(,");
    assert_eq!(out(&["stats", "a.jsonl", "-f", "csv"]), "ORG,'@SUM(,1,1,,,,0");
    assert_eq!(out(&["stats", "a.jsonl", "-f", "csv", "--csv-safe=false"]), "ORG,@SUM(,1,1,,,,0");
    assert!(sandbox.run(&["stats", "--help"]).out.contains("--csv-safe"));
}
