//! Int8 weights beside those that they were made from, and beside others.

use super::load::{folder, load};
use super::tiny::{self, Clitics};
use alam::Options;
use alam_models::quant::QuantWeights;
use alam_models::weights::{self, Weights};
use alam_models::{Config, Precision};
use std::fs;
use std::path::Path;

/// Weights as a folder keeps them: those of the clitic head in a file of its own.
fn write(folder: &Path, all: &Weights) {
    let config = Config::open(folder).unwrap();
    let (clitics, others): (Weights, Weights) =
        all.clone().into_iter().partition(|(name, _)| name.starts_with("clitics."));
    weights::write(&folder.join("model.safetensors"), &config, &others, safetensors::Dtype::F32).unwrap();
    weights::write(&folder.join("clitics.safetensors"), &config, &clitics, safetensors::Dtype::F32).unwrap();
}

fn refusal(folder: &Path) -> String {
    let error = load(folder, Options::default()).map(drop).unwrap_err().to_string();
    error.replace(&folder.display().to_string(), "m")
}

#[test]
fn int8_weights_are_taken_beside_those_that_they_were_made_from_and_no_others() {
    let folder = folder();
    let path = folder.path();
    let config = Config::open(path).unwrap();
    let mut all = tiny::weights(&config, Clitics::Head);
    // Alone they are what there is.
    load(path, Options::default()).unwrap();
    write(path, &all);
    let tip = "\ntip: `alam-train quantise m` makes it anew of these weights";
    let file = "m/model.int8.safetensors: expected";
    assert_eq!(refusal(path), format!("{file} a note of the weights beside it that it was made from, found none{tip}"));
    let int8 = QuantWeights::quantise(&all).unwrap().made_from(path).unwrap();
    int8.write(&path.join("model.int8.safetensors")).unwrap();
    load(path, Options::default()).unwrap();
    all.get_mut("classifier.bias").unwrap().values[3] += 0.5;
    write(path, &all);
    assert_eq!(
        refusal(path),
        format!("{file} int8 weights of the `model.safetensors` beside it, found those of another{tip}")
    );
    load(path, Options { precision: Precision::F32, ..Options::default() }).unwrap();
    all.get_mut("classifier.bias").unwrap().values[3] -= 0.5;
    write(path, &all);
    load(path, Options::default()).unwrap();
    fs::remove_file(path.join("clitics.safetensors")).unwrap();
    assert_eq!(refusal(path), format!("{file} int8 weights without `clitics.safetensors`, found them with it{tip}"));
    fs::remove_file(path.join("model.safetensors")).unwrap();
    load(path, Options::default()).unwrap();
}
