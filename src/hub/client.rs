//! Requests to a hub: what a repository has, what a file is, and its bytes.

use super::{Environment, Kind, Progress, Reference, files};
use crate::Error;
use alam_models::side;
use hf_hub::api::RepoInfo;
use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
use ureq::http::{HeaderMap, Response, Uri};
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body};

/// A connection that is silent for so long is dead.
const PATIENCE: Duration = Duration::from_secs(30);
/// So often a broken download is taken up again before the user hears of it.
const ATTEMPTS: usize = 4;
/// Redirects in a row.
const REDIRECTS: usize = 8;
/// Names of a repository's files, in bytes of JSON.
const LISTING_LIMIT: u64 = 64 << 20;

/// What a repository has at a revision.
pub(super) struct Listing {
    pub(super) commit: String,
    pub(super) files: Vec<String>,
}

/// What a file is before it comes.
pub(super) struct Found {
    /// Where its bytes are.
    url: String,
    /// Names the content: SHA-256 for a file in large file storage, git's hash for others.
    pub(super) etag: String,
    /// Bytes, if the hub says so.
    pub(super) size: Option<u64>,
}

/// Speaks to one hub.
pub(super) struct Client {
    agent: Agent,
    endpoint: String,
    token: Option<String>,
}

impl Client {
    pub(super) fn new(environment: &Environment) -> Result<Client, Error> {
        let mut config = Agent::config_builder()
            .user_agent(concat!("alam/", env!("CARGO_PKG_VERSION")))
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_connect(Some(PATIENCE))
            .timeout_recv_response(Some(PATIENCE))
            .timeout_per_read(Some(PATIENCE));
        if let Some(path) = &environment.certificates {
            config = config.tls_config(TlsConfig::builder().root_certs(certificates(path)?).build());
        }
        Ok(Client {
            agent: config.build().new_agent(),
            endpoint: environment.endpoint.clone(),
            token: environment.token.clone(),
        })
    }

    /// Commit and files of a revision.
    pub(super) fn listing(&self, reference: &Reference) -> Result<Listing, Error> {
        let url = format!("{}/api/{}", self.endpoint, reference.repo().api_url());
        let mut response = self.get(&url, None)?;
        refuse(&response, reference, None, self.token.is_some())?;
        let info: RepoInfo =
            response.body_mut().with_config().limit(LISTING_LIMIT).read_json().map_err(|error| {
                Error::Hub(format!("{url}: wanted a list of files as a hub gives it, found {error}"))
            })?;
        let files: Vec<String> = info.siblings.into_iter().map(|file| file.rfilename).collect();
        if let Some(file) = files.iter().find(|file| !files::is_safe(file)) {
            return Err(Error::Hub(format!("{url}: wanted file names, found `{}`", file.escape_debug())));
        }
        if info.sha.is_empty() || !info.sha.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(Error::Hub(format!("{url}: wanted a commit, found `{}`", info.sha.escape_debug())));
        }
        Ok(Listing { commit: info.sha, files })
    }

    /// Etag, size and address of a file. Redirects within the hub (a repository that was renamed) are followed; one to
    /// another host is where the bytes are.
    pub(super) fn find(&self, reference: &Reference, commit: &str, file: &str) -> Result<Found, Error> {
        let kind = if reference.kind == Kind::Dataset { "datasets/" } else { "" };
        let mut url = format!("{}/{kind}{}/resolve/{commit}/{}", self.endpoint, reference.id, escape(file));
        for _ in 0..REDIRECTS {
            let request = self.authorise(self.agent.head(&url), &url).header("accept-encoding", "identity");
            let response = request.call().map_err(|error| unreachable(&url, &error))?;
            refuse(&response, reference, Some(file), self.token.is_some())?;
            let headers = response.headers();
            let target = location(&url, &response)?;
            let etag = text(headers, "x-linked-etag").or_else(|| text(headers, "etag"));
            match (target, etag) {
                (Some(target), _) if same_host(&url, &target) => url = target,
                (Some(target), None) => return Err(elsewhere(&url, &target)),
                (None, None) => return Err(Error::Hub(format!("{url}: wanted an etag, found none"))),
                (target, Some(etag)) => {
                    let length = if target.is_none() { text(headers, "content-length") } else { None };
                    let size = text(headers, "x-linked-size").or(length).and_then(|size| size.parse().ok());
                    return Ok(Found { etag: plain_etag(&url, &etag)?, size, url: target.unwrap_or(url) });
                }
            }
        }
        Err(Error::Hub(format!("{url}: wanted a file, found {REDIRECTS} redirects in a row")))
    }

    /// The file's bytes behind what is in `path` already.
    pub(super) fn download(
        &self,
        found: &Found,
        file: &str,
        path: &Path,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), Error> {
        let mut attempt = 1;
        loop {
            match self.download_once(found, file, path, progress) {
                Err(Broken::Connection(message)) if attempt == ATTEMPTS => {
                    let tip = "tip: what came is kept; the same command goes on from there";
                    return Err(Error::Hub(format!("{}: {message}\n{tip}", found.url)));
                }
                Err(Broken::Connection(_)) => std::thread::sleep(Duration::from_millis(100 << attempt)),
                Err(Broken::ForGood(error)) => return Err(error),
                Ok(()) => return Ok(()),
            }
            attempt += 1;
        }
    }

    fn download_once(
        &self,
        found: &Found,
        file: &str,
        path: &Path,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<(), Broken> {
        let io = |source| Broken::ForGood(Error::io(path, source));
        let mut target = OpenOptions::new().append(true).create(true).open(path).map_err(io)?;
        let mut present = target.metadata().map_err(io)?.len();
        if found.size == Some(present) {
            return Ok(());
        }
        if found.size.is_some_and(|size| present > size) {
            target.set_len(0).map_err(io)?;
            present = 0;
        }
        let response = self.get(&found.url, (present > 0).then_some(present)).map_err(Broken::ForGood)?;
        match response.status().as_u16() {
            206 => {}
            200 => {
                // The server does not know ranges: from the beginning again.
                target.set_len(0).map_err(io)?;
                present = 0;
            }
            416 => {
                target.set_len(0).map_err(io)?;
                return Err(Broken::Connection("wanted the rest of the file, found that it is shorter".into()));
            }
            status @ (429 | 500..) => {
                return Err(Broken::Connection(format!("wanted the file, found status {status}")));
            }
            status => {
                let message = format!("{}: wanted the file, found status {status}", found.url);
                return Err(Broken::ForGood(Error::Hub(message)));
            }
        }
        progress(Progress::Begin { file, bytes: found.size.unwrap_or_default(), present });
        let mut body = response.into_body().into_reader();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match body.read(&mut buffer) {
                Ok(0) => break,
                // Whoever sends more than was said may send without end.
                Ok(n) if found.size.is_some_and(|size| present + n as u64 > size) => {
                    let size = found.size.unwrap_or_default();
                    target.set_len(0).map_err(io)?;
                    let message = format!("{}: wanted {size} bytes, found more", found.url);
                    return Err(Broken::ForGood(Error::Hub(message)));
                }
                Ok(n) => {
                    target.write_all(&buffer[..n]).map_err(io)?;
                    present += n as u64;
                    progress(Progress::Bytes(n as u64));
                }
                Err(error) => return Err(Broken::Connection(error.to_string())),
            }
        }
        match found.size {
            Some(size) if present < size => Err(Broken::Connection(format!("wanted {size} bytes, found {present}"))),
            _ => Ok(()),
        }
    }

    /// A GET that follows redirects and gives the token to the hub alone, never to the host that it sends us on to.
    fn get(&self, url: &str, from: Option<u64>) -> Result<Response<Body>, Error> {
        let first = url;
        let mut url = url.to_string();
        for _ in 0..REDIRECTS {
            let mut request = self.authorise(self.agent.get(&url), &url).header("accept-encoding", "identity");
            if let Some(from) = from {
                request = request.header("range", format!("bytes={from}-"));
            }
            let asked =
                || if same_host(first, &url) { url.clone() } else { format!("{first}, which sends us on to {url}") };
            let response = request.call().map_err(|error| unreachable(&asked(), &error))?;
            match location(&url, &response)? {
                Some(target) => url = target,
                None => return Ok(response),
            }
        }
        Err(Error::Hub(format!("{url}: wanted an answer, found {REDIRECTS} redirects in a row")))
    }

    fn authorise<B>(&self, request: ureq::RequestBuilder<B>, url: &str) -> ureq::RequestBuilder<B> {
        match &self.token {
            Some(token) if same_host(url, &self.endpoint) => request.header("authorization", format!("Bearer {token}")),
            _ => request,
        }
    }
}

/// How a download failed.
enum Broken {
    /// Worth another attempt.
    Connection(String),
    /// Not.
    ForGood(Error),
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name)?.to_str().ok().map(String::from)
}

/// `W/"abc"` as `abc`; what could leave the folder of blobs is refused.
fn plain_etag(url: &str, etag: &str) -> Result<String, Error> {
    let plain = etag.trim().trim_start_matches("W/").trim_matches('"');
    if plain.is_empty() || !plain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(Error::Hub(format!(
            "{url}: wanted an etag of letters and digits, found `{}`",
            etag.escape_debug()
        )));
    }
    Ok(plain.to_string())
}

/// Where an answer sends us on to, if it does; relative to `url`.
fn location(url: &str, response: &Response<Body>) -> Result<Option<String>, Error> {
    if !matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let wrong = || Error::Hub(format!("{url}: wanted an address to go on to, found none"));
    let target = text(response.headers(), "location").ok_or_else(wrong)?;
    if target.parse::<Uri>().is_ok_and(|uri| uri.scheme().is_some()) {
        return Ok(Some(target));
    }
    let base: Uri = url.parse().map_err(|_| wrong())?;
    let (scheme, host) = (base.scheme_str().unwrap_or("https"), base.authority().ok_or_else(wrong)?);
    Ok(Some(match (target.strip_prefix("//"), target.starts_with('/')) {
        (Some(elsewhere), _) => format!("{scheme}://{elsewhere}"),
        (None, true) => format!("{scheme}://{host}{target}"),
        (None, false) => {
            format!("{scheme}://{host}{}/{target}", base.path().rsplit_once('/').map_or("", |(path, _)| path))
        }
    }))
}

/// Whether two addresses are one server: scheme, host and port.
fn same_host(a: &str, b: &str) -> bool {
    let server = |url: &str| url.parse::<Uri>().ok().map(|uri| (uri.scheme().cloned(), uri.authority().cloned()));
    server(a).is_some() && server(a) == server(b)
}

/// The letters that a path may not have, as `%XX`.
fn escape(file: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-_.~/=+@,".contains(&b);
    file.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn unreachable(url: &str, error: &ureq::Error) -> Error {
    let tip =
        "tip: `HF_ENDPOINT` names a mirror, `HTTPS_PROXY` a proxy, and `HF_HUB_OFFLINE=1` makes do with the cache";
    Error::Hub(format!("{url}: wanted an answer, found: {error}\n{tip}"))
}

/// A mirror that knows nothing of a file itself.
fn elsewhere(url: &str, target: &str) -> Error {
    let host = target.parse::<Uri>().ok().and_then(|uri| Some(format!("{}://{}", uri.scheme()?, uri.authority()?)));
    let host = host.unwrap_or_else(|| target.to_owned());
    let tip = format!("tip: HF_ENDPOINT={host} asks there");
    Error::Hub(format!("{url}: wanted an etag, found none but that it sends us on to {host}\n{tip}"))
}

/// The hub's refusals, told apart by the header `x-error-code` that it sends with them.
fn refuse(response: &Response<Body>, reference: &Reference, file: Option<&str>, has_token: bool) -> Result<(), Error> {
    let status = response.status().as_u16();
    if status < 400 {
        return Ok(());
    }
    let code = text(response.headers(), "x-error-code").unwrap_or_default();
    let (id, revision) = (&reference.id, &reference.revision);
    let tip = if has_token {
        "tip: the token of `HF_TOKEN` or of the token file was sent: is it still valid, and does it belong to an account \
         that may read this?"
    } else {
        "tip: set `HF_TOKEN` to a token of an account that may read it"
    };
    let what = match (status, code.as_str()) {
        (_, "GatedRepo") => format!("wanted to read it, found that its owner wants to be asked first\n{tip}"),
        (_, "RevisionNotFound") => format!("wanted revision `{revision}`, found none of that name"),
        (404, _) if file.is_some() => format!("wanted `{}`, found no such file", file.unwrap_or_default()),
        (401 | 404, "RepoNotFound") | (404, _) => {
            format!("wanted a repository of that name, found none that is public\n{tip}")
        }
        (401 | 403, _) => format!("wanted to read it, found status {status}: not allowed\n{tip}"),
        (429, _) => format!("wanted an answer, found status 429: too many requests\n{tip}"),
        _ => format!("wanted an answer, found status {status}"),
    };
    Err(Error::Hub(format!("{id}: {what}")))
}

fn certificates(path: &Path) -> Result<RootCerts, Error> {
    let pem = side::read(path, side::CONFIGURATION).map_err(|source| Error::io(path, source))?;
    let mut certificates = Vec::new();
    for item in parse_pem(&pem) {
        let item = item.map_err(|error| Error::config(path.display().to_string(), error.to_string()))?;
        if let PemItem::Certificate(certificate) = item {
            certificates.push(certificate);
        }
    }
    if certificates.is_empty() {
        return Err(Error::config(path.display().to_string(), "wanted certificates (PEM), found none"));
    }
    Ok(certificates.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_lose_their_quotes_and_cannot_be_paths() {
        assert_eq!(plain_etag("u", "W/\"ab-12\"").unwrap(), "ab-12");
        for etag in ["\"\"", "\"../x\"", "a/b"] {
            assert!(plain_etag("u", etag).unwrap_err().to_string().starts_with("u: wanted an etag of letters"));
        }
    }

    #[test]
    fn a_server_is_its_scheme_its_host_and_its_port() {
        assert!(same_host("https://hub.example/a?b", "https://hub.example"));
        for other in ["http://hub.example", "https://hub.example:8443", "https://hub.example.evil.example", "hub"] {
            assert!(!same_host("https://hub.example/a", other), "{other}");
        }
    }

    #[test]
    fn a_mirror_that_sends_on_to_another_host_is_told_with_that_host() {
        let error = elsewhere("https://mirror.example/a/b", "https://hub.example:8443/a/b?c=1").to_string();
        let begin = "https://mirror.example/a/b: wanted an etag, found none but that it sends us on to https://hub.example:8443";
        assert_eq!(error, format!("{begin}\ntip: HF_ENDPOINT=https://hub.example:8443 asks there"));
    }

    #[test]
    fn letters_that_an_address_may_not_have_are_escaped() {
        assert_eq!(escape("ar/ملف 1%.conll"), "ar/%D9%85%D9%84%D9%81%201%25.conll");
    }
}
