//! What a model is, for people.

use super::list::list;
use crate::tagger::ModelInfo;

/// A model, for people.
pub(super) fn rows(model: &ModelInfo) -> Vec<(&'static str, String)> {
    let ModelInfo { layers, hidden_size, heads, intermediate_size, vocabulary, .. } = model;
    let shape = format!(
        "{}, {layers} layers of {hidden_size} ({heads} heads, {intermediate_size} between), {vocabulary} pieces",
        model.architecture
    );
    vec![
        ("model", model.origin.clone()),
        ("architecture", shape),
        ("parameters", model.parameters.to_string()),
        ("weights", format!("{}, {} bytes", model.weights, model.bytes)),
        ("runs", format!("on {} in {}", model.device, model.precision)),
        ("types", list(&model.types)),
        ("labels", model.scheme.clone()),
        ("conventions", list(&model.conventions)),
        ("normaliser", list(&model.normaliser)),
        ("decoding", model.decoding.clone()),
        ("window", format!("{} tokens, {} of them shared", model.window, model.overlap)),
        ("temperature", model.temperature.to_string()),
        ("licence", model.licence.clone().unwrap_or_else(|| "its card names none".into())),
    ]
}
