//! Schemes of tags: how tags say where names begin and end, read into names and written from them.
//!
//! A tag is a letter and a type (`B-PER`), in some files the other way round (`PER-B`) or the type alone (`PER`). IOB1 is that of
//! Ramshaw and Marcus (1995), IOB2 and its relatives are compared by Tjong Kim Sang and Veenstra (1999), BILOU by Ratinov and Roth
//! (2009); BMEWO+ is LingPipe's. alam writes IOB2.

mod asked;
mod detect;
mod mark;
mod types;

pub use asked::Asked;
pub use detect::Detector;
pub use mark::{Mark, Name, Place};
pub(crate) use types::LONGEST;
pub use types::{is_plain, is_type};

use std::fmt;
use std::sync::Arc;

/// Which words of a name have letters of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Code {
    /// `I-`; `B-` only where a name of the same type goes before.
    Iob1,
    /// `B-` at each beginning, `I-` behind it.
    #[default]
    Iob2,
    /// `I-`, and `E-` at ends: IOE1 where a name of the same type follows, IOE2 everywhere.
    Ioe,
    /// `B-`, `I-`, `E-` at the end, `S-` for a name of one word; also called BIOES.
    Iobes,
    /// The same with `L-` for the last word and `U-` for a name of one word; also called BIOLU.
    Bilou,
    /// The same with `M-`, `E-` and `W-`; with `+`, tags of words outside names say what is beside them.
    Bmewo,
    /// The type alone: neighbours of one type are one name.
    Bare,
}

/// On which side of the type the letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Side {
    /// `B-PER`.
    #[default]
    Before,
    /// `PER-B`.
    Behind,
}

/// A scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scheme {
    /// Which words have letters.
    pub code: Code,
    /// Where the letter stands.
    pub side: Side,
    /// What stands between the letter and the type.
    pub separator: char,
}

/// What may stand between a letter and a type.
pub const SEPARATORS: [char; 5] = ['-', '_', '.', ':', '/'];

/// What becomes of tags that make no whole name: an `I-` that continues nothing, a `B-` whose name does not end as the scheme says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Strays {
    /// They are a defect.
    #[default]
    Refuse,
    /// They make a name, as in `conlleval`.
    Begin,
    /// They make none, as in seqeval's strict mode.
    PassOver,
}

/// A tag that a scheme does not have there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Which one of the tags.
    pub at: usize,
    /// What was wanted and what was found.
    pub message: String,
}

impl Default for Scheme {
    fn default() -> Self {
        Scheme::IOB2
    }
}

impl Scheme {
    /// What alam writes.
    pub const IOB2: Scheme = Scheme { code: Code::Iob2, side: Side::Before, separator: '-' };

    /// Reads one tag; `None` if it is none of this scheme. A type is one word.
    pub fn parse(self, tag: &str) -> Option<Mark> {
        if tag == "O" || (self.code == Code::Bmewo && is_outside_of_bmewo(tag)) {
            return Some(Mark::Outside);
        }
        if self.code == Code::Bare {
            return is_bare(tag).then(|| Mark::In(Place::Inside, tag.into()));
        }
        let (letter, separator, label) = split(tag, self.side)?;
        let place = self.place(letter)?;
        (separator == self.separator && is_type(label)).then(|| Mark::In(place, label.into()))
    }

    /// The type in what looks like a tag of this scheme, be it a type or not.
    pub(crate) fn type_of(self, tag: &str) -> Option<&str> {
        split(tag, self.side).map(|(_, _, label)| label)
    }

    fn place(self, letter: char) -> Option<Place> {
        match (self.code, letter) {
            (Code::Ioe, 'B') => None,
            (_, 'B') => Some(Place::Begin),
            (_, 'I') => Some(Place::Inside),
            (Code::Ioe, 'E') => Some(Place::End),
            (code, 'M') if code.has_ends() => Some(Place::Inside),
            (code, 'E' | 'L') if code.has_ends() => Some(Place::End),
            (code, 'S' | 'U' | 'W') if code.has_ends() => Some(Place::Single),
            _ => None,
        }
    }

    /// The tag of a word at that place of a name.
    pub fn spell(self, place: Place, label: &str) -> String {
        let letter = match (self.code, place) {
            (Code::Bare, _) => return label.into(),
            (Code::Bilou, Place::End) => 'L',
            (Code::Bilou, Place::Single) => 'U',
            (Code::Bmewo, Place::Inside) => 'M',
            (Code::Bmewo, Place::Single) => 'W',
            (_, Place::Begin) => 'B',
            (_, Place::Inside) => 'I',
            (_, Place::End) => 'E',
            (_, Place::Single) => 'S',
        };
        match self.side {
            Side::Before => format!("{letter}{}{label}", self.separator),
            Side::Behind => format!("{label}{}{letter}", self.separator),
        }
    }

    /// What a tag of this scheme looks like, for messages.
    pub fn shape(self) -> String {
        let letters: &[Place] = match self.code {
            Code::Bare => return "`O` or `TYPE`".into(),
            Code::Iob1 | Code::Iob2 => &[Place::Begin, Place::Inside],
            Code::Ioe => &[Place::Inside, Place::End],
            _ => &[Place::Begin, Place::Inside, Place::End, Place::Single],
        };
        let mut all: Vec<String> = letters.iter().map(|&place| format!("`{}`", self.spell(place, "TYPE"))).collect();
        let last = all.pop().unwrap_or_default();
        format!("`O`, {} or {last}", all.join(", "))
    }

    /// The names that a sentence's tags stand for, in order.
    ///
    /// # Errors
    /// The first stray, where those are refused.
    pub fn names(self, marks: &[Mark], strays: Strays) -> Result<Vec<Name>, Stray> {
        let mut chunks = Chunks { scheme: self, strays, names: Vec::new(), open: None };
        for (at, mark) in marks.iter().enumerate() {
            match mark {
                Mark::Outside => chunks.end()?,
                Mark::In(place, label) => chunks.take(at, *place, label)?,
            }
        }
        chunks.end()?;
        Ok(chunks.names)
    }

    /// The names that a sentence's tags stand for, as they are spelt.
    ///
    /// # Errors
    /// The first that is no tag of this scheme, and the first stray, where those are refused.
    pub fn read<S: AsRef<str>>(self, tags: &[S], strays: Strays) -> Result<Vec<Name>, Stray> {
        let mark = |(at, tag): (usize, &S)| {
            let tag = tag.as_ref();
            let message = || format!("wanted a tag {}, found `{tag}`", self.shape());
            self.parse(tag).ok_or_else(|| Stray { at, message: message() })
        };
        let marks = tags.iter().enumerate().map(mark).collect::<Result<Vec<Mark>, Stray>>()?;
        self.names(&marks, strays)
    }

    /// The tags of so many words with these names in them, which are apart and in order.
    pub fn tags(self, words: usize, names: &[Name]) -> Vec<String> {
        let mut tags = vec!["O".to_owned(); words];
        let mut before: Option<&Name> = None;
        for name in names {
            let (range, label) = name;
            let touches = before.is_some_and(|(other, type_)| other.end == range.start && type_ == label);
            for at in range.clone().filter(|&at| at < words) {
                let (first, last) = (at == range.start, at + 1 == range.end);
                let place = match (self.code, first, last) {
                    (Code::Bare, ..) => Place::Inside,
                    (Code::Iob1, true, _) if touches => Place::Begin,
                    (Code::Iob1, ..) => Place::Inside,
                    (Code::Iob2, true, _) => Place::Begin,
                    (Code::Iob2, ..) => Place::Inside,
                    (Code::Ioe, _, true) => Place::End,
                    (Code::Ioe, ..) => Place::Inside,
                    (_, true, true) => Place::Single,
                    (_, true, false) => Place::Begin,
                    (_, false, true) => Place::End,
                    (_, false, false) => Place::Inside,
                };
                tags[at] = self.spell(place, label);
            }
            before = Some(name);
        }
        tags
    }
}

impl Code {
    /// Whether every name has an end, or is marked as one word.
    pub fn has_ends(self) -> bool {
        matches!(self, Code::Iobes | Code::Bilou | Code::Bmewo)
    }

    /// Whether a tag that continues nothing is a beginning by the scheme itself.
    pub fn inside_begins(self) -> bool {
        matches!(self, Code::Iob1 | Code::Ioe | Code::Bare)
    }

    fn name(self) -> &'static str {
        match self {
            Code::Iob1 => "IOB1",
            Code::Iob2 => "IOB2",
            Code::Ioe => "IOE",
            Code::Iobes => "IOBES",
            Code::Bilou => "BILOU",
            Code::Bmewo => "BMEWO",
            Code::Bare => "bare types",
        }
    }
}

/// `IOB1`, `IOB2 behind types (PER-B)`, `bare types, whose neighbours are one name`.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.name())?;
        match (self.code, self.side, self.separator) {
            (Code::Bare, ..) => f.write_str(", whose neighbours are one name"),
            (_, Side::Before, '-') => Ok(()),
            (_, Side::Before, separator) => write!(f, " with `{separator}` (B{separator}PER)"),
            (_, Side::Behind, separator) => write!(f, " behind types (PER{separator}B)"),
        }
    }
}

/// Names while tags are read.
struct Chunks {
    scheme: Scheme,
    strays: Strays,
    names: Vec<Name>,
    open: Option<Name>,
}

impl Chunks {
    fn take(&mut self, at: usize, place: Place, label: &Arc<str>) -> Result<(), Stray> {
        let code = self.scheme.code;
        let continues = self.open.as_ref().is_some_and(|(_, open)| open == label);
        let begins = matches!(place, Place::Begin | Place::Single);
        if !begins && continues {
            if let Some((range, _)) = &mut self.open {
                range.end = at + 1;
            }
        } else {
            if !begins && !code.inside_begins() && self.strays != Strays::Begin {
                if self.strays == Strays::PassOver {
                    return self.end();
                }
                return Err(self.stray(at, place, label));
            }
            self.end()?;
            self.open = Some((at..at + 1, label.clone()));
        }
        if matches!(place, Place::End | Place::Single) {
            self.names.extend(self.open.take());
        }
        Ok(())
    }

    /// No word of the open name follows.
    fn end(&mut self) -> Result<(), Stray> {
        let Some((range, label)) = self.open.take() else { return Ok(()) };
        match self.strays {
            _ if !self.scheme.code.has_ends() => self.names.push((range, label)),
            Strays::Begin => self.names.push((range, label)),
            Strays::PassOver => {}
            Strays::Refuse => {
                let (last, wanted) = match range.len() {
                    1 => (Place::Begin, Place::Single),
                    _ => (Place::Inside, Place::End),
                };
                let (wanted, found) = (self.scheme.spell(wanted, &label), self.scheme.spell(last, &label));
                let message = format!("wanted `{wanted}` at the end of a name in {}, found `{found}`", self.scheme);
                return Err(Stray { at: range.end - 1, message });
            }
        }
        Ok(())
    }

    fn stray(&self, at: usize, place: Place, label: &str) -> Stray {
        let (found, begin) = (self.scheme.spell(place, label), self.scheme.spell(Place::Begin, label));
        let behind = self.open.as_ref().map_or("no name".into(), |(_, open)| format!("a name of type {open}"));
        let scheme = self.scheme.to_string();
        let message =
            format!("wanted {scheme} tags, found `{found}` behind {behind}\ntip: `{begin}` begins a name in {scheme}");
        Stray { at, message }
    }
}

/// The letter, the separator and the type of a tag.
fn split(tag: &str, side: Side) -> Option<(char, char, &str)> {
    let mut rest = tag.chars();
    let (letter, separator) = match side {
        Side::Before => (rest.next()?, rest.next()?),
        Side::Behind => (rest.next_back()?, rest.next_back()?),
    };
    let letters = "BIELSUMW".contains(letter) && SEPARATORS.contains(&separator);
    (letters && !rest.as_str().is_empty()).then_some((letter, separator, rest.as_str()))
}

/// Whether a word is `O`, or a letter beside a type: a tag by its looks.
pub fn looks_like_a_tag(word: &str) -> bool {
    let placed = |side| split(word, side).is_some_and(|(_, _, label)| is_type(label));
    word == "O" || placed(Side::Before) || placed(Side::Behind)
}

/// Whether a tag may be a type alone. `o`, `0` and `_` are no types but other people's `O`, brackets are other people's names, and
/// a numbered label is one without a name.
fn is_bare(tag: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "-_.:/&+".contains(c);
    tag.chars().all(plain) && tag.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !is_number(tag)
}

/// Whether a label is the one that transformers makes up where nobody gave names: `LABEL_3`.
pub fn is_number(label: &str) -> bool {
    label.strip_prefix("LABEL_").is_some_and(|number| number.parse::<u32>().is_ok())
}

/// `BB_O_PER`, `EE_O_PER`, `WW_O_PER` and `MM_O`: what BMEWO+ calls words outside names.
fn is_outside_of_bmewo(tag: &str) -> bool {
    tag == "MM_O" || ["BB_O_", "EE_O_", "WW_O_"].iter().any(|begin| tag.starts_with(begin))
}

#[cfg(test)]
mod tests;
