//! How far a download is.

/// What a download tells while it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A file begins, of `bytes` bytes, of which `present` are here from an earlier attempt.
    Begin {
        /// Its name in the repository.
        file: &'a str,
        /// Size of the whole file.
        bytes: u64,
        /// Where the download goes on.
        present: u64,
    },
    /// So many more bytes have come.
    Bytes(u64),
    /// The file is here and its checksum is right.
    Done,
}
