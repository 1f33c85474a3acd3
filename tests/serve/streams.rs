//! Streams of lines: answered as they come, held back where they are not read.

use crate::server::Server;
use serde_json::json;
use std::io::Write;
use std::time::Duration;

#[test]
fn a_line_is_answered_before_the_next_one_is_sent() {
    let server = Server::start(&["-q"]);
    let mut client = server.client();
    client.head("POST", "/v1/tag", &[("content-type", "application/x-ndjson")], None);
    client.chunk(b"{\"id\":\"0\",\"text\":\"\"}\n");
    assert_eq!(client.answers_head().0, 200);
    for n in 0..20 {
        let answer = String::from_utf8(client.answers_chunk().unwrap()).unwrap();
        assert_eq!(answer, format!("{{\"id\":\"{n}\",\"entities\":[]}}\n"));
        client.chunk(format!("{{\"id\":\"{}\",\"text\":\"\"}}\n", n + 1).as_bytes());
    }
    assert!(client.answers_chunk().is_some());
    client.chunk(b"");
    assert!(client.answers_chunk().is_none());
}

#[cfg(target_os = "linux")]
#[test]
fn a_client_that_does_not_read_is_held_back_and_takes_no_memory() {
    let server = Server::start(&["-q", "--head-seconds", "2"]);
    let text = "زار محمد بن سلمان مدينة لندن أمس. ".repeat(40);
    let line = json!({"text": text}).to_string() + "\n";
    let block = line.repeat(200);
    server.client().post("/v1/tag", "application/x-ndjson", block.as_bytes()).good();
    let before = server.memory();
    let mut client = server.client();
    client.head("POST", "/v1/tag?with_text=true", &[("content-type", "application/x-ndjson")], None);
    client.stream().set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let chunk = [format!("{:x}\r\n", block.len()).as_bytes(), block.as_bytes(), b"\r\n"].concat();
    let mut sent = 0;
    let stopped = loop {
        if client.stream().write_all(&chunk).is_err() {
            break true;
        }
        sent += chunk.len();
        if sent > 400 << 20 {
            break false;
        }
    };
    assert!(stopped, "held back before {sent} bytes");
    let more = server.memory().saturating_sub(before);
    println!("{sent} bytes sent unread, {more} bytes of memory more");
    assert!(more < 24 << 20, "{more}");
    // It is let go when it has read nothing for the time that it has; others are answered meanwhile.
    server.get("/healthz").good();
    client.stream().set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    while client.stream().write_all(&chunk).is_ok() {}
    server.client().post("/v1/tag", "application/x-ndjson", block.as_bytes()).good();
}

#[test]
fn a_client_that_leaves_in_the_middle_leaves_nothing_behind() {
    let server = Server::start(&["-q", "--queue-bytes", "70000", "--max-body-bytes", "60000"]);
    let line = json!({"text": "زار محمد بن سلمان لندن ".repeat(100)}).to_string() + "\n";
    for _ in 0..50 {
        let mut client = server.client();
        client.head("POST", "/v1/tag", &[("content-type", "application/x-ndjson")], None);
        // It may be held back.
        client.stream().set_write_timeout(Some(Duration::from_millis(5))).unwrap();
        let _ = client.stream().write_all(format!("{:x}\r\n{line}\r\n", line.len()).as_bytes());
        drop(client);
        let mut client = server.client();
        client.head("POST", "/v1/tag", &[("content-type", "application/json")], Some(line.len()));
        let _ = client.stream().write_all(&line.as_bytes()[..line.len() - 1]);
        drop(client);
    }
    // All the room of the queue is there again.
    let body = json!({"text": "a".repeat(59_000)}).to_string();
    let begin = std::time::Instant::now();
    while server.client().post("/v1/tag", "application/json", body.as_bytes()).status != 200 {
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
    let mut client = server.client();
    let begin = std::time::Instant::now();
    loop {
        let metrics = client.send("GET", "/metrics", &[], b"").good();
        if metrics.text().contains("\nalam_queue_bytes 0\n") && metrics.text().contains("\nalam_connections 1\n") {
            break;
        }
        assert!(begin.elapsed() < Duration::from_secs(20), "{}", metrics.text());
    }
}
