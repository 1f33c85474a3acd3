//! What can go wrong between a recipe and a checkpoint.

use alam_models::whole::Unwritten;
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
    /// A recipe cannot be used.
    #[error("{place}: {message}")]
    Recipe {
        /// `path:line`, or `path` where no line is at fault.
        place: String,
        /// What was wanted and what was found.
        message: String,
    },
    /// Training data cannot be used.
    #[error("{place}: {message}")]
    Data {
        /// `path:line`, or `path`.
        place: String,
        /// What was wanted and what was found.
        message: String,
    },
    /// A checkpoint cannot be used, or does not belong to this run.
    #[error("{}: {message}", path.display())]
    Checkpoint {
        /// The checkpoint.
        path: PathBuf,
        /// What was wanted and what was found.
        message: String,
    },
    /// A run that cannot go on: a loss that is no number, too little memory.
    #[error("{0}")]
    Run(String),
    /// Reading text, tagging or scoring failed.
    #[error(transparent)]
    Alam(#[from] alam::Error),
    /// The network failed.
    #[error(transparent)]
    Model(#[from] alam_models::Error),
    /// candle failed.
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

impl From<Unwritten> for Error {
    fn from(Unwritten { path, source }: Unwritten) -> Self {
        Error::Io { path, source }
    }
}

impl Error {
    /// An [`Error::Io`] at `path`.
    pub fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.into();
        move |source| Error::Io { path, source }
    }

    /// An [`Error::Recipe`] at `place`.
    pub fn recipe(place: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Recipe { place: place.into(), message: message.into() }
    }

    /// An [`Error::Data`] at `place`.
    pub fn data(place: impl Into<String>, message: impl Into<String>) -> Error {
        Error::Data { place: place.into(), message: message.into() }
    }

    /// An [`Error::Checkpoint`] of `path`.
    pub fn checkpoint(path: impl Into<PathBuf>, message: impl Into<String>) -> Error {
        Error::Checkpoint { path: path.into(), message: message.into() }
    }

    /// The exit status it stands for: 2 for a recipe that cannot be used, 3 for a model, data or device that is not there.
    pub fn status(&self) -> u8 {
        match self {
            Error::Recipe { .. } | Error::Checkpoint { .. } => 2,
            _ => 3,
        }
    }
}
