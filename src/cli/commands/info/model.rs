//! What a model is: its shape, its labels, and how it is used.

use super::list::list;
use crate::Source;
use crate::cli::args::model::ModelArgs;
use crate::cli::outcome::Failure;
use crate::settings::Settings;
use crate::tagger::Card;
use alam_models::weights::encoder_shapes;
use alam_models::{Device, Precision};
use serde::Serialize;
use serde_json::Value;

/// The model, as it stands in the JSON.
#[derive(Serialize)]
pub(super) struct ModelInfo {
    origin: String,
    architecture: String,
    layers: usize,
    hidden_size: usize,
    heads: usize,
    intermediate_size: usize,
    vocabulary: usize,
    /// Of the encoder and its classifier.
    parameters: usize,
    weights: String,
    bytes: u64,
    device: String,
    precision: &'static str,
    types: Vec<String>,
    labels: Vec<String>,
    /// What scheme the labels are in.
    scheme: String,
    conventions: Vec<String>,
    /// What of a word's spelling the model does not see.
    normaliser: Vec<String>,
    decoding: String,
    window: usize,
    overlap: usize,
    temperature: f64,
    licence: Option<String>,
}

impl ModelInfo {
    /// Loads it: what is said of a model is said of one that works.
    pub(super) fn of(args: &ModelArgs) -> Result<ModelInfo, Failure> {
        let source = args.source()?;
        let tagger = args.load()?;
        let (config, options) = (tagger.config(), tagger.options());
        let Settings { overlap, temperature, .. } = *tagger.settings();
        let Settings { normaliser, decoding, conventions, .. } = tagger.settings();
        let encoder: usize = encoder_shapes(config).iter().map(|(_, shape)| shape.iter().product::<usize>()).sum();
        let Card { weights, bytes, licence } = Card::of(&source, options.device, options.precision)?;
        let window = tagger.encoder().window();
        Ok(ModelInfo {
            origin: match &source {
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

    /// For people.
    pub(super) fn rows(&self) -> Vec<(&'static str, String)> {
        let ModelInfo { layers, hidden_size, heads, intermediate_size, vocabulary, .. } = self;
        let shape = format!(
            "{}, {layers} layers of {hidden_size} ({heads} heads, {intermediate_size} between), {vocabulary} pieces",
            self.architecture
        );
        vec![
            ("model", self.origin.clone()),
            ("architecture", shape),
            ("parameters", self.parameters.to_string()),
            ("weights", format!("{}, {} bytes", self.weights, self.bytes)),
            ("runs", format!("on {} in {}", self.device, self.precision)),
            ("types", list(&self.types)),
            ("labels", self.scheme.clone()),
            ("conventions", list(&self.conventions)),
            ("normaliser", list(&self.normaliser)),
            ("decoding", self.decoding.clone()),
            ("window", format!("{} tokens, {} of them shared", self.window, self.overlap)),
            ("temperature", self.temperature.to_string()),
            ("licence", self.licence.clone().unwrap_or_else(|| "its card names none".into())),
        ]
    }
}

/// The names of the fields that are true.
fn switched_on(object: Value) -> Vec<String> {
    let fields = object.as_object().into_iter().flatten();
    fields.filter(|(_, on)| on.as_bool() == Some(true)).map(|(name, _)| name.clone()).collect()
}
