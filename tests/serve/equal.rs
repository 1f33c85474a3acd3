//! What the service answers is, byte for byte, what `alam tag` writes.

use crate::client::Answer;
use crate::server::Server;
use serde_json::json;
use std::io::{Read, Write};

/// Texts of many lengths and kinds, with names behind proclitics, marks, markup and broken lines.
pub(crate) fn texts() -> Vec<String> {
    let pieces = [
        "وصل محمد بن سلمان إلى لندن أمس.",
        "قال لبوتين إن للأمم المتحدة رأيا 😀",
        "زار وفد من بيروت\r\nوحلب مدينة القاهرة.",
        "<p>في&nbsp;باريس</p>",
        "مُحَمَّد العـــلي",
        "",
        "x",
    ];
    let text = |n: usize| (0..n % 23).map(|k| pieces[(n * 7 + k * k) % pieces.len()]).collect::<Vec<_>>().join(" ");
    (0..120).map(text).collect()
}

fn records(texts: &[String]) -> String {
    texts.iter().enumerate().map(|(n, text)| json!({"id": format!("t{n}"), "text": text}).to_string() + "\n").collect()
}

/// What `alam tag` writes of records on its standard input.
fn tagged(server: &Server, flags: &[&str], input: &str) -> String {
    let args = [&["tag", "--model", "model", "--input-format", "jsonl", "-q", "-"], flags].concat();
    server.sandbox.run_with(&args, input).out
}

#[test]
fn many_clients_at_once_get_what_one_gets_alone() {
    let server = Server::start(&["-q"]);
    let texts = texts();
    let plain = tagged(&server, &[], &records(&texts));
    let other = tagged(&server, &["--convention", "anercorp", "--sentences-apart"], &records(&texts));
    assert_ne!(plain, other);
    let (plain, other): (Vec<&str>, Vec<&str>) = (plain.lines().collect(), other.lines().collect());
    std::thread::scope(|scope| {
        for client in 0..24 {
            let (server, texts, plain, other) = (&server, &texts, &plain, &other);
            scope.spawn(move || {
                let mut connection = server.client();
                for step in 0..60 {
                    let n = (client * 31 + step * 7) % texts.len();
                    let (mut body, wanted) =
                        (json!({"id": format!("t{n}"), "text": texts[n]}), [plain, other][step % 2]);
                    if step % 2 == 1 {
                        body["convention"] = "anercorp".into();
                        body["sentences_apart"] = true.into();
                    }
                    let answer = connection.post("/v1/tag", "application/json", body.to_string().as_bytes()).good();
                    assert_eq!(answer.text(), format!("{}\n", wanted[n]), "{}", texts[n]);
                }
            });
        }
    });
}

#[test]
fn a_list_and_a_stream_are_what_one_text_after_the_other_is() {
    let server = Server::start(&["-q"]);
    let texts = texts();
    let lines = tagged(&server, &[], &records(&texts));
    let list: Vec<_> = texts.iter().enumerate().map(|(n, text)| json!({"id": format!("t{n}"), "text": text})).collect();
    let answer = server.post("/v1/tag", &json!({"texts": list})).good();
    assert_eq!(answer.text(), format!("{{\"documents\":[{}]}}\n", lines.trim_end().replace('\n', ",")));
    let stream = server.client().post("/v1/tag", "application/x-ndjson", records(&texts).as_bytes()).good();
    assert_eq!(stream.text(), lines);
    assert_eq!(stream.header("content-type"), Some("application/x-ndjson"));
}

#[test]
fn broken_lines_are_told_as_alam_tag_tells_them() {
    let server = Server::start(&["-q"]);
    let input = "\u{feff}{\"text\":\"زار محمد لندن\"}\n\n{\"id\":\"k\",\"text\":3}\n{\"id\":\"m\",\n[1]\n{\"body\":\"x\"}\n{\"text\":null}\n\
                 {\"text\":[\"وصل سعد\",\"إلى حلب\"],\"date\":\"2024\",\"url\":\"x\"}\r\n{\"text\":\"\"}";
    let wanted = tagged(&server, &[], input);
    assert_eq!(wanted.lines().filter(|line| line.contains("\"error\"")).count(), 5, "{wanted}");
    let found = server.client().post("/v1/tag", "application/x-ndjson", input.as_bytes()).good();
    assert_eq!(found.text(), wanted);
    let bytes = b"{\"text\":\"\xff\"}\n";
    let found = server.client().post("/v1/tag", "application/x-ndjson", bytes).good();
    assert!(
        found.text().starts_with("{\"id\":\"-:1\",\"error\":\"wanted UTF-8, found 0xFF at byte 9"),
        "{}",
        found.text()
    );
}

#[test]
fn a_text_and_a_page_go_as_they_are() {
    let server = Server::start(&["-q"]);
    let page = "<html><body><p>زار محمد بن سلمان&nbsp;لندن</p><script>لندن</script></body></html>";
    server.sandbox.file("text", "زار محمد بن سلمان لندن").file("page.html", page);
    for (file, kind) in [("text", "text/plain"), ("page.html", "text/html; charset=utf-8")] {
        let wanted = server.sandbox.run(&["tag", "--model", "model", "-q", "--with-text", file]).out;
        let found = server.client().post("/v1/tag?with_text=true", kind, &server.sandbox.bytes(file)).good();
        assert_eq!(found.text(), wanted.replace(&format!("\"id\":\"{file}\""), "\"id\":\"text\""));
    }
}

#[test]
fn hugging_face_gets_its_own_shape() {
    let server = Server::start(&["-q"]);
    let texts = texts();
    let lines = tagged(&server, &["--format", "hf"], &records(&texts));
    let body = json!({"inputs": texts, "parameters": {"aggregation_strategy": "simple", "stride": 3}});
    let many = server.post("/", &body).good().json();
    let wanted: Vec<serde_json::Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(many.as_array().unwrap(), &wanted);
    let n = wanted.iter().position(|names| names.as_array().is_some_and(|names| names.len() > 1)).unwrap();
    assert_eq!(server.post("/", &json!({"inputs": texts[n]})).good().json(), wanted[n]);
    let label = &wanted[n][0]["entity_group"];
    let found = server.post("/", &json!({"inputs": texts[n], "parameters": {"ignore_labels": [label]}})).good().json();
    assert!(found.as_array().unwrap().iter().all(|name| name["entity_group"] != *label));
    assert_eq!(server.post("/", &json!({"inputs": []})).good().text(), "[]");
}

#[test]
fn bodies_come_and_go_packed() {
    let server = Server::start(&["-q"]);
    let records = records(&texts());
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(records.as_bytes()).unwrap();
    let headers = [("content-type", "application/x-ndjson"), ("content-encoding", "gzip"), ("accept-encoding", "gzip")];
    let found = server.client().send("POST", "/v1/tag", &headers, &packed.finish().unwrap()).good();
    assert_eq!(found.header("content-encoding"), Some("gzip"));
    let mut unpacked = String::new();
    flate2::read::MultiGzDecoder::new(&found.body[..]).read_to_string(&mut unpacked).unwrap();
    assert_eq!(unpacked, tagged(&server, &[], &records));
    let answer: Answer = server.client().send("POST", "/v1/tag", &[headers[0], ("content-encoding", "br")], b"x");
    assert_eq!(answer.status, 415);
    // A file that was appended to is of several members.
    let member = |text: &str| {
        let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packed.write_all(text.as_bytes()).unwrap();
        packed.finish().unwrap()
    };
    let (first, rest) = records.split_at(records.find('\n').unwrap() + 1);
    let mut members = [member(first), member(""), member(rest)].concat();
    let found = server.client().send("POST", "/v1/tag", &headers[..2], &members).good();
    assert_eq!(String::from_utf8(found.body).unwrap(), tagged(&server, &[], &records));
    let one = [("content-type", "text/plain"), headers[1]];
    let mut text = [member("زار بوتين "), member("مصر")].concat();
    let found = server.client().send("POST", "/v1/tag", &one, &text).good().json();
    assert_eq!(found["entities"].as_array().unwrap().len(), 2, "{found}");
    for packed in [&mut members, &mut text] {
        packed.extend(b"not packed");
    }
    server.client().send("POST", "/v1/tag", &one, &text).fails(400, "body: wanted all of it, found: ");
}
