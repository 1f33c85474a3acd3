//! What one client, and all of them together, may take.

use std::time::Duration;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a body, unpacked; of a line where a body is a stream of lines.
    pub body: usize,
    /// Texts of a request that is no stream.
    pub texts: usize,
    /// From a request's head to its answer; in a stream, from one line to the next.
    pub time: Duration,
    /// For the head of a request, and so for a connection without one; and for a client to take some of what it is sent.
    pub head: Duration,
    /// Bytes of text that wait to be tagged.
    pub queue: usize,
    /// Connections at once.
    pub connections: usize,
    /// For what was accepted to be answered, once the end was asked for.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body: 4 << 20,
            texts: 1000,
            time: Duration::from_secs(60),
            head: Duration::from_secs(30),
            queue: 8 << 20,
            connections: 1000,
            stop: Duration::from_secs(30),
        }
    }
}
