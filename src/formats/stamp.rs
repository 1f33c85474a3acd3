//! What tells a file from a changed one without reading it, between two runs of a job and while it is read.

use std::fs::{self, File, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

/// A file as it was at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Its size.
    pub bytes: u64,
    /// When it was changed last, in nanoseconds since 1970.
    pub modified: u64,
}

impl Stamp {
    /// Of the file that is there now.
    ///
    /// # Errors
    /// What the system says.
    pub fn of(path: &Path) -> io::Result<Stamp> {
        Stamp::by(&fs::metadata(path)?)
    }

    fn by(metadata: &Metadata) -> io::Result<Stamp> {
        let since = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Stamp { bytes: metadata.len(), modified: u64::try_from(since.as_nanos()).unwrap_or(u64::MAX) })
    }
}

/// An open file, and how it was when its reading began.
#[derive(Debug)]
pub(crate) struct Watch {
    file: File,
    begun: Stamp,
}

impl Watch {
    /// Of a file that is about to be read; `None` for what is no regular file, and so has no end of its own.
    pub(crate) fn of(file: &File) -> Option<Watch> {
        let metadata = file.metadata().ok().filter(Metadata::is_file)?;
        Some(Watch { file: file.try_clone().ok()?, begun: Stamp::by(&metadata).ok()? })
    }

    /// Of the file that standard input comes from.
    #[cfg(unix)]
    pub(crate) fn of_stream(stream: &impl std::os::fd::AsFd) -> Option<Watch> {
        Watch::of(&File::from(stream.as_fd().try_clone_to_owned().ok()?))
    }

    /// This system does not say.
    #[cfg(not(unix))]
    pub(crate) fn of_stream<T>(_: &T) -> Option<Watch> {
        None
    }

    /// Asked at the end of the file: one that was cut off has an end like others.
    ///
    /// # Errors
    /// The file was written to since: what was read of it is neither the old nor the new.
    pub(crate) fn unchanged(&self) -> io::Result<()> {
        let now = Stamp::by(&self.file.metadata()?)?;
        if now == self.begun {
            return Ok(());
        }
        let (then, now) = (self.begun.bytes, now.bytes);
        let message = format!("the file was written to while it was read ({then} bytes at first, {now} now)");
        Err(io::Error::new(io::ErrorKind::InvalidData, message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn a_file_that_is_cut_off_or_written_to_is_told_from_one_that_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "12345").unwrap();
        let watch = |path: &Path| Watch::of(&File::open(path).unwrap()).unwrap();
        let cut = watch(&path);
        cut.unchanged().unwrap();
        fs::write(&path, "12").unwrap();
        let error = cut.unchanged().unwrap_err().to_string();
        assert_eq!(error, "the file was written to while it was read (5 bytes at first, 2 now)");
        let written = watch(&path);
        let mut file = File::options().write(true).open(&path).unwrap();
        file.write_all(b"3").unwrap();
        file.set_modified(UNIX_EPOCH).unwrap();
        assert!(written.unchanged().is_err());
        // Another file under the name is no matter of this one.
        let old = watch(&path);
        fs::rename(&path, folder.path().join("old")).unwrap();
        fs::write(&path, "other").unwrap();
        old.unchanged().unwrap();
    }
}
