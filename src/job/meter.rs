//! How far a job is in the bytes of its inputs, and how much of that was work and not passing over.

use crate::formats::input::bytes_read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Shared by the thread that reads and the one that tells. Bytes are those of the files, compressed ones as they are.
#[derive(Debug, Clone)]
pub struct Meter {
    /// Read before this job began.
    begin: u64,
    /// Of files that were not opened: they are done, or another machine's.
    skipped: Arc<AtomicU64>,
    /// Read but not worked on.
    passed: Arc<AtomicU64>,
}

impl Default for Meter {
    fn default() -> Self {
        Meter { begin: bytes_read(), skipped: Arc::default(), passed: Arc::default() }
    }
}

impl Meter {
    /// Bytes behind us.
    pub fn position(&self) -> u64 {
        self.read() + self.skipped.load(Ordering::Relaxed)
    }

    /// Bytes of them that were worked on.
    pub fn worked(&self) -> u64 {
        self.read().saturating_sub(self.passed.load(Ordering::Relaxed))
    }

    /// Bytes read.
    pub(super) fn read(&self) -> u64 {
        bytes_read() - self.begin
    }

    pub(super) fn skip(&self, bytes: u64) {
        self.skipped.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn pass(&self, bytes: u64) {
        self.passed.fetch_add(bytes, Ordering::Relaxed);
    }
}
