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
