//! What is wrong, as Python says it: the same words, in the exception of that kind.

use alam::Error;
use pyo3::PyErr;
use pyo3::exceptions::{PyFileNotFoundError, PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError};
use std::io::ErrorKind;

/// The exception for an error.
pub(crate) fn raised(error: Error) -> PyErr {
    let message = error.to_string();
    match error {
        Error::Io { source, .. } if source.kind() == ErrorKind::NotFound => PyFileNotFoundError::new_err(message),
        Error::Io { .. } | Error::Hub(_) => PyOSError::new_err(message),
        Error::Record { .. } | Error::Config { .. } | Error::Span { .. } => PyValueError::new_err(message),
        Error::Model(_) => PyRuntimeError::new_err(message),
        Error::Stopped => PyKeyboardInterrupt::new_err(message),
    }
}
