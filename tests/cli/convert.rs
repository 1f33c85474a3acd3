//! `alam convert`: formats into each other, bad records, and what is not lost by them.

use crate::sandbox::{Sandbox, absent};

const GOLD: &str = "{\"id\":\"a\",\"text\":\"زار بوتين مصر\",\"entities\":[\
    {\"start\":4,\"end\":9,\"label\":\"PER\",\"text\":\"بوتين\"},{\"start\":10,\"end\":13,\"label\":\"LOC\",\"text\":\"مصر\"}]}\n";

#[test]
fn jsonl_goes_to_conll_and_back() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", GOLD);
    let ran = sandbox.run(&["convert", "a.jsonl", "--format", "conll"]);
    assert_eq!(ran.succeeds().out, "-DOCSTART-\tO\n\nزار\tO\nبوتين\tB-PER\nمصر\tB-LOC\n\n");
    assert!(ran.err.contains("this format does not hold the spacing of a text (1)"), "{}", ran.err);
    let back = sandbox.run_with(&["convert", "-", "--input-format", "conll", "--format", "jsonl", "-q"], &ran.out);
    assert_eq!(back.succeeds().out, GOLD.replace("\"a\"", "\"-:3\""));
    assert!(back.err.is_empty());
}

#[test]
fn jsonl_goes_to_brat_and_back() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", GOLD);
    sandbox.run(&["convert", "a.jsonl", "--format", "brat", "-o", "brat"]).succeeds();
    assert_eq!(sandbox.files(), ["a.jsonl", "brat/a.ann", "brat/a.txt"]);
    assert_eq!(sandbox.read("brat/a.ann"), "T1\tPER 4 9\tبوتين\nT2\tLOC 10 13\tمصر\n");
    let back = sandbox.run(&["convert", "brat", "--format", "jsonl"]);
    assert_eq!(back.succeeds().out, GOLD.replace("\"a\"", "\"brat/a.txt\""));
    // What somebody corrected there is not written over.
    let again = sandbox.run(&["convert", "a.jsonl", "--format", "brat", "-o", "brat"]);
    again.fails(2, "alam: brat: wanted a new or an empty folder, found `a.");
    assert_eq!(sandbox.read("brat/a.ann"), "T1\tPER 4 9\tبوتين\nT2\tLOC 10 13\tمصر\n");
}

#[test]
fn texts_that_nobody_tagged_are_said_to_be_taken_as_without_names() {
    let sandbox = Sandbox::new();
    sandbox
        .file("a.txt", "زار بوتين مصر")
        .file("b.csv", "text\nزار بوتين مصر\n")
        .file("c.jsonl", "{\"text\":\"زار بوتين\"}\n");
    sandbox
        .file("d.conllu", "1\tزار\t_\t_\t_\t_\t_\t_\t_\t_\n")
        .file("e.jsonl", "{\"text\":\"زار\",\"entities\":[]}\n");
    for (file, place) in [("a.txt", "a.txt"), ("b.csv", "b.csv:2"), ("c.jsonl", "c.jsonl:1"), ("d.conllu", "d.conllu")]
    {
        let ran = sandbox.run(&["convert", file, "--format", "jsonl"]);
        let said =
            format!("alam: {place}: nothing says which names these texts have, and they are taken to have none (1)");
        assert!(ran.succeeds().err.contains(&said), "{}", ran.err);
    }
    assert!(!sandbox.run(&["convert", "e.jsonl", "--format", "jsonl"]).succeeds().err.contains("nothing says"));
    sandbox.file("f.jsonl", "{\"text\":\"زار بوتين\",\"ner_tags\":[\"O\",\"B-PER\"]}\n");
    let ran = sandbox.run(&["convert", "f.jsonl", "--format", "jsonl"]);
    ran.fails(1, "alam: f.jsonl:1: wanted the words of `ner_tags` as `tokens`, found none");
}

#[test]
fn packed_data_under_another_name_are_called_what_they_are() {
    let sandbox = Sandbox::new();
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut packed, GOLD.as_bytes()).unwrap();
    sandbox.file("a.jsonl", packed.finish().unwrap()).file("b.txt", b"\x28\xb5\x2f\xfd\x04\xff");
    for (file, name) in [("a.jsonl", "gzip"), ("b.txt", "zstd")] {
        let said = format!("alam: {file}: wanted text, found {name} data");
        let ran = sandbox.run(&["convert", file, "--format", "jsonl"]);
        assert!(ran.status == Some(1) && ran.err.contains(&said) && !ran.err.contains("windows"), "{ran:?}");
    }
}

#[test]
fn jsonl_goes_to_parquet_and_back_with_all_that_it_says() {
    let sandbox = Sandbox::new();
    let name = "{\"start\":4,\"end\":7,\"label\":\"ORG\",\"text\":\"أمم\",\"score\":0.9871,\"token_start\":2,\
        \"token_end\":7,\"token_text\":\"للأمم\",\"canonical\":\"الأمم\",\"source\":\"gazetteer\",\"group\":3}";
    let full = format!("{{\"id\":\"b\",\"date\":\"2024-05-01\",\"text\":\"😀 للأمم\",\"entities\":[{name}]}}\n");
    let all = format!("{GOLD}{full}");
    sandbox.file("a.jsonl", &all);
    for unit in ["char", "byte", "utf16"] {
        let table = format!("{unit}.parquet");
        sandbox.run(&["convert", "a.jsonl", "--format", "parquet", "-o", &table, "--offset-unit", unit]).succeeds();
        let back = sandbox.run(&["convert", &table, "--format", "jsonl"]);
        assert_eq!(back.succeeds().out, all);
        assert!(!back.err.contains("does not hold"), "{}", back.err);
    }
    let told = sandbox.run(&["convert", "char.parquet", "--format", "conll"]).err;
    for lost in ["dates (1)", "scores (1)", "the ids of documents (2)", "its group and what found it (1)"] {
        assert!(told.contains(lost), "{lost}\n{told}");
    }
}

#[test]
fn tables_are_read_by_the_names_of_their_columns() {
    let sandbox = Sandbox::new();
    sandbox.file("a.csv", "key,day,body\n7,2024-05-01,\"زار \"\"بوتين\"\" مصر\"\n8,,\n9\n");
    let fields = ["--text-field", "body", "--id-field", "key", "--date-field", "day"];
    let ran = sandbox.run(&[&["convert", "a.csv", "--format", "jsonl"][..], &fields].concat());
    ran.fails(1, "alam: a.csv:4: wanted 3 columns as in the first row, found 1");
    let wanted = "{\"id\":\"7\",\"date\":\"2024-05-01\",\"text\":\"زار \\\"بوتين\\\" مصر\",\"entities\":[]}\n\
        {\"id\":\"8\",\"text\":\"\",\"entities\":[]}\n";
    assert!(ran.out.starts_with(wanted), "{}", ran.out);
    let refused = sandbox.run(&["convert", "a.csv", "--format", "jsonl"]);
    refused.fails(1, "alam: a.csv: wanted a column `text`, found key, day, body");
}

#[test]
fn tables_with_names_are_not_read_as_texts_without() {
    let sandbox = Sandbox::new();
    sandbox.file("a.csv", "id,start,end,label,text\n1,4,9,PER,بوتين\n").file("b.csv", "text,entities\nمصر,[]\n");
    for file in ["a.csv", "b.csv"] {
        let said = format!("alam: {file}: wanted a table of texts, found one with names");
        let ran = sandbox.run(&["convert", file, "--format", "jsonl"]);
        assert!(ran.status == Some(1) && ran.err.contains(&said), "{ran:?}");
    }
}

#[test]
fn bad_records_are_reported_with_their_place_and_the_others_are_not_lost() {
    let sandbox = Sandbox::new();
    let bad = ["nonsense", "{\"id\":1}", "[]", "{\"text\":1}", "{\"text\":\"\\ud800\"}"];
    let lines: String = bad.iter().map(|b| format!("{b}\n{GOLD}")).collect();
    sandbox.file("a.jsonl", lines);
    let ran = sandbox.run(&["convert", "a.jsonl", "--format", "jsonl"]);
    for line in [1, 3, 5, 7, 9] {
        ran.fails(1, &format!("alam: a.jsonl:{line}: wanted").replace(":7: wanted", ":7: field `text`: wanted"));
    }
    let records = ran.json();
    assert_eq!(records.len(), 10);
    assert_eq!(records.iter().filter(|r| r["id"] == "a").count(), 5);
    assert!(records[0]["error"].as_str().unwrap().starts_with("wanted a JSON object"));
}

#[test]
fn ten_bad_conll_files_are_named_with_their_place() {
    for (text, wanted) in [
        (&b"z B-LOC\na O\nb I-PER\n"[..], "alam: a.conll:3: wanted IOB2 tags, found `I-PER` behind no name"),
        (b"a B-PER\nb I-LOC\n", "alam: a.conll:2: wanted IOB2 tags, found `I-LOC` behind a name of type PER"),
        (b"a O\nb\n", "alam: a.conll:2: expected 2 columns as in the file's first line, found 1: `b`"),
        (b"a O\nb c d O\n", "alam: a.conll:2: expected 2 columns as in the file's first line, found 4"),
        (b"a B-LOC\nb PER\n", "alam: a.conll:2: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `PER`"),
        (b"a B-\n", "alam: a.conll:1: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-`"),
        (b"a o\n", "alam: a.conll:1: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `o`"),
        (b"a\tB-ORG B-GPE\n", "alam: a.conll:1: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-ORG B-GPE`"),
        (b"a O\n\xFF O\n", "alam: a.conll:2: wanted UTF-8, found 0xFF at byte 0"),
        (b"a O\n\n b\tc\tO\n", "alam: a.conll:3: expected 2 columns as in the file's first line, found 3"),
        (b"a\tO\n\xC2\xA0\t\t\n", "alam: a.conll:2: expected 2 columns as in the file's first line, found 1"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.file("a.conll", [text, b"\nz O\n"].concat());
        let ran = sandbox.run(&["convert", "a.conll", "--format", "jsonl"]);
        ran.fails(1, wanted);
        assert!(ran.out.lines().count() >= 2, "{ran:?}");
    }
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", GOLD).file("out.html", "old");
    sandbox.run(&["convert", "a.jsonl", "--format", "html", "-o", "out.html"]).succeeds();
    assert!(sandbox.read("out.html").ends_with("</html>\n"));
    sandbox
        .run(&["convert", "a.jsonl", "--format", "csv", "-o", "none/out.csv"])
        .fails(3, "alam: none/out.csv: No such file");
    sandbox
        .run(&["convert", "a.jsonl", "--format", "csv", "-o", "."])
        .fails(2, "alam: --output: wanted a file, found the folder .");
    assert!(absent(&sandbox, "out.csv"));
}

#[test]
fn every_format_is_written_from_every_reader() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", GOLD).file("b.conll", "زار O\nبوتين B-PER\n").file("c.txt", "زار بوتين مصر");
    sandbox.file("d.ann", "T1\tPER 4 9\tبوتين\n").file("d.txt", "زار بوتين مصر");
    for format in ["jsonl", "conll", "html", "csv", "hf", "spacy", "label-studio"] {
        let ran = sandbox.run(&["convert", ".", "--format", format]);
        assert!(!ran.succeeds().out.is_empty(), "{format}");
        assert!(ran.err.contains("4 documents"), "{format}: {}", ran.err);
    }
    sandbox.run(&["convert", ".", "--format", "brat", "-o", "out"]).succeeds();
    assert_eq!(sandbox.files().iter().filter(|f| f.starts_with("out/")).count(), 8);
}

#[test]
fn names_that_are_not_the_text_are_reported() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", GOLD.replace("\"start\":4", "\"start\":3"));
    let ran = sandbox.run(&["convert", "a.jsonl", "--format", "conll"]);
    ran.fails(1, "alam: a.jsonl:1: wanted `بوتين` at 3..9 (PER), found ` بوتين`");
    assert!(ran.err.contains("\n  tip: offsets were taken for chars"), "{}", ran.err);
}
