//! Requests that cannot be meant: each is told what was wanted and what was found, and the next one is answered.

use crate::server::Server;
use serde_json::json;
use std::io::Write;

#[test]
fn what_is_wrong_is_named() {
    let server = Server::start(&["-q"]);
    let cases: &[(&str, &str, u16, &str)] = &[
        ("/v1/tag", "", 400, "body: wanted a JSON object, found: EOF"),
        ("/v1/tag", "[]", 400, "body: wanted a JSON object, found a list"),
        ("/v1/tag", "{}", 400, "wanted `text` or `texts`, found neither"),
        ("/v1/tag", r#"{"text": 3}"#, 400, "field `text`: wanted a string, or a list of them, found a number"),
        ("/v1/tag", r#"{"text": null}"#, 400, "field `text`: wanted a string, found null"),
        ("/v1/tag", r#"{"text": "a", "texts": []}"#, 400, "found both"),
        ("/v1/tag", r#"{"texts": ["a", 3]}"#, 400, "`texts[1]`: wanted a string or an object"),
        ("/v1/tag", r#"{"texts": [{"id": 1}]}"#, 400, "texts[0]: wanted a field `text`, found none"),
        ("/v1/tag", r#"{"text": "a", "lables": []}"#, 400, "found `lables`"),
        ("/v1/tag", r#"{"text": "a", "labels": "PER"}"#, 400, "`labels`: wanted a list of strings, found \"PER\""),
        ("/v1/tag", r#"{"text": "a", "labels": ["GPE"]}"#, 400, "`labels`: wanted types of the model"),
        ("/v1/tag", r#"{"text": "a", "min_score": 2}"#, 400, "`min_score`: wanted a number from 0 to 1, found 2"),
        ("/v1/tag?min_score=x", r#"{"text": "a"}"#, 400, "`min_score`: wanted a number from 0 to 1, found \"x\""),
        (
            "/v1/tag",
            r#"{"text": "a", "convention": "x"}"#,
            400,
            "convention: wanted one of `alam`, `anercorp`, found `x`",
        ),
        ("/v1/tag", r#"{"text": "a", "offset_unit": "word"}"#, 400, "`offset_unit`: wanted byte, char or utf16"),
        ("/v1/tag", r#"{"text": "a", "group": 1}"#, 400, "`group`: wanted true or false, found 1"),
        ("/v1/tag", r#"{"text": "a", "markup": "xml"}"#, 400, "`markup`: wanted auto, html, text, found `xml`"),
        ("/v1/tag", r#"{"text": "a", "gazetteer": {}}"#, 400, "`gazetteer`: wanted a list of"),
        ("/v1/tag", r#"{"text": "a", "gazetteer": [{"name": "ab"}]}"#, 400, "`gazetteer[0]`: wanted {\"name\""),
        (
            "/v1/tag",
            r#"{"text": "a", "gazetteer": [{"name": "نور", "label": "ORG"}, {"name": "نور", "label": "PER"}]}"#,
            400,
            "`gazetteer[1]`: wanted one type for `نور`, found PER, and ORG in name 0",
        ),
        ("/", "{}", 400, "`inputs`: wanted a string or a list of strings, found none"),
        ("/", r#"{"inputs": 3}"#, 400, "`inputs`: wanted a string or a list of strings"),
        (
            "/",
            r#"{"inputs": "a", "parameters": {"aggregation_strategy": "none"}}"#,
            400,
            "`aggregation_strategy`: wanted simple",
        ),
        ("/", r#"{"inputs": "a", "parameters": {"top_k": 1}}"#, 400, "found `top_k`"),
        ("/v2/tag", "{}", 404, "found `/v2/tag`"),
        ("/v1/model", "{}", 405, "wanted a method of /openapi.json, found POST"),
    ];
    for (path, body, status, detail) in cases {
        // What is refused unread may cost the connection.
        server.client().post(path, "application/json", body.as_bytes()).fails(*status, detail);
    }
    server.client().post("/v1/tag", "image/png", b"x").fails(415, "content-type: wanted application/json");
    server.client().send("POST", "/v1/tag", &[], b"x").fails(415, "found none");
    server.client().post("/v1/tag", "text/plain", b"ab\xff").fails(400, "body: wanted UTF-8, found another byte at 2");
    server
        .client()
        .post("/v1/tag", "application/json", b"{\"text\":\"\xff\"}")
        .fails(400, "body: wanted a JSON object");
    server.client().send("DELETE", "/v1/tag", &[], b"").fails(405, "found DELETE");
    server.client().post("/v1/tag", "application/json", json!({"text": "زار محمد لندن"}).to_string().as_bytes()).good();
}

#[test]
fn what_is_no_http_is_refused_and_others_are_answered() {
    let server = Server::start(&["-q"]);
    for bytes in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/tag HTTP/1.1\r\ncontent-length: 99999999999999999999\r\n\r\n",
        b"POST /v1/tag HTTP/1.1\r\ncontent-length: 4\r\ncontent-length: 5\r\n\r\nabcd",
        b"POST /v1/tag HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST /v1/tag HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET / HTTP/1.1\r\nhost\r\n\r\n",
    ] {
        let mut client = server.client();
        client.stream().write_all(bytes).unwrap();
        client.stream().shutdown(std::net::Shutdown::Write).unwrap();
        assert!(client.is_closed(), "{}", String::from_utf8_lossy(bytes));
    }
    let mut client = server.client();
    let long = format!("GET /healthz HTTP/1.1\r\nx: {}\r\n\r\n", "a".repeat(40_000));
    // It may be closed before all is taken.
    let _ = client.stream().write_all(long.as_bytes());
    assert!(matches!(client.answers_head().0, 431));
    assert_eq!(server.get("/healthz").good().text(), "ok\n");
}

#[test]
fn requests_that_come_together_are_answered_in_their_order() {
    let server = Server::start(&["-q"]);
    let mut client = server.client();
    let request = |n: usize| {
        let body = json!({"id": n.to_string(), "text": "زار محمد لندن ".repeat(30 - n)}).to_string();
        format!(
            "POST /v1/tag HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let all: String = (0..20).map(request).collect();
    client.stream().write_all(all.as_bytes()).unwrap();
    for n in 0..20 {
        assert_eq!(client.answer().good().json()["id"], n.to_string());
    }
}
