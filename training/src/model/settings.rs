//! What the folder of a model that a run begins with, or learns from, says of it.

use crate::Error;
use alam::settings::Settings;
use alam_models::{Config, side};
use std::path::Path;

/// The longest sequences whose positions a model has learnt: its windows, where it is alam's; all that it has, where it comes
/// from elsewhere and nothing says otherwise.
pub(crate) fn learnt(folder: &Path, config: &Config) -> Result<usize, Error> {
    let of_alam = folder.join("tagger.json").is_file();
    let window = if of_alam { settings(folder)?.window } else { usize::MAX };
    Ok(window.min(config.max_tokens()))
}

/// What its `tagger.json` says; of a model from elsewhere what holds without one.
pub(crate) fn settings(folder: &Path) -> Result<Settings, Error> {
    let path = folder.join("tagger.json");
    match side::text(&path, side::CONFIGURATION) {
        Ok(json) => Ok(Settings::from_json(&json, &path.display().to_string())?),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
        Err(e) => Err(Error::io(path)(e)),
    }
}
