//! Small models for the tests of this crate.

use crate::model::shape::Shape;
use crate::recipe::Source;
use crate::text::tokenizer::{self, count::Counts, files};
use alam::labels::Labels;
use alam::normalise::Normaliser;
use alam::settings::Settings;
use alam_models::encoder::{Head, Network};
use alam_models::weights::{self, Weights};
use alam_models::{Arithmetic, Rng};
use candle_core::Device;
use safetensors::Dtype;

/// Words that the vocabulary knows.
pub(crate) const WORDS: &str = "سامي ليلى عمان بيروت في من قال زار عاد إلى مدينة الوزير أمس .";

/// A folder with a random tagger of two types, clitic head and all.
pub(crate) fn model() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = tokenizer::Options { text: Vec::new(), vocab_size: 420, min_count: 1, cut_proclitics: false };
    let tokenizer = tokenizer::from_counts(&Counts::of_text(WORDS), &options).unwrap();
    files::save(&tokenizer, folder.path(), 64).unwrap();
    let shape = "family = \"electra\"\nhidden_size = 32\nlayers = 1\nheads = 2\nmax_positions = 64\n";
    let source = Source { path: "r.toml".into(), text: shape.into() };
    let shape: Shape = source.parse().unwrap();
    let mut config = shape.config(tokenizer.get_vocab_size(true), 1, (&source, "shape")).unwrap();
    config.labels = Labels::of_types(&["PER", "LOC"]).tags().iter().map(ToString::to_string).collect();
    let head = |name: &str, outputs| Head { name: name.into(), outputs };
    let heads = [head("classifier", 5), head("clitics", alam::clitics::CLASSES)];
    let place = (&Device::Cpu, Arithmetic::F32);
    let network = Network::new(&config, &heads, &Weights::new(), &mut Rng::new(5), place).unwrap();
    let (clitics, weights): (Weights, Weights) =
        network.parameters().to_weights().unwrap().into_iter().partition(|(name, _)| name.starts_with("clitics."));
    std::fs::write(folder.path().join("config.json"), config.to_json()).unwrap();
    let settings = Settings { normaliser: Normaliser::FULL, ..Settings::default() };
    std::fs::write(folder.path().join("tagger.json"), settings.to_json()).unwrap();
    weights::write(&folder.path().join("model.safetensors"), &config, &weights, Dtype::F32).unwrap();
    weights::write(&folder.path().join("clitics.safetensors"), &config, &clitics, Dtype::F32).unwrap();
    folder
}
