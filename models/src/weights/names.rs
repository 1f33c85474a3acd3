//! Which weights a configuration asks for, and what transformers calls them.

use super::weight::CLITIC_OUTPUTS;
use crate::{Config, Family};

/// Names and shapes of an encoder's weights (without heads), in the order of the table in [`crate::weights`].
pub fn encoder_shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let (narrow, width, inner) = (config.embedding_size, config.hidden_size, config.intermediate_size);
    let mut shapes = vec![
        ("embeddings.word".to_owned(), vec![config.vocab_size, narrow]),
        ("embeddings.position".to_owned(), vec![config.max_positions, narrow]),
    ];
    if config.token_types > 0 {
        shapes.push(("embeddings.type".to_owned(), vec![config.token_types, narrow]));
    }
    norm(&mut shapes, "embeddings.norm", narrow);
    if narrow != width {
        linear(&mut shapes, "embeddings.project", width, narrow);
    }
    for layer in 0..config.layers {
        for part in ["query", "key", "value", "output"] {
            linear(&mut shapes, &format!("layer.{layer}.attention.{part}"), width, width);
        }
        norm(&mut shapes, &format!("layer.{layer}.attention.norm"), width);
        linear(&mut shapes, &format!("layer.{layer}.ffn.up"), inner, width);
        linear(&mut shapes, &format!("layer.{layer}.ffn.down"), width, inner);
        norm(&mut shapes, &format!("layer.{layer}.ffn.norm"), width);
    }
    shapes
}

/// A weight that only a deeper encoder has: a file that has it is another model's.
pub(crate) fn beyond(config: &Config) -> String {
    format!("layer.{}.attention.query.weight", config.layers)
}

/// What is wrong with a file that has the weight [`beyond`].
pub(crate) fn too_few_layers(config: &Config, beyond: &str) -> String {
    format!("expected as many layers as `config.json` says ({}), found more: there is `{beyond}`", config.layers)
}

/// The classifier's weights; none without labels.
pub(super) fn classifier_shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Vec::new();
    if !config.labels.is_empty() {
        linear(&mut shapes, "classifier", config.labels.len(), config.hidden_size);
    }
    shapes
}

/// The clitic head's weights.
pub(super) fn clitic_shapes(config: &Config) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Vec::new();
    linear(&mut shapes, "clitics", CLITIC_OUTPUTS, config.hidden_size);
    shapes
}

fn linear(shapes: &mut Vec<(String, Vec<usize>)>, name: &str, outputs: usize, inputs: usize) {
    shapes.push((format!("{name}.weight"), vec![outputs, inputs]));
    shapes.push((format!("{name}.bias"), vec![outputs]));
}

fn norm(shapes: &mut Vec<(String, Vec<usize>)>, name: &str, width: usize) {
    shapes.push((format!("{name}.weight"), vec![width]));
    shapes.push((format!("{name}.bias"), vec![width]));
}

/// The name under which transformers keeps a weight of this family, `None` for one that it does not know.
pub fn hub_name(config: &Config, name: &str) -> Option<String> {
    let known = encoder_shapes(config).into_iter().chain(classifier_shapes(config)).any(|(known, _)| known == name);
    if known { translate(config.family, name) } else { None }
}

/// [`hub_name`] without asking whether this configuration has such a weight.
fn translate(family: Family, name: &str) -> Option<String> {
    if name.starts_with("classifier.") {
        return Some(name.to_owned());
    }
    let prefix = prefix(family);
    if let Some(part) = name.strip_prefix("embeddings.") {
        let part = match part {
            "word" => "embeddings.word_embeddings.weight",
            "position" => "embeddings.position_embeddings.weight",
            "type" => "embeddings.token_type_embeddings.weight",
            "norm.weight" => "embeddings.LayerNorm.weight",
            "norm.bias" => "embeddings.LayerNorm.bias",
            "project.weight" => "embeddings_project.weight",
            "project.bias" => "embeddings_project.bias",
            _ => return None,
        };
        return Some(format!("{prefix}.{part}"));
    }
    let (layer, part) = name.strip_prefix("layer.")?.split_once('.')?;
    let (part, kind) = part.rsplit_once('.')?;
    if family == Family::DistilBert {
        let part = match part {
            "attention.query" => "attention.q_lin",
            "attention.key" => "attention.k_lin",
            "attention.value" => "attention.v_lin",
            "attention.output" => "attention.out_lin",
            "attention.norm" => "sa_layer_norm",
            "ffn.up" => "ffn.lin1",
            "ffn.down" => "ffn.lin2",
            "ffn.norm" => "output_layer_norm",
            _ => return None,
        };
        return Some(format!("{prefix}.transformer.layer.{layer}.{part}.{kind}"));
    }
    let part = match part {
        "attention.query" => "attention.self.query",
        "attention.key" => "attention.self.key",
        "attention.value" => "attention.self.value",
        "attention.output" => "attention.output.dense",
        "attention.norm" => "attention.output.LayerNorm",
        "ffn.up" => "intermediate.dense",
        "ffn.down" => "output.dense",
        "ffn.norm" => "output.LayerNorm",
        _ => return None,
    };
    Some(format!("{prefix}.encoder.layer.{layer}.{part}.{kind}"))
}

/// The attribute under which transformers keeps the encoder in a model with a head.
fn prefix(family: Family) -> &'static str {
    match family {
        Family::Bert => "bert",
        Family::Roberta => "roberta",
        Family::DistilBert => "distilbert",
        Family::Electra => "electra",
    }
}

/// All names that a weight may have in a file, the usual one first.
pub(super) fn in_files(config: &Config, name: &str) -> Vec<String> {
    let Some(usual) = translate(config.family, name) else { return vec![name.to_owned()] };
    let mut names = vec![usual];
    if let Some(bare) = names[0].strip_prefix(&format!("{}.", prefix(config.family))) {
        names.push(bare.to_owned());
    }
    // Checkpoints converted from TensorFlow before 2019.
    let is_norm = name.contains("norm.");
    for i in 0..if is_norm { names.len() } else { 0 } {
        if let Some(stem) = names[i].strip_suffix(".weight") {
            names.push(format!("{stem}.gamma"));
        } else if let Some(stem) = names[i].strip_suffix(".bias") {
            names.push(format!("{stem}.beta"));
        }
    }
    names
}
