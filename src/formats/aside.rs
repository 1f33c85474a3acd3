//! A file without a name, for what has to be looked through twice and cannot be: a pipe, a packed table, a dictionary.

use std::fs::File;
use std::io::{self, Read, Seek, Write};

/// An empty one, in the system's folder for such files.
///
/// # Errors
/// That folder cannot be written to, which is named: it is none that the user spoke of.
pub(crate) fn file() -> io::Result<File> {
    tempfile::tempfile().map_err(unwritten)
}

/// One with all that is left of a source, at its beginning.
///
/// # Errors
/// Those of the source as they are; those of the folder with its name.
pub(crate) fn of(mut source: impl Read) -> io::Result<File> {
    let mut file = file()?;
    let mut piece = vec![0; 1 << 16];
    loop {
        match source.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => file.write_all(&piece[..count]).map_err(unwritten)?,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    file.rewind().map_err(unwritten)?;
    Ok(file)
}

fn unwritten(error: io::Error) -> io::Error {
    let folder = std::env::temp_dir();
    let message = format!("wanted a temporary file in {} (TMPDIR says where), found: {error}", folder.display());
    io::Error::new(error.kind(), message)
}
