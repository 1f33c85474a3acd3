//! Where data goes: standard output as it comes, a file that appears when it is whole, or a folder of such files.

use crate::Error;
use crate::cli::outcome::Failure;
use crate::formats::brat::BratWriter;
use crate::formats::packed::PackedFile;
use crate::formats::whole::WholeFile;
use crate::formats::{self, OutputFormat, WriteOptions, Writer};
use crate::shown::shown;
use alam_models::side;
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

/// Whether a file can be made there: asked before the work whose outcome is to stand in it. It cannot where a directory stands, or
/// under a name that no file can have.
pub(crate) fn check(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(Error::config(shown(path), "wanted a file, found a directory").into());
    }
    // A pipe is opened once, by who writes to it.
    if path.metadata().is_ok_and(|there| side::no_file(&there).is_some()) {
        return Ok(());
    }
    Ok(WholeFile::create(path).map(drop).map_err(Error::from)?)
}

/// Where data goes.
pub(crate) enum Output {
    Stdout(BufWriter<Screen>),
    File(Box<PackedFile>),
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
            (None, _) => Ok(Output::Stdout(BufWriter::with_capacity(1 << 16, Screen::new()))),
            (Some(path), _) if path.is_dir() => {
                Err(Failure::usage(format!("--output: wanted a file, found the folder {}", path.display())))
            }
            (Some(path), _) => Ok(Output::File(Box::new(PackedFile::create(path)?))),
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

/// Standard output; on a terminal, what that would obey is spelt out. Elsewhere bytes are what they are.
pub(crate) struct Screen {
    out: Stdout,
    filter: Option<Filter>,
}

impl Screen {
    pub(crate) fn new() -> Screen {
        let out = io::stdout();
        let filter = out.is_terminal().then(Filter::default);
        Screen { out, filter }
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.filter {
            None => self.out.write(bytes),
            Some(filter) => self.out.write_all(&filter.shown(bytes)).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Spells control characters out, but for line feeds and tabs.
#[derive(Default)]
struct Filter {
    /// The first byte of a character that may be a control character of the second kind (U+0080 to U+009F).
    held: bool,
}

impl Filter {
    fn shown(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut shown = Vec::with_capacity(bytes.len() + 8);
        for &byte in bytes {
            match (std::mem::take(&mut self.held), byte) {
                (true, 0x80..=0x9F) => shown.extend(format!("\\u{{{byte:x}}}").bytes()),
                (true, _) => shown.extend([0xC2, byte]),
                (false, 0xC2) => self.held = true,
                (false, b'\n' | b'\t') => shown.push(byte),
                (false, 0..0x20 | 0x7F) => shown.extend(format!("\\u{{{byte:x}}}").bytes()),
                (false, _) => shown.push(byte),
            }
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_gets_no_character_that_it_would_obey() {
        let mut filter = Filter::default();
        let text = "زار\t\u{1b}[31m\u{9b}2J\u{a0}ق\u{7f}\r\n".as_bytes();
        let shown: Vec<u8> = text.chunks(1).flat_map(|piece| filter.shown(piece)).collect();
        assert_eq!(String::from_utf8(shown).unwrap(), "زار\t\\u{1b}[31m\\u{9b}2J\u{a0}ق\\u{7f}\\u{d}\n");
    }
}
