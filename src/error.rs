//! What can go wrong between a text and its entities.

use std::path::PathBuf;

/// A failure of this crate. The text is `where: what was wanted, what was found`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// One record of an input is broken; the others are not.
    #[error("{place}: {message}")]
    Record {
        /// `path:line`, or `path` where a file is one record.
        place: String,
        /// What was wanted and what was found.
        message: String,
    },
    /// A configuration file, a tokenizer or an option cannot be used.
    #[error("{origin}: {message}")]
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
    /// What stands for a record that could not be read or tagged: its place, and what is wrong with it.
    pub fn place(&self) -> (String, String) {
        match self {
            Error::Record { place, message } => (place.clone(), message.clone()),
            Error::Io { path, source } => (path.display().to_string(), source.to_string()),
            other => (String::new(), other.to_string()),
        }
    }

    /// An [`Error::Io`] at `path`.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Error::Io { path: path.into(), source }
    }

    /// An [`Error::Record`] at `path:line`.
    pub fn record(place: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Record { place: place.into(), message: message.into() }
    }

    /// An [`Error::Config`] of `origin`.
    pub fn config(origin: impl Into<String>, message: impl Into<String>) -> Self {
        Error::Config { origin: origin.into(), message: message.into() }
    }
}
