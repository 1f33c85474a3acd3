//! Who may ask, and from where.

use crate::sandbox::Sandbox;
use crate::server::Server;
use serde_json::json;

const TOKEN: &str = "a-token-of-26-letters-long";

#[test]
fn nobody_is_answered_without_the_token_but_probes() {
    let server = Server::start_with(&[], &[("ALAM_TOKEN", TOKEN)]);
    let body = json!({"text": "زار محمد لندن"}).to_string();
    let ask = |authorization: Option<&str>, path: &str| {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        server.client().send("POST", path, &headers, body.as_bytes())
    };
    for path in ["/v1/tag", "/"] {
        let found = ask(None, path);
        found.fails(401, "authorization: wanted `Bearer` with the token of this service, found none");
        assert_eq!(found.header("www-authenticate"), Some("Bearer realm=\"alam\""));
    }
    for other in ["Bearer", "Bearer x", &format!("Basic {TOKEN}"), &format!("Bearer {TOKEN}x"), "bearer "] {
        ask(Some(other), "/v1/tag").fails(401, "found another one");
    }
    ask(Some(&format!("bearer {TOKEN}")), "/v1/tag").good();
    for path in ["/v1/model", "/metrics"] {
        server.get(path).fails(401, "found none");
    }
    for path in ["/healthz", "/readyz", "/openapi.json"] {
        server.get(path).good();
    }
    assert!(!server.log().contains(TOKEN));
}

#[test]
fn beyond_this_machine_a_token_is_wanted() {
    let sandbox = Sandbox::new();
    let refused = sandbox.run(&["serve", "--listen", "0.0.0.0:0"]);
    refused.fails(2, "alam: --listen: wanted an address of this machine alone (127.0.0.1), or a token in ALAM_TOKEN");
    let mut command = sandbox.command(&["serve", "--listen", "0.0.0.0:0"]);
    let short = crate::sandbox::Ran::of(command.env("ALAM_TOKEN", "short").output().unwrap());
    short.fails(2, "alam: ALAM_TOKEN: wanted 16 or more letters");
    Server::start(&["--listen", "0.0.0.0:0", "--insecure"]).says("ready");
    Server::start_with(&["--listen", "0.0.0.0:0"], &[("ALAM_TOKEN", TOKEN)]).says("ready");
}

#[test]
fn pages_of_other_origins_may_ask_where_they_are_named() {
    let preflight = [("origin", "https://news.example"), ("access-control-request-method", "POST")];
    let server = Server::start(&["--cors-origins", "https://news.example,http://localhost:3000"]);
    let named = server.client().send("OPTIONS", "/v1/tag", &preflight, b"");
    assert_eq!(named.header("access-control-allow-origin"), Some("https://news.example"));
    let other = [("origin", "https://other.example"), preflight[1]];
    let other = server.client().send("OPTIONS", "/v1/tag", &other, b"");
    assert_eq!(other.header("access-control-allow-origin"), None);
    let without = Server::start(&[]).client().send("OPTIONS", "/v1/tag", &preflight, b"");
    assert_eq!((without.status, without.header("access-control-allow-origin")), (405, None));
    Sandbox::new()
        .run(&["serve", "--cors-origins", "*"])
        .fails(2, "alam: invalid value '*' for '--cors-origins <ORIGINS>': wanted an origin");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let server = Server::start(&[]);
    let address = server.address.to_string();
    let ran = server.sandbox.run(&["serve", "--model", "model", "--listen", &address]);
    ran.fails(3, &format!("alam: --listen {address}: Address already in use"));
    Sandbox::new()
        .run(&["serve", "--listen", "here"])
        .fails(2, "alam: --listen: wanted an address and a port, found `here`");
}
