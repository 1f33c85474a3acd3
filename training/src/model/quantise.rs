//! `alam-train quantise`: a model folder gets its int8 weights, and a look at what they cost.

use crate::Error;
use alam::align;
use alam::document::{Document, Span};
use alam::formats::{self, ReadOptions};
use alam::labels::Tag;
use alam::metrics::Counts;
use alam::segment;
use alam::tagger::{Options, Source, Tagger};
use alam_models::quant::QuantWeights;
use alam_models::{Config, Precision, weights};
use clap::Args;
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

/// The file that is written, as `alam` looks for it in a folder and in the binary.
pub const FILE: &str = "model.int8.safetensors";

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// The model folder; `model.int8.safetensors` is written into it
    #[arg(value_name = "MODELDIR")]
    pub model: PathBuf,
    /// Labelled text (CoNLL or JSON lines) to score with the weights in f32 and in int8; may be given several times
    #[arg(long, value_name = "FILE")]
    pub gold: Vec<PathBuf>,
    /// The annotation convention of the labelled text; the model's first by default
    #[arg(long, value_name = "NAME")]
    pub convention: Option<String>,
}

/// What int8 costs on one file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// Micro F1 in f32.
    pub f32: f64,
    /// Micro F1 in int8.
    pub int8: f64,
    /// Words with the same tag in both.
    pub equal: usize,
    /// All words.
    pub words: usize,
}

impl Command {
    /// Writes the file and says on standard error how large it is and what it costs.
    pub fn run(&self) -> Result<(), Error> {
        let (before, after) = quantise(&self.model)?;
        let mebi = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        eprintln!(
            "weights: {:.2} MiB before, {:.2} MiB in {}",
            mebi(before),
            mebi(after),
            self.model.join(FILE).display()
        );
        for path in &self.gold {
            let cost = cost(&self.model, path, self.convention.as_deref())?;
            eprintln!("{}: {cost}", path.display());
        }
        Ok(())
    }
}

/// Writes the int8 weights of a folder, those of its heads in f32 beside them and a note of the files that they were made
/// from, and opens it as a tagger in both precisions. Sizes in bytes, before and after.
///
/// # Errors
/// A folder that is no tagger, which then gets no file.
pub fn quantise(folder: &Path) -> Result<(u64, u64), Error> {
    open(folder, options(Precision::F32, None))?;
    let config = Config::open(folder)?;
    let quantised = QuantWeights::quantise(&weights::read(folder, &config)?)?.made_from(folder)?;
    quantised.check(&config)?;
    quantised.write(&folder.join(FILE))?;
    open(folder, options(Precision::Int8, None))?;
    sizes(folder).map_err(Error::io(folder))
}

/// Scores of a folder's weights in f32 and of its int8 file on labelled text: exact spans where the text has no words of
/// its own, whole words where it has.
pub fn cost(folder: &Path, gold: &Path, convention: Option<&str>) -> Result<Cost, Error> {
    let documents = formats::open(gold, &ReadOptions::default())?.collect::<Result<Vec<Document>, _>>()?;
    if documents.iter().all(|d| d.entities.is_empty()) {
        return Err(Error::data(gold.display().to_string(), "wanted names to score by, found none"));
    }
    let keep_clitics = documents.iter().all(|d| d.sentences.is_some());
    let tagged = |precision| -> Result<Vec<Document>, Error> {
        let tagger = open(folder, Options { keep_clitics, ..options(precision, convention) })?;
        let mut documents = documents.clone();
        documents.iter_mut().for_each(|d| d.entities.clear());
        tagger.tag_all(&mut documents)?;
        Ok(documents)
    };
    let (exact, coarse) = (tagged(Precision::F32)?, tagged(Precision::Int8)?);
    let mut cost = Cost { f32: f1(&documents, &exact), int8: f1(&documents, &coarse), equal: 0, words: 0 };
    for (exact, coarse) in exact.iter().zip(&coarse) {
        let (exact, coarse) = (tags(exact), tags(coarse));
        cost.words += exact.len();
        cost.equal += exact.iter().zip(&coarse).filter(|(a, b)| a == b).count();
    }
    Ok(cost)
}

impl Display for Cost {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "F1 {:.2} in f32, {:.2} in int8 ({:+.2}); {:.3} % of {} words have the same tag",
            100.0 * self.f32,
            100.0 * self.int8,
            100.0 * (self.int8 - self.f32),
            100.0 * self.equal as f64 / self.words.max(1) as f64,
            self.words
        )
    }
}

fn options(precision: Precision, convention: Option<&str>) -> Options {
    Options { precision, convention: convention.map(Into::into), ..Options::default() }
}

fn open(folder: &Path, options: Options) -> Result<Tagger, Error> {
    Ok(Tagger::load(&Source::Folder(folder.to_owned()), options)?)
}

fn f1(gold: &[Document], tagged: &[Document]) -> f64 {
    let mut counts = Counts::default();
    gold.iter().zip(tagged).for_each(|(gold, tagged)| counts.add(&gold.entities, &tagged.entities));
    counts.scores().micro.f1
}

/// The tag of every word, proclitics or not.
fn tags(document: &Document) -> Vec<Tag> {
    let words: Vec<Span> = segment::sentences(document).iter().flat_map(|s| &s.words).copied().collect();
    let mut names = document.entities.clone();
    names.iter_mut().for_each(|name| name.span = name.token_span);
    align::to_tags(&document.text, &words, &names).tags
}

/// Bytes of the weights that were there, and of the int8 ones.
fn sizes(folder: &Path) -> std::io::Result<(u64, u64)> {
    let (mut before, mut after) = (0, 0);
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name == FILE {
            after += entry.metadata()?.len();
        } else if name.ends_with(".safetensors") {
            before += entry.metadata()?.len();
        }
    }
    Ok((before, after))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::samples::model;
    use alam_models::Model;

    const GOLD: &str = "سامي B-PER\nفي O\nعمان B-LOC\n\nقال O\nسامي B-PER\n";

    #[test]
    fn a_folder_opens_with_its_int8_weights_and_its_clitic_head() {
        let folder = model();
        let (before, after) = quantise(folder.path()).unwrap();
        assert!(after > 0 && after < before, "{before} {after}");
        // Nothing else is left to open the folder by.
        std::fs::remove_file(folder.path().join("model.safetensors")).unwrap();
        std::fs::remove_file(folder.path().join("clitics.safetensors")).unwrap();
        let model = Model::open(folder.path(), alam_models::Device::Cpu, Precision::Int8).unwrap();
        let mut input = alam_models::Input::new(0);
        input.push(&[0, 1, 2]);
        assert!(model.forward(&input).unwrap().clitics.is_some());
    }

    #[test]
    fn the_cost_is_counted_in_f1_and_in_words() {
        let folder = model();
        quantise(folder.path()).unwrap();
        let gold = folder.path().join("gold.conll");
        std::fs::write(&gold, GOLD).unwrap();
        let cost = cost(folder.path(), &gold, None).unwrap();
        assert_eq!(cost.words, 5);
        assert!(cost.equal <= 5 && (0.0..=1.0).contains(&cost.f32) && (0.0..=1.0).contains(&cost.int8));
        let shown = Cost { f32: 0.8, int8: 0.79, equal: 3, words: 4 }.to_string();
        assert_eq!(shown, "F1 80.00 in f32, 79.00 in int8 (-1.00); 75.000 % of 4 words have the same tag");
    }

    #[test]
    fn the_int8_weights_are_what_is_scored() {
        let folder = model();
        quantise(folder.path()).unwrap();
        let gold = folder.path().join("gold.conll");
        std::fs::write(&gold, GOLD).unwrap();
        // Another model's weights: every word is a place.
        let config = Config::open(folder.path()).unwrap();
        let mut weights = weights::read(folder.path(), &config).unwrap();
        weights.get_mut("classifier.bias").unwrap().values[3] = 1e4;
        let quantised = QuantWeights::quantise(&weights).unwrap().made_from(folder.path()).unwrap();
        quantised.write(&folder.path().join(FILE)).unwrap();
        let cost = cost(folder.path(), &gold, None).unwrap();
        assert!((cost.int8 - 0.25).abs() < 1e-9, "one of five is right, one of three found: {cost}");
    }

    #[test]
    fn a_folder_that_is_no_tagger_gets_no_file() {
        let folder = model();
        std::fs::write(folder.path().join("tagger.json"), "{\"window\": 1}").unwrap();
        let message = quantise(folder.path()).unwrap_err().to_string();
        assert!(message.contains("tagger.json: `window`: wanted 8 tokens or more, found 1"), "{message}");
        assert!(!folder.path().join(FILE).exists());
    }

    #[test]
    fn gold_without_names_and_an_unknown_convention_are_refused() {
        let folder = model();
        let gold = folder.path().join("gold.conll");
        std::fs::write(&gold, "في O\n").unwrap();
        let message = cost(folder.path(), &gold, None).unwrap_err().to_string();
        assert!(message.ends_with("gold.conll: wanted names to score by, found none"), "{message}");
        std::fs::write(&gold, GOLD).unwrap();
        let message = cost(folder.path(), &gold, Some("x")).unwrap_err().to_string();
        assert!(message.starts_with("convention: wanted"), "{message}");
    }
}
