//! Files that are read whole: configuration, tokenizers, lists of names.
//!
//! Whoever gives such a file may mean harm or mistake a name. A named pipe or a device is no file here, as reading it may never
//! end, and each file has a bound far above what an honest one needs.

use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// Bytes of a configuration at most.
pub const CONFIGURATION: u64 = 16 << 20;
/// Bytes of a tokenizer or of a list of names at most.
pub const LIST: u64 = 1 << 30;

/// What something is that is no file; `None` for a file.
pub fn no_file(metadata: &Metadata) -> Option<&'static str> {
    if metadata.is_file() {
        return None;
    }
    if metadata.is_dir() {
        return Some("a directory");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        let kind = metadata.file_type();
        if kind.is_fifo() {
            return Some("a named pipe");
        }
        if kind.is_socket() {
            return Some("a socket");
        }
    }
    Some("a device")
}

/// Opens a file.
///
/// # Errors
/// What the system says, and what is no file.
pub fn open(path: &Path) -> io::Result<File> {
    match no_file(&path.metadata()?) {
        None => File::open(path),
        Some("a directory") => Err(io::Error::new(ErrorKind::IsADirectory, "wanted a file, found a directory")),
        Some(found) => Err(io::Error::new(ErrorKind::InvalidInput, format!("wanted a file, found {found}"))),
    }
}

/// All bytes of a file that has `most` of them at most.
///
/// # Errors
/// As [`open`], and a file that is larger.
pub fn read(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = open(path)?;
    let too_large = |bytes: u64| {
        let message = format!("wanted a file of at most {most} bytes, found {bytes} or more");
        io::Error::new(ErrorKind::FileTooLarge, message)
    };
    let length = file.metadata()?.len();
    if length > most {
        return Err(too_large(length));
    }
    let mut bytes = Vec::with_capacity(length as usize);
    // It may grow meanwhile.
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most + 1)) } else { Ok(bytes) }
}

/// [`read`], as text.
///
/// # Errors
/// As [`read`], and a file that is not UTF-8.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    String::from_utf8(read(path, most)?)
        .map_err(|error| io::Error::new(ErrorKind::InvalidData, format!("wanted UTF-8, found: {}", error.utf8_error())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_within_its_bound_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "12345").unwrap();
        assert_eq!(text(&path, 5).unwrap(), "12345");
        let error = read(&path, 4).unwrap_err().to_string();
        assert_eq!(error, "wanted a file of at most 4 bytes, found 5 or more");
        std::fs::write(&path, b"1\xFF").unwrap();
        assert!(text(&path, 5).unwrap_err().to_string().starts_with("wanted UTF-8, found: "));
    }

    #[test]
    fn what_is_not_there_is_told_from_what_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(&folder.path().join("none"), 5).unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(read(folder.path(), 5).unwrap_err().to_string(), "wanted a file, found a directory");
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_and_a_device_are_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert_eq!(read(&pipe, 5).unwrap_err().to_string(), "wanted a file, found a named pipe");
        assert_eq!(read(Path::new("/dev/zero"), 5).unwrap_err().to_string(), "wanted a file, found a device");
    }
}
