//! Files as bytes, whether plain, `.gz` or `.zst`, and as lines.

mod lines;
mod longest;
mod zstd;

pub(crate) use lines::Lines;
pub use longest::Longest;
pub(crate) use zstd::Zstd;

use super::encoding;
use super::stamp::Watch;
use crate::Error;
use crate::shown::shown;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that this process has read of files, compressed ones as they lie on the disk: for telling how far it is.
static READ: AtomicU64 = AtomicU64::new(0);

/// Bytes that this process has read of files so far.
pub fn bytes_read() -> u64 {
    READ.load(Ordering::Relaxed)
}

/// Notes bytes that were read of a file otherwise.
pub(crate) fn count(bytes: u64) {
    READ.fetch_add(bytes, Ordering::Relaxed);
}

/// A file whose bytes are counted, and that is as it was when its end is reached.
struct Counted {
    file: File,
    watch: Option<Watch>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self::count(count as u64);
        at_end(count, buffer, self.watch.as_ref())
    }
}

/// Standard input, where it comes from a file as that is.
struct Watched {
    input: io::Stdin,
    watch: Option<Watch>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        at_end(self.input.read(buffer)?, buffer, self.watch.as_ref())
    }
}

/// The bytes that were read; no byte is the end, where a file has to be what it was.
fn at_end(count: usize, buffer: &[u8], watch: Option<&Watch>) -> io::Result<usize> {
    if count == 0 && !buffer.is_empty() {
        watch.map_or(Ok(()), Watch::unchanged)?;
    }
    Ok(count)
}

/// Bytes of a file, decompressed by its name; `-` is standard input.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Error> {
    if path == Path::new("-") {
        let input = io::stdin();
        let watch = Watch::of_stream(&input);
        return plain(path, BufReader::new(Watched { input, watch }));
    }
    let file = File::open(path).map_err(|e| Error::io(path, e))?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(Error::io(path, io::Error::new(io::ErrorKind::IsADirectory, "wanted a file, found a directory")));
    }
    let watch = Watch::of(&file);
    let file = BufReader::with_capacity(1 << 16, Counted { file, watch });
    Ok(match compression(path) {
        Some("gz") => Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(file))),
        Some("zst") => Box::new(BufReader::with_capacity(1 << 16, Zstd::new(file))),
        _ => return plain(path, file),
    })
}

/// What archives and packed files begin with.
const PACKED: [(&[u8], &str); 5] = [
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"PK\x03\x04", "zip"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
];

/// Bytes that are not packed, or a word on what does.
fn plain(path: &Path, mut source: impl BufRead + Send + 'static) -> Result<Box<dyn BufRead + Send>, Error> {
    // What cannot be read is told by who reads on.
    let head = source.fill_buf().unwrap_or_default();
    match PACKED.iter().find(|(magic, _)| head.starts_with(magic) && std::str::from_utf8(head).is_err()) {
        None => Ok(Box::new(source)),
        Some((_, name)) => {
            let tip = "tip: files whose names end in .gz and .zst are unpacked; others, and what comes through a pipe, have to be before";
            Err(Error::record(shown(path), format!("wanted text, found {name} data\n{tip}")))
        }
    }
}

/// A path's extension in lower case, `.gz` and `.zst` left aside.
pub fn extension(path: &Path) -> Option<String> {
    let stem = if compression(path).is_some() { path.file_stem().map(Path::new)? } else { path };
    stem.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase)
}

/// The compression that a name promises.
pub fn compression(path: &Path) -> Option<&'static str> {
    let extension = path.extension()?.to_str()?;
    ["gz", "zst"].into_iter().find(|known| extension.eq_ignore_ascii_case(known))
}

/// Bytes as text, or which byte is not UTF-8, counted from 0.
pub(crate) fn utf8(bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let tip = encoding::likely(error.as_bytes(), at)
            .map_or(String::new(), |name| format!("\ntip: it seems to be {name}, which --encoding {name} reads"));
        format!("wanted UTF-8, found 0x{:02X} at byte {at}{tip}", error.as_bytes()[at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn lines(path: &Path) -> Vec<String> {
        Lines::open(path).unwrap().map(|l| String::from_utf8(l.unwrap().bytes).unwrap()).collect()
    }

    #[test]
    fn gzip_members_and_zstd_frames_are_read_to_the_last() {
        let folder = tempfile::tempdir().unwrap();
        let gz = folder.path().join("a.txt.gz");
        let mut file = File::create(&gz).unwrap();
        for part in ["أول\nث", "ان\n"] {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(part.as_bytes()).unwrap();
            file.write_all(&encoder.finish().unwrap()).unwrap();
        }
        assert_eq!(lines(&gz), ["أول", "ثان"]);

        let zst = folder.path().join("a.txt.zst");
        let mut bytes = Vec::new();
        for part in ["أول\nث", "ان\n"] {
            bytes.extend(ruzstd::encoding::compress_to_vec(
                part.as_bytes(),
                ruzstd::encoding::CompressionLevel::Fastest,
            ));
            bytes.extend([0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]); // a skippable frame of 3 bytes
        }
        std::fs::write(&zst, bytes).unwrap();
        assert_eq!(lines(&zst), ["أول", "ثان"]);
    }

    #[test]
    fn a_zstd_frame_whose_checksum_differs_or_that_is_cut_off_is_an_error_behind_what_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt.zst");
        let text: String = (0..40_000u64).map(|n| format!("{}\n", n.wrapping_mul(0x9E37_79B9_7F4A_7C15))).collect();
        let level = ruzstd::encoding::CompressionLevel::Uncompressed;
        let whole = ruzstd::encoding::compress_to_vec(text.as_bytes(), level);
        let read = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let (found, errors): (Vec<_>, Vec<_>) = Lines::open(&path).unwrap().partition(Result::is_ok);
            (found.len(), errors.into_iter().filter_map(Result::err).map(|e| e.to_string()).collect::<Vec<_>>())
        };
        assert_eq!(read(&whole), (40_000, vec![]));
        let mut turned = whole.clone();
        turned[whole.len() / 2] ^= 1;
        let (found, errors) = read(&turned);
        assert!(found == 40_000 && errors.len() == 1 && errors[0].contains("checksum"), "{found} {errors:?}");
        // All blocks that are there come out, though they lie in the window of the decoder.
        let (found, errors) = read(&whole[..whole.len() / 2]);
        assert!(found > 10_000 && errors.len() == 1 && errors[0].contains("wanted to read on"), "{found} {errors:?}");
        // What follows a frame that is passed over is lost where that one is cut off.
        let (found, errors) = read(&[&whole[..], &[0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2]].concat());
        assert!(found == 40_000 && errors.len() == 1 && errors[0].contains("unexpected end"), "{found} {errors:?}");
        let (found, errors) = read(b"");
        assert!(found == 0 && errors.len() == 1 && errors[0].contains("unexpected end"), "{found} {errors:?}");
    }

    #[test]
    fn a_damaged_archive_is_an_error_with_its_place_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["a.txt.gz", "a.txt.zst"] {
            let path = folder.path().join(name);
            std::fs::write(&path, b"not compressed at all").unwrap();
            let found: Vec<_> = Lines::open(&path).unwrap().collect();
            assert_eq!(found.len(), 1);
            let error = found[0].as_ref().err().unwrap().to_string();
            assert!(error.starts_with(&format!("{}:1: wanted to read on", path.display())), "{error}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_an_error_and_the_next_one_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "12345\n123456\n12345\n1234567").unwrap();
        let found: Vec<_> = Lines::open(&path).unwrap().up_to(Longest(5)).map(|l| l.map(|l| l.number)).collect();
        assert!(matches!(found[..], [Ok(1), Err(_), Ok(3), Err(_)]), "{found:?}");
        let error = found[3].as_ref().unwrap_err().to_string();
        assert!(error.starts_with(&format!("{}:4: wanted a document of at most 5 bytes", path.display())), "{error}");
    }

    #[test]
    fn a_directory_or_a_missing_file_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        assert!(open(folder.path()).err().unwrap().to_string().contains("found a directory"));
        assert!(matches!(open(&folder.path().join("none")), Err(Error::Io { .. })));
    }

    #[test]
    fn the_extension_leaves_compression_aside() {
        assert_eq!(extension(Path::new("x/a.CONLL.gz")).as_deref(), Some("conll"));
        assert_eq!(extension(Path::new("x/a.jsonl")).as_deref(), Some("jsonl"));
        assert_eq!(extension(Path::new("x/a")), None);
    }
}
