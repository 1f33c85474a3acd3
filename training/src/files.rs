//! Files that are written: the folder that they lie in is made, and they appear whole or not at all.

use crate::Error;
use alam_models::whole;
use std::path::Path;

/// Makes the folder that a file is about to be written into.
pub fn make_parent(file: &Path) -> Result<(), Error> {
    let folder = file.parent().unwrap_or(Path::new(""));
    std::fs::create_dir_all(folder).map_err(Error::io(folder))
}

/// Writes a text whole or not at all, and the folder that it lies in.
pub fn whole_text(path: &Path, text: &str) -> Result<(), Error> {
    make_parent(path)?;
    Ok(whole::write(path, text.as_bytes())?)
}
