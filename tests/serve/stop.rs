//! How it ends: what was accepted is answered.

use crate::server::Server;
use serde_json::json;
use std::time::Duration;

const TEXT: &str = "زار محمد بن سلمان مدينة لندن أمس. ";

#[test]
fn requests_that_were_accepted_are_answered_at_a_stop() {
    for signal in ["-TERM", "-INT"] {
        let mut server = Server::start(&["--threads", "1"]);
        let body = json!({"text": TEXT.repeat(4000)}).to_string();
        let mut idle = server.client();
        idle.send("GET", "/readyz", &[], b"").good();
        let mut asking: Vec<_> = (0..4).map(|_| server.client()).collect();
        for client in &mut asking {
            client.head("POST", "/v1/tag", &[("content-type", "application/json")], Some(body.len()));
            std::io::Write::write_all(client.stream(), body.as_bytes()).unwrap();
        }
        std::thread::sleep(Duration::from_millis(30));
        server.signal(signal);
        server.says("\"event\":\"stopping\"");
        for mut client in asking {
            let answer = client.answer().good();
            assert!(answer.json()["entities"].as_array().unwrap().len() > 1000);
            assert!(client.is_closed());
        }
        assert!(idle.is_closed());
        assert_eq!(server.ends_within(Duration::from_secs(10)).code(), Some(0));
        server.says("\"all_answered\":true");
    }
}

#[test]
fn one_that_is_being_stopped_is_not_ready_and_keeps_no_connection() {
    let mut server = Server::start(&["--threads", "1"]);
    let body = json!({"text": TEXT.repeat(4000)}).to_string();
    let (mut asking, mut probe) = (server.client(), server.client());
    probe.send("GET", "/readyz", &[], b"").good();
    asking.head("POST", "/v1/tag", &[("content-type", "application/json")], Some(body.len()));
    std::io::Write::write_all(asking.stream(), body.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(30));
    server.signal("-TERM");
    server.says("\"event\":\"stopping\"");
    let answer = probe.send("GET", "/readyz", &[], b"");
    answer.fails(503, "wanted a service that goes on");
    assert_eq!(answer.header("connection"), Some("close"));
    asking.answer().good();
    assert_eq!(server.ends_within(Duration::from_secs(10)).code(), Some(0));
}

#[test]
fn a_client_that_never_ends_is_not_waited_for_beyond_the_time_for_it() {
    let mut server = Server::start(&["--stop-seconds", "0.5"]);
    let mut slow = server.client();
    slow.head("POST", "/v1/tag", &[("content-type", "application/x-ndjson")], None);
    slow.chunk(b"{\"text\":\"a\"}\n");
    assert_eq!(slow.answers_head().0, 200);
    server.signal("-TERM");
    assert_eq!(server.ends_within(Duration::from_secs(10)).code(), Some(0));
    server.says("\"all_answered\":false");
}

#[test]
fn a_second_signal_ends_it_where_it_stands() {
    let mut server = Server::start(&[]);
    let mut slow = server.client();
    slow.head("POST", "/v1/tag", &[("content-type", "application/x-ndjson")], None);
    slow.chunk(b"{\"text\":\"a\"}\n");
    assert_eq!(slow.answers_head().0, 200);
    server.signal("-TERM");
    server.says("\"event\":\"stopping\"");
    server.signal("-TERM");
    assert_eq!(server.ends_within(Duration::from_secs(10)).code(), Some(130));
}
