//! What can go wrong between a model folder and its scores.

use crate::whole::Unwritten;
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
    /// `config.json` is not one this crate can run.
    #[error("{origin}: {message}")]
    Config {
        /// The file, or what stands for it.
        origin: String,
        /// What was wanted and what was found.
        message: String,
    },
    /// A weight file is broken, or does not fit its configuration.
    #[error("{origin}: {message}")]
    Weights {
        /// The file, or what stands for it.
        origin: String,
        /// What was wanted and what was found, with the tensor's name.
        message: String,
    },
    /// The device asked for is not there, or cannot do what was asked.
    #[error("{0}")]
    Device(String),
    /// An input that no model could take: an id outside the vocabulary, a sequence longer than the position table.
    #[error("{0}")]
    Input(String),
    /// Scores that are no numbers, from weights that are damaged or enormous.
    #[error("{0}")]
    Scores(String),
    /// candle failed.
    #[cfg(feature = "graph")]
    #[error(transparent)]
    Candle(#[from] candle_core::Error),
}

impl From<Unwritten> for Error {
    fn from(Unwritten { path, source }: Unwritten) -> Self {
        Error::Io { path, source }
    }
}
