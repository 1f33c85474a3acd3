//! What a run is started with.

use crate::Error;
use crate::recipe;
use crate::run::progress::Show;
use std::path::{Path, PathBuf};

/// Everything that a run is started with, besides its recipe's own tables.
#[derive(Debug, Clone)]
pub struct Job {
    /// The recipe.
    pub recipe: recipe::Source,
    /// The output folder.
    pub out: PathBuf,
    /// The folder that corpora are named from.
    pub data: PathBuf,
    /// Where the networks train.
    pub device: candle_core::Device,
    /// When this session of the run ends with a checkpoint.
    pub limit: Limit,
    /// How progress is shown.
    pub show: Show,
    /// The command that was given, for the card.
    pub command: String,
}

impl Job {
    /// The file or folder of that name beside the output folder, in the folder with data, or in the working folder; `key` is
    /// where the recipe names it.
    pub fn find(&self, name: &str, key: &str) -> Result<PathBuf, Error> {
        let beside = self.out.parent().unwrap_or(Path::new("")).join(name);
        let places = [beside, self.data.join(name), PathBuf::from(name)];
        places.iter().find(|path| path.exists()).cloned().ok_or_else(|| {
            let places = places.each_ref().map(|path| path.display().to_string()).join(", ");
            self.recipe.error(key, format!("wanted one of {places}, found none"))
        })
    }
}

/// The end of a session; the same command carries on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limit {
    /// After that time.
    pub time: Option<std::time::Duration>,
    /// After so many steps.
    pub steps: Option<u64>,
}
