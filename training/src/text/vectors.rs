//! `alam-train vectors`: skip-gram vectors of pieces, written as the word table that `pretrain` and `finetune` can begin with.

use crate::Error;
use crate::recipe::Source;
use crate::run::ownership::claim_file;
use crate::text::corpus::file::Corpus;
use crate::text::corpus::mixture::{Mixture, Share};
use crate::text::corpus::sequences::Tokens;
use crate::text::tokenizer::files;
use alam_models::skipgram::{Settings, Vectors};
use alam_models::weights::Weight;
use alam_models::{Rng, side};
use clap::Args;
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Sequences between two averagings of the copies.
const ROUND: usize = 4096;
/// Longest sequence; a window never reaches from one to the next.
const LONGEST: usize = 256;

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// The recipe, a TOML file
    pub recipe: PathBuf,
    /// File for the vectors (safetensors); only another such file is replaced
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Folder that the recipe's files are named from
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Recipe {
    tokenizer: PathBuf,
    corpora: Vec<PathBuf>,
    #[serde(default = "width")]
    width: usize,
    #[serde(default = "window")]
    window: usize,
    #[serde(default = "negatives")]
    negatives: usize,
    #[serde(default = "rate")]
    learning_rate: f32,
    #[serde(default = "frequent")]
    frequent: f64,
    tokens: u64,
    #[serde(default = "parts")]
    parts: usize,
    #[serde(default = "deviation")]
    deviation: f32,
    #[serde(default)]
    seed: u64,
}

fn width() -> usize {
    256
}
fn window() -> usize {
    5
}
fn negatives() -> usize {
    5
}
fn rate() -> f32 {
    0.025
}
fn frequent() -> f64 {
    1e-4
}
fn parts() -> usize {
    2
}
fn deviation() -> f32 {
    0.05
}

impl Command {
    /// Learns and writes; says on standard error how it goes.
    pub fn run(&self) -> Result<(), Error> {
        let source = Source::read(&self.recipe)?;
        let recipe: Recipe = source.parse()?;
        for (key, value) in [("width", recipe.width), ("window", recipe.window), ("parts", recipe.parts)] {
            if value == 0 {
                return Err(source.error(key, "wanted a positive number, found 0"));
            }
        }
        claim_file(&self.out, "a file of word vectors", is_one)?;
        crate::files::make_parent(&self.out)?;
        let mut mixture = self.mixture(&source, &recipe)?;
        let begin = Instant::now();
        let mut rng = Rng::new(recipe.seed);
        let settings = Settings {
            width: recipe.width,
            window: recipe.window,
            negatives: recipe.negatives,
            rate: recipe.learning_rate,
            frequent: recipe.frequent,
        };
        let size = files::vocabulary(&self.data.join(&recipe.tokenizer))?.len();
        let first = draw(&mut mixture)?;
        let mut counts = vec![0; size];
        first.iter().flatten().for_each(|&id| counts[id as usize] += 1);
        let mut vectors = Vectors::new(settings, &counts, &mut rng);
        let mut done = 0;
        let mut round = first;
        while done < recipe.tokens {
            vectors.learn(&round, done as f32 / recipe.tokens as f32, recipe.parts, &mut rng);
            done += round.iter().map(|s| s.len() as u64).sum::<u64>();
            let rate = done as f64 / begin.elapsed().as_secs_f64();
            eprintln!("{done} of {} tokens, {rate:.0} tokens/s", recipe.tokens);
            round = draw(&mut mixture)?;
        }
        let weight = Weight { shape: vec![size, recipe.width], values: vectors.scaled(recipe.deviation) };
        write(&self.out, &weight)?;
        eprintln!(
            "vectors of {size} pieces in {:.0} s; they are in {}",
            begin.elapsed().as_secs_f64(),
            self.out.display()
        );
        Ok(())
    }

    fn mixture(&self, source: &Source, recipe: &Recipe) -> Result<Mixture, Error> {
        let (_, vocabulary) = files::encoder(&self.data.join(&recipe.tokenizer))?;
        let share =
            |path: &PathBuf| Ok(Share { corpus: Corpus::open(&self.data.join(path), &vocabulary)?, weight: 1.0 });
        let shares = recipe.corpora.iter().map(share).collect::<Result<Vec<_>, Error>>()?;
        let names = files::vocabulary(&self.data.join(&recipe.tokenizer))?;
        let tokens = Tokens::new(&names)
            .ok_or_else(|| source.error("tokenizer", "wanted a vocabulary with special tokens, found none"))?;
        Mixture::new(shares, tokens, LONGEST, recipe.seed)
    }
}

/// The next sequences, without the special tokens at their ends.
fn draw(mixture: &mut Mixture) -> Result<Vec<Vec<u32>>, Error> {
    let inner = |s: Vec<u32>| s[1..s.len() - 1].to_vec();
    (0..ROUND).map(|_| mixture.sequence().map(inner)).collect()
}

/// Writes a word table as safetensors, under the name that an encoder knows it by.
fn write(path: &Path, weight: &Weight) -> Result<(), Error> {
    let bytes: Vec<u8> = weight.values.iter().flat_map(|x| x.to_le_bytes()).collect();
    let wrong = |e: safetensors::SafeTensorError| Error::Run(format!("{}: {e}", path.display()));
    let view =
        safetensors::tensor::TensorView::new(safetensors::Dtype::F32, weight.shape.clone(), &bytes).map_err(wrong)?;
    let file = safetensors::serialize([("embeddings.word", view)], None).map_err(wrong)?;
    alam_models::whole::write(path, &file)?;
    Ok(())
}

/// Whether a file holds vectors and nothing else.
fn is_one(path: &Path) -> bool {
    let bytes = std::fs::read(path).unwrap_or_default();
    safetensors::SafeTensors::deserialize(&bytes).is_ok_and(|file| file.names() == ["embeddings.word"])
}

/// Reads what [`Command`] wrote.
pub fn read(path: &Path) -> Result<Weight, Error> {
    let wrong = |message: String| Error::data(path.display().to_string(), message);
    let bytes = side::read(path, 16 * side::LIST).map_err(Error::io(path))?;
    let file =
        safetensors::SafeTensors::deserialize(&bytes).map_err(|e| wrong(format!("wanted safetensors, found {e}")))?;
    let table =
        file.tensor("embeddings.word").map_err(|e| wrong(format!("wanted the tensor `embeddings.word`: {e}")))?;
    if table.dtype() != safetensors::Dtype::F32 || table.shape().len() != 2 {
        return Err(wrong(format!(
            "`embeddings.word`: wanted a table of F32, found {:?} {:?}",
            table.dtype(),
            table.shape()
        )));
    }
    let (numbers, _) = table.data().as_chunks::<4>();
    Ok(Weight { shape: table.shape().to_vec(), values: numbers.iter().map(|b| f32::from_le_bytes(*b)).collect() })
}
