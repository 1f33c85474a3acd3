//! HTTP/1.1 as it is on the wire, for tests that want to see every byte.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A connection that is kept.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    #[track_caller]
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    /// A status, and words in the detail of a problem.
    #[track_caller]
    pub(crate) fn fails(&self, status: u16, detail: &str) -> &Answer {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.json();
        assert_eq!(problem["status"], status);
        let found = problem["detail"].as_str().unwrap();
        assert!(found.contains(detail), "wanted {detail}\n found {found}");
        self
    }

    /// Success.
    #[track_caller]
    pub(crate) fn good(self) -> Answer {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Client {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        Client { stream: BufReader::new(stream) }
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        self.stream.get_mut()
    }

    #[track_caller]
    pub(crate) fn post(&mut self, path: &str, kind: &str, body: &[u8]) -> Answer {
        self.send("POST", path, &[("content-type", kind)], body)
    }

    /// One request and its answer.
    #[track_caller]
    pub(crate) fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.head(method, path, headers, Some(body.len()));
        // An answer may come before all is taken.
        let _ = self.stream().write_all(body);
        self.answer()
    }

    /// The head of a request, whose body has a length or comes in chunks.
    pub(crate) fn head(&mut self, method: &str, path: &str, headers: &[(&str, &str)], length: Option<usize>) {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
        for (name, value) in headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &match length {
            Some(0) => "\r\n".to_owned(),
            Some(length) => format!("content-length: {length}\r\n\r\n"),
            None => "transfer-encoding: chunked\r\n\r\n".to_owned(),
        };
        let _ = self.stream().write_all(head.as_bytes());
    }

    /// A chunk of a body; an empty one is its end.
    pub(crate) fn chunk(&mut self, bytes: &[u8]) {
        let chunk = [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat();
        self.stream().write_all(&chunk).unwrap();
    }

    #[track_caller]
    pub(crate) fn answer(&mut self) -> Answer {
        let (status, headers) = self.answers_head();
        let mut body = Vec::new();
        if headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked") {
            while let Some(chunk) = self.answers_chunk() {
                body.extend(chunk);
            }
        } else if let Some(length) = headers.get("content-length") {
            body.resize(length.parse().unwrap(), 0);
            self.stream.read_exact(&mut body).unwrap();
        }
        Answer { status, headers, body }
    }

    #[track_caller]
    pub(crate) fn answers_head(&mut self) -> (u16, BTreeMap<String, String>) {
        let first = self.line();
        let status = first.split(' ').nth(1).unwrap_or_else(|| panic!("{first}")).parse().unwrap();
        let mut headers = BTreeMap::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(": ") else { return (status, headers) };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
    }

    /// The next chunk of an answer's body; `None` at its end.
    #[track_caller]
    pub(crate) fn answers_chunk(&mut self) -> Option<Vec<u8>> {
        let length = usize::from_str_radix(&self.line(), 16).unwrap();
        let mut chunk = vec![0; length];
        self.stream.read_exact(&mut chunk).unwrap();
        self.line();
        (length > 0).then_some(chunk)
    }

    /// Whether the other side has closed it, after whatever it had to say.
    pub(crate) fn is_closed(&mut self) -> bool {
        let mut rest = Vec::new();
        self.stream.read_to_end(&mut rest).is_ok()
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }
}
