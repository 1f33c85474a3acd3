//! What a request may ask for means what the flags of `alam tag` mean.

use crate::equal::texts;
use crate::server::Server;
use serde_json::{Value, json};

#[test]
fn wishes_are_flags() {
    let server = Server::start(&["-q"]);
    server.sandbox.file("own.tsv", "القاهرة\tCITY\nوفد\tORG\n");
    let long = texts().into_iter().max_by_key(String::len).unwrap();
    let text = format!("{long}\n<p>ومضى في&nbsp;باريس بدر عبد\nالعاطي إلى حلب</p>");
    server.sandbox.file("in.jsonl", json!({"id": "a", "text": text}).to_string());
    let own = json!([{"name": "القاهرة", "label": "CITY"}, {"name": "وفد", "label": "ORG"}]);
    let cases: &[(&[&str], &str, Value)] = &[
        (&["--labels", "PER,LOC"], "labels=PER,LOC", json!({"labels": ["PER", "LOC"]})),
        (&["--min-score", "0.9"], "min_score=0.9", json!({"min_score": 0.9})),
        (&["--offset-unit", "utf16"], "offset_unit=utf16", json!({"offset_unit": "utf16"})),
        (
            &["--offset-unit", "byte", "--group"],
            "offset_unit=byte&group=true",
            json!({"offset_unit": "byte", "group": true}),
        ),
        (&["--with-text"], "with_text=true", json!({"with_text": true})),
        (&["--keep-clitics"], "keep_clitics=true", json!({"keep_clitics": true})),
        (&["--sentences-apart"], "sentences_apart=true", json!({"sentences_apart": true})),
        (&["--convention", "anercorp"], "convention=anercorp", json!({"convention": "anercorp"})),
        (&["--markup", "text"], "markup=text", json!({"markup": "text"})),
        (&["--line-breaks", "wrapped"], "line_breaks=wrapped", json!({"line_breaks": "wrapped"})),
        (&["--visual-order=yes"], "visual_order=yes", json!({"visual_order": true})),
        (&["--gazetteer", "own.tsv", "--keep-clitics"], "", json!({"gazetteer": own, "keep_clitics": true})),
        (&["--gazetteer", "own.tsv", "--labels", "CITY"], "", json!({"gazetteer": own, "labels": ["CITY"]})),
    ];
    let tag = |flags: &[&str]| {
        let ran = server.sandbox.run(&[&["tag", "--model", "model", "-q", "in.jsonl"], flags].concat());
        ran.succeeds().out.clone()
    };
    let plain = tag(&[]);
    for (flags, query, wishes) in cases {
        let wanted = tag(flags);
        assert_ne!(wanted, plain, "{flags:?} changes something");
        let mut body = wishes.clone();
        body["text"] = text.as_str().into();
        body["id"] = "a".into();
        assert_eq!(server.post("/v1/tag", &body).good().text(), wanted, "{wishes}");
        if !query.is_empty() {
            let body = json!({"id": "a", "text": text});
            assert_eq!(server.post(&format!("/v1/tag?{query}"), &body).good().text(), wanted, "{query}");
        }
    }
}

#[test]
fn a_request_goes_before_what_the_service_was_started_with() {
    let server = Server::start(&["-q", "--convention", "anercorp", "--keep-clitics", "--sentences-apart"]);
    let text = texts().into_iter().max_by_key(String::len).unwrap();
    server.sandbox.file("text", &text);
    let tag = |flags: &[&str]| {
        let ran = server.sandbox.run(&[&["tag", "--model", "model", "-q", "text"], flags].concat());
        ran.succeeds().out.clone()
    };
    let own = server.post("/v1/tag", &json!({"text": text})).good();
    assert_eq!(own.text(), tag(&["--convention", "anercorp", "--keep-clitics", "--sentences-apart"]));
    let body = json!({"text": text, "convention": "alam", "keep_clitics": false, "sentences_apart": false});
    assert_eq!(server.post("/v1/tag", &body).good().text(), tag(&[]));
}

#[test]
fn records_have_their_text_where_the_request_says() {
    let server = Server::start(&["-q"]);
    let record = json!({"article": {"body": "زار محمد بن سلمان لندن"}, "key": 7, "day": "2024-05-01"});
    let query = "/v1/tag?text_field=article.body&id_field=key&date_field=day&with_text=true";
    let line = server.client().post(query, "application/x-ndjson", record.to_string().as_bytes()).good().json();
    assert_eq!((&line["id"], &line["date"]), (&"7".into(), &"2024-05-01".into()));
    assert_eq!(line["text"], "زار محمد بن سلمان لندن");
    let list = server.post(query, &json!({"texts": [record, "نص"]})).good().json();
    assert_eq!((&list["documents"][0], &list["documents"][1]["id"]), (&line, &"texts[1]".into()));
}

#[test]
fn a_list_of_names_can_be_given_to_all_requests() {
    let sandbox_list = "لندن\tCITY\n";
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), sandbox_list).unwrap();
    let server = Server::start(&["-q", "--gazetteer", file.path().to_str().unwrap()]);
    let body = json!({"text": "زار محمد لندن", "labels": ["CITY"]});
    assert_eq!(server.post("/v1/tag", &body).good().json()["entities"][0]["text"], "لندن");
    let body = json!({"text": "زار محمد لندن", "gazetteer": [{"name": "لندن", "label": "CLUB"}], "labels": ["CLUB"]});
    assert_eq!(server.post("/v1/tag", &body).good().json()["entities"][0]["source"], "gazetteer");
}
