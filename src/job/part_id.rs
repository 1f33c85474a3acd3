//! Where a part belongs in its corpus.

/// See the module. File names sort like this does, and so parts put together are the corpus in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartId {
    /// Its chunk.
    pub chunk: u64,
    /// Its number in the chunk.
    pub part: u64,
}
