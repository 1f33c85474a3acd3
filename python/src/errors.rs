//! What is wrong, as Python says it: the same words, in the exception of that kind.

use alam::Error;
use pyo3::PyErr;
use pyo3::exceptions::{PyFileNotFoundError, PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError};
use std::io::ErrorKind;

/// The exception for an error.
pub(crate) fn raised(error: Error) -> PyErr {
    let message = as_argument(&error.to_string());
    match error {
        Error::Io { source, .. } if source.kind() == ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
        Error::Io { .. } | Error::Hub(_) => PyOSError::new_err(message),
        Error::Record { .. } | Error::Config { .. } | Error::Span { .. } => PyValueError::new_err(message),
        Error::Model(_) => PyRuntimeError::new_err(message),
        Error::Stopped => PyKeyboardInterrupt::new_err(message),
    }
}

/// A message that begins with a flag of the command line, which here is an argument: `--label-names` is `label_names`.
fn as_argument(message: &str) -> String {
    let Some(rest) = message.strip_prefix("--") else { return message.to_owned() };
    let (flag, rest) = rest.split_at(rest.find(':').unwrap_or_default());
    format!("{}{rest}", flag.replace('-', "_"))
}
