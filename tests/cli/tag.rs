//! `alam tag` with a small model: what it prints of which input.

pub(crate) use crate::model::with_model;
use crate::sandbox::absent;
use crate::tiny::{self, Clitics};
use alam::{Options, Tagger};
use serde_json::{Value, json};

const ARTICLE: &str =
    "وصل محمد بن سلمان إلى لندن أمس.وأضاف “تركيا”.ومضى إلى حلب وباريس للأمم المتحدة 😀\r\nقال د. أحمد إن لبوتين رأيا";

/// The arguments behind `tag --model model`.
pub(crate) fn tag<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [&["tag", "--model", "model"], args].concat()
}

fn tagger() -> Tagger {
    tiny::tagger(Clitics::Head, Options::default())
}

/// What a record should say of a text.
fn entities(text: &str) -> Vec<Value> {
    let characters = |byte: usize| text[..byte].chars().count();
    let names = tagger().tag(text).unwrap();
    let show =
        |e: &alam::Entity| json!([characters(e.span.start()), characters(e.span.end()), &*e.label, e.span.of(text)]);
    names.iter().map(show).collect()
}

fn of_record(record: &Value) -> Vec<Value> {
    let names = record["entities"].as_array().unwrap();
    names.iter().map(|e| json!([e["start"], e["end"], e["label"], e["text"]])).collect()
}

#[test]
fn a_file_gives_the_names_that_the_library_finds() {
    let sandbox = with_model();
    sandbox.file("a.txt", ARTICLE);
    let ran = sandbox.run(&tag(&["a.txt"]));
    let [record] = &ran.succeeds().json()[..] else { panic!("{}", ran.out) };
    assert_eq!(record["id"], "a.txt");
    assert!(record.get("text").is_none());
    assert_eq!(of_record(record), entities(ARTICLE));
    assert!(!entities(ARTICLE).is_empty(), "this model finds names in the article");
    let score = record["entities"][0]["score"].as_f64().unwrap();
    assert!(score > 0.0 && score <= 1.0, "{score}");
}

#[test]
fn documents_come_out_in_the_order_of_folders_files_lines_and_standard_input() {
    let sandbox = with_model();
    sandbox
        .file("in/b.txt", "زار محمد لندن")
        .file("in/a/c.jsonl", "{\"id\":\"x\",\"text\":\"في حلب\"}\n{\"text\":\"في باريس\"}\n")
        .file("in/z.conll", "قال O\nمحمد B-PER\n");
    let ran = sandbox.run_with(&tag(&["in", "-", "--with-text"]), "من الأمم المتحدة");
    let ids: Vec<String> = ran.succeeds().json().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(ids, ["x", "in/a/c.jsonl:2", "in/b.txt", "in/z.conll:1", "-"]);
    for record in ran.json() {
        assert_eq!(of_record(&record), entities(record["text"].as_str().unwrap()), "{record}");
    }
}

#[test]
fn a_line_can_be_a_document_and_fields_can_have_other_names() {
    let sandbox = with_model();
    sandbox.file("a.txt", "زار محمد لندن\n\nفي حلب\n");
    let lines = sandbox.run(&tag(&["--lines", "--with-text", "a.txt"]));
    let texts: Vec<Value> = lines.succeeds().json().iter().map(|r| r["text"].clone()).collect();
    assert_eq!(texts, ["زار محمد لندن", "", "في حلب"]);
    sandbox.file("b.jsonl", "{\"url\":\"u\",\"body\":\"في حلب\",\"text\":\"لا\"}\n");
    let fields = sandbox.run(&tag(&["--text-field", "body", "--id-field", "url", "--with-text", "b.jsonl"]));
    assert_eq!((&fields.succeeds().json()[0]["id"], &fields.json()[0]["text"]), (&json!("u"), &json!("في حلب")));
}

#[test]
fn the_words_of_conll_stay_as_they_are() {
    let sandbox = with_model();
    sandbox.file("a.txt", "قال\tO\nأ.ب.محمد،بن\tO\n\nفي\tO\nحلب\tO\n");
    let ran = sandbox.run(&tag(&["--pretokenized", "--format", "conll", "a.txt"]));
    let words: Vec<&str> = ran.succeeds().out.lines().filter_map(|line| line.split('\t').next()).collect();
    assert_eq!(words, ["-DOCSTART-", "", "قال", "أ.ب.محمد،بن", "", "-DOCSTART-", "", "في", "حلب", ""]);
}

#[test]
fn units_scores_and_types_are_chosen() {
    let sandbox = with_model();
    sandbox.file("a.txt", format!("😀 {ARTICLE}"));
    let all = sandbox.run(&tag(&["a.txt"])).succeeds().json();
    let names = all[0]["entities"].as_array().unwrap();
    for (unit, width) in [("utf16", 1), ("byte", 3)] {
        let ran = sandbox.run(&tag(&["a.txt", "--offset-unit", unit])).succeeds().json();
        let first = &ran[0]["entities"][0];
        let text = format!("😀 {ARTICLE}");
        let before: String = text.chars().take(names[0]["start"].as_u64().unwrap() as usize).collect();
        let wanted = if unit == "byte" { before.len() } else { before.encode_utf16().count() };
        assert!(first["start"] == wanted && wanted >= before.chars().count() + width, "{unit}: {first}");
    }
    let middle = names.iter().map(|e| e["score"].as_f64().unwrap()).sum::<f64>() / names.len() as f64;
    let sure = sandbox.run(&tag(&["a.txt", "--min-score", &middle.to_string()])).succeeds().json();
    let kept = sure[0]["entities"].as_array().unwrap();
    assert!(!kept.is_empty() && kept.len() < names.len());
    assert!(kept.iter().all(|e| e["score"].as_f64().unwrap() >= middle));
    let label = names[0]["label"].as_str().unwrap();
    let one = sandbox.run(&tag(&["a.txt", "--labels", label])).succeeds().json();
    assert!(one[0]["entities"].as_array().unwrap().iter().all(|e| e["label"] == label));
    sandbox.run(&tag(&["a.txt", "--labels", "PRE"])).fails(2, "alam: --labels: wanted types of the model (PER, LOC");
}

#[test]
fn threads_batches_and_repetition_change_no_byte() {
    let sandbox = with_model();
    let lines: String =
        (0..60).map(|i| format!("{}\n", &ARTICLE[..ARTICLE.len() / 2].replace("أمس", &i.to_string()))).collect();
    sandbox.file("a.txt", lines.replace('\r', " "));
    let first = sandbox.run(&tag(&["--lines", "a.txt"]));
    for flags in [["--threads", "1"], ["--threads", "3"], ["--max-batch-tokens", "1"], ["--max-batch-tokens", "700"]] {
        let other = sandbox.run(&tag(&[&["--lines", "a.txt"][..], &flags].concat()));
        assert_eq!(other.succeeds().out, first.out, "{flags:?}");
    }
}

#[test]
fn ten_bad_texts_are_tagged_or_reported_and_none_is_lost() {
    let sandbox = with_model();
    let marks = "\u{64b}\u{650}ــ".repeat(500);
    let word = "م".repeat(300_000);
    let broken: [&[u8]; 3] = [b"\xff\xfb", b"ok \xc3", b"\xed\xa0\x80"];
    let fine = ["", "\u{feff}", "\0\0زار\0محمد", &marks, &word, "\r\n\r\n", "\u{202e}\u{2066}\u{200f}"];
    for (i, text) in fine.iter().enumerate() {
        sandbox.file(&format!("in/{i}.txt"), text);
    }
    for (i, bytes) in broken.iter().enumerate() {
        sandbox.file(&format!("in/{}.txt", 7 + i), bytes);
    }
    let ran = sandbox.run(&tag(&["in"]));
    ran.fails(1, "alam: in/7.txt: wanted UTF-8, found 0xFF at byte 0");
    ran.fails(1, "alam: in/8.txt: wanted UTF-8").fails(1, "alam: in/9.txt: wanted UTF-8");
    let records = ran.json();
    assert_eq!(records.len(), 10);
    for (i, record) in records.iter().enumerate() {
        assert_eq!(record["id"], format!("in/{i}.txt"));
        assert_eq!(record.get("error").is_some(), i >= 7, "{record}");
    }
}

#[test]
fn ten_bad_records_stand_in_their_places_and_the_others_are_tagged() {
    let sandbox = with_model();
    let bad = [
        "{",
        "[1]",
        "null",
        "{}",
        "{\"text\":null}",
        "{\"text\":[\"a\",7]}",
        "{\"text\":\"a\"} x",
        "{\"text\":\"\\ud83d\"}",
        "{\"text\":\"a\",\"id\":{}}",
        "{'text':'a'}",
    ];
    let lines: String = bad.iter().map(|b| format!("{b}\n{{\"id\":\"good\",\"text\":\"زار محمد لندن\"}}\n")).collect();
    sandbox.file("a.jsonl", lines);
    let ran = sandbox.run(&tag(&["a.jsonl"]));
    let records = ran.json();
    assert_eq!(records.len(), 20);
    for (i, pair) in records.chunks(2).enumerate() {
        let place = format!("a.jsonl:{}", 2 * i + 1);
        ran.fails(1, &format!("alam: {place}: "));
        assert!(pair[0]["error"].as_str().is_some_and(|e| e.contains("wanted")), "{}", pair[0]);
        assert_eq!(pair[0]["id"], place);
        assert_eq!(of_record(&pair[1]), entities("زار محمد لندن"));
    }
    let strict = sandbox.run(&tag(&["a.jsonl", "--on-error", "fail"]));
    strict.fails(1, "alam: a.jsonl:1: ");
    assert!(strict.out.is_empty());
}

#[test]
fn an_output_file_is_whole_or_absent() {
    let sandbox = with_model();
    sandbox.file("a.txt", ARTICLE).file("b.jsonl", "{\"text\":\"a\"}\nnonsense\n");
    sandbox.run(&tag(&["a.txt", "-o", "names.jsonl"])).succeeds();
    assert_eq!(sandbox.read("names.jsonl"), sandbox.run(&tag(&["a.txt"])).out);
    sandbox.run(&tag(&["b.jsonl", "-o", "other.jsonl", "--on-error", "fail"])).fails(1, "alam: b.jsonl:2: ");
    assert!(absent(&sandbox, "other.jsonl"));
    sandbox.run(&tag(&["a.txt", "-o", "no/such/folder.jsonl"])).fails(3, "alam: no/such/folder.jsonl: ");
    sandbox.run(&tag(&["a.txt", "-o", "model"])).fails(2, "alam: model: wanted an empty folder, or one that this job");
}
