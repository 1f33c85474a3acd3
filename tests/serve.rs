//! The real service on a real socket: what it answers, what it refuses, how it ends.
#![cfg(all(feature = "serve", unix))]

#[path = "serve/access.rs"]
mod access;
#[path = "serve/client.rs"]
mod client;
#[path = "serve/equal.rs"]
mod equal;
#[path = "serve/limits.rs"]
mod limits;
#[path = "sandbox/model.rs"]
mod model;
#[path = "serve/options.rs"]
mod options;
#[path = "serve/refused.rs"]
mod refused;
#[allow(dead_code, reason = "other tests use the rest")]
#[path = "sandbox/folder.rs"]
mod sandbox;
#[path = "serve/server.rs"]
mod server;
#[path = "serve/stop.rs"]
mod stop;
#[path = "serve/streams.rs"]
mod streams;
#[allow(dead_code, reason = "the tests of the tagger use the rest")]
#[path = "tagger/tiny.rs"]
mod tiny;
#[path = "serve/told.rs"]
mod told;
