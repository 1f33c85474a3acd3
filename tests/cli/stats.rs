//! `alam stats`: from what `alam tag` writes to tables, records and a page.

use crate::sandbox::Sandbox;

/// Records as `alam tag` writes them, without texts.
const TAGGED: &str = concat!(
    "{\"id\":\"a\",\"date\":\"2024-01-05\",\"entities\":[{\"start\":0,\"end\":4,\"label\":\"PER\",\"text\":\"فلاديمير بوتين\"},",
    "{\"start\":9,\"end\":13,\"label\":\"PER\",\"text\":\"بوتين\"},{\"start\":20,\"end\":24,\"label\":\"LOC\",\"text\":\"القاهرة\"}]}\n",
    "{\"id\":\"b\",\"error\":\"wanted UTF-8\"}\n",
    "{\"id\":\"2024/03/01/c.txt\",\"entities\":[{\"start\":0,\"end\":7,\"label\":\"LOC\",\"text\":\"القاهره\"},",
    "{\"start\":9,\"end\":13,\"label\":\"LOC\",\"text\":\"أسوان\",\"canonical\":\"أسوان\"}]}\n",
);

fn tagged() -> Sandbox {
    let sandbox = Sandbox::new();
    // As the folder of a batch job.
    sandbox.file("out/part-000000-000000.jsonl", TAGGED).file("out/manifest.json", "{}");
    let sum = alam::checksum::of_file(&sandbox.path("out/part-000000-000000.jsonl")).unwrap();
    let part = serde_json::json!({
        "chunk": 0, "part": 0, "file": "part-000000-000000.jsonl", "bytes": TAGGED.len(), "sha256": sum,
        "counts": {"documents": 2, "failed": 1, "words": 9, "names": {}},
    });
    sandbox.file("out/parts.jsonl", format!("{part}\n{{\"chunk\":0,\"parts\":1}}\n"));
    sandbox.file("out/inputs.jsonl", "{\"path\":\"x\"}\n").file("out/summary.json", "{\"complete\": true}\n");
    sandbox
}

#[test]
fn the_names_of_a_job_are_a_table_that_stays_in_place() {
    let ran = tagged().run(&["stats", "out"]);
    ran.fails(1, "alam: out/part-000000-000000.jsonl:2: wanted a document, found an error record: wanted UTF-8");
    let wanted = "2 documents (1 failed), 5 mentions of 3 names\n\n\
        LOC: 3 mentions of 2 names\n\
        LOC  mentions  documents  name\n\
        LOC         2          2  \u{2068}القاهرة\u{2069}\n\
        LOC         1          1  \u{2068}أسوان\u{2069}\n\n\
        PER: 2 mentions of 1 names\n\
        PER  mentions  documents  name\n\
        PER         2          1  \u{2068}فلاديمير بوتين\u{2069}\n\n\
        over time, documents by day, 2024-01-05 to 2024-03-01\n";
    assert!(ran.out.starts_with(wanted), "{}", ran.out);
    assert!(ran.out.contains("       1 documents  \u{2068}القاهرة\u{2069} + \u{2068}أسوان\u{2069}\n"), "{}", ran.out);
}

#[test]
fn the_same_counts_are_rows_records_and_a_page() {
    let sandbox = tagged();
    let rows = sandbox.run(&["stats", "out", "--format", "csv", "--top", "1"]);
    let wanted = "label,name,mentions,documents,first,last,spellings,missed\n\
        LOC,القاهرة,2,2,2024-01-05,2024-03-01,القاهره,0\n\
        PER,فلاديمير بوتين,2,1,2024-01-05,2024-01-05,,0\n";
    assert_eq!(rows.out, wanted);
    let all = &sandbox.run(&["stats", "out", "--format", "json"]).json()[0];
    assert_eq!((&all["documents"], &all["dated"], &all["names"]), (&2.into(), &2.into(), &3.into()));
    assert_eq!(all["time"]["names"][0]["course"].as_array().unwrap().len(), 57);
    assert_eq!(all["together"]["pairs"][0]["documents"], 1);
    sandbox.run(&["stats", "out", "--format", "html", "-o", "page.html", "-q"]);
    let page = sandbox.read("page.html");
    assert!(page.starts_with("<!DOCTYPE html>") && page.ends_with("</html>\n"));
    // Self-contained: nothing is fetched.
    assert!(!page.contains("http") && !page.contains("src=") && !page.contains("url("), "{page}");
}

#[test]
fn gold_in_any_format_has_names_too() {
    let sandbox = Sandbox::new();
    sandbox.file("a.conll", "زار O\nبوتين B-PER\nمصر B-LOC\n");
    sandbox.run(&["convert", "a.conll", "--format", "parquet", "-o", "a.parquet"]).succeeds();
    let of = |file: &str| sandbox.run(&["stats", file, "--format", "csv"]).succeeds().out.clone();
    assert_eq!(of("a.conll"), of("a.parquet"));
    assert_eq!(of("a.conll").lines().count(), 3);
    std::fs::copy(sandbox.path("a.conll"), sandbox.path("train.txt")).unwrap();
    assert_eq!(of("a.conll"), of("train.txt"));
}

#[test]
fn what_is_not_tagged_yet_is_not_counted_as_without_names() {
    let sandbox = Sandbox::new();
    sandbox.file("a.html", "<p>زار بوتين مصر</p>").file("b.txt", "زار بوتين مصر");
    for file in ["a.html", "b.txt"] {
        let said = format!("alam: {file}: wanted tagged documents, found text that is not tagged yet");
        let ran = sandbox.run(&["stats", file]);
        assert!(ran.status == Some(1) && ran.err.contains(&said), "{ran:?}");
    }
}

#[test]
fn room_for_few_names_is_said_to_be_too_little() {
    let sandbox = Sandbox::new();
    let names: String = (0..50).map(|i| format!("اسم{i} B-LOC\nثم O\n")).collect();
    sandbox.file("a.conll", names);
    let ran = sandbox.run(&["stats", "a.conll", "--max-names", "10"]);
    assert!(
        ran.succeeds().err.contains("rare names were forgotten for want of room (40 times)\n  tip: --max-names"),
        "{}",
        ran.err
    );
    assert!(
        ran.out.contains("50 mentions of at most 50 names") && ran.out.contains("mentions of at least "),
        "{}",
        ran.out
    );
}
