//! How far a job is in the bytes of its inputs, and how much of that was work and not passing over.

use crate::formats::input::bytes_read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by the thread that reads and the one that writes and tells. Bytes are those of the files, compressed ones as they
/// are.
///
/// What is read lies before what is done: the reader notes with each item how far it is there ([`Meter::read_to`]), and the
/// writer says so when the item is written ([`Meter::done_to`]).
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    /// Of files that are behind the reader, read or not.
    behind: AtomicU64,
    /// The file being read: its size, and what the process had read before it.
    size: AtomicU64,
    begun: AtomicU64,
    /// Behind the reader without any work: done before, or another machine's.
    passed: AtomicU64,
    /// Behind the writer.
    done: AtomicU64,
}

fn get(count: &AtomicU64) -> u64 {
    count.load(Ordering::Relaxed)
}

impl Meter {
    /// Bytes behind the writer: those of what is written, and of what need not be.
    pub fn position(&self) -> u64 {
        get(&self.0.done)
    }

    /// Bytes of them that were worked on.
    pub fn worked(&self) -> u64 {
        self.position().saturating_sub(get(&self.0.passed))
    }

    /// Bytes behind the reader. A file is never more than its size: of Parquet some columns are read, and some bytes twice.
    pub fn read_to(&self) -> u64 {
        let Counts { behind, size, begun, .. } = &*self.0;
        get(behind) + bytes_read().saturating_sub(get(begun)).min(get(size))
    }

    /// All up to this place is written.
    pub fn done_to(&self, place: u64) {
        self.0.done.fetch_max(place, Ordering::Relaxed);
    }

    /// A file of so many bytes is being read.
    pub(super) fn begin(&self, bytes: u64) {
        self.0.begun.store(bytes_read(), Ordering::Relaxed);
        self.0.size.store(bytes, Ordering::Relaxed);
    }

    /// It is behind us.
    pub(super) fn end(&self) {
        self.0.behind.fetch_add(self.0.size.swap(0, Ordering::Relaxed), Ordering::Relaxed);
    }

    /// So many bytes are not read at all.
    pub(super) fn skip(&self, bytes: u64) {
        self.0.behind.fetch_add(bytes, Ordering::Relaxed);
        self.pass(bytes);
    }

    /// So many bytes were read, but are no work.
    pub(super) fn pass(&self, bytes: u64) {
        self.0.passed.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_what_was_written_and_not_what_was_read() {
        let meter = Meter::default();
        meter.skip(100);
        meter.begin(50);
        meter.end();
        assert_eq!((meter.read_to(), meter.position()), (150, 0));
        meter.done_to(120);
        assert_eq!((meter.position(), meter.worked()), (120, 20));
        meter.done_to(110);
        assert_eq!(meter.position(), 120);
    }
}
