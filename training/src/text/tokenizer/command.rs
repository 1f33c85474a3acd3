//! `alam-train tokenizer`.

use super::measure::Coverage;
use super::{Options, files, train};
use crate::Error;
use crate::files::whole_text;
use crate::recipe::Source;
use crate::run::ownership;
use alam::formats::input;
use clap::Args;
use serde::Deserialize;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Longest sequence that `tokenizer_config.json` speaks of.
const LONGEST: usize = 512;

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// The recipe, a TOML file with `text`, `vocab_size`, `min_count` and `cut_proclitics`
    pub recipe: PathBuf,
    /// Folder for `tokenizer.json` and what goes with it: new, empty, or this recipe's own
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Folder that the recipe's files are named from
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// Texts to measure the vocabulary on: pieces a word, unknown words
    #[arg(long, value_name = "FILES", num_args = 1..)]
    pub measure: Vec<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    text: Vec<PathBuf>,
    #[serde(default = "vocab_size")]
    vocab_size: usize,
    #[serde(default = "min_count")]
    min_count: u64,
    #[serde(default)]
    cut_proclitics: bool,
}

fn vocab_size() -> usize {
    20_000
}

fn min_count() -> u64 {
    3
}

impl Command {
    /// Trains, writes and measures; says on standard error what it found.
    pub fn run(&self) -> Result<(), Error> {
        let source = Source::read(&self.recipe)?;
        let recipe: Recipe = source.parse()?;
        ownership::claim_folder(&self.out, &source)?;
        if recipe.text.is_empty() {
            return Err(source.error("text", "wanted at least one file, found none"));
        }
        let text = recipe.text.iter().map(|path| self.data.join(path)).collect();
        let Recipe { vocab_size, min_count, cut_proclitics, .. } = recipe;
        let options = Options { text, vocab_size, min_count, cut_proclitics };
        let tokenizer = train(&options)?;
        // First: with it the folder is this command's own, wherever it is stopped.
        whole_text(&self.out.join(ownership::RECIPE), &source.text)?;
        files::save(&tokenizer, &self.out, LONGEST)?;
        eprintln!("{} tokens; the tokenizer is in {}", tokenizer.get_vocab_size(true), self.out.display());
        self.measure.iter().try_for_each(|path| measure(&self.out.join("tokenizer.json"), path))
    }
}

fn measure(tokenizer: &Path, path: &Path) -> Result<(), Error> {
    let (encoder, _) = files::encoder(tokenizer)?;
    let mut text = String::new();
    input::open(path)?.read_to_string(&mut text).map_err(Error::io(path))?;
    let mut coverage = Coverage::default();
    coverage.add(&encoder, &text);
    eprintln!("{}: {coverage}", path.display());
    Ok(())
}
