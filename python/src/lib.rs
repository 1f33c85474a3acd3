//! alam as a Python package: the module `alam._alam`, whose classes and functions `alam` shows.

mod document;
mod errors;
mod files;
mod finder;
mod name;
mod pool;
mod scores;
mod stream;
mod table;
mod tagger;

use pyo3::prelude::*;
use std::ffi::OsString;

/// Runs the command line, whose first word is the program's name, and returns its exit status.
#[pyfunction]
fn main(py: Python<'_>, line: Vec<OsString>) -> u8 {
    py.detach(|| alam::cli::run(line))
}

/// Runs the command line of `alam-train`, the same way.
#[pyfunction]
fn train(py: Python<'_>, line: Vec<OsString>) -> u8 {
    py.detach(|| alam_training::cli::run(line))
}

#[pymodule]
fn _alam(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add_class::<name::Name>()?;
    module.add_class::<document::Document>()?;
    module.add_class::<files::Documents>()?;
    module.add_class::<stream::Stream>()?;
    module.add_class::<tagger::Tagger>()?;
    module.add_function(wrap_pyfunction!(main, module)?)?;
    module.add_function(wrap_pyfunction!(train, module)?)?;
    module.add_function(wrap_pyfunction!(table::names_field, module)?)?;
    module.add_function(wrap_pyfunction!(files::read, module)?)?;
    module.add_function(wrap_pyfunction!(files::write, module)?)?;
    module.add_function(wrap_pyfunction!(scores::evaluate, module)?)?;
    module.add_function(wrap_pyfunction!(scores::stats, module)?)
}
