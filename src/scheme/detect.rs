//! Which scheme tags are in.

use super::{Asked, Code, SEPARATORS, Scheme, Side, is_bare, is_outside_of_bmewo, split};

/// The letters that are counted.
const LETTERS: [char; 8] = ['B', 'I', 'E', 'L', 'S', 'U', 'M', 'W'];
/// Of so many tags one may be a slip: what is rarer does not decide.
const SLIP: u64 = 10;

/// Looks at the tags of a file, sentence by sentence. It holds a few counts and the last tag, however many come.
#[derive(Debug, Clone, Default)]
pub struct Detector {
    outside: u64,
    plus: u64,
    inside: u64,
    bare: u64,
    /// Letters before types, and behind them.
    sides: [Evidence; 2],
}

/// What tags say when their letters are looked for on one side.
#[derive(Debug, Clone, Default)]
struct Evidence {
    letters: [u64; 8],
    separators: [u64; 5],
    /// `B` that does not stand behind the same type, where IOB1 has none.
    free_begins: u64,
    /// `I` that continues nothing, which IOB2 does not have.
    free_insides: u64,
    /// The type of the tag before.
    previous: Option<String>,
}

impl Detector {
    /// One tag.
    pub fn see(&mut self, tag: &str) {
        if tag == "O" || is_outside_of_bmewo(tag) {
            self.outside += 1;
            self.plus += u64::from(tag != "O");
            return self.sides.iter_mut().for_each(|side| side.previous = None);
        }
        self.inside += 1;
        self.bare += u64::from(is_bare(tag));
        for (evidence, side) in self.sides.iter_mut().zip([Side::Before, Side::Behind]) {
            match split(tag, side) {
                Some((letter, separator, label)) if !label.contains(char::is_whitespace) => {
                    evidence.see(letter, separator, label);
                }
                _ => evidence.previous = None,
            }
        }
    }

    /// The sentence is at its end.
    pub fn end_sentence(&mut self) {
        self.sides.iter_mut().for_each(|side| side.previous = None);
    }

    /// Tags that are `O` or have a letter beside a type, on the side where more have.
    pub fn placed(&self) -> u64 {
        self.outside + self.sides[0].all().max(self.sides[1].all())
    }

    /// Tags of words in names.
    pub fn inside(&self) -> u64 {
        self.inside
    }

    /// What the tags are in, as far as it was not said. Where nothing speaks for another one, it is IOB2.
    pub fn scheme(&self, asked: Asked) -> Scheme {
        let [before, behind] = [0, 1].map(|side: usize| self.sides[side].all());
        let side = match asked {
            Asked::Suffixed => Side::Behind,
            _ if behind > before => Side::Behind,
            _ => Side::Before,
        };
        let evidence = &self.sides[usize::from(side == Side::Behind)];
        let separator = evidence.separator();
        let letters = evidence.all() * 2 >= self.inside;
        let types = self.bare * SLIP >= self.inside * (SLIP - 1) && self.outside > 0;
        let code = match asked {
            Asked::Code(code) => code,
            Asked::Suffixed => evidence.code(self.plus),
            _ if letters => evidence.code(self.plus),
            _ if types => Code::Bare,
            _ => return Scheme::IOB2,
        };
        match code {
            Code::Bare => Scheme { code, ..Scheme::IOB2 },
            _ => Scheme { code, side, separator },
        }
    }
}

impl Evidence {
    fn see(&mut self, letter: char, separator: char, label: &str) {
        let count = |counts: &mut [u64], all: &[char], c: char| {
            if let Some(count) = all.iter().position(|known| *known == c).and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        };
        count(&mut self.letters, &LETTERS, letter);
        count(&mut self.separators, &SEPARATORS, separator);
        if self.previous.as_deref() == Some(label) {
            return;
        }
        self.free_begins += u64::from(letter == 'B');
        self.free_insides += u64::from(letter == 'I');
        self.previous = Some(label.into());
    }

    fn all(&self) -> u64 {
        self.letters.iter().sum()
    }

    /// The one that most tags have.
    fn separator(&self) -> char {
        let most = self.separators.iter().zip(SEPARATORS).rev().max_by_key(|(count, _)| **count);
        most.filter(|(count, _)| **count > 0).map_or('-', |(_, separator)| separator)
    }

    fn code(&self, plus: u64) -> Code {
        let [begin, inside, end, last, single, unit, middle, whole] = self.letters;
        let (ends, singles) = (end + last, single + unit + whole);
        if (ends + singles) * SLIP < begin || ends + singles + middle == 0 {
            // An `I-` that continues nothing is a beginning where no `B-` says otherwise, but for slips.
            let iob1 = self.free_insides > 0 && self.free_begins * SLIP <= self.free_insides;
            return if iob1 { Code::Iob1 } else { Code::Iob2 };
        }
        if begin + singles + middle == 0 && inside + end > 0 && last == 0 {
            return Code::Ioe;
        }
        match (last + unit > end + single + whole, middle + whole > inside + single || plus > 0) {
            (true, _) => Code::Bilou,
            (_, true) => Code::Bmewo,
            _ => Code::Iobes,
        }
    }
}
