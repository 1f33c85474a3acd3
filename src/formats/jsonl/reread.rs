//! A source of which some can be read a second time.

use std::io::{self, BufRead};

/// What was read too far, and behind it the rest.
pub(super) struct Reread<R> {
    source: R,
    again: Vec<u8>,
    at: usize,
}

impl<R: BufRead> Reread<R> {
    pub(super) fn new(source: R) -> Reread<R> {
        Reread { source, again: Vec::new(), at: 0 }
    }

    /// Gives bytes back, to be read next.
    pub(super) fn again(&mut self, mut bytes: Vec<u8>) {
        bytes.extend_from_slice(&self.again[self.at..]);
        (self.again, self.at) = (bytes, 0);
    }

    /// Whether what comes next was read before.
    pub(super) fn is_read_again(&self) -> bool {
        self.at < self.again.len()
    }

    /// Some of what comes next; nothing at the end.
    pub(super) fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.is_read_again() { Ok(&self.again[self.at..]) } else { self.source.fill_buf() }
    }

    /// Passes over bytes of that.
    pub(super) fn consume(&mut self, bytes: usize) {
        if self.is_read_again() {
            self.at += bytes;
        } else {
            self.source.consume(bytes);
        }
    }
}
