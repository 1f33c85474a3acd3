//! Running text, as it is: a file a document, or a line a document.
//!
//! Nothing is taken away, so that offsets hold in the user's own file: a byte order mark is the document's first
//! character (the segmenter passes over it), and carriage returns stay. Text in another encoding than UTF-8 is its decoded text. Only the end of a line is not part of it where
//! lines are documents.

use super::Reader;
use super::encoding::Decoding;
use super::input::{self, Lines, Longest};
use crate::Error;
use crate::document::Document;
use crate::shown::shown;
use std::io::Read;
use std::path::Path;

/// Which part of a text file is a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// The whole file; its path is the document's id.
    #[default]
    File,
    /// Each line; `path:line` is the document's id. Empty lines are documents too, so that lines in and out correspond.
    Line,
}

/// The documents of a text file.
pub fn reader(path: &Path, unit: Unit, longest: Longest) -> Result<Reader, Error> {
    decoded(path, unit, longest, &Decoding::default())
}

/// The documents of a text file in some encoding.
pub fn decoded(path: &Path, unit: Unit, longest: Longest, decoding: &Decoding) -> Result<Reader, Error> {
    Ok(match unit {
        Unit::File => {
            let mut source = decoding.decode(input::open(path)?).take(longest.0.saturating_add(1));
            let (path, decoding) = (path.to_path_buf(), decoding.clone());
            Box::new(std::iter::once_with(move || {
                let mut bytes = Vec::new();
                source.read_to_end(&mut bytes).map_err(|e| Error::io(&path, e))?;
                let id = shown(&path);
                if !longest.holds(bytes.len()) {
                    return Err(Error::record(id, longest.exceeded()));
                }
                match text(bytes, &decoding) {
                    Ok(text) => Ok(Document { id, text, ..Document::default() }),
                    Err(message) => Err(Error::record(id, message)),
                }
            }))
        }
        Unit::Line => {
            let mut lines = Lines::open(path)?.decoded(decoding).up_to(longest);
            let decoding = decoding.clone();
            Box::new(std::iter::from_fn(move || {
                Some(lines.next()?.and_then(|line| {
                    let mut bytes = line.bytes;
                    if bytes.last() == Some(&b'\r') {
                        bytes.pop();
                    }
                    let text = text(bytes, &decoding).map_err(|message| lines.error(line.number, message))?;
                    Ok(Document { id: lines.place(line.number), text, ..Document::default() })
                }))
            }))
        }
    })
}

/// What was decoded, as text; what its encoding does not have is told by that encoding's name.
fn text(bytes: Vec<u8>, decoding: &Decoding) -> Result<String, String> {
    let Some(name) = decoding.decoded() else { return input::utf8(bytes) };
    String::from_utf8(bytes).map_err(|error| {
        let before = error.utf8_error().valid_up_to();
        let characters = String::from_utf8_lossy(&error.as_bytes()[..before]).chars().count();
        format!("wanted {name}, found bytes that are no letter of it behind character {characters}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::encoding::Named;

    #[test]
    fn what_an_encoding_does_not_have_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        for (bytes, named, wanted) in [
            (
                &[0xff, 0xfe, 0x32, 0x06, 0x27][..],
                Named::No,
                "wanted UTF-16LE, found bytes that are no letter of it behind character 1",
            ),
            (
                &[0xff, 0xfe, 0x3d, 0xd8, 0x27, 0x06],
                Named::No,
                "wanted UTF-16LE, found bytes that are no letter of it behind character 0",
            ),
            (b"ab\xff", Named::No, "wanted UTF-8, found 0xFF at byte 2"),
            (
                b"ab\xff",
                Named::Asked("iso-8859-6".parse().unwrap()),
                "wanted ISO-8859-6, found bytes that are no letter of it behind character 2",
            ),
        ] {
            std::fs::write(&path, bytes).unwrap();
            for unit in [Unit::File, Unit::Line] {
                let error = decoded(&path, unit, Longest::default(), &Decoding::new(named)).unwrap().next().unwrap();
                assert!(error.unwrap_err().to_string().ends_with(wanted), "{wanted}");
            }
        }
    }

    #[test]
    fn a_file_is_a_document_byte_for_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        let text = "\u{FEFF}قال الوزير\r\n\0أمس";
        std::fs::write(&path, text).unwrap();
        let found: Vec<_> = reader(&path, Unit::File, Longest::default()).unwrap().map(Result::unwrap).collect();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].id.as_str(), found[0].text.as_str()), (path.to_str().unwrap(), text));
    }

    #[test]
    fn a_line_is_a_document_and_a_broken_one_does_not_end_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, b"\xD9\x82\r\n\n\xD9\nend").unwrap();
        let found: Vec<_> = reader(&path, Unit::Line, Longest::default()).unwrap().collect();
        let text = |i: usize| found[i].as_ref().unwrap().text.as_str();
        assert_eq!((text(0), text(1), text(3)), ("ق", "", "end"));
        assert_eq!(found[3].as_ref().unwrap().id, format!("{}:4", path.display()));
        let error = found[2].as_ref().unwrap_err().to_string();
        assert_eq!(error, format!("{}:3: wanted UTF-8, found 0xD9 at byte 0", path.display()));
    }

    #[test]
    fn a_file_that_is_not_utf8_is_a_broken_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, b"abc\xFFdef").unwrap();
        let found: Vec<_> = reader(&path, Unit::File, Longest::default()).unwrap().collect();
        let error = found[0].as_ref().unwrap_err();
        assert!(matches!(error, Error::Record { .. }));
        assert!(error.to_string().ends_with("found 0xFF at byte 3"));
    }

    #[test]
    fn a_file_that_is_too_long_is_a_broken_record() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.txt");
        std::fs::write(&path, "12345").unwrap();
        let read = |longest| reader(&path, Unit::File, Longest(longest)).unwrap().next().unwrap();
        assert_eq!(read(5).unwrap().text, "12345");
        assert!(read(4).unwrap_err().to_string().contains("wanted a document of at most 4 bytes"));
    }
}
