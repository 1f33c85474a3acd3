//! Files as bytes and lines, whether plain, `.gz` or `.zst`.

use super::encoding::{self, Decoding};
use crate::Error;
use crate::shown::shown;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
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

/// A file whose bytes are counted.
struct Counted(File);

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self::count(count as u64);
        Ok(count)
    }
}

/// Bytes of a file, decompressed by its name; `-` is standard input.
pub fn open(path: &Path) -> Result<Box<dyn BufRead + Send>, Error> {
    if path == Path::new("-") {
        return Ok(Box::new(BufReader::new(io::stdin())));
    }
    let file = File::open(path).map_err(|e| Error::io(path, e))?;
    if file.metadata().is_ok_and(|m| m.is_dir()) {
        return Err(Error::io(path, io::Error::new(io::ErrorKind::IsADirectory, "wanted a file, found a directory")));
    }
    let file = BufReader::with_capacity(1 << 16, Counted(file));
    Ok(match compression(path) {
        Some("gz") => Box::new(BufReader::with_capacity(1 << 16, flate2::bufread::MultiGzDecoder::new(file))),
        Some("zst") => Box::new(BufReader::with_capacity(1 << 16, Zstd::new(file))),
        _ => Box::new(file),
    })
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

/// A zstd file of any number of frames. ruzstd's own reader stops behind the first.
pub(crate) struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether a frame has been begun and not been read to its end.
    inside: bool,
    /// Whether a frame has been found at all: a packed file of nothing has one.
    begun: bool,
    /// What broke the frame, told behind the blocks before it.
    broken: Option<io::Error>,
}

/// An empty last block and any checksum.
const LAST: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R: BufRead> Zstd<R> {
    pub(crate) fn new(source: R) -> Self {
        Zstd { source, decoder: FrameDecoder::new(), inside: false, begun: false, broken: None }
    }

    /// Begins the next frame; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return if self.begun { Ok(false) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            self.begun = true;
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut self.source).take(length.into()), &mut io::sink())?;
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
    }
}

impl<R: BufRead> Zstd<R> {
    /// Unpacks the next block. The decoder keeps a window of what it has unpacked until the frame ends; where that is broken, it
    /// is given an end, so that the window comes out before the error does.
    fn unpack(&mut self) -> io::Result<()> {
        let one = BlockDecodingStrategy::UptoBlocks(1);
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        if let Err(error) = self.decoder.decode_blocks(&mut self.source, one) {
            self.broken = Some(invalid(error));
            self.decoder.decode_blocks(&LAST[..], BlockDecodingStrategy::All).map_err(invalid)?;
        }
        Ok(())
    }

    /// What is wrong with a frame that has been read to its end. The decoder itself compares no checksums.
    fn fault(&mut self) -> Option<io::Error> {
        let differ = || {
            let written = self.decoder.get_checksum_from_data()?;
            (self.decoder.get_calculated_checksum() != Some(written)).then(|| {
                let message = "corrupt zstd frame does not have a matching checksum";
                io::Error::new(io::ErrorKind::InvalidData, message)
            })
        };
        self.broken.take().or_else(differ)
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.inside {
                if !self.begin()? {
                    return Ok(0);
                }
                self.inside = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.unpack()?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.inside = false;
            if let Some(fault) = self.fault() {
                return Err(fault);
            }
        }
    }
}

/// A line of a file: its number, from 1, and its bytes without the line feed.
pub(crate) struct Line {
    pub(crate) number: usize,
    pub(crate) bytes: Vec<u8>,
}

/// Lines of a file with their numbers.
pub(crate) struct Lines {
    path: PathBuf,
    source: Box<dyn BufRead + Send>,
    number: usize,
    broken: bool,
    longest: Longest,
}

/// Bytes that a record has in its file at most. A longer one is a broken record, and is not held in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Longest(pub u64);

impl Default for Longest {
    fn default() -> Self {
        Longest(100_000_000)
    }
}

impl Longest {
    /// Whether a record may have so many bytes.
    pub(crate) fn holds(self, bytes: usize) -> bool {
        bytes as u64 <= self.0
    }

    /// What is said of a longer one.
    pub(crate) fn exceeded(self) -> String {
        format!(
            "wanted a document of at most {} bytes, found a longer one\ntip: --max-document-bytes allows it",
            self.0
        )
    }
}

impl Lines {
    /// Opens a file.
    pub(crate) fn open(path: &Path) -> Result<Lines, Error> {
        Ok(Lines::of(path, open(path)?))
    }

    /// Those of a source that is open; `path` is what it is called.
    pub(crate) fn of(path: &Path, source: Box<dyn BufRead + Send>) -> Lines {
        Lines { path: path.to_path_buf(), source, number: 0, broken: false, longest: Longest(u64::MAX) }
    }

    /// The same, its bytes decoded.
    pub(crate) fn decoded(self, decoding: &Decoding) -> Lines {
        Lines { source: Box::new(decoding.decode(self.source)), ..self }
    }

    /// The same, longer lines being broken ones.
    pub(crate) fn up_to(self, longest: Longest) -> Lines {
        Lines { longest, ..self }
    }

    /// The next line with its line feed, or `None` where it is longer than lines may be. No bytes are the end.
    fn read(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let limit = self.longest.0.saturating_add(1);
        self.source.by_ref().take(limit).read_until(b'\n', &mut bytes)?;
        if bytes.last() == Some(&b'\n') || self.longest.holds(bytes.len()) {
            return Ok(Some(bytes));
        }
        drop(bytes);
        // What is left of it is passed over piece by piece.
        self.source.skip_until(b'\n')?;
        Ok(None)
    }

    /// `path:line`.
    pub(crate) fn place(&self, line: usize) -> String {
        format!("{}:{line}", shown(&self.path))
    }

    /// An error in a line.
    pub(crate) fn error(&self, line: usize, message: impl Into<String>) -> Error {
        Error::record(self.place(line), message)
    }
}

impl Iterator for Lines {
    type Item = Result<Line, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.broken {
            return None;
        }
        match self.read() {
            Ok(Some(bytes)) if bytes.is_empty() => None,
            Ok(None) => {
                self.number += 1;
                Some(Err(self.error(self.number, self.longest.exceeded())))
            }
            Ok(Some(mut bytes)) => {
                self.number += 1;
                if bytes.last() == Some(&b'\n') {
                    bytes.pop();
                }
                Some(Ok(Line { number: self.number, bytes }))
            }
            Err(error) => {
                // Behind a fault of the disk or of the compression there is nothing left to read.
                self.broken = true;
                Some(Err(Error::record(self.place(self.number + 1), format!("wanted to read on, found: {error}"))))
            }
        }
    }
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
