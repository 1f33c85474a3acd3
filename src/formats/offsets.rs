//! Offsets in the unit a file is written in, and bytes: the only place where the two meet.

use std::str::FromStr;

/// What the numbers of a file count. Inside alam everything is bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum OffsetUnit {
    /// Bytes of UTF-8: Rust, Go.
    Byte,
    /// Unicode code points: Python, brat, Label Studio.
    #[default]
    Char,
    /// UTF-16 code units: JavaScript, Java, C#.
    Utf16,
}

impl OffsetUnit {
    /// All of them.
    pub const ALL: [OffsetUnit; 3] = [OffsetUnit::Byte, OffsetUnit::Char, OffsetUnit::Utf16];

    /// The name users type.
    pub fn name(self) -> &'static str {
        match self {
            OffsetUnit::Byte => "byte",
            OffsetUnit::Char => "char",
            OffsetUnit::Utf16 => "utf16",
        }
    }

    fn width(self, c: char) -> usize {
        match self {
            OffsetUnit::Byte => c.len_utf8(),
            OffsetUnit::Char => 1,
            OffsetUnit::Utf16 => c.len_utf16(),
        }
    }
}

impl std::fmt::Display for OffsetUnit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for OffsetUnit {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|unit| unit.name() == name)
            .ok_or_else(|| format!("wanted byte, char or utf16, found `{name}`"))
    }
}

/// Bytes between two marks of a map.
const STRIDE: usize = 256;

/// A map between bytes and another unit over one text. Making it is one pass; a lookup reads at most a few hundred bytes.
#[derive(Debug)]
pub struct Offsets<'a> {
    text: &'a str,
    unit: OffsetUnit,
    /// `(byte, units before it)` on character boundaries, about every [`STRIDE`] bytes.
    marks: Vec<(usize, usize)>,
    length: usize,
}

impl<'a> Offsets<'a> {
    /// Reads the text once.
    pub fn new(text: &'a str, unit: OffsetUnit) -> Offsets<'a> {
        let mut marks = vec![(0, 0)];
        let mut units = 0;
        if unit == OffsetUnit::Byte {
            return Offsets { text, unit, marks, length: text.len() };
        }
        let mut next = STRIDE;
        for (byte, c) in text.char_indices() {
            if byte >= next {
                marks.push((byte, units));
                next = byte + STRIDE;
            }
            units += unit.width(c);
        }
        Offsets { text, unit, marks, length: units }
    }

    /// Length of the text in the unit.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The offset of a byte, which must be on a character boundary of the text.
    pub fn of_byte(&self, byte: usize) -> usize {
        if self.unit == OffsetUnit::Byte {
            return byte;
        }
        let mark = self.marks.partition_point(|m| m.0 <= byte) - 1;
        let (start, units) = self.marks[mark];
        units + self.text[start..byte].chars().map(|c| self.unit.width(c)).sum::<usize>()
    }

    /// The byte of an offset; `None` outside the text and inside a character.
    pub fn to_byte(&self, offset: usize) -> Option<usize> {
        if offset > self.length {
            return None;
        }
        if self.unit == OffsetUnit::Byte {
            return self.text.is_char_boundary(offset).then_some(offset);
        }
        let mark = self.marks.partition_point(|m| m.1 <= offset) - 1;
        let (start, mut units) = self.marks[mark];
        for (byte, c) in self.text[start..].char_indices() {
            if units >= offset {
                return (units == offset).then_some(start + byte);
            }
            units += self.unit.width(c);
        }
        (units == offset).then_some(self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The definition: characters before it, counted one by one.
    fn slow(text: &str, unit: OffsetUnit, byte: usize) -> usize {
        match unit {
            OffsetUnit::Byte => byte,
            OffsetUnit::Char => text[..byte].chars().count(),
            OffsetUnit::Utf16 => text[..byte].encode_utf16().count(),
        }
    }

    proptest! {
        #[test]
        fn offsets_go_there_and_back(text in "[ا-يa-z😀\u{64B}\u{FEFF}\r\n ]{0,900}") {
            for unit in OffsetUnit::ALL {
                let map = Offsets::new(&text, unit);
                for byte in (0..=text.len()).filter(|b| text.is_char_boundary(*b)) {
                    let offset = map.of_byte(byte);
                    prop_assert_eq!(offset, slow(&text, unit, byte));
                    prop_assert_eq!(map.to_byte(offset), Some(byte));
                }
                prop_assert_eq!(map.to_byte(map.length() + 1), None);
            }
        }
    }

    /// What `len(s)` says in Python 3 and `s.length` in JavaScript.
    #[test]
    fn lengths_are_those_of_python_and_javascript() {
        for (text, python, javascript) in [
            ("", 0, 0),
            ("بوتين", 5, 5),
            ("مُحَمَّد", 8, 8),
            ("القـــاهرة", 10, 10),
            ("ﻻ ﷺ", 3, 3),
            ("\u{feff}زار\r\nمصر", 9, 9),
            ("\u{2067}مصر\u{2069}", 5, 5),
            ("😀", 1, 2),
            ("👍🏽 نعم", 6, 8),
            ("👨\u{200d}👩\u{200d}👧", 5, 8),
            ("🇪🇬", 2, 4),
            ("e\u{301}", 2, 2),
            ("\u{1eee0}𞸀", 2, 4),
            ("\0", 1, 1),
        ] {
            assert_eq!(Offsets::new(text, OffsetUnit::Char).length(), python, "{text:?}");
            assert_eq!(Offsets::new(text, OffsetUnit::Utf16).length(), javascript, "{text:?}");
            assert_eq!(Offsets::new(text, OffsetUnit::Byte).length(), text.len(), "{text:?}");
        }
    }

    #[test]
    fn the_inside_of_a_character_is_no_offset() {
        assert_eq!(Offsets::new("a😀b", OffsetUnit::Utf16).to_byte(2), None);
        assert_eq!(Offsets::new("a😀b", OffsetUnit::Byte).to_byte(2), None);
        assert_eq!(Offsets::new("a😀b", OffsetUnit::Char).to_byte(2), Some(5));
    }

    #[test]
    fn a_unit_is_read_by_its_name() {
        assert_eq!("utf16".parse(), Ok(OffsetUnit::Utf16));
        assert!("word".parse::<OffsetUnit>().is_err());
    }
}
