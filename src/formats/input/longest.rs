//! How long a record may be.

/// Bytes that a record has in its file at most. A longer one is a broken record, and is not held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longest(pub u64);

impl Default for Longest {
    fn default() -> Self {
        Longest(100_000_000)
    }
}

impl Longest {
    /// Whether a record may have so many bytes.
    pub(crate) fn holds(self, bytes: usize) -> bool {
        bytes as u64 <= self.0
    }

    /// What is said of a longer one.
    pub(crate) fn exceeded(self) -> String {
        format!(
            "wanted a document of at most {} bytes, found a longer one\ntip: --max-document-bytes allows it",
            self.0
        )
    }
}
