//! Files as `tests/oracles/formats.py` had other tools read and write them.

use crate::sandbox::Sandbox;
use serde_json::Value;

fn sample() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.file("sample.jsonl", include_str!("../oracles/sample.jsonl"));
    sandbox
}

fn oracles() -> Value {
    serde_json::from_str(include_str!("../golden/oracles.json")).unwrap()
}

#[test]
fn other_tools_read_the_texts_and_names_that_were_written() {
    let records: Vec<Value> =
        include_str!("../oracles/sample.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names = |record: &Value| -> Vec<Value> {
        let names = record["entities"].as_array().unwrap().iter();
        names.map(|e| serde_json::json!([e["start"], e["end"], e["label"], e["text"]])).collect()
    };
    let wanted: Vec<Value> = records.iter().map(|record| serde_json::json!([record["text"], names(record)])).collect();
    for tool in ["spacy", "pyarrow", "datasets", "label-studio-sdk"] {
        assert_eq!(oracles()["read"][tool], Value::Array(wanted.clone()), "{tool}");
    }
}

#[test]
fn what_other_tools_read_is_still_what_is_written() {
    let sandbox = sample();
    for format in ["spacy", "label-studio"] {
        let ran = sandbox.run(&["convert", "sample.jsonl", "--format", format, "-q"]);
        assert_eq!(ran.succeeds().out, oracles()["written"][format].as_str().unwrap(), "{format}");
    }
}

fn annotation() -> Value {
    serde_json::from_str(include_str!("../golden/annotation.json")).unwrap()
}

/// As `tests/oracles/annotation.py` had the tools' own code read them.
#[test]
fn annotation_tools_read_the_names_that_were_written_and_they_are_still_written_so() {
    let sandbox = sample();
    for tool in ["doccano", "prodigy"] {
        assert_eq!(annotation()["read"][tool], oracles()["read"]["spacy"], "{tool}");
    }
    let found: Vec<Value> = annotation()["read"]["gliner"].as_array().unwrap().iter().map(|e| e[1].clone()).collect();
    let words = |name: &str, first: u64, last: u64, label: &str| serde_json::json!([first, last, label, name]);
    let wanted = [
        vec![words("فلاديمير بوتين", 2, 3, "PER"), words("القاهرة", 4, 4, "LOC")],
        vec![words("للأمم المتحدة", 1, 2, "ORG")],
        vec![],
        vec![words("لمُحَمَّد بن سلمان", 1, 3, "PER"), words("مصر", 6, 6, "LOC")],
    ];
    assert_eq!(found, wanted.map(Value::Array));
    for format in ["doccano", "prodigy", "gliner"] {
        let ran = sandbox.run(&["convert", "sample.jsonl", "--format", format, "-q"]);
        assert_eq!(ran.succeeds().out, annotation()["written"][format].as_str().unwrap(), "{format}");
    }
}

#[test]
fn a_table_that_pyarrow_wrote_is_read_whatever_it_is_packed_with() {
    let sandbox = sample();
    let tables: [&[u8]; 5] = [
        include_bytes!("../golden/pyarrow.parquet"),
        include_bytes!("../golden/pyarrow-gzip.parquet"),
        include_bytes!("../golden/pyarrow-zstd.parquet"),
        include_bytes!("../golden/pyarrow-brotli.parquet"),
        include_bytes!("../golden/pyarrow-lz4.parquet"),
    ];
    for table in tables {
        sandbox.file("a.parquet", table);
        let ran = sandbox.run(&["convert", "a.parquet", "--format", "jsonl", "-q"]);
        assert_eq!(ran.succeeds().out, sandbox.read("sample.jsonl"));
    }
}

#[test]
fn a_bit_turned_in_a_page_with_a_checksum_is_an_error_that_says_so() {
    let sandbox = sample();
    let table = include_bytes!("../golden/pyarrow-checksums.parquet");
    let convert = || sandbox.run(&["convert", "a.parquet", "--format", "jsonl", "-q"]);
    sandbox.file("a.parquet", table);
    assert_eq!(convert().succeeds().out, sandbox.read("sample.jsonl"));
    // The letters of a text, which no format but a checksum protects.
    let word = "القاهرة".as_bytes();
    let at = table.windows(word.len()).position(|letters| letters == word).unwrap() + word.len() - 1;
    let mut turned = table.to_vec();
    turned[at] ^= 1;
    sandbox.file("a.parquet", turned);
    let ran = convert();
    ran.fails(1, "alam: a.parquet:1: wanted a row, found one that cannot be read");
    assert!(ran.err.contains("CRC checksum") && ran.err.contains("rows lost: "), "{ran:?}");
}
