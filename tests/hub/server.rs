//! A hub on loopback: a real HTTP server that answers as huggingface.co does, and as it does on a bad day.

use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The commit of every repository here.
pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// What goes wrong.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults {
    /// The first so many answers with a body over 1,000 bytes break off in the middle.
    pub(crate) broken: usize,
    /// Every request of this path's end gets this status and `x-error-code`.
    pub(crate) refused: Option<(&'static str, u16, &'static str)>,
    /// Large files arrive with a letter changed.
    pub(crate) corrupt: bool,
    /// Ranges are ignored, as simple mirrors do.
    pub(crate) no_ranges: bool,
    /// Only requests with this token are answered.
    pub(crate) token: Option<&'static str>,
    /// Large files are at this address, as in large file storage.
    pub(crate) elsewhere: Option<String>,
    /// `old/name` is called so now.
    pub(crate) renamed: Option<&'static str>,
}

/// One request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) headers: BTreeMap<String, String>,
}

struct State {
    files: BTreeMap<String, Vec<u8>>,
    faults: Mutex<Faults>,
    requests: Mutex<Vec<Request>>,
}

/// Runs until the test ends.
pub(crate) struct Server {
    pub(crate) address: String,
    state: Arc<State>,
}

impl Server {
    /// A hub whose every repository has these files; those over 1,000 bytes count as large.
    pub(crate) fn start(files: &[(&str, Vec<u8>)], faults: Faults) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let files = files.iter().map(|(name, content)| (name.to_string(), content.clone())).collect();
        let state = Arc::new(State { files, faults: Mutex::new(faults), requests: Mutex::new(Vec::new()) });
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                // A client that hangs up is none of the server's business.
                std::thread::spawn(move || drop(state.answer(stream)));
            }
        });
        Server { address, state }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.state.requests.lock().unwrap().clone()
    }

    /// How many requests asked for the bytes of a file.
    pub(crate) fn downloads(&self, file: &str) -> usize {
        self.requests().iter().filter(|r| r.method == "GET" && r.path.ends_with(file)).count()
    }

    pub(crate) fn set(&self, faults: Faults) {
        *self.state.faults.lock().unwrap() = faults;
    }
}

impl State {
    fn answer(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line)?;
            match line.trim_end() {
                "" => break,
                line => lines.push(line.to_string()),
            }
        }
        let mut words = lines[0].split(' ').map(String::from);
        let (method, path) = (words.next().unwrap(), words.next().unwrap());
        let split = |line: &String| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_string()));
        let headers: BTreeMap<String, String> = lines[1..].iter().filter_map(split).collect();
        let request = Request { method, path, headers };
        self.requests.lock().unwrap().push(request.clone());
        let faults = self.faults.lock().unwrap().clone();
        self.route(&request, &faults, stream)
    }

    fn route(&self, request: &Request, faults: &Faults, mut stream: TcpStream) -> std::io::Result<()> {
        if let Some((end, status, code)) = faults.refused
            && request.path.ends_with(end)
        {
            return head(&mut stream, status, &[("x-error-code", code.into()), ("content-length", "0".into())]);
        }
        let authorised = request.headers.get("authorization").map(String::as_str);
        if faults.token.is_some_and(|token| authorised != Some(&format!("Bearer {token}"))) {
            return head(&mut stream, 401, &[("x-error-code", "GatedRepo".into()), ("content-length", "0".into())]);
        }
        if let Some(new) = faults.renamed
            && request.path.contains("old/name")
        {
            let target = request.path.replace("old/name", new);
            return head(&mut stream, 307, &[("location", target), ("content-length", "0".into())]);
        }
        if request.path.starts_with("/api/") {
            let files: Vec<_> = self.files.keys().map(|name| serde_json::json!({"rfilename": name})).collect();
            let body = serde_json::json!({"sha": COMMIT, "siblings": files, "private": false}).to_string();
            head(&mut stream, 200, &[("content-length", body.len().to_string())])?;
            return stream.write_all(body.as_bytes());
        }
        let marker = format!("/resolve/{COMMIT}/");
        let name = request.path.split_once(&marker).map_or(request.path.trim_start_matches('/'), |(_, name)| name);
        match self.files.get(name) {
            None => head(&mut stream, 404, &[("x-error-code", "EntryNotFound".into()), ("content-length", "0".into())]),
            Some(content) => self.send(request, faults, (name, content), stream),
        }
    }

    fn send(
        &self,
        request: &Request,
        faults: &Faults,
        (name, content): (&str, &Vec<u8>),
        mut stream: TcpStream,
    ) -> std::io::Result<()> {
        let large = content.len() > 1000;
        let sum: String = Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect();
        let mut headers = vec![("x-repo-commit", COMMIT.to_string())];
        if large {
            headers.push(("x-linked-etag", format!("\"{sum}\"")));
            headers.push(("x-linked-size", content.len().to_string()));
        } else {
            headers.push(("etag", format!("W/\"{}\"", &sum[..40])));
        }
        if let (Some(elsewhere), true) = (&faults.elsewhere, large) {
            headers.push(("location", format!("{elsewhere}/{name}")));
            headers.push(("content-length", "0".into()));
            return head(&mut stream, 302, &headers);
        }
        let range = request.headers.get("range").filter(|_| !faults.no_ranges);
        let from: usize = range.map_or(0, |r| r["bytes=".len()..].trim_end_matches('-').parse().unwrap());
        let mut body = content[from..].to_vec();
        headers.push(("content-length", body.len().to_string()));
        head(&mut stream, if range.is_some() { 206 } else { 200 }, &headers)?;
        if request.method == "HEAD" {
            return Ok(());
        }
        if faults.corrupt && large {
            body[0] ^= 1;
        }
        let mut now = self.faults.lock().unwrap();
        if large && now.broken > 0 {
            now.broken -= 1;
            body.truncate(body.len() / 2);
        }
        stream.write_all(&body)
    }
}

fn head(stream: &mut TcpStream, status: u16, headers: &[(&str, String)]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {status} -\r\nconnection: close\r\n")?;
    for (name, value) in headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "\r\n")
}
