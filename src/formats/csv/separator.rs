//! What parts the columns of a table: as it is asked for, or as the first row has it.

use super::rows::Rows;
use crate::formats::input::Longest;
use std::io::{self, BufRead, Chain, Cursor, Read};

/// What parts the columns of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separator {
    /// `,`
    Comma,
    /// A tab.
    Tab,
    /// `;`, where a comma is that of numbers.
    Semicolon,
    /// `|`
    Bar,
}

/// What is known of it before the table is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parted {
    /// It is this one.
    By(Separator),
    /// It is usually this one; where no column is called as it must be then, and with another separator one is, it is that.
    Seemingly(Separator),
}

impl Parted {
    /// By what was asked for, if something was.
    pub fn by(asked: Option<Separator>, usual: Separator) -> Parted {
        asked.map_or(Parted::Seemingly(usual), Parted::By)
    }
}

impl Separator {
    /// All of them, with the names users type.
    pub const ALL: &'static [(Separator, &'static str)] =
        &[(Separator::Comma, ","), (Separator::Semicolon, ";"), (Separator::Bar, "|"), (Separator::Tab, "tab")];

    /// As a byte.
    pub(super) fn byte(self) -> u8 {
        match self {
            Separator::Comma => b',',
            Separator::Tab => b'\t',
            Separator::Semicolon => b';',
            Separator::Bar => b'|',
        }
    }

    /// What several of it are called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Separator::Comma => "commas",
            Separator::Tab => "tabs",
            Separator::Semicolon => "semicolons",
            Separator::Bar => "bars",
        }
    }
}

/// Bytes of a first row that are looked at.
const HEAD: u64 = 1 << 16;

/// The separator of a table with a column that must be there, and the table with nothing read of it.
pub(super) fn of<R: BufRead>(parted: Parted, mut source: R, column: &str) -> io::Result<(Separator, Whole<R>)> {
    let mut head = Vec::new();
    let separator = match parted {
        Parted::By(separator) => separator,
        Parted::Seemingly(usual) => {
            source.by_ref().take(HEAD).read_until(b'\n', &mut head)?;
            let has = |separator: &Separator| {
                let rows = Rows::new(head.as_slice(), separator.byte(), Longest(HEAD));
                let names = rows.and_then(|mut rows| rows.next()).ok().flatten();
                names.is_some_and(|names| names.fields().any(|name| name == column.as_bytes()))
            };
            let others = Separator::ALL.iter().map(|(separator, _)| *separator).filter(|other| *other != usual);
            std::iter::once(usual).chain(others).find(has).unwrap_or(usual)
        }
    };
    Ok((separator, Cursor::new(head).chain(source)))
}

/// A table of which the beginning has been looked at.
pub(super) type Whole<R> = Chain<Cursor<Vec<u8>>, R>;
