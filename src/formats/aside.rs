//! A file without a name, for what has to be looked through twice and cannot be: a pipe, a packed table, a dictionary.

use std::fs::File;
use std::io;

/// An empty one, in the system's folder for such files.
///
/// # Errors
/// That folder cannot be written to, which is named: it is none that the user spoke of.
pub(crate) fn file() -> io::Result<File> {
    tempfile::tempfile().map_err(|error| {
        let folder = std::env::temp_dir();
        let message = format!("wanted a temporary file in {} (TMPDIR says where), found: {error}", folder.display());
        io::Error::new(error.kind(), message)
    })
}
