//! Lines of JSON about what was done, never with a text in them.
//!
//! They are written by a thread of their own: whoever reads them slowly holds up nobody. Where it is too far behind, lines are
//! left out and counted.

use serde_json::{Map, Value};
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Lines that wait to be written.
const WAITING: usize = 4096;
/// How long the last lines are waited for.
const LAST: Duration = Duration::from_secs(1);

enum Next {
    Line(Vec<u8>),
    /// Whoever waits for the lines before.
    Written(SyncSender<()>),
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Log {
    lines: SyncSender<Next>,
    lost: Arc<AtomicU64>,
    requests: bool,
}

impl Log {
    /// Writes to standard error; of single requests only where they are asked for.
    ///
    /// # Errors
    /// A system that gives no thread.
    pub fn start(requests: bool) -> io::Result<Log> {
        let (lines, receiver) = sync_channel(WAITING);
        let lost = Arc::new(AtomicU64::default());
        let counted = lost.clone();
        let thread = std::thread::Builder::new().name("log".into());
        thread.spawn(move || write(&receiver, &counted))?;
        Ok(Log { lines, lost, requests })
    }

    /// What happened, with what there is to say of it.
    pub fn say<const N: usize>(&self, event: &str, fields: [(&str, Value); N]) {
        if self.lines.try_send(Next::Line(line(event, fields))).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until what was said is written, for a moment.
    pub fn flush(&self) {
        let (sender, written) = sync_channel(1);
        if self.lines.try_send(Next::Written(sender)).is_ok() {
            let _ = written.recv_timeout(LAST);
        }
    }

    /// [`Log::say`] of a single request.
    pub(crate) fn request<const N: usize>(&self, fields: [(&str, Value); N]) {
        if self.requests {
            self.say("request", fields);
        }
    }
}

fn line<const N: usize>(event: &str, fields: [(&str, Value); N]) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut object = Map::new();
    object.insert("time".into(), (now.as_millis() as f64 / 1e3).into());
    object.insert("event".into(), event.into());
    object.extend(fields.map(|(name, value)| (name.to_owned(), value)));
    let mut line = serde_json::to_vec(&object).unwrap_or_default();
    line.push(b'\n');
    line
}

fn write(lines: &Receiver<Next>, lost: &AtomicU64) {
    for next in lines {
        let next = match next {
            Next::Line(line) => line,
            Next::Written(waiting) => {
                let _ = waiting.try_send(());
                continue;
            }
        };
        let missing = lost.swap(0, Ordering::Relaxed);
        let mut err = io::stderr().lock();
        // Nobody may be there to read it.
        if missing > 0 {
            let _ = err.write_all(&line("lost", [("lines", missing.into())]));
        }
        let _ = err.write_all(&next);
    }
}
