//! A stream of lines of JSON, answered line by line in its order.
//!
//! Reading waits for room in the queue, and for the answers before to be taken: a client that reads slowly is read from
//! slowly, and of a stream of any length only so much is held. A client has to read while it sends.

use super::queue::Tagged;
use super::service::Service;
use super::splitter::{Line, Splitter};
use super::wishes::Job;
use super::{answer, body};
use crate::formats::input::utf8;
use crate::formats::jsonl;
use crate::{Document, Error};
use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use serde_json::Value;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout_at};

/// Lines of a stream that are answered and not yet sent, or on their way there.
const PENDING: usize = 64;
/// Bytes that are sent together where they are there.
const TOGETHER: usize = 1 << 14;

/// A line on its way to its answer.
struct Entry {
    id: String,
    answer: Answer,
}

enum Answer {
    Coming(oneshot::Receiver<Tagged>),
    There(Tagged),
}

impl Entry {
    fn broken(id: String, message: String) -> Entry {
        Entry { id, answer: Answer::There(Err(message)) }
    }

    fn is_there(&mut self) -> bool {
        if let Answer::Coming(coming) = &mut self.answer {
            match coming.try_recv() {
                Ok(tagged) => self.answer = Answer::There(tagged),
                Err(oneshot::error::TryRecvError::Empty) => return false,
                Err(oneshot::error::TryRecvError::Closed) => self.answer = Answer::There(gone()),
            }
        }
        true
    }

    async fn tagged(self) -> (String, Tagged) {
        let tagged = match self.answer {
            Answer::There(tagged) => tagged,
            Answer::Coming(coming) => coming.await.unwrap_or_else(|_| gone()),
        };
        (self.id, tagged)
    }
}

fn gone() -> Tagged {
    Err("this is a bug: the tagger has ended".into())
}

/// The answer to a stream of records.
pub(crate) fn answer(service: Arc<Service>, job: Job, body: Body) -> Response {
    let (sender, entries) = mpsc::channel(PENDING);
    let reader = Reader { service: service.clone(), job: job.clone(), entries: sender, number: 0 };
    // It ends with the body, or when nobody takes what it reads.
    tokio::spawn(reader.all(body));
    let sender = Sender { service, job, entries, next: None, lines: 0 };
    // What packs it asks again behind its end.
    answer::of("application/x-ndjson", Body::from_stream(stream::unfold(sender, Sender::more).fuse()))
}

/// What reads.
struct Reader {
    service: Arc<Service>,
    job: Job,
    entries: mpsc::Sender<Entry>,
    number: u64,
}

impl Reader {
    async fn all(mut self, mut body: Body) {
        let limits = self.service.limits;
        let mut splitter = Splitter::new(limits.body);
        let mut until = Instant::now() + limits.time;
        loop {
            let piece = match timeout_at(until, body.frame()).await {
                Err(_) => {
                    let seconds = limits.time.as_secs_f64();
                    return self.end(format!("wanted a line within {seconds} s, found none")).await;
                }
                Ok(None) => break,
                Ok(Some(Err(error))) => return self.end(body::broken(&error, &limits).detail).await,
                Ok(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            };
            let lines = splitter.lines(&piece);
            let some = !lines.is_empty();
            for line in lines {
                if !self.line(line).await {
                    return;
                }
            }
            if some {
                until = Instant::now() + limits.time;
            }
        }
        if let Some(line) = splitter.last() {
            self.line(line).await;
        }
    }

    /// Puts a line on its way; `false` where nobody wants its answer.
    async fn line(&mut self, line: Line) -> bool {
        self.number += 1;
        let place = self.place();
        let document = match line {
            Line::TooLong => {
                Err(Error::record(&place, format!("wanted a line of at most {} bytes", self.service.limits.body)))
            }
            Line::Whole(bytes) => match self.document(bytes, &place) {
                Some(document) => document,
                None => return true,
            },
        };
        let entry = match document {
            Err(error) => {
                let (id, message) = error.place();
                Entry::broken(id, message)
            }
            Ok(document) => {
                let id = document.id.clone();
                let coming = self.service.queue.put_next(self.job.read(document), self.job.tagger.clone()).await;
                Entry { id, answer: Answer::Coming(coming) }
            }
        };
        self.entries.send(entry).await.is_ok()
    }

    /// The document of a line; `None` of an empty one.
    fn document(&self, mut bytes: Vec<u8>, place: &str) -> Option<Result<Document, Error>> {
        if self.number == 1 && bytes.starts_with("\u{FEFF}".as_bytes()) {
            bytes.drain(..3);
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return None;
        }
        let text = utf8(bytes).map_err(|message| Error::record(place, message));
        Some(text.and_then(|text| jsonl::line(&text, place, &self.job.fields)))
    }

    /// Where `alam tag` says that this line of its standard input is.
    fn place(&self) -> String {
        format!("-:{}", self.number)
    }

    async fn end(mut self, message: String) {
        self.number += 1;
        let id = self.place();
        // Nobody may be there to learn of it.
        let _ = self.entries.send(Entry::broken(id, message)).await;
    }
}

/// What sends.
struct Sender {
    service: Arc<Service>,
    job: Job,
    entries: mpsc::Receiver<Entry>,
    /// The next entry, where it had no answer yet when it was looked at.
    next: Option<Entry>,
    lines: u64,
}

impl Sender {
    /// The next lines that have an answer, at least one.
    async fn more(mut self) -> Option<(Result<Bytes, Infallible>, Sender)> {
        let mut out = Vec::new();
        let first = match self.next.take() {
            Some(entry) => Some(entry),
            None => self.entries.recv().await,
        };
        let Some(first) = first else {
            self.service.log.request([("route", "lines".into()), ("lines", Value::from(self.lines))]);
            return None;
        };
        self.write(first, &mut out).await;
        while out.len() < TOGETHER
            && let Ok(mut entry) = self.entries.try_recv()
        {
            if !entry.is_there() {
                self.next = Some(entry);
                break;
            }
            self.write(entry, &mut out).await;
        }
        Some((Ok(out.into()), self))
    }

    async fn write(&mut self, entry: Entry, out: &mut Vec<u8>) {
        let (id, tagged) = entry.tagged().await;
        self.lines += 1;
        let begun = out.len();
        if let Err(error) = answer::line(out, &id, tagged, &self.job, &self.service.metrics) {
            out.truncate(begun);
            let message = Err(error.to_string());
            // An error record is a string in memory.
            let _ = answer::line(out, &id, message, &self.job, &self.service.metrics);
        }
    }
}
