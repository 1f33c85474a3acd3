//! Where a model comes from.

use std::path::PathBuf;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The model in the binary.
    Embedded,
    /// A model folder.
    Folder(PathBuf),
}
