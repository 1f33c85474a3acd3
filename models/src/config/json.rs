//! `config.json` as transformers writes it, read and written.

use crate::Error;
use crate::config::{Activation, Config, Family, MODEL_TYPES};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

// Far above any published model, and low enough that no product of two sizes can overflow.
const VOCABULARY: RangeInclusive<usize> = 1..=(1 << 27);
const WIDTH: RangeInclusive<usize> = 1..=(1 << 20);
const BLOCKS: RangeInclusive<usize> = 1..=1024;
const POSITIONS: RangeInclusive<usize> = 1..=(1 << 24);
const LABELS: RangeInclusive<usize> = 1..=(1 << 16);

/// DistilBERT has no field for it.
const DISTILBERT_NORM_EPSILON: f32 = 1e-12;

impl Config {
    /// Reads `config.json`; `origin` names it in errors.
    ///
    /// Sizes must be there; whatever else is missing has the value that transformers gives it. Without `id2label` (and
    /// `num_labels`) there are no labels: such a model can be trained further, but [`crate::Model::open`] refuses it.
    ///
    /// # Errors
    /// [`Error::Config`] for text that is not JSON, another `model_type`, a field out of its range, and for variants
    /// that would give other scores here than in transformers (relative positions, decoders, pruned heads).
    pub fn from_json(json: &str, origin: &str) -> Result<Config, Error> {
        read(json, origin)
    }

    /// Reads `config.json` of a model folder.
    ///
    /// # Errors
    /// [`Error::Io`] when it cannot be read, else as [`Config::from_json`].
    pub fn open(folder: &Path) -> Result<Config, Error> {
        let path = folder.join("config.json");
        let text = crate::side::read(&path, crate::side::CONFIGURATION)
            .map_err(|source| Error::Io { path: path.clone(), source })?;
        let origin = path.display().to_string();
        let text = String::from_utf8(text)
            .map_err(|e| Error::Config { origin: origin.clone(), message: format!("expected UTF-8, found {e}") })?;
        read(&text, &origin)
    }

    /// The `config.json` of this model, as transformers reads it: [`Config::from_json`] of it gives the same model.
    pub fn to_json(&self) -> String {
        write(self)
    }
}

/// The object of a `config.json`, and its name for errors.
struct Fields<'a> {
    map: &'a Map<String, Value>,
    origin: &'a str,
}

impl<'a> Fields<'a> {
    fn error(&self, message: String) -> Error {
        Error::Config { origin: self.origin.to_owned(), message }
    }

    fn wrong(&self, name: &str, wanted: &str, found: &Value) -> Error {
        let mut found = found.to_string();
        if found.chars().count() > 60 {
            found = found.chars().take(60).chain("...".chars()).collect();
        }
        self.error(format!("`{name}`: expected {wanted}, found {found}"))
    }

    /// A field that is there and not `null`.
    fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// A whole number under the first of `names` that is there.
    fn whole(&self, names: &[&str], range: RangeInclusive<usize>) -> Result<Option<usize>, Error> {
        let Some((name, value)) = names.iter().find_map(|name| Some((name, self.get(name)?))) else { return Ok(None) };
        match value.as_u64().and_then(|n| usize::try_from(n).ok()).filter(|n| range.contains(n)) {
            Some(n) => Ok(Some(n)),
            None => Err(self.wrong(name, &format!("a whole number from {} to {}", range.start(), range.end()), value)),
        }
    }

    fn size(&self, names: &[&str], range: RangeInclusive<usize>) -> Result<usize, Error> {
        self.whole(names, range)?.ok_or_else(|| {
            self.error(format!("expected `{}`, found no such field", names.first().copied().unwrap_or_default()))
        })
    }

    /// A number within `range`, `default` if there is none.
    fn number(&self, name: &str, range: RangeInclusive<f32>, default: f32) -> Result<f32, Error> {
        let Some(value) = self.get(name) else { return Ok(default) };
        let wanted = || format!("a number from {:e} to {}", range.start(), range.end());
        let number = value.as_f64().ok_or_else(|| self.wrong(name, &wanted(), value))? as f32;
        if range.contains(&number) { Ok(number) } else { Err(self.wrong(name, &wanted(), value)) }
    }

    fn dropout(&self, name: &str, default: f32) -> Result<f32, Error> {
        self.number(name, 0.0..=0.99, default)
    }

    fn text(&self, name: &str) -> Result<Option<&'a str>, Error> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.wrong(name, "text", other)),
        }
    }

    fn activation(&self, name: &str) -> Result<Activation, Error> {
        match self.text(name)? {
            None | Some("gelu" | "gelu_python") => Ok(Activation::Gelu),
            Some("gelu_new" | "gelu_fast" | "gelu_pytorch_tanh") => Ok(Activation::GeluTanh),
            Some("relu") => Ok(Activation::Relu),
            Some(other) => Err(self.error(format!(
                "`{name}`: expected one of `gelu`, `gelu_new`, `gelu_fast`, `gelu_pytorch_tanh`, `relu`, found `{other}`"
            ))),
        }
    }

    /// The names of the classifier's outputs; none for a model without one.
    fn labels(&self) -> Result<Vec<String>, Error> {
        let Some(value) = self.get("id2label") else {
            let count = self.whole(&["num_labels"], LABELS)?.unwrap_or(0);
            return Ok((0..count).map(|i| format!("LABEL_{i}")).collect());
        };
        let Value::Object(map) = value else {
            return Err(self.wrong("id2label", "an object of label names by id", value));
        };
        let mut labels = BTreeMap::new();
        for (key, label) in map {
            let id = key.parse::<usize>().ok().filter(|id| *id < *LABELS.end());
            let id = id.ok_or_else(|| self.error(format!("`id2label`: expected ids as keys, found `{key}`")))?;
            let Value::String(label) = label else {
                return Err(self.wrong(&format!("id2label.{key}"), "a label's name", label));
            };
            if labels.insert(id, label.clone()).is_some() {
                return Err(self.error(format!("`id2label`: expected each id once, found {id} twice")));
            }
        }
        if let (Some((hole, _)), Some(last)) =
            (labels.keys().enumerate().find(|(i, id)| i != *id), labels.keys().next_back())
        {
            return Err(self.error(format!("`id2label`: expected every id from 0 to {last}, found none for {hole}")));
        }
        Ok(labels.into_values().collect())
    }

    /// Refuses what this crate would silently compute otherwise than transformers does.
    fn refuse_variants(&self) -> Result<(), Error> {
        if let Some(kind) = self.text("position_embedding_type")?
            && kind != "absolute"
        {
            return Err(self.error(format!("`position_embedding_type`: expected `absolute`, found `{kind}`")));
        }
        for name in ["is_decoder", "add_cross_attention"] {
            if let Some(value) = self.get(name)
                && *value != Value::Bool(false)
            {
                return Err(self.wrong(name, "false (an encoder)", value));
            }
        }
        if let Some(value) = self.get("pruned_heads")
            && !matches!(value, Value::Object(map) if map.is_empty())
        {
            return Err(self.wrong("pruned_heads", "no pruned heads", value));
        }
        if let Some(value) = self.get("quantization_config") {
            return Err(self.wrong("quantization_config", "weights that are not quantised", value));
        }
        Ok(())
    }
}

fn family_of(model_type: &str) -> Option<Family> {
    match model_type {
        "bert" => Some(Family::Bert),
        "roberta" | "xlm-roberta" => Some(Family::Roberta),
        "distilbert" => Some(Family::DistilBert),
        "electra" => Some(Family::Electra),
        _ => None,
    }
}

fn read(json: &str, origin: &str) -> Result<Config, Error> {
    let broken = |message: String| Error::Config { origin: origin.to_owned(), message };
    let value: Value =
        serde_json::from_str(json).map_err(|e| broken(format!("expected a JSON object, found broken JSON: {e}")))?;
    let Value::Object(map) = &value else { return Err(broken("expected a JSON object, found another value".into())) };
    let fields = Fields { map, origin };
    let known = || MODEL_TYPES.map(|name| format!("`{name}`")).join(", ");
    let Some(model_type) = fields.text("model_type")? else {
        return Err(fields.error(format!("expected `model_type` to be one of {}, found no such field", known())));
    };
    let Some(family) = family_of(model_type) else {
        return Err(fields.error(format!("`model_type`: expected one of {}, found `{model_type}`", known())));
    };
    fields.refuse_variants()?;
    let mut config = match family {
        Family::DistilBert => distilbert(&fields)?,
        _ => bert_like(&fields, family)?,
    };
    config.model_type = model_type.to_owned();
    check_together(&fields, &config)?;
    Ok(config)
}

fn bert_like(fields: &Fields<'_>, family: Family) -> Result<Config, Error> {
    let hidden_size = fields.size(&["hidden_size"], WIDTH)?;
    let embedding_size = match family {
        Family::Electra => fields.size(&["embedding_size"], WIDTH)?,
        _ => hidden_size,
    };
    let vocab_size = fields.size(&["vocab_size"], VOCABULARY)?;
    let padding = if family == Family::Roberta { 1 } else { 0 };
    let padding = fields.whole(&["pad_token_id"], 0..=vocab_size - 1)?.unwrap_or(padding);
    let dropout = fields.dropout("hidden_dropout_prob", 0.1)?;
    Ok(Config {
        family,
        model_type: String::new(),
        vocab_size,
        embedding_size,
        hidden_size,
        layers: fields.size(&["num_hidden_layers"], BLOCKS)?,
        heads: fields.size(&["num_attention_heads"], WIDTH)?,
        intermediate_size: fields.size(&["intermediate_size"], WIDTH)?,
        activation: fields.activation("hidden_act")?,
        max_positions: fields.size(&["max_position_embeddings"], POSITIONS)?,
        first_position: if family == Family::Roberta { padding + 1 } else { 0 },
        token_types: fields.whole(&["type_vocab_size"], WIDTH)?.unwrap_or(2),
        norm_epsilon: fields.number("layer_norm_eps", f32::MIN_POSITIVE..=1.0, 1e-12)?,
        dropout,
        attention_dropout: fields.dropout("attention_probs_dropout_prob", 0.1)?,
        classifier_dropout: fields.dropout("classifier_dropout", dropout)?,
        initializer_range: fields.number("initializer_range", 0.0..=1.0, 0.02)?,
        padding_id: padding as u32,
        labels: fields.labels()?,
    })
}

fn distilbert(fields: &Fields<'_>) -> Result<Config, Error> {
    let hidden_size = fields.size(&["dim", "hidden_size"], WIDTH)?;
    let vocab_size = fields.size(&["vocab_size"], VOCABULARY)?;
    let dropout = fields.dropout("dropout", 0.1)?;
    Ok(Config {
        family: Family::DistilBert,
        model_type: String::new(),
        vocab_size,
        embedding_size: hidden_size,
        hidden_size,
        layers: fields.size(&["n_layers", "num_hidden_layers"], BLOCKS)?,
        heads: fields.size(&["n_heads", "num_attention_heads"], WIDTH)?,
        intermediate_size: fields.size(&["hidden_dim", "intermediate_size"], WIDTH)?,
        activation: fields.activation("activation")?,
        max_positions: fields.size(&["max_position_embeddings"], POSITIONS)?,
        first_position: 0,
        token_types: 0,
        norm_epsilon: DISTILBERT_NORM_EPSILON,
        dropout,
        attention_dropout: fields.dropout("attention_dropout", 0.1)?,
        classifier_dropout: fields.dropout("classifier_dropout", dropout)?,
        initializer_range: fields.number("initializer_range", 0.0..=1.0, 0.02)?,
        padding_id: fields.whole(&["pad_token_id"], 0..=vocab_size - 1)?.unwrap_or(0) as u32,
        labels: fields.labels()?,
    })
}

fn check_together(fields: &Fields<'_>, config: &Config) -> Result<(), Error> {
    if !config.hidden_size.is_multiple_of(config.heads) {
        return Err(fields.error(format!(
            "expected a hidden size that the number of attention heads divides, found {} and {}",
            config.hidden_size, config.heads
        )));
    }
    if config.padding_id as usize >= config.vocab_size {
        return Err(fields.error(format!(
            "`pad_token_id`: expected an id of the vocabulary of {}, found {}",
            config.vocab_size, config.padding_id
        )));
    }
    if config.first_position >= config.max_positions {
        return Err(fields.error(format!(
            "`max_position_embeddings`: expected more than the {} that lie before the first token, found {}",
            config.first_position, config.max_positions
        )));
    }
    Ok(())
}

/// The shortest decimal that is this number, where `f64::from` would show digits that nobody wrote.
fn decimal(number: f32) -> Value {
    number.to_string().parse::<f64>().map_or(Value::Null, Value::from)
}

fn write(config: &Config) -> String {
    let mut value = match config.family {
        Family::DistilBert => json!({
            "dim": config.hidden_size,
            "n_layers": config.layers,
            "n_heads": config.heads,
            "hidden_dim": config.intermediate_size,
            "activation": activation_name(config.activation),
            "dropout": decimal(config.dropout),
            "attention_dropout": decimal(config.attention_dropout),
        }),
        _ => json!({
            "hidden_size": config.hidden_size,
            "num_hidden_layers": config.layers,
            "num_attention_heads": config.heads,
            "intermediate_size": config.intermediate_size,
            "hidden_act": activation_name(config.activation),
            "hidden_dropout_prob": decimal(config.dropout),
            "attention_probs_dropout_prob": decimal(config.attention_dropout),
            "layer_norm_eps": decimal(config.norm_epsilon),
            "type_vocab_size": config.token_types,
        }),
    };
    if config.family == Family::Electra {
        value["embedding_size"] = json!(config.embedding_size);
    }
    value["model_type"] = json!(config.model_type);
    value["vocab_size"] = json!(config.vocab_size);
    value["max_position_embeddings"] = json!(config.max_positions);
    value["pad_token_id"] = json!(config.padding_id);
    value["classifier_dropout"] = decimal(config.classifier_dropout);
    value["initializer_range"] = decimal(config.initializer_range);
    value["architectures"] = json!([architecture(config)]);
    if !config.labels.is_empty() {
        let by_id = config.labels.iter().enumerate().map(|(id, label)| (id.to_string(), json!(label)));
        value["id2label"] = Value::Object(by_id.collect());
        let by_label = config.labels.iter().enumerate().map(|(id, label)| (label.clone(), json!(id)));
        value["label2id"] = Value::Object(by_label.collect());
    }
    format!("{value:#}\n")
}

fn activation_name(activation: Activation) -> &'static str {
    match activation {
        Activation::Gelu => "gelu",
        Activation::GeluTanh => "gelu_new",
        Activation::Relu => "relu",
    }
}

/// The class of transformers that opens the model.
fn architecture(config: &Config) -> String {
    let class = match (config.family, config.model_type.as_str()) {
        (Family::Roberta, "xlm-roberta") => "XLMRoberta",
        (Family::Roberta, _) => "Roberta",
        (Family::Bert, _) => "Bert",
        (Family::DistilBert, _) => "DistilBert",
        (Family::Electra, _) => "Electra",
    };
    format!("{class}{}", if config.labels.is_empty() { "Model" } else { "ForTokenClassification" })
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
