//! What can come of a command: an exit status, and a line on standard error where something is wrong.

use std::io;

/// How a command that did its work ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well.
    Clean,
    /// Some records failed, each reported; or a score is below what was asked for.
    SomeFailed,
    /// Stopped by the user; what was written is valid.
    Interrupted,
    /// Nothing to do was typed; help was shown.
    Help,
}

impl Outcome {
    /// The exit status.
    pub(crate) fn status(self) -> u8 {
        match self {
            Outcome::Clean => 0,
            Outcome::SomeFailed => 1,
            Outcome::Help => 2,
            Outcome::Interrupted => 130,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A record is broken and records may not be.
    Record(String),
    /// What was typed or configured cannot be meant.
    Usage(String),
    /// A model, a file or a device is not there.
    Unavailable(String),
    /// Something that cannot be, and was.
    Bug(String),
    /// Nobody reads on: no failure at all.
    ClosedPipe,
}

/// The exit status of a bug, as Rust has it.
pub(crate) const BUG: u8 = 101;

impl Failure {
    /// What was typed or configured cannot be meant.
    pub(crate) fn usage(message: impl Into<String>) -> Failure {
        Failure::Usage(message.into())
    }

    /// A model, a file or a device is not there.
    pub(crate) fn unavailable(message: impl Into<String>) -> Failure {
        Failure::Unavailable(message.into())
    }

    /// The exit status.
    pub(crate) fn status(&self) -> u8 {
        match self {
            Failure::ClosedPipe => 0,
            Failure::Record(_) => 1,
            Failure::Usage(_) => 2,
            Failure::Unavailable(_) => 3,
            Failure::Bug(_) => BUG,
        }
    }

    /// Says it on standard error.
    pub(crate) fn report(&self) {
        match self {
            Failure::ClosedPipe => {}
            Failure::Record(message) | Failure::Usage(message) | Failure::Unavailable(message) => say(message),
            Failure::Bug(message) => say(&format!("this is a bug: {message}")),
        }
    }
}

impl From<crate::Error> for Failure {
    fn from(error: crate::Error) -> Self {
        let message = error.to_string();
        match error {
            crate::Error::Io { source, .. } => Failure::io(message, &source),
            crate::Error::Config { .. } => Failure::Usage(message),
            crate::Error::Record { .. } | crate::Error::Span { .. } => Failure::Record(message),
            crate::Error::Model(_) | crate::Error::Hub(_) | crate::Error::Stopped => Failure::Unavailable(message),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::io(format!("standard output: {error}"), &error)
    }
}

impl Failure {
    /// Names the file that could not be written, which writers do not know.
    pub(crate) fn at(self, path: Option<&std::path::Path>) -> Failure {
        match (self, path) {
            (Failure::Unavailable(message), Some(path)) => match message.strip_prefix("output: ") {
                Some(reason) => Failure::Unavailable(format!("{}: {reason}", path.display())),
                None => Failure::Unavailable(message),
            },
            (failure, _) => failure,
        }
    }

    fn io(message: String, source: &io::Error) -> Failure {
        if source.kind() == io::ErrorKind::BrokenPipe { Failure::ClosedPipe } else { Failure::Unavailable(message) }
    }
}

/// A message on standard error. Where nobody reads standard error any more, nothing is to be done about it.
pub(crate) fn say(message: &str) {
    use io::Write;
    let mut err = io::stderr().lock();
    for (number, line) in message.lines().enumerate() {
        let line = crate::error::escaped(line);
        let _ = writeln!(err, "{}{line}", if number == 0 { "alam: " } else { "  " });
    }
}
