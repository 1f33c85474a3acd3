//! What the service says of itself, and what it never says.

use crate::server::Server;
use serde_json::{Value, json};

#[test]
fn lines_are_json_and_have_no_text_in_them() {
    let server = Server::start(&[]);
    let secret = "سعدون";
    server.post("/v1/tag", &json!({"text": format!("زار {secret} لندن"), "id": secret})).good();
    server.post(&format!("/v1/tag?labels={}", "%D8%B3%D8%B9%D8%AF%D9%88%D9%86"), &json!({"text": secret}));
    server.client().post("/v1/tag", "application/x-ndjson", json!({"text": secret}).to_string().as_bytes()).good();
    server.get("/%D8%B3%D8%B9%D8%AF%D9%88%D9%86").fails(404, "found");
    server.says("\"status\":404");
    server.says("\"lines\":1");
    let log = server.log();
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["time"].as_f64().unwrap() > 1.7e9);
        assert!(line["event"].is_string());
    }
    assert!(!log.contains(secret) && !log.contains("D8%B3"), "{log}");
    let line: Value = serde_json::from_str(log.lines().nth(1).unwrap()).unwrap();
    assert_eq!((&line["method"], &line["route"], &line["status"]), (&"POST".into(), &"/v1/tag".into(), &200.into()));
    assert_eq!(line["peer"], "127.0.0.1");
}

#[test]
fn quiet_leaves_single_requests_out() {
    let server = Server::start(&["-q"]);
    server.get("/healthz").good();
    server.signal("-TERM");
    server.says("\"event\":\"stopped\"");
    assert!(!server.log().contains("request"), "{}", server.log());
}

#[test]
fn figures_are_those_of_what_was_done() {
    let server = Server::start(&["-q"]);
    server.post("/v1/tag", &json!({"texts": ["زار محمد بن سلمان لندن", "b"]})).good();
    server.post("/v1/tag", &json!({}));
    let metrics = server.get("/metrics").good();
    assert!(metrics.header("content-type").unwrap().starts_with("application/openmetrics-text"));
    for line in [
        "alam_requests_total{route=\"/v1/tag\",status=\"200\"} 1",
        "alam_requests_total{route=\"/v1/tag\",status=\"400\"} 1",
        "alam_request_seconds_count{route=\"/v1/tag\"} 2",
        "alam_texts_total 2",
        "alam_text_bytes_total 41",
        "alam_queue_bytes 0",
        "alam_refused_total 0",
        "# EOF",
    ] {
        assert!(metrics.text().lines().any(|found| found == line), "{line}\n{}", metrics.text());
    }
}

#[test]
fn the_model_is_told_as_alam_info_tells_it() {
    let server = Server::start(&["-q"]);
    let info = server.sandbox.run(&["info", "--json", "--model", "model"]);
    let info: Value = serde_json::from_str(&info.succeeds().out).unwrap();
    let told = server.get("/v1/model").good().json();
    assert_eq!(told["model"], info["model"]);
    assert_eq!(told["version"], info["version"]);
}

#[test]
fn it_is_ready_in_no_time() {
    let begin = std::time::Instant::now();
    let server = Server::start(&["-q"]);
    println!("ready after {:?}, with a small model", begin.elapsed());
    server.get("/readyz").good();
}

#[test]
fn the_description_is_served_and_types_are_not_guessed() {
    let server = Server::start(&["-q"]);
    let described = server.get("/openapi.json").good();
    assert_eq!(described.json()["openapi"], "3.1.0");
    assert_eq!(described.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(server.get("/v1/model").header("cache-control"), Some("no-store"));
}

#[test]
fn the_page_is_one_file_that_asks_nobody_else() {
    let server = Server::start_with(&["-q"], &[("ALAM_TOKEN", "a-token-of-26-letters-long")]);
    let page = server.get("/").good();
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && policy.contains("connect-src 'self'"), "{policy}");
    assert!(page.text().contains("<html lang=\"ar\" dir=\"rtl\">"));
}

#[test]
fn label_studio_gets_regions_of_its_tags() {
    let server = Server::start(&["-q"]);
    assert_eq!(server.get("/health").good().json()["status"], "UP");
    let config = "<View><Labels name=\"ner\" toName=\"t\"><Label value=\"شخص\" predicted_values=\"PER\"/></Labels>\
                  <Text name=\"t\" value=\"$body\"/></View>";
    let text = "😀 وصل محمد بن سلمان إلى لندن أمس";
    let setup = server.post("/setup", &json!({"project": "1.1", "schema": config, "hostname": "x"})).good().json();
    let body =
        json!({"tasks": [{"id": 3, "data": {"body": text}}], "label_config": config, "params": {"context": null}});
    let results = server.post("/predict", &body).good().json();
    let result = &results["results"][0];
    assert_eq!(result["model_version"], setup["model_version"]);
    let names = server.post("/v1/tag", &json!({"text": text, "labels": ["PER"]})).good().json();
    let (names, regions) = (names["entities"].as_array().unwrap(), result["result"].as_array().unwrap());
    assert!(!names.is_empty());
    assert_eq!(names.len(), regions.len(), "types without a label are left out");
    for (name, region) in names.iter().zip(regions) {
        assert_eq!(
            (&region["from_name"], &region["to_name"], &region["type"]),
            (&"ner".into(), &"t".into(), &"labels".into())
        );
        let value = json!({"start": name["start"], "end": name["end"], "text": name["text"], "labels": ["شخص"]});
        assert_eq!((&region["value"], &region["score"]), (&value, &name["score"]));
    }
    server
        .post("/predict", &json!({"tasks": [{"data": {}}]}))
        .fails(400, "`tasks[0].data.text`: wanted a text, found none");
    for task in [json!([]), json!(1), json!({"data": [null]}), json!({"data": {"text": [1]}})] {
        server.post("/predict", &json!({"tasks": [task]})).fails(400, "wanted a text, found none");
    }
    server.post("/predict", &json!({})).fails(400, "`tasks`: wanted a list, found none");
    server.post("/setup", &json!({"schema": "<View/>"})).fails(400, "`schema`: wanted `<Labels");
}

#[test]
fn marked_letters_are_offered_as_names() {
    let server = Server::start(&["-q"]);
    let found =
        server.post("/v1/bounds", &json!({"text": "😀 قال لبوتين", "start": 7, "end": 13, "offset_unit": "utf16"}));
    let found = found.good().json();
    assert_eq!((&found["token_text"], &found["choices"][0]["text"]), (&"لبوتين".into(), &"بوتين".into()));
    assert_eq!((&found["choices"][0]["start"], &found["token_start"]), (&8.into(), &7.into()));
    for (body, detail) in [
        (json!({"text": "ab", "start": 1, "end": 1}), "wanted a start before the end"),
        (json!({"text": "ab", "start": 1, "end": 9}), "`end`: wanted a position in the text (2 at most), found 9"),
        (json!({"text": "😀", "start": 0, "end": 1, "offset_unit": "utf16"}), "`end`: wanted a position"),
        (json!({"text": " ", "start": 0, "end": 1}), "found blanks alone"),
        (json!({"start": 0, "end": 1}), "`text`: wanted a string, found none"),
        (json!({"text": "a", "start": 0, "end": 1, "x": 1}), "found `x`"),
    ] {
        server.post("/v1/bounds", &body).fails(400, detail);
    }
}

#[test]
fn the_examples_start_what_they_say() {
    let examples = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/service");
    let read = |name: &str| std::fs::read_to_string(examples.join(name)).unwrap();
    let (compose, kubernetes) = (read("compose.yaml"), read("kubernetes.yaml"));
    assert!(
        compose.contains("command: [\"serve\", \"--listen\", \"0.0.0.0:8080\"]") && compose.contains("ALAM_TOKEN:")
    );
    assert!(kubernetes.contains("args: [\"serve\", \"--listen\", \"0.0.0.0:8080\", \"--threads\", \"4\"]"));
    let args = ["--listen", "0.0.0.0:0", "--threads", "4"];
    let server = Server::start_with(&args, &[("ALAM_TOKEN", "a-token-of-26-letters-long")]);
    for probe in ["/readyz", "/healthz"] {
        assert!(kubernetes.contains(&format!("httpGet: {{path: {probe}, port: http}}")));
        let mut client = crate::client::Client::to(([127, 0, 0, 1], server.address.port()).into());
        client.send("GET", probe, &[], b"").good();
    }
}
