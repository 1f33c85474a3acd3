//! The values of a JSON file: elements of lists at the top, or values one behind the other, whatever lines they stand on.
//!
//! Brackets and quotes alone are looked at, so that a value is known whole before it is read and what is broken inside of one
//! costs no other. A string ends with its line at the latest, since JSON has no line feeds in strings: behind a quote or a bracket
//! that is lost, reading goes on at the next line that begins with a brace in the column of the value's own. That a closing bracket
//! is lost shows late, by one that does not fit or at the end of the file: then what was read from such a line on is read again.

use super::reread::Reread;
use crate::Error;
use crate::formats::input::Longest;
use std::io::{self, BufRead};

/// A value as it stands in its file.
#[derive(Debug)]
pub(super) struct Piece {
    /// `path:line` of its first byte; `path:line:column` where another one begins on that line.
    pub(super) place: String,
    /// The line of its first byte.
    pub(super) line: u64,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

/// See the module.
pub(super) struct Values<R> {
    path: String,
    source: Reread<R>,
    longest: Longest,
    at: At,
    /// The line that the last value began on.
    last: u64,
    /// The line of the bracket of the list at the top, where one is open.
    list: Option<u64>,
    ended: bool,
}

/// Where the next byte stands.
#[derive(Debug, Clone, Copy)]
struct At {
    /// From 1.
    line: u64,
    column: u64,
    /// The column of the first byte of this line that is no blank; 0 before it.
    indent: u64,
}

impl At {
    /// Behind a byte.
    fn pass(&mut self, byte: u8) {
        if byte == b'\n' {
            *self = At { line: self.line + 1, column: 1, indent: 0 };
            return;
        }
        if self.indent == 0 && !matches!(byte, b' ' | b'\t' | b'\r') {
            self.indent = self.column;
        }
        self.column += 1;
    }
}

/// A value being read.
struct Draft {
    line: u64,
    column: u64,
    /// Whether it is the first thing on its line.
    leads: bool,
    bytes: Vec<u8>,
    long: bool,
    /// Brackets that are open.
    open: Vec<u8>,
    kind: Kind,
    string: bool,
    escaped: bool,
    /// Whether a quote or a bracket seems to be lost.
    torn: bool,
    /// The first place where another value would begin if so: how many of the bytes stand before it, and where it is.
    next: Option<(usize, At)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It ends with its bracket.
    Brackets,
    /// It ends with its quote.
    Text,
    /// A number, a word, or no JSON at all.
    Other,
}

/// What a byte did to a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    On,
    /// It is the value's last.
    Last,
    /// It stands behind the value.
    Behind,
}

impl Draft {
    fn step(&mut self, byte: u8, listed: bool) -> Step {
        if self.string {
            match byte {
                b'\n' => (self.string, self.torn) = (false, true),
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.string = false,
                _ => {}
            }
            let ends = !self.string && self.kind == Kind::Text;
            return if ends { Step::Last } else { Step::On };
        }
        match (self.kind, byte) {
            (Kind::Other, b'\n') => return Step::Behind,
            (Kind::Other, b',' | b']') if listed => return Step::Behind,
            (Kind::Other, _) => {}
            (_, b'"') => (self.string, self.escaped) = (true, false),
            (_, b'{' | b'[') => self.open.push(byte),
            (_, b'}' | b']') => {
                let opened = if byte == b'}' { b'{' } else { b'[' };
                self.torn |= self.open.pop() != Some(opened);
                if self.open.is_empty() {
                    return Step::Last;
                }
            }
            _ => {}
        }
        Step::On
    }

    /// Whether another value may begin with a byte: a brace that is the first thing on its line, in the column of this value's own,
    /// or in any where that has something before it on its line.
    fn may_end_before(&self, byte: u8, at: At, listed: bool) -> bool {
        let alike = if self.leads { at.column == self.column } else { listed };
        byte == b'{' && at.indent == 0 && alike && self.kind == Kind::Brackets && !self.open.is_empty() && !self.string
    }

    fn keep(&mut self, bytes: &[u8], longest: Longest) {
        if !self.long {
            self.bytes.extend_from_slice(bytes);
            self.long = !longest.holds(self.bytes.len());
            // So much is no value, but some.
            self.torn |= self.long && self.next.is_some();
            self.long &= self.next.is_none();
        }
        if self.long {
            self.bytes = Vec::new();
        }
    }
}

impl<R: BufRead> Values<R> {
    /// The values of a file called `path`, those with more bytes being broken ones.
    pub(super) fn new(path: String, source: R, longest: Longest) -> Values<R> {
        let at = At { line: 1, column: 1, indent: 0 };
        let source = Reread::new(source);
        Values { path, source, longest, at, last: 0, list: None, ended: false }
    }

    /// Passes over what stands between values; the first byte of the next one, `None` at the end of the file.
    fn between(&mut self) -> io::Result<Option<u8>> {
        loop {
            let Some(&byte) = self.source.fill_buf()?.first() else { return Ok(None) };
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x1E => {}
                // A byte order mark.
                0xEF | 0xBB | 0xBF if self.at.line == 1 && self.at.column <= 3 => {}
                b',' if self.list.is_some() => {}
                b']' if self.list.is_some() => self.list = None,
                b'[' if self.list.is_none() => self.list = Some(self.at.line),
                _ => return Ok(Some(byte)),
            }
            self.source.consume(1);
            self.at.pass(byte);
        }
    }

    fn begin(&self, byte: u8) -> Draft {
        let kind = match byte {
            b'{' | b'[' => Kind::Brackets,
            b'"' => Kind::Text,
            _ => Kind::Other,
        };
        Draft {
            line: self.at.line,
            column: self.at.column,
            leads: self.at.indent == 0,
            bytes: Vec::new(),
            long: false,
            open: Vec::new(),
            kind,
            string: false,
            escaped: false,
            torn: false,
            next: None,
        }
    }

    /// Ends a value where another one seems to have begun; what stands from there on is read again.
    fn part(&mut self, draft: &mut Draft, (before, at): (usize, At)) {
        self.source.again(draft.bytes.split_off(before));
        self.at = at;
    }

    /// Reads a value to its end; `false` where the file ends inside of it.
    fn fill(&mut self, draft: &mut Draft) -> io::Result<bool> {
        loop {
            // What is read again holds broken values: none of it is looked at for the brackets of a whole one.
            let torn = self.source.is_read_again();
            let buffer = self.source.fill_buf()?;
            if buffer.is_empty() {
                let next = draft.next.take();
                next.into_iter().for_each(|next| self.part(draft, next));
                return Ok(next.is_some() || draft.kind == Kind::Other);
            }
            let (mut read, mut end) = (0, None);
            // `self` is borrowed by the buffer.
            let mut at = self.at;
            for &byte in buffer {
                let mut step = Step::On;
                if draft.may_end_before(byte, at, self.list.is_some()) {
                    if draft.torn || torn {
                        step = Step::Behind;
                    } else if draft.next.is_none() && !draft.long {
                        draft.next = Some((draft.bytes.len() + read, at));
                    }
                }
                if step == Step::On {
                    step = draft.step(byte, self.list.is_some());
                }
                if step == Step::Behind {
                    end = Some(step);
                    break;
                }
                read += 1;
                at.pass(byte);
                if step == Step::Last || (draft.torn && draft.next.is_some()) {
                    end = Some(step);
                    break;
                }
            }
            draft.keep(buffer.get(..read).unwrap_or_default(), self.longest);
            self.at = at;
            self.source.consume(read);
            if draft.torn
                && let Some(next) = draft.next.take()
            {
                self.part(draft, next);
                return Ok(true);
            }
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    fn value(&mut self) -> io::Result<Option<Result<Piece, Error>>> {
        let Some(byte) = self.between()? else {
            self.ended = true;
            let unclosed = self.list.map(|line| {
                let found = "wanted the `]` of the list that begins here, found the end of the file: it may be cut off";
                Err(Error::record(format!("{}:{line}", self.path), found))
            });
            return Ok(unclosed);
        };
        let mut draft = self.begin(byte);
        let place = match draft.line == self.last {
            false => format!("{}:{}", self.path, draft.line),
            true => format!("{}:{}:{}", self.path, draft.line, draft.column),
        };
        self.last = draft.line;
        let whole = self.fill(&mut draft)?;
        if draft.long {
            return Ok(Some(Err(Error::record(place, self.longest.exceeded()))));
        }
        if !whole {
            (self.ended, self.list) = (true, None);
            let lines = self.at.line - draft.line + 1;
            let found = format!("wanted the end of a value, found the end of the file; lines lost by it: {lines}");
            return Ok(Some(Err(Error::record(place, found))));
        }
        Ok(Some(Ok(Piece { place, line: draft.line, bytes: draft.bytes })))
    }
}

impl<R: BufRead> Iterator for Values<R> {
    type Item = Result<Piece, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.value().unwrap_or_else(|error| {
            // Behind a fault of the disk or of the compression there is nothing left to read.
            self.ended = true;
            let place = format!("{}:{}", self.path, self.at.line);
            Some(Err(Error::record(place, format!("wanted to read on, found: {error}"))))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::BufReader;

    fn values(text: &str, longest: u64, room: usize) -> Vec<String> {
        let source = BufReader::with_capacity(room, text.as_bytes());
        let shown = |piece: Result<Piece, Error>| match piece {
            Ok(Piece { place, bytes, .. }) => format!("{place} {}", String::from_utf8(bytes).unwrap()),
            Err(error) => error.to_string(),
        };
        Values::new("a".into(), source, Longest(longest)).take(1000).map(shown).collect()
    }

    #[test]
    fn lists_records_and_records_in_a_row_are_values() {
        for room in [1, 3, 1000] {
            let all = |text: &str| values(text, 1000, room);
            assert_eq!(
                all("\u{FEFF}[{\"a\":1}, {\"b\":\"]}\\\"\"},\n{}]\n"),
                ["a:1 {\"a\":1}", "a:1:14 {\"b\":\"]}\\\"\"}", "a:2 {}"]
            );
            assert_eq!(all("{\n \"a\": [1,\n 2]}"), ["a:1 {\n \"a\": [1,\n 2]}"]);
            assert_eq!(all("{\"a\":1}{\"b\":2}\n{\"c\":3}"), ["a:1 {\"a\":1}", "a:1:8 {\"b\":2}", "a:2 {\"c\":3}"]);
            assert_eq!(all("[1, null,\"x,]\", [2]]"), ["a:1 1", "a:1:5 null", "a:1:10 \"x,]\"", "a:1:17 [2]"]);
            assert_eq!(all("هذا نص\nsecond"), ["a:1 هذا نص", "a:2 second"]);
            assert!(all("[]").is_empty() && all(" \n").is_empty() && all("").is_empty());
        }
    }

    #[test]
    fn a_lost_quote_or_bracket_costs_its_own_value_and_no_other() {
        for room in [1, 1000] {
            let quote = "[\n  {\"a\": \"x},\n  {\"b\": 1},\n  {\"c\": 2}\n]";
            assert_eq!(values(quote, 1000, room), ["a:2 {\"a\": \"x},\n  ", "a:3 {\"b\": 1}", "a:4 {\"c\": 2}"]);
            let bracket = "{\"a\": [1}\n{\"b\": 1}\n";
            assert_eq!(values(bracket, 1000, room), ["a:1 {\"a\": [1}\n", "a:2 {\"b\": 1}"]);
        }
    }

    #[test]
    fn a_lost_closing_bracket_costs_its_own_value_and_no_other() {
        for room in [1, 1000] {
            let all = |text: &str| values(text, 1000, room);
            let behind = ["a:3 {\"b\": 1}", "a:4 {\"c\": 2}"];
            assert_eq!(all("[\n{\"a\": 0,\n{\"b\": 1},\n{\"c\": 2}\n]\n")[1..], behind);
            assert_eq!(all("[\n{\"a\": 0\n{\"b\": 1},\n{\"c\": 2}\n]\n")[1..], behind);
            assert_eq!(all("\n{\"a\": 0\n{\"b\": 1}\n{\"c\": 2}\n")[1..], behind);
            assert_eq!(all("[\n{\"a\": 0,\n{\"b\": 1},\n{\"c\": 2}\n")[1..3], behind);
            // Of an element on the line of the list's bracket.
            assert_eq!(all("[{\"a\": \"x\n\n{\"b\": 1},\n{\"c\": 2}\n]")[1..], behind);
            assert_eq!(all("[{\"a\": \"x\"\n\n{\"b\": 1},\n{\"c\": 2}\n]")[1..], behind);
            let pretty = all("[\n  {\n    \"a\": [{\n      \"b\": 1}]\n  ,\n  {\n    \"a\": 2\n  }\n]\n");
            assert_eq!(pretty[1..], ["a:6 {\n    \"a\": 2\n  }"]);
            // Without indentation, an object within another one is no other value.
            assert_eq!(all("{\"a\": [\n{\"b\": 1}\n]}\n{}"), ["a:1 {\"a\": [\n{\"b\": 1}\n]}", "a:4 {}"]);
        }
    }

    #[test]
    fn what_is_lost_in_a_long_file_costs_no_more_than_what_is_read_ahead() {
        let lines = |n: usize| (0..n).map(|i| format!("{{\"i\": {i}}},\n")).collect::<String>();
        let text = format!("[\n{{\"a\": 0,\n{}{{}}\n]", lines(1000));
        let source = BufReader::new(text.as_bytes());
        let found: Vec<_> = Values::new("a".into(), source, Longest(200)).collect();
        assert_eq!((found.len(), found.iter().filter(|piece| piece.is_err()).count()), (1002, 0));
        let open = "{\n".repeat(100_000);
        let began = std::time::Instant::now();
        assert_eq!(Values::new("a".into(), open.as_bytes(), Longest::default()).count(), 100_000);
        assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
    }

    #[test]
    fn a_file_that_is_cut_off_says_so() {
        assert_eq!(
            values("[{\"a\":1},\n", 99, 9)[1..],
            ["a:1: wanted the `]` of the list that begins here, found the end of the file: it may be cut off"]
        );
        let cut = "a:2: wanted the end of a value, found the end of the file; lines lost by it: 2";
        assert_eq!(values("[{},\n{\"a\":\n1", 99, 9)[1..], [cut]);
    }

    #[test]
    fn a_value_that_is_too_long_is_an_error_and_the_next_one_is_read() {
        let found = values("[{\"a\":\"123\"},{\"a\":\"1234\"},\n{}]", 11, 4);
        assert_eq!((found.len(), found[0].as_str(), found[2].as_str()), (3, "a:1 {\"a\":\"123\"}", "a:2 {}"));
        assert!(found[1].starts_with("a:1:14: wanted a document of at most 11 bytes"), "{found:?}");
    }

    proptest! {
        /// serde_json is the definition: a list that it reads has the same elements here, however it is laid out.
        #[test]
        fn elements_are_those_of_the_list(texts in proptest::collection::vec("[a{}\\[\\]\",: \\\\\n😀]{0,9}", 0..6), pretty: bool, room in 1usize..30) {
            let list: Vec<_> = texts.iter().map(|text| serde_json::json!({"t": text, "l": [text, {text: 1}]})).collect();
            let json = if pretty { serde_json::to_string_pretty(&list) } else { serde_json::to_string(&list) }.unwrap();
            let source = BufReader::with_capacity(room, json.as_bytes());
            let found: Vec<serde_json::Value> = Values::new("a".into(), source, Longest::default())
                .map(|piece| serde_json::from_slice(&piece.unwrap().bytes).unwrap())
                .collect();
            prop_assert_eq!(found, list);
        }

        #[test]
        fn no_file_is_read_for_ever(text in "[a{}\\[\\]\", \\\\\n]{0,80}", room in 1usize..9, longest in 0u64..40) {
            prop_assert!(values(&text, longest, room).len() <= text.len() + 1);
        }
    }
}
