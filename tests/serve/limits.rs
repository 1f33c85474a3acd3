//! What a client may take, and what becomes of those who want more.

use crate::server::Server;
use serde_json::json;
use std::io::Write;
use std::time::{Duration, Instant};

const LONG: &str = "زار محمد بن سلمان مدينة لندن أمس. ";

#[test]
fn a_body_that_is_too_long_is_refused_packed_or_not() {
    let server = Server::start(&["-q", "--max-body-bytes", "20000", "--max-texts", "3"]);
    let long = json!({"text": LONG.repeat(1000)}).to_string();
    server.client().post("/v1/tag", "application/json", long.as_bytes()).fails(413, "body: wanted at most 20000 bytes");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(&vec![b' '; 300 << 20]).unwrap();
    let packed = packed.finish().unwrap();
    let headers = [("content-type", "application/json"), ("content-encoding", "gzip")];
    let found = server.client().send("POST", "/v1/tag", &headers, &packed);
    found.fails(413, "body: wanted at most 20000 bytes, unpacked, found more");
    server.post("/v1/tag", &json!({"texts": ["a", "b", "c", "d"]})).fails(413, "`texts`: wanted at most 3, found 4");
    server.post("/", &json!({"inputs": ["a", "b", "c", "d"]})).fails(413, "`inputs`: wanted at most 3 texts, found 4");
    // A stream may be of any length, but not its lines.
    let line = json!({"text": LONG}).to_string() + "\n";
    let lines = format!("{}{long}\n{line}", line.repeat(500));
    let found = server.client().post("/v1/tag", "application/x-ndjson", lines.as_bytes()).good();
    assert_eq!(found.text().lines().count(), 502);
    let broken = found.text().lines().nth(500).unwrap();
    assert_eq!(broken, r#"{"id":"-:501","error":"wanted a line of at most 20000 bytes"}"#);
}

#[test]
fn a_full_queue_says_when_to_come_again() {
    let server = Server::start(&["-q", "--max-body-bytes", "200000", "--queue-bytes", "200000", "--threads", "1"]);
    let body = json!({"text": LONG.repeat(2500)}).to_string();
    let answers: Vec<_> = std::thread::scope(|scope| {
        let ask = || server.client().post("/v1/tag", "application/json", body.as_bytes());
        let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|asking| asking.join().unwrap()).collect()
    });
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert!(!refused.is_empty() && refused.len() < 12, "{}", refused.len());
    for answer in refused {
        answer.fails(503, "bytes in the queue, found");
        let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    server.client().post("/v1/tag", "application/json", body.as_bytes()).good();
}

#[test]
fn a_request_that_takes_too_long_is_given_up() {
    let server = Server::start(&["-q", "--request-seconds", "0.3", "--threads", "1"]);
    let mut slow = server.client();
    slow.head("POST", "/v1/tag", &[("content-type", "application/json")], Some(100));
    slow.stream().write_all(b"{\"text\":").unwrap();
    slow.answer().fails(408, "body: wanted all of it within 0.3 s, found less");
    let mut stream = server.client();
    stream.head("POST", "/v1/tag", &[("content-type", "application/x-ndjson")], None);
    stream.chunk(b"{\"text\":\"\"}\n{\"text\"");
    let answer = stream.answer().good();
    assert_eq!(
        answer.text(),
        "{\"id\":\"-:1\",\"entities\":[]}\n{\"id\":\"-:2\",\"error\":\"wanted a line within 0.3 s, found none\"}\n"
    );
}

#[test]
fn heads_that_do_not_come_are_not_waited_for() {
    let server = Server::start(&["-q", "--head-seconds", "0.4"]);
    let begin = Instant::now();
    let mut idle = server.client();
    let mut slow = server.client();
    for byte in b"GET /healthz HTTP/1.1\r\nx: " {
        // It may be closed at any byte.
        if slow.stream().write_all(&[*byte]).is_err() {
            break;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    assert!(slow.is_closed() | idle.is_closed());
    assert!(begin.elapsed() < Duration::from_secs(10));
    server.get("/healthz").good();
}

#[test]
fn connections_beyond_the_limit_are_told_so() {
    let server = Server::start(&["-q", "--max-connections", "4"]);
    let mut kept: Vec<_> = (0..4).map(|_| server.client()).collect();
    kept.iter_mut().for_each(|client| drop(client.send("GET", "/healthz", &[], b"").good()));
    let refused = server.client().answer();
    refused.fails(503, "wanted room for a connection, found all of it taken");
    kept.pop();
    let begin = Instant::now();
    while server.client().send("GET", "/healthz", &[], b"").status != 200 {
        assert!(begin.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn limits_that_cannot_be_met_are_refused() {
    let sandbox = crate::sandbox::Sandbox::new();
    let ran = sandbox.run(&["serve", "--queue-bytes", "2000"]);
    ran.fails(2, "alam: --queue-bytes: wanted at least --max-body-bytes (4194304), found 2000");
    for (flag, value) in
        [("--max-texts", "0"), ("--request-seconds", "nan"), ("--max-body-bytes", "1"), ("--head-seconds", "-1")]
    {
        let ran = sandbox.run(&["serve", &format!("{flag}={value}")]);
        ran.fails(2, &format!("alam: invalid value '{value}' for '{flag}"));
    }
}
