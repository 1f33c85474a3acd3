//! `alam serve` as typed and as meant.

use crate::cli::args::model::ModelArgs;
use crate::cli::outcome::Failure;
use crate::serve::Limits;
use clap::Args;
use clap::builder::FalseyValueParser;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

/// Answer requests over HTTP
#[derive(Debug, Args)]
#[command(after_help = TOKEN)]
pub(crate) struct ServeArgs {
    /// The address to listen on; port 0 is any that is free
    #[arg(long, short, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080", env = "ALAM_LISTEN")]
    pub(crate) listen: String,
    /// Listen beyond this machine without a token
    #[arg(long, env = "ALAM_INSECURE", value_parser = FalseyValueParser::new())]
    pub(crate) insecure: bool,
    /// Names of your own, a file of name<TAB>type lines, for all requests; what a request brings goes before them
    #[arg(long, value_name = "FILE.tsv", env = "ALAM_GAZETTEER")]
    pub(crate) gazetteer: Option<PathBuf>,
    /// Pages of these origins (`https://news.example`) may ask from a browser; without it, only those of this service
    #[arg(long, value_name = "ORIGINS", value_delimiter = ',', env = "ALAM_CORS_ORIGINS", value_parser = origin)]
    pub(crate) cors_origins: Vec<String>,
    /// Say nothing of single requests on standard error
    #[arg(long, short, env = "ALAM_QUIET", value_parser = FalseyValueParser::new())]
    pub(crate) quiet: bool,
    #[command(flatten)]
    pub(crate) limits: LimitArgs,
    #[command(flatten)]
    pub(crate) model: ModelArgs,
}

const TOKEN: &str = "\
The environment variable ALAM_TOKEN has the token that requests must bring (Authorization: Bearer TOKEN), but for probes and
the page itself. Without it, only this machine is listened to, unless --insecure says otherwise.

Exit status: 0 stopped in good order (SIGTERM, Ctrl-C), 2 usage or configuration, 3 no model, no address, 130 stopped at once by a
second signal.";

/// What clients may take.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Bytes of a request's body, unpacked, and of a line of a stream
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body, env = "ALAM_MAX_BODY_BYTES", value_parser = bytes)]
    max_body_bytes: usize,
    /// Texts of a request that is no stream
    #[arg(long, value_name = "N", default_value_t = Limits::default().texts, env = "ALAM_MAX_TEXTS", value_parser = number)]
    max_texts: usize,
    /// Bytes of text that wait to be tagged; beyond, requests are refused with 503 and the time to wait
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().queue, env = "ALAM_QUEUE_BYTES", value_parser = bytes)]
    queue_bytes: usize,
    /// Connections at once
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections, env = "ALAM_MAX_CONNECTIONS", value_parser = number)]
    max_connections: usize,
    /// Time from the head of a request to its answer; in a stream, from line to line
    #[arg(long, value_name = "SECONDS", default_value = "60", env = "ALAM_REQUEST_SECONDS", value_parser = seconds)]
    request_seconds: Duration,
    /// Time for the head of a request, and so for a connection without one; and for a client to take some of its answer
    #[arg(long, value_name = "SECONDS", default_value = "30", env = "ALAM_HEAD_SECONDS", value_parser = seconds)]
    head_seconds: Duration,
    /// Time for what was accepted to be answered, once the end was asked for
    #[arg(long, value_name = "SECONDS", default_value = "30", env = "ALAM_STOP_SECONDS", value_parser = seconds)]
    stop_seconds: Duration,
}

/// What `alam serve` is to do.
pub(crate) struct ServePlan {
    pub(crate) listen: SocketAddr,
    pub(crate) token: Option<String>,
    pub(crate) gazetteer: Option<PathBuf>,
    pub(crate) origins: Vec<String>,
    pub(crate) quiet: bool,
    pub(crate) limits: Limits,
    pub(crate) model: ModelArgs,
}

impl ServeArgs {
    /// What is meant.
    pub(crate) fn meant(self, token: Option<String>) -> Result<ServePlan, Failure> {
        let found = self.listen.to_socket_addrs().ok().and_then(|mut found| found.next());
        let Some(listen) = found else {
            let typed = self.listen;
            return Err(Failure::usage(format!("--listen: wanted an address and a port, found `{typed}`")));
        };
        if token
            .as_deref()
            .is_some_and(|token| token.len() < SHORTEST || token.contains(|c: char| !c.is_ascii_graphic()))
        {
            return Err(Failure::usage(format!(
                "ALAM_TOKEN: wanted {SHORTEST} or more letters, digits and signs of ASCII, found something else"
            )));
        }
        if token.is_none() && !self.insecure && !listen.ip().is_loopback() {
            return Err(Failure::usage(format!(
                "--listen: wanted an address of this machine alone (127.0.0.1), or a token in ALAM_TOKEN, found {}\n\
                 tip: --insecure listens there without a token",
                listen.ip()
            )));
        }
        let limits = self.limits.meant()?;
        let ServeArgs { gazetteer, cors_origins: origins, quiet, model, .. } = self;
        Ok(ServePlan { listen, token, gazetteer, origins, quiet, limits, model })
    }
}

/// Letters of a token at least: one that can be guessed is none.
const SHORTEST: usize = 16;

impl LimitArgs {
    fn meant(&self) -> Result<Limits, Failure> {
        if self.queue_bytes < self.max_body_bytes {
            let (queue, body) = (self.queue_bytes, self.max_body_bytes);
            return Err(Failure::usage(format!(
                "--queue-bytes: wanted at least --max-body-bytes ({body}), found {queue}"
            )));
        }
        Ok(Limits {
            body: self.max_body_bytes,
            texts: self.max_texts,
            time: self.request_seconds,
            head: self.head_seconds,
            queue: self.queue_bytes,
            connections: self.max_connections,
            stop: self.stop_seconds,
        })
    }
}

/// More than any of these numbers is meant to be.
const MOST: usize = 1 << 30;

fn bytes(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(number) if (1024..=MOST).contains(&number) => Ok(number),
        _ => Err(format!("wanted a number from 1024 to {MOST}")),
    }
}

fn number(value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(number) if (1..=1_000_000).contains(&number) => Ok(number),
        _ => Err("wanted a number from 1 to 1000000".into()),
    }
}

fn seconds(value: &str) -> Result<Duration, String> {
    match value.parse() {
        Ok(number) if (0.01..=86_400.0).contains(&number) => Ok(Duration::from_secs_f64(number)),
        _ => Err("wanted seconds from 0.01 to 86400".into()),
    }
}

fn origin(value: &str) -> Result<String, String> {
    let host = value.strip_prefix("https://").or_else(|| value.strip_prefix("http://"));
    let plain =
        |host: &str| !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b));
    match host {
        Some(host) if plain(host) => Ok(value.to_owned()),
        _ => Err("wanted an origin like https://news.example, without a path".into()),
    }
}
