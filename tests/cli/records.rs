//! Records as people have them, folders with all kinds of files, and tables of spreadsheets.

use crate::sandbox::Sandbox;
use serde_json::{Value, json};

const TEXT: &str = "زار نواف سلام بيروت.";

/// A record whose names are `نواف سلام` and `بيروت`.
fn record(id: &str) -> Value {
    let name = |start: usize, end: usize, label: &str| json!({"start": start, "end": end, "label": label});
    json!({"id": id, "text": TEXT, "entities": [name(4, 13, "PER"), name(14, 19, "LOC")]})
}

#[test]
fn a_list_a_record_and_records_in_a_row_are_what_lines_are() {
    let sandbox = Sandbox::new();
    let records = [record("a"), record("b")];
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    sandbox.file("lines.jsonlines", format!("{}\n{}\n", records[0], records[1]));
    sandbox.file("list.json", pretty(&records.as_slice().into()));
    sandbox.file("row.json", format!("{}{}", pretty(&records[0]), records[1]));
    sandbox.file("compact.json.gz", gzip(json!(records).to_string().as_bytes()));
    let convert = |name: &str| sandbox.run(&["convert", name, "-f", "jsonl", "-q"]).succeeds().out.clone();
    let wanted = convert("lines.jsonlines");
    assert_eq!(wanted.lines().count(), 2);
    for name in ["list.json", "row.json", "compact.json.gz"] {
        assert_eq!(convert(name), wanted, "{name}");
    }
    let piped =
        sandbox.run_with(&["convert", "-", "--input-format", "json", "-f", "jsonl", "-q"], pretty(&json!(records)));
    assert_eq!(piped.succeeds().out, wanted);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_broken_element_is_named_and_the_others_are_read() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "a.json",
        "[\n {\"id\": \"a\", \"text\": \"x\"},\n {\"id\": \"b\", \"text\": nope},\n {\"id\": \"c\", \"text\": null},\n {\"id\": \"d\",\n  \"text\": \"y\" 1},\n {\"id\": \"e\", \"text\": \"z\"}\n]",
    );
    let ran = sandbox.run(&["convert", "a.json", "-f", "jsonl"]);
    ran.fails(1, "alam: a.json:3: wanted a JSON object, found at byte 22");
    ran.fails(1, "alam: a.json:4: wanted a text or a list of names, found null as the text");
    ran.fails(1, "alam: a.json:5: wanted a JSON object, found at byte 15 of line 6");
    let ids: Vec<Value> = ran.json().iter().map(|record| record["id"].clone()).collect();
    assert_eq!(ids, ["a", "b", "c", "d", "e"], "error records keep their ids");
}

#[test]
fn lists_in_lines_are_refused_with_what_reads_them() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", "[{\"text\": \"x\"}]\n");
    sandbox.file("b.jsonl", "{\n \"text\": \"x\"\n}\n");
    for name in ["a.jsonl", "b.jsonl"] {
        let ran = sandbox.run(&["convert", name, "-f", "jsonl"]);
        ran.fails(1, "  tip: --input-format json reads lists of records, and records over several lines");
        sandbox.run(&["convert", name, "--input-format", "json", "-f", "jsonl"]).succeeds();
    }
}

#[test]
fn what_is_passed_over_in_a_folder_is_named_and_counted() {
    let sandbox = Sandbox::new();
    sandbox.file("in/a.jsonl", record("a").to_string()).file("in/b.json", record("b").to_string());
    for name in ["in/c.docx", "in/d/e.DOCX", "in/f.txt~", "in/.g.jsonl", "in/h"] {
        sandbox.file(name, "");
    }
    let said = "alam: passed over in folders, by ending: (hidden) 1, (none) 1, docx 2, txt~ 1";
    let ran = sandbox.run(&["convert", "in", "-o", "out.jsonl"]);
    assert_eq!(ran.succeeds().err.matches(said).count(), 1, "{}", ran.err);
    assert_eq!(sandbox.read("out.jsonl").lines().count(), 2);
    assert!(sandbox.run(&["stats", "in"]).succeeds().err.contains(said));
    assert!(sandbox.run(&["tag", "in/h", "-o", "h.jsonl"]).succeeds().err.matches("passed over").count() == 0);
    let skipped = json!({"(hidden)": 1, "(none)": 1, "docx": 2, "txt~": 1});
    for (output, summary) in [("out/", "out/summary.json"), ("tagged.jsonl", "s.json")] {
        let ran = sandbox.run(&["tag", "in", "-o", output, "--summary", "s.json"]);
        assert!(ran.succeeds().err.contains(said), "{}", ran.err);
        let summary: Value = serde_json::from_str(&sandbox.read(summary)).unwrap();
        assert_eq!((&summary["complete"], &summary["skipped"]), (&true.into(), &skipped), "{output}");
    }
}

#[test]
fn names_over_a_line_are_named_where_a_format_cuts_them() {
    let sandbox = Sandbox::new();
    let text = "قال بدر عبد\n  العاطي في القاهرة.";
    let name = |start: usize, end: usize, label: &str| json!({"start": start, "end": end, "label": label});
    let record = json!({"id": "k", "text": text, "entities": [name(4, 20, "PER"), name(24, 31, "LOC")]});
    sandbox.file("a.jsonl", record.to_string());
    for format in ["conll", "gliner"] {
        let ran = sandbox.run(&["convert", "a.jsonl", "-f", format]);
        let said = "names over the end of a sentence or a line become two (1): `بدر عبد العاطي` of k";
        assert!(ran.succeeds().err.contains(said), "{}", ran.err);
    }
    assert!(!sandbox.run(&["convert", "a.jsonl", "-f", "prodigy"]).succeeds().err.contains("become two"));
}

#[test]
fn tables_of_spreadsheets_are_read_and_written() {
    let sandbox = Sandbox::new();
    sandbox.file("a.csv", "id;body\n1;\"زار; دمشق\"\n2;x,y\n");
    let read =
        |more: &[&str]| sandbox.run(&[&["convert", "a.csv", "-f", "jsonl", "--text-field", "body"], more].concat());
    let ran = read(&[]);
    assert_eq!(ran.succeeds().json()[0]["text"], "زار; دمشق");
    assert!(ran.err.contains("alam: a.csv: columns are parted by semicolons, as the first row says"), "{}", ran.err);
    assert!(!read(&["--delimiter", ";"]).succeeds().err.contains("parted"));
    let ran = sandbox.run(&["tag", "a.csv", "--text-field", "body"]);
    assert!(ran.succeeds().err.contains("; noticed: delimiter 2"), "{}", ran.err);
    assert_eq!(ran.err.matches("semicolons").count(), 1, "{}", ran.err);
    read(&["--delimiter", "tab"]).fails(1, "alam: a.csv: wanted a column `body`, found id;body");
    read(&["--delimiter", "x"]).fails(2, "alam: invalid value 'x' for '--delimiter <CHAR>': wanted , ; | or tab");
    sandbox.file("b.jsonl", record("b").to_string());
    for command in [&["convert", "b.jsonl", "-f", "csv", "--bom"][..], &["stats", "b.jsonl", "-f", "csv", "--bom"]] {
        assert!(sandbox.run(command).succeeds().out.starts_with('\u{FEFF}'));
    }
}

/// Each tool's own form of the same two names.
fn gold() -> [(&'static str, Value); 5] {
    let words = json!(["زار", "نواف", "سلام", "بيروت", "."]);
    [
        ("doccano.jsonl", json!({"text": TEXT, "label": [[4, 13, "PER"], [14, 19, "LOC"]]})),
        ("prodigy.jsonl", json!({"text": TEXT, "spans": record("a")["entities"], "answer": "accept"})),
        ("gliner.json", json!([{"tokenized_text": words, "ner": [[1, 2, "PER"], [3, 3, "LOC"]]}])),
        ("datasets.jsonl", json!({"tokens": words, "ner_tags": ["O", "B-PER", "I-PER", "B-LOC", "O"]})),
        ("numbers.jsonl", json!({"tokens": words, "ner_tags": [0, 1, 2, 3, 0]})),
    ]
}

#[test]
fn gold_of_annotation_tools_is_converted_and_scored_and_written() {
    let sandbox = Sandbox::new();
    let names = ["--tag-names", "O,B-PER,I-PER,B-LOC,I-LOC"];
    for (file, value) in gold() {
        sandbox.file(file, value.to_string());
        let ran = sandbox.run(&[&["convert", file, "-f", "csv", "-q"], &names[..]].concat());
        let found: Vec<&str> = ran.succeeds().out.lines().skip(1).map(|row| row.split(',').nth(4).unwrap()).collect();
        assert_eq!(found, ["نواف سلام", "بيروت"], "{file}");
        let scored = sandbox.run(&[&["eval", file, file, "--json", "-q"], &names[..]].concat());
        assert_eq!(scored.succeeds().json()[0]["micro"]["support"], 2, "{file}");
    }
    for format in ["doccano", "prodigy", "gliner", "label-studio", "spacy"] {
        let out = format!("out-{format}.json");
        sandbox.run(&["convert", "doccano.jsonl", "-f", format, "-q", "-o", &out]).succeeds();
        let ran = sandbox.run(&["convert", &out, "-f", "csv", "-q"]);
        assert_eq!(ran.succeeds().out.lines().skip(1).count(), 2, "{format}: {}", ran.out);
    }
    let refused = sandbox.run(&["eval", "numbers.jsonl", "numbers.jsonl"]);
    refused.fails(3, "alam: numbers.jsonl:1: field `ner_tags`: wanted the names of its tags, found numbers alone");
}
