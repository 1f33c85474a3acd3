//! A model so small that a test makes it: random weights, large enough that tags vary from word to word.

use alam::encode::Encoder;
use alam::normalise::Normaliser;
use alam::settings::Settings;
use alam::{Options, Tagger};
use alam_models::quant::QuantWeights;
use alam_models::weights::{Weight, Weights, encoder_shapes};
use alam_models::{Config, Model, Rng};
use serde_json::{Value, json};

pub(crate) const LABELS: [&str; 9] = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"];
const SPECIAL: [&str; 5] = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const HIDDEN: usize = 32;

/// Whether a model has a head that says where a name begins in its first word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Clitics {
    Head,
    Rule,
}

/// Every letter a piece, alone and behind others, and some pairs, so that words have one to many pieces.
pub(crate) fn tokenizer() -> Value {
    let letters: Vec<char> = ('!'..='~').chain('\u{621}'..='\u{64a}').chain("،؛؟«»“”…".chars()).collect();
    let pairs = ["ال", "وا", "في", "من", "بن", "عبد", "قال", "مد", "ين"];
    let pieces = letters.iter().map(char::to_string).chain(pairs.map(String::from));
    let continued = letters.iter().map(|c| format!("##{c}")).chain(pairs.map(|p| format!("##{p}")));
    let all = SPECIAL.map(String::from).into_iter().chain(pieces).chain(continued);
    let vocab: serde_json::Map<String, Value> = all.enumerate().map(|(id, piece)| (piece, json!(id))).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "normalizer": null, "decoder": null,
        "added_tokens": [],
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                  "max_input_chars_per_word": 100, "vocab": vocab},
    })
}

pub(crate) fn config(tokenizer: &Value) -> String {
    let labels: serde_json::Map<String, Value> =
        LABELS.iter().enumerate().map(|(id, label)| (id.to_string(), json!(label))).collect();
    let ids: serde_json::Map<String, Value> =
        LABELS.iter().enumerate().map(|(id, l)| (l.to_string(), json!(id))).collect();
    let vocabulary = tokenizer["model"]["vocab"].as_object().unwrap().len();
    json!({
        "architectures": ["BertForTokenClassification"], "model_type": "bert", "vocab_size": vocabulary,
        "hidden_size": HIDDEN, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
        "hidden_act": "gelu", "max_position_embeddings": 128, "type_vocab_size": 2, "layer_norm_eps": 1e-12,
        "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02, "pad_token_id": 0,
        "id2label": labels, "label2id": ids,
    })
    .to_string()
}

pub(crate) fn settings() -> Settings {
    Settings {
        normaliser: Normaliser::FULL,
        window: 64,
        overlap: 16,
        temperature: 1.5,
        conventions: vec!["alam".into(), "anercorp".into()],
        ..Settings::default()
    }
}

pub(crate) fn weights(config: &Config, clitics: Clitics) -> Weights {
    let mut shapes = encoder_shapes(config);
    shapes.push(("classifier.weight".into(), vec![LABELS.len(), HIDDEN]));
    shapes.push(("classifier.bias".into(), vec![LABELS.len()]));
    if clitics == Clitics::Head {
        shapes.push(("clitics.weight".into(), vec![4, HIDDEN]));
        shapes.push(("clitics.bias".into(), vec![4]));
    }
    let mut rng = Rng::new(20_310);
    let mut weight = |name: &str, shape: Vec<usize>| {
        let inputs = shape.last().copied().unwrap_or(1) as f32;
        let (mean, spread) = match name {
            _ if name.ends_with("norm.weight") => (1.0, 0.2),
            _ if name.ends_with("bias") => (0.0, 0.2),
            // A word says more than its place, the convention or its neighbours: else all words of a text are alike.
            "embeddings.position" => (0.0, 0.1),
            "embeddings.type" => (0.0, 0.3),
            _ if name.ends_with("attention.output.weight") => (0.0, 0.5 / inputs.sqrt()),
            _ if name.starts_with("embeddings") => (0.0, 1.0),
            _ if name.starts_with("classifier") || name.starts_with("clitics") => (0.0, 5.0 / inputs.sqrt()),
            _ => (0.0, 1.5 / inputs.sqrt()),
        };
        let values = (0..shape.iter().product()).map(|_| mean + spread * rng.normal()).collect();
        Weight { shape, values }
    };
    let mut weights: Weights = shapes.into_iter().map(|(name, shape)| (name.clone(), weight(&name, shape))).collect();
    // Names are found at some words and not at most.
    if let Some(bias) = weights.get_mut("classifier.bias") {
        bias.values[0] += 6.0;
    }
    // Two letters are cut wherever spelling lets them: لل is rare.
    if let Some(bias) = weights.get_mut("clitics.bias") {
        bias.values[2] += 20.0;
    }
    weights
}

/// The bytes of `model.int8.safetensors`.
pub(crate) fn int8(clitics: Clitics) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.int8.safetensors");
    let config = Config::from_json(&config(&tokenizer()), "config.json").unwrap();
    QuantWeights::quantise(&weights(&config, clitics)).unwrap().write(&path).unwrap();
    std::fs::read(path).unwrap()
}

/// A tagger of random weights, always the same.
pub(crate) fn tagger(clitics: Clitics, options: Options) -> Tagger {
    let tokenizer = tokenizer();
    let config = Config::from_json(&config(&tokenizer), "config.json").unwrap();
    let model = Model::from_weights(&config, &weights(&config, clitics), options.precision).unwrap();
    let (settings, bytes) = (settings(), tokenizer.to_string());
    let (window, overlap) = (settings.window, settings.overlap);
    let encoder = Encoder::new(bytes.as_bytes(), "tokenizer.json", settings.normaliser, window, overlap).unwrap();
    Tagger::from_parts(model, encoder, settings, options).unwrap()
}
