//! How the columns of a file were read, in words.

use crate::scheme::Scheme;
use std::fmt;

/// How the columns of a file were read, where that has to be said: because it was found out, or is not what is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Columns {
    /// The scheme of the tags, where it is not IOB2.
    pub scheme: Option<Scheme>,
    /// What parts the columns, where that is neither a tab nor blanks.
    pub separator: Option<char>,
    /// Whether the first column counts the words of a sentence.
    pub index: bool,
    /// The column with the tags, from 1, where it is not the last.
    pub column: Option<u16>,
    /// The key of CoNLL-U's MISC with the tags.
    pub misc: Option<&'static str>,
    /// Whether it is CoNLL-U by a name that does not say so.
    pub universal: bool,
    /// Whether the file's name stands for running text.
    pub text: bool,
    /// Whether tags that continue nothing are passed over where all others look like IOB1.
    pub passed_over: bool,
}

impl fmt::Display for Columns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Columns { scheme, separator, index, column, misc, universal, text, passed_over } = *self;
        let mut said = Vec::new();
        said.extend(text.then(|| "read as CoNLL, not as text".to_owned()));
        said.extend(universal.then(|| "read as CoNLL-U".to_owned()));
        said.extend(separator.map(|c| format!("columns are parted by `{c}`")));
        said.extend(index.then(|| "the first column counts words".to_owned()));
        said.extend(column.map(|number| format!("tags are those of column {number}")));
        said.extend(misc.map(|key| format!("tags are those of `{key}` in MISC")));
        said.extend(scheme.map(|scheme| format!("tags are {scheme}, and written as IOB2")));
        said.extend(
            passed_over.then(|| "tags look like IOB1, and those that continue nothing are passed over".to_owned()),
        );
        f.write_str(&said.join("; "))?;
        let scheme = scheme.is_some().then_some("--tag-scheme names another scheme");
        let scheme = if passed_over { Some("--tag-scheme iob1 takes them for names") } else { scheme };
        let column = (column.is_some() || misc.is_some()).then_some("--tag-column names another column");
        let tips: Vec<&str> = scheme.into_iter().chain(column).collect();
        if tips.is_empty() { Ok(()) } else { write!(f, "\ntip: {}", tips.join(", ")) }
    }
}
