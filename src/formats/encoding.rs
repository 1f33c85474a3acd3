//! Bytes of any encoding of the Web as UTF-8.
//!
//! A byte order mark decides. Without one it is what the user names, or what a page names of itself, or UTF-8, which passes
//! through as it is. What is decoded is decoded piece by piece, so that memory does not grow with the file.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Decoder, DecoderResult, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{self, BufRead, Cursor, Read};
use std::str::FromStr;
use std::sync::{Arc, OnceLock};

/// An encoding by its name in the WHATWG list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    /// Its name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }
}

impl FromStr for Encoding {
    type Err = String;

    fn from_str(label: &str) -> Result<Self, String> {
        encoding_rs::Encoding::for_label_no_replacement(label.as_bytes()).map(Encoding).ok_or_else(|| {
            format!(
                "wanted an encoding of the WHATWG list (windows-1256, iso-8859-6, utf-16le, utf-8), found `{label}`"
            )
        })
    }
}

/// Whose word on the encoding counts where there is no byte order mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Named {
    /// Nobody's: it is UTF-8.
    #[default]
    No,
    /// The user's.
    Asked(Encoding),
    /// A page's own: `<meta charset="windows-1256">`.
    ByPage,
}

/// How the bytes of a file are decoded, and where what was found is noted.
#[derive(Debug, Clone, Default)]
pub struct Decoding {
    /// Whose word counts.
    pub named: Named,
    found: Arc<OnceLock<&'static str>>,
    belied: Arc<OnceLock<&'static str>>,
    decoded: Arc<OnceLock<&'static str>>,
}

/// Two are the same where they ask for the same: what was found is of one file.
impl PartialEq for Decoding {
    fn eq(&self, other: &Decoding) -> bool {
        self.named == other.named
    }
}

impl Eq for Decoding {}

impl Decoding {
    /// For one file.
    pub fn new(named: Named) -> Decoding {
        Decoding { named, found: Arc::default(), belied: Arc::default(), decoded: Arc::default() }
    }

    /// The encoding that was found, where it is not UTF-8 (or is, and a page says otherwise) and nobody asked for it; behind the first
    /// byte that was read.
    pub fn found(&self) -> Option<&'static str> {
        self.found.get().copied()
    }

    /// The encoding that was asked for, where the first bytes are UTF-8; behind the first byte that was read.
    pub(super) fn belied(&self) -> Option<&'static str> {
        self.belied.get().copied()
    }

    /// The encoding that is decoded, where it is not UTF-8; behind the first byte that was read.
    pub(super) fn decoded(&self) -> Option<&'static str> {
        self.decoded.get().copied()
    }

    /// Bytes of a file as UTF-8. What its encoding does not have becomes 0xFF, which makes a record a broken one.
    pub(crate) fn decode<R: BufRead>(&self, source: R) -> Decoded<R> {
        Decoded { source, decoding: self.clone(), head: Cursor::default(), state: State::Begin }
    }
}

/// Bytes of a page that are looked at for its encoding: the standard says 1,024.
const PAGE: usize = 1024;
/// Bytes that are decoded at once.
const PIECE: usize = 1 << 13;
/// Stands for bytes that are no letter of their encoding.
const BROKEN: u8 = 0xff;

/// See [`Decoding::decode`].
pub(crate) struct Decoded<R> {
    source: R,
    decoding: Decoding,
    /// First bytes that were looked at, and come first.
    head: Cursor<Vec<u8>>,
    state: State,
}

enum State {
    Begin,
    Plain,
    Decoding { decoder: Decoder, text: Cursor<Vec<u8>>, ended: bool },
}

impl<R: BufRead> Decoded<R> {
    /// Looks at the first bytes, no more of them than are there: a slow pipe is not waited for.
    fn begin(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        self.source.by_ref().take(2).read_to_end(&mut head)?;
        let rest = if head.len() < 2 { &[][..] } else { self.source.fill_buf()? };
        let first = [&head, &rest[..rest.len().min(PAGE)]].concat();
        if is_utf_32(&first) {
            let message = "wanted UTF-8 or another encoding of the Web, found UTF-32, which is none\n\
                           tip: `iconv -f UTF-32 -t UTF-8` makes UTF-8 of it";
            return Err(io::Error::new(io::ErrorKind::InvalidData, message));
        }
        let marked = match &first[..] {
            [0xff, 0xfe, ..] => Some(UTF_16LE),
            [0xfe, 0xff, ..] => Some(UTF_16BE),
            [0xef, 0xbb, 0xbf, ..] => Some(UTF_8),
            _ => None,
        };
        let encoding = match (marked, self.decoding.named) {
            (Some(marked), _) => marked,
            (None, Named::Asked(Encoding(asked))) => asked,
            (None, Named::ByPage) => of_page(&first).unwrap_or(UTF_8),
            (None, Named::No) => UTF_8,
        };
        // Whoever encoded a page anew has often left what it says of itself.
        let contradicted = self.decoding.named == Named::ByPage && marked.is_none() && encoding != UTF_8;
        if contradicted && is_utf_8(&[&head, rest].concat()) {
            let _ = self.decoding.found.set(UTF_8.name());
            self.state = State::Plain;
            self.head = Cursor::new(head);
            return Ok(());
        }
        if encoding == UTF_8 {
            if let Some(unmarked) = unmarked(&first) {
                let message = format!(
                    "wanted UTF-8, found what seems to be {unmarked} without a byte order mark\ntip: --encoding {unmarked} reads it"
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, message));
            }
            self.state = State::Plain;
        } else {
            if marked.is_some() || self.decoding.named == Named::ByPage {
                let _ = self.decoding.found.set(encoding.name());
            }
            if marked.is_none() && matches!(self.decoding.named, Named::Asked(_)) && is_utf_8(&[&head, rest].concat()) {
                let _ = self.decoding.belied.set(encoding.name());
            }
            if marked.is_some() {
                head.clear();
            }
            let _ = self.decoding.decoded.set(encoding.name());
            let decoder = encoding.new_decoder_without_bom_handling();
            self.state = State::Decoding { decoder, text: Cursor::default(), ended: false };
        }
        self.head = Cursor::new(head);
        Ok(())
    }
}

impl<R: BufRead> BufRead for Decoded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if matches!(self.state, State::Begin) {
            self.begin()?;
        }
        let Decoded { source, head, state, .. } = self;
        let State::Decoding { decoder, text, ended } = state else {
            let unread = head.get_ref().len() as u64 - head.position();
            return if unread > 0 { head.fill_buf() } else { source.fill_buf() };
        };
        while text.position() == text.get_ref().len() as u64 && !*ended {
            let (read, from_head) = match head.fill_buf()? {
                [] => (source.fill_buf()?, false),
                first => (first, true),
            };
            let piece = &read[..read.len().min(PIECE)];
            *ended = piece.is_empty();
            *text = Cursor::new(decoded(decoder, piece, *ended));
            let length = piece.len();
            if from_head { head.consume(length) } else { source.consume(length) }
        }
        text.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        match &mut self.state {
            State::Decoding { text, .. } => text.consume(amount),
            _ if self.head.position() < self.head.get_ref().len() as u64 => self.head.consume(amount),
            _ => self.source.consume(amount),
        }
    }
}

impl<R: BufRead> Read for Decoded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

fn decoded(decoder: &mut Decoder, mut piece: &[u8], last: bool) -> Vec<u8> {
    let mut text = Vec::new();
    loop {
        let begin = text.len();
        text.resize(begin + 3 * piece.len() + 16, 0);
        let (result, read, written) = decoder.decode_to_utf8_without_replacement(piece, &mut text[begin..], last);
        text.truncate(begin + written);
        piece = &piece[read..];
        match result {
            DecoderResult::InputEmpty => return text,
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(..) => text.push(BROKEN),
        }
    }
}

/// The encoding that a page names within its first bytes. A page whose name could be read is not in UTF-16.
fn of_page(first: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let first = &first[..first.len().min(PAGE)];
    let lower = first.to_ascii_lowercase();
    let find =
        |needle: &[u8], from: usize| lower[from..].windows(needle.len()).position(|w| w == needle).map(|at| from + at);
    let mut at = 0;
    while let Some(found) = find(b"charset", at).map(|found| found + 7) {
        at = found;
        let rest = lower[found..].trim_ascii_start();
        let Some(label) = rest.strip_prefix(b"=") else { continue };
        let label = label.trim_ascii_start();
        let label = label.strip_prefix(b"\"").or(label.strip_prefix(b"'")).unwrap_or(label);
        let end = label.iter().position(|b| b"\"'; \t\r\n/>".contains(b)).unwrap_or(label.len());
        let named = encoding_rs::Encoding::for_label_no_replacement(&label[..end]);
        if named.is_some() {
            return named.filter(|named| *named != UTF_16LE && *named != UTF_16BE);
        }
    }
    None
}

/// Whether bytes beyond ASCII are those of UTF-8, and some: the last letter may be cut off. In an encoding of a byte a letter, Arabic
/// words are not.
fn is_utf_8(bytes: &[u8]) -> bool {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(e) if e.error_len().is_none() => str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default(),
        Err(_) => return false,
    };
    text.chars().filter(|c| !c.is_ascii()).take(LETTERS).count() == LETTERS
}

/// UTF-32 by its byte order mark, or by its look. Its mark is one of UTF-16 with a NUL behind it, which no text begins with.
fn is_utf_32(first: &[u8]) -> bool {
    let (letters, _) = first.as_chunks::<4>();
    let all = |code: fn([u8; 4]) -> u32| {
        let is_letter = |letter: &[u8; 4]| char::from_u32(code(*letter)).is_some_and(|c| c != '\0');
        letters.iter().all(is_letter)
    };
    let marked = matches!(letters.first(), Some([0xff, 0xfe, 0, 0] | [0, 0, 0xfe, 0xff]));
    (marked || letters.len() >= PAIRS) && (all(u32::from_le_bytes) || all(u32::from_be_bytes))
}

/// UTF-16 by its look: every second byte is that of a block of letters. Such bytes can be valid UTF-8.
fn unmarked(first: &[u8]) -> Option<&'static str> {
    let pairs = first.len() / 2;
    let high = |from: usize| {
        let bytes = first.iter().skip(from).step_by(2).take(pairs);
        bytes.filter(|byte| matches!(byte, 0 | 6)).count()
    };
    let most = |count: usize| pairs >= PAIRS && count * 10 >= pairs * 9;
    match (high(0), high(1)) {
        (big, little) if most(little) && !most(big) => Some("utf-16le"),
        (big, little) if most(big) && !most(little) => Some("utf-16be"),
        _ => None,
    }
}

/// Letters from which on UTF-16 is told from its look.
const PAIRS: usize = 8;
/// Letters beyond ASCII from which on an encoding is told from them.
const LETTERS: usize = 8;
/// Bytes that are looked at for that.
const SAMPLE: usize = 1 << 16;

/// The encoding that bytes, which are no UTF-8 from `valid` on, are likely to have.
pub(crate) fn likely(bytes: &[u8], valid: usize) -> Option<&'static str> {
    let bytes = &bytes[..bytes.len().min(SAMPLE.max(valid + 1))];
    let beyond = |bytes: &[u8]| bytes.iter().filter(|byte| !byte.is_ascii()).count();
    // One that has letters of UTF-8 before it is a damaged file.
    if beyond(&bytes[..valid.min(bytes.len())]) > 2 * LETTERS || beyond(bytes) < LETTERS {
        return None;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    Some(detector.guess(None, Utf8Detection::Deny).name()).filter(|name| *name != UTF_8.name())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    const TEXT: &str = "قال رئيس الوزراء محمد شياع السوداني في بغداد: «نعم»\r\nسطر آخر\n";

    fn encoded(label: &str, text: &str) -> Vec<u8> {
        match label {
            "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => encoding_rs::Encoding::for_label(label.as_bytes()).unwrap().encode(text).0.into_owned(),
        }
    }

    fn read(bytes: &[u8], named: Named, room: usize) -> (io::Result<Vec<u8>>, Option<&'static str>) {
        let decoding = Decoding::new(named);
        let mut text = Vec::new();
        let done = decoding.decode(BufReader::with_capacity(room, bytes)).read_to_end(&mut text);
        (done.map(|_| text), decoding.found())
    }

    fn asked(label: &str) -> Named {
        Named::Asked(label.parse().unwrap())
    }

    #[test]
    fn a_byte_order_mark_decides_whatever_is_named() {
        for (mark, label, name) in
            [(&[0xff, 0xfe][..], "utf-16le", "UTF-16LE"), (&[0xfe, 0xff], "utf-16be", "UTF-16BE")]
        {
            let bytes = [mark, &encoded(label, TEXT)].concat();
            for named in [Named::No, asked("windows-1256"), Named::ByPage] {
                let (text, found) = read(&bytes, named, 7);
                assert_eq!((text.unwrap(), found), (TEXT.as_bytes().to_vec(), Some(name)));
            }
        }
        let bytes = ["\u{feff}".as_bytes(), TEXT.as_bytes()].concat();
        let (text, found) = read(&bytes, asked("windows-1256"), 7);
        assert_eq!((text.unwrap(), found), (bytes, None));
    }

    #[test]
    fn what_the_user_or_a_page_names_is_read() {
        for label in ["windows-1256", "iso-8859-6", "utf-16le", "utf-16be"] {
            let text = TEXT.replace(['«', '»'], "\"");
            let (found, noticed) = read(&encoded(label, &text), asked(label), 5);
            assert_eq!((found.unwrap(), noticed), (text.into_bytes(), None), "{label}");
        }
        for meta in ["<meta charset=windows-1256>", "<META content=\"text/html; Charset = 'Windows-1256'\">"] {
            let page = format!("<html>{meta}<p>{TEXT}");
            let (found, noticed) = read(&encoded("windows-1256", &page), Named::ByPage, 4096);
            assert_eq!((found.unwrap(), noticed), (page.into_bytes(), Some("windows-1256")));
        }
        for page in ["<meta charset=utf-16>ا", "<meta charset>", "<meta charset=\"nobody-knows\">", ""] {
            assert_eq!(read(page.as_bytes(), Named::ByPage, 64).0.unwrap(), page.as_bytes());
        }
        assert!("utf-7".parse::<Encoding>().unwrap_err().contains("windows-1256"));
    }

    #[test]
    fn a_page_in_utf_8_that_says_otherwise_is_read_as_what_it_is() {
        for said in ["windows-1256", "windows-1252", "x-user-defined"] {
            let page = format!("<meta charset={said}><p>{TEXT}");
            let (bytes, found) = read(page.as_bytes(), Named::ByPage, 4096);
            assert_eq!((String::from_utf8(bytes.unwrap()).unwrap(), found), (page, Some("UTF-8")));
        }
        let page = "<meta charset=windows-1252><p>caf\u{e9}";
        let (bytes, found) = read(&encoded("windows-1252", page), Named::ByPage, 4096);
        assert_eq!((String::from_utf8(bytes.unwrap()).unwrap().as_str(), found), (page, Some("windows-1252")));
    }

    #[test]
    fn utf_16_without_its_mark_is_an_error_that_names_it() {
        for label in ["utf-16le", "utf-16be"] {
            let error = read(&encoded(label, TEXT), Named::No, 64).0.unwrap_err().to_string();
            assert!(error.contains(&format!("tip: --encoding {label}")), "{error}");
        }
        for text in ["", "ا", TEXT, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "plain text of some length"] {
            assert_eq!(read(text.as_bytes(), Named::No, 64).0.unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn utf_32_is_an_error_that_names_it_and_what_only_begins_like_it_is_read() {
        let units = |text: &str, bytes: fn(u32) -> [u8; 4]| -> Vec<u8> {
            text.chars().flat_map(|c| bytes(u32::from(c))).collect()
        };
        let marked = format!("\u{feff}{TEXT}");
        for text in [TEXT, &marked, "\u{feff}", "\u{feff}\u{642}"] {
            for bytes in [units(text, u32::to_le_bytes), units(text, u32::to_be_bytes)] {
                for named in [Named::No, Named::ByPage, asked("utf-16le")] {
                    let error = read(&bytes, named, 64).0.unwrap_err().to_string();
                    assert!(error.contains("found UTF-32"), "{error}");
                }
            }
        }
        let utf_16 = [&[0xff, 0xfe][..], &encoded("utf-16le", "\0قيس سعيد")].concat();
        assert_eq!(read(&utf_16, Named::No, 64).0.unwrap(), "\0قيس سعيد".as_bytes());
    }

    #[test]
    fn what_an_encoding_does_not_have_is_no_text() {
        let (text, _) = read(&[0x41, 0, 0, 0xd8, 0x42, 0], asked("utf-16le"), 64);
        assert_eq!(text.unwrap(), [b'A', BROKEN, b'B']);
    }

    #[test]
    fn the_likely_encoding_of_arabic_bytes_is_told() {
        assert_eq!(likely(&encoded("windows-1256", TEXT), 0), Some("windows-1256"));
        assert_eq!(likely(b"abc\xffdef", 3), None);
        let damaged = [TEXT.as_bytes(), b"\xff", TEXT.as_bytes()].concat();
        assert_eq!(likely(&damaged, TEXT.len()), None);
    }

    proptest! {
        /// Piece by piece is what it is at once.
        #[test]
        fn pieces_are_decoded_as_the_whole(text in "[ابت \n😀a]{0,300}", room in 1usize..40, little in any::<bool>()) {
            let label = if little { "utf-16le" } else { "utf-16be" };
            let (found, _) = read(&encoded(label, &text), asked(label), room);
            prop_assert_eq!(found.unwrap(), text.into_bytes());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), room in 1usize..40, named in 0u8..4) {
            let named = [Named::No, Named::ByPage, asked("windows-1256"), asked("iso-2022-jp")][named as usize];
            let _ = read(&bytes, named, room);
            let _ = likely(&bytes, bytes.len() / 2);
        }
    }
}
