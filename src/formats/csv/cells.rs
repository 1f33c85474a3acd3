//! What spreadsheets make of a table, and what is done about it.

use std::borrow::Cow;

/// Whether cells that a spreadsheet would take for a formula are written so that it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cells {
    /// They are written as they are.
    #[default]
    AsTheyAre,
    /// A cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it
    /// (<https://owasp.org/www-community/attacks/CSV_Injection>).
    Safe,
}

impl Cells {
    /// A cell as it is written.
    pub fn shown(self, cell: &str) -> Cow<'_, str> {
        match self {
            Cells::Safe if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) => Cow::Owned(format!("'{cell}")),
            _ => Cow::Borrowed(cell),
        }
    }
}

/// Whether a table begins with a byte order mark, without which Excel takes it for the encoding of its country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mark {
    /// It does not.
    #[default]
    Without,
    /// It does.
    With,
}

impl Mark {
    /// What stands before the name of the first column.
    pub fn as_str(self) -> &'static str {
        if self == Mark::With { "\u{FEFF}" } else { "" }
    }
}
