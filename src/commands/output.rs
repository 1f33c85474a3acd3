//! Where data goes: standard output as it comes, a file that appears when it is whole, or a folder of such files.

use super::Failure;
use alam::formats::brat::BratWriter;
use alam::formats::whole::WholeFile;
use alam::formats::{self, OutputFormat, WriteOptions, Writer};
use std::io::{self, BufWriter, Stdout, Write};
use std::path::{Path, PathBuf};

/// Where data goes.
pub(crate) enum Output {
    Stdout(BufWriter<Stdout>),
    File(Box<WholeFile>),
    Folder(PathBuf),
}

impl Output {
    /// Standard output, or what the format needs at `path`.
    pub(crate) fn open(path: Option<&Path>, format: OutputFormat) -> Result<Output, Failure> {
        match (path, format) {
            (Some(path), OutputFormat::Brat) => Ok(Output::Folder(path.into())),
            (None, OutputFormat::Brat) => {
                Err(Failure::usage("--format brat: wanted a folder with --output, found none"))
            }
            (None, _) => Ok(Output::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))),
            (Some(path), _) if path.is_dir() => {
                Err(Failure::usage(format!("--output: wanted a file, found the folder {}", path.display())))
            }
            (Some(path), _) => Ok(Output::File(Box::new(WholeFile::create(path)?))),
        }
    }

    /// A writer into it.
    pub(crate) fn writer(
        &mut self,
        format: OutputFormat,
        options: WriteOptions,
    ) -> Result<Box<dyn Writer + '_>, Failure> {
        if let Output::Folder(folder) = self {
            return Ok(Box::new(BratWriter::create(folder)?));
        }
        formats::writer(format, self, options)
            .ok_or_else(|| Failure::usage("this is a bug: a folder was not opened as one"))
    }

    /// All is written: puts a file in its place.
    pub(crate) fn commit(self) -> Result<(), Failure> {
        match self {
            Output::Stdout(mut out) => Ok(out.flush()?),
            Output::File(file) => Ok(file.commit()?),
            Output::Folder(_) => Ok(()),
        }
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Output::Stdout(out) => out.write(bytes),
            Output::File(file) => file.write(bytes),
            Output::Folder(folder) => {
                Err(io::Error::new(io::ErrorKind::IsADirectory, format!("found the folder {}", folder.display())))
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Output::Stdout(out) => out.flush(),
            Output::File(file) => file.flush(),
            Output::Folder(_) => Ok(()),
        }
    }
}
