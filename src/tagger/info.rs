//! What a model is: its shape, its labels, and how it is used.

use super::{Card, Source, Tagger};
use crate::Error;
use crate::settings::Settings;
use alam_models::weights::encoder_shapes;
use alam_models::{Device, Precision};
use serde::Serialize;
use serde_json::Value;

/// See the module; its JSON is an object with these fields.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelInfo {
    /// Where it comes from.
    pub origin: String,
    /// The family of its encoder.
    pub architecture: String,
    /// Layers of the encoder.
    pub layers: usize,
    /// Width of a layer.
    pub hidden_size: usize,
    /// Attention heads of a layer.
    pub heads: usize,
    /// Width between the two products of a layer.
    pub intermediate_size: usize,
    /// Pieces that it knows.
    pub vocabulary: usize,
    /// Of the encoder and its classifier.
    pub parameters: usize,
    /// The file with the weights.
    pub weights: String,
    /// Its bytes.
    pub bytes: u64,
    /// Where it runs: `cpu` or `cuda:N`.
    pub device: String,
    /// In which arithmetic.
    pub precision: &'static str,
    /// Types of names.
    pub types: Vec<String>,
    /// Labels in the order of their numbers.
    pub labels: Vec<String>,
    /// What scheme the labels are in.
    pub scheme: String,
    /// The conventions that it was trained with.
    pub conventions: Vec<String>,
    /// What of a word's spelling the model does not see.
    pub normaliser: Vec<String>,
    /// How tags are chosen.
    pub decoding: String,
    /// Tokens of a window at most.
    pub window: usize,
    /// Tokens that neighbouring windows share.
    pub overlap: usize,
    /// What logits are divided by.
    pub temperature: f64,
    /// The licence that its card names.
    pub licence: Option<String>,
}

impl ModelInfo {
    /// Of a tagger and where it was loaded from.
    ///
    /// # Errors
    /// Weights that are there no more.
    pub fn of(source: &Source, tagger: &Tagger) -> Result<ModelInfo, Error> {
        let (config, options) = (tagger.config(), tagger.options());
        let Settings { overlap, temperature, .. } = *tagger.settings();
        let Settings { normaliser, decoding, conventions, .. } = tagger.settings();
        let encoder: usize = encoder_shapes(config).iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        let Card { weights, bytes, licence } = Card::of(source, options.device, options.precision)?;
        let window = tagger.encoder().window();
        Ok(ModelInfo {
            origin: match source {
                Source::Embedded => "in this program".into(),
                Source::Folder(folder) => folder.display().to_string(),
            },
            architecture: config.model_type.clone(),
            layers: config.layers,
            hidden_size: config.hidden_size,
            heads: config.heads,
            intermediate_size: config.intermediate_size,
            vocabulary: config.vocab_size,
            parameters: encoder + config.labels.len() * (config.hidden_size + 1),
            weights,
            bytes,
            device: match options.device {
                Device::Cpu => "cpu".into(),
                Device::Cuda(number) => format!("cuda:{number}"),
            },
            precision: match (options.device, options.precision) {
                (Device::Cpu, Precision::Int8) => "int8",
                _ => "f32",
            },
            types: tagger.labels().types().iter().map(|label| label.to_string()).collect(),
            labels: tagger.label_names().to_vec(),
            scheme: tagger.labels().scheme().to_string(),
            conventions: conventions.clone(),
            normaliser: switched_on(serde_json::to_value(normaliser).unwrap_or_default()),
            decoding: serde_json::to_value(decoding)
                .ok()
                .and_then(|d| Some(d.as_str()?.to_string()))
                .unwrap_or_default(),
            window,
            overlap: overlap.min(window / 2),
            // As it is written: 1.5, not what f32 makes of it in f64.
            temperature: temperature.to_string().parse().unwrap_or_default(),
            licence,
        })
    }
}

/// The names of the fields that are true.
fn switched_on(object: Value) -> Vec<String> {
    let fields = object.as_object().into_iter().flatten();
    fields.filter(|(_, on)| on.as_bool() == Some(true)).map(|(name, _)| name.clone()).collect()
}
