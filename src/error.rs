//! What can go wrong between a text and its entities.

use crate::shown::shown;
use alam_models::whole::Unwritten;
use std::borrow::Cow;
use std::path::PathBuf;

/// A failure of this crate. The text is `where: what was wanted, what was found`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", escaped(&shown(path)))]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// One record of an input is broken; the others are not.
    #[error("{}: {message}", escaped(place))]
    Record {
        /// `path:line`, or `path` where a file is one record.
        place: String,
        /// What was wanted and what was found.
        message: String,
        /// The record's own name, where it has one that can be read.
        id: Option<String>,
    },
    /// A configuration file, a tokenizer or an option cannot be used.
    #[error("{}: {message}", escaped(origin))]
    Config {
        /// The file or option.
        origin: String,
        /// What was wanted and what was found.
        message: String,
    },
    /// The model could not be loaded or run.
    #[error(transparent)]
    Model(#[from] alam_models::Error),
    /// Something was wanted from a hub and did not come.
    #[error("{0}")]
    Hub(String),
    /// Whoever asked for the work wants it no more.
    #[error("stopped")]
    Stopped,
    /// A span that does not fit its text.
    #[error("span {start}..{end}: {message}")]
    Span {
        /// First byte.
        start: usize,
        /// Behind the last byte.
        end: usize,
        /// What is wrong with it.
        message: String,
    },
}

impl Error {
    /// What stands for a record that could not be read or tagged: its own name, else its place, and what is wrong with it.
    pub fn place(&self) -> (String, String) {
        match self {
            Error::Record { place, message, id } => (id.as_ref().unwrap_or(place).clone(), message.clone()),
            Error::Io { path, source } => (shown(path), source.to_string()),
            other => (String::new(), other.to_string()),
        }
    }

    /// An [`Error::Io`] at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::Io { path: path.into(), source }
    }

    /// An [`Error::Record`] at `path:line`.
    pub fn record(place: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Record { place: place.into(), message: message.into(), id: None }
    }

    /// The same error of a record with a name of its own.
    pub fn of(mut self, own: Option<String>) -> Self {
        if let Error::Record { id, .. } = &mut self {
            *id = own;
        }
        self
    }

    /// An [`Error::Config`] of `origin`.
    pub fn config(origin: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Config { origin: origin.into(), message: message.into() }
    }
}

impl From<Unwritten> for Error {
    fn from(Unwritten { path, source }: Unwritten) -> Self {
        Error::Io { path, source }
    }
}

/// A name as it can be shown: what a terminal would obey, and what turns the direction of its line, is spelt out.
pub fn escaped(name: &str) -> Cow<'_, str> {
    let obeyed = |c: char| {
        c.is_control() || matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if !name.contains(obeyed) {
        return Cow::Borrowed(name);
    }
    let mut shown = String::with_capacity(name.len() + 8);
    for c in name.chars() {
        if obeyed(c) { shown.extend(c.escape_unicode()) } else { shown.push(c) }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_spelt_out() {
        let error = Error::record("a\u{1b}[31m\n.txt:1", "wanted a word").to_string();
        assert_eq!(error, "a\\u{1b}[31m\\u{a}.txt:1: wanted a word");
        assert_eq!(escaped("أ\u{200C}ب ج"), "أ\u{200C}ب ج");
        assert_eq!(escaped("\u{202E}txt\u{9b}"), "\\u{202e}txt\\u{9b}");
    }

    #[test]
    fn a_record_goes_by_its_own_name_where_it_has_one() {
        let error = Error::record("a:1", "wanted").of(Some("k".into()));
        assert_eq!((error.place().0, error.to_string()), ("k".into(), "a:1: wanted".into()));
        assert_eq!(Error::record("a:1", "wanted").of(None).place().0, "a:1");
    }
}
