//! How the columns of a file are read.

use super::columns::Columns;
use super::header::UniversalColumns;
use crate::scheme::{Mark, Scheme};

/// How the columns of a file are read.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// What parts columns, where that is neither a tab nor blanks.
    pub(super) separator: Option<char>,
    /// The column with the words.
    pub(super) token: usize,
    /// Where the tags are.
    pub(super) tags: Source,
    /// What they are in.
    pub(super) scheme: Scheme,
    /// Whether a token may have tags of any number of layers, each a column.
    pub(super) layers: bool,
    /// Whether the first column counts the words of a sentence.
    pub(super) index: bool,
    /// Where things stand in CoNLL-U, if the file is that.
    pub(super) universal: Option<UniversalColumns>,
    /// What has to be said of it.
    pub(super) noted: Option<Columns>,
}

/// Where tags are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Source {
    /// There are none, or they count for nothing.
    Nothing,
    /// In a column.
    Column(usize),
    /// In CoNLL-U's MISC, as the value of this key.
    Misc(String),
}

/// What a line is.
pub(super) enum Row<'a> {
    Empty,
    Comment(&'a str),
    DocStart,
    Token(Vec<&'a str>),
}

/// Columns are parted by tabs where there is one, else by spaces. Other white space belongs to the token.
pub(super) fn split(line: &str) -> Vec<&str> {
    let line = line.trim_matches([' ', '\t', '\r']);
    if line.contains('\t') {
        line.split('\t').map(|c| c.trim_matches(' ')).collect()
    } else {
        line.split(' ').filter(|c| !c.is_empty()).collect()
    }
}

/// Whether columns are a comment and no token: `# text = ...` of CoNLL-U, `# id ...` of others; a hash with a tag is a token.
pub(super) fn is_comment(columns: &[&str]) -> bool {
    matches!(columns, ["#", next, third, ..] if *next == "id" || *third == "=")
}

impl Layout {
    /// What a line is; `inside` a sentence there are no comments, but where lines begin with numbers.
    pub(super) fn row<'a>(&self, line: &'a str, inside: bool) -> Row<'a> {
        let numbered = self.index || self.universal.is_some();
        if numbered && line.starts_with('#') {
            return Row::Comment(line.trim_end_matches('\r'));
        }
        if self.universal.is_some() {
            // Columns of CoNLL-U are parted by tabs alone, and words may have blanks in them.
            let line = line.trim_end_matches('\r');
            return match line.trim().is_empty() {
                true => Row::Empty,
                false => Row::Token(line.split('\t').collect()),
            };
        }
        let columns = split(line);
        match columns.as_slice() {
            [] => Row::Empty,
            [first, ..] if first.starts_with("-DOCSTART-") => Row::DocStart,
            _ if !inside && is_comment(&columns) => Row::Comment(line),
            [whole] => match self.separator.and_then(|separator| whole.rsplit_once(separator)) {
                Some((token, tag)) => Row::Token(vec![unquoted(token), tag]),
                None => Row::Token(columns),
            },
            _ => Row::Token(columns),
        }
    }

    /// What the tag of a row says.
    pub(super) fn mark(&self, columns: &[&str]) -> Result<Mark, String> {
        let Source::Column(at) = self.tags else { return Ok(Mark::Outside) };
        match columns.get(at) {
            Some(tag) => self.parse(tag),
            None => Ok(Mark::Outside),
        }
    }

    /// What a tag says.
    pub(super) fn parse(&self, tag: &str) -> Result<Mark, String> {
        self.scheme.parse(tag).ok_or_else(|| {
            let wanted = format!("wanted a tag {}, found `{tag}`", self.scheme.shape());
            match tag.contains(char::is_whitespace) {
                true => {
                    wanted + "\ntip: a type is one word; tags of several layers are columns, parted like the others"
                }
                false => wanted,
            }
        })
    }
}

/// A cell of comma-separated values, without the quotes around it.
fn unquoted(cell: &str) -> &str {
    cell.strip_prefix('"').and_then(|cell| cell.strip_suffix('"')).filter(|cell| !cell.is_empty()).unwrap_or(cell)
}
