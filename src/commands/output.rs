//! Where data goes: standard output as it comes, or a file that appears when it is whole.

use super::Failure;
use alam::formats::whole::WholeFile;
use std::io::{self, BufWriter, Stdout, Write};
use std::path::Path;

/// Where data goes.
pub(crate) enum Output {
    Stdout(BufWriter<Stdout>),
    File(WholeFile),
}

impl Output {
    /// Standard output, or a file.
    pub(crate) fn open(path: Option<&Path>) -> Result<Output, Failure> {
        match path {
            None => Ok(Output::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))),
            Some(path) if path.is_dir() => {
                Err(Failure::usage(format!("--output: wanted a file, found the folder {}", path.display())))
            }
            Some(path) => Ok(Output::File(WholeFile::create(path)?)),
        }
    }

    /// All is written: puts a file in its place.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        match self {
            Output::Stdout(mut out) => Ok(out.flush()?),
            Output::File(file) => Ok(file.commit()?),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(out) => out.write(bytes),
            Output::File(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(out) => out.flush(),
            Output::File(file) => file.flush(),
        }
    }
}
