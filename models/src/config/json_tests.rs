//! Tests of reading and writing `config.json`.

use crate::config::{Activation, Config, Family, MODEL_TYPES};
use proptest::prelude::*;
use serde_json::{Value, json};

fn bert() -> Value {
    json!({
        "model_type": "bert", "vocab_size": 30, "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 2,
        "intermediate_size": 16, "max_position_embeddings": 12, "id2label": {"0": "O", "1": "B-PER", "2": "I-PER"}
    })
}

fn distilbert() -> Value {
    json!({
        "model_type": "distilbert", "vocab_size": 30, "dim": 8, "n_layers": 2, "n_heads": 2, "hidden_dim": 16,
        "max_position_embeddings": 12, "id2label": {"0": "O"}
    })
}

fn with(mut value: Value, name: &str, field: Value) -> Value {
    value[name] = field;
    value
}

fn read(value: &Value) -> Result<Config, String> {
    Config::from_json(&value.to_string(), "m/config.json").map_err(|e| e.to_string())
}

#[test]
fn missing_fields_have_the_values_that_transformers_gives_them() {
    let config = read(&bert()).unwrap();
    assert_eq!(config.family, Family::Bert);
    assert_eq!(config.activation, Activation::Gelu);
    assert_eq!((config.token_types, config.padding_id, config.first_position), (2, 0, 0));
    assert_eq!((config.norm_epsilon, config.dropout, config.classifier_dropout), (1e-12, 0.1, 0.1));
    assert_eq!(config.labels, ["O", "B-PER", "I-PER"]);
    assert_eq!(config.max_tokens(), 12);
    let roberta = read(&with(bert(), "model_type", json!("roberta"))).unwrap();
    assert_eq!((roberta.padding_id, roberta.first_position, roberta.max_tokens()), (1, 2, 10));
}

#[test]
fn a_null_field_counts_as_missing() {
    let config = read(&with(bert(), "classifier_dropout", Value::Null)).unwrap();
    assert_eq!(config.classifier_dropout, 0.1);
    assert!(read(&with(bert(), "hidden_size", Value::Null)).is_err());
}

#[test]
fn the_classifiers_dropout_is_the_encoders_where_it_has_none() {
    let own = with(bert(), "hidden_dropout_prob", json!(0.3));
    assert_eq!(read(&own).unwrap().classifier_dropout, 0.3);
    assert_eq!(read(&with(own, "classifier_dropout", json!(0.5))).unwrap().classifier_dropout, 0.5);
}

#[test]
fn a_base_model_has_no_labels_and_a_count_names_them() {
    let mut base = bert();
    base.as_object_mut().unwrap().remove("id2label");
    assert!(read(&base).unwrap().labels.is_empty());
    assert_eq!(read(&with(base, "num_labels", json!(3))).unwrap().labels, ["LABEL_0", "LABEL_1", "LABEL_2"]);
}

#[test]
fn labels_above_nine_keep_the_order_of_their_ids() {
    let ids: serde_json::Map<_, _> = (0..12).map(|i| (i.to_string(), json!(format!("L{i}")))).collect();
    let labels = read(&with(bert(), "id2label", Value::Object(ids))).unwrap().labels;
    assert_eq!(labels, (0..12).map(|i| format!("L{i}")).collect::<Vec<_>>());
}

#[test]
fn each_broken_field_is_named() {
    for (base, name, field, wanted) in [
        (bert(), "model_type", json!("t5"), "`model_type`: expected one of `bert`, `distilbert`, `electra`, `roberta`"),
        (bert(), "model_type", json!(7), "`model_type`: expected text, found 7"),
        (bert(), "vocab_size", json!(0), "`vocab_size`: expected a whole number from 1 to 134217728, found 0"),
        (bert(), "vocab_size", json!(1e18), "`vocab_size`"),
        (bert(), "hidden_size", json!("8"), "`hidden_size`: expected a whole number from 1 to 1048576, found \"8\""),
        (bert(), "hidden_size", json!(-8), "`hidden_size`"),
        (bert(), "hidden_size", Value::Null, "expected `hidden_size`, found no such field"),
        (bert(), "num_attention_heads", json!(3), "the number of attention heads divides, found 8 and 3"),
        (bert(), "num_hidden_layers", json!(0), "`num_hidden_layers`"),
        (bert(), "intermediate_size", json!(1.5), "`intermediate_size`"),
        (bert(), "max_position_embeddings", json!([]), "`max_position_embeddings`"),
        (bert(), "type_vocab_size", json!(0), "`type_vocab_size`"),
        (bert(), "pad_token_id", json!(30), "`pad_token_id`: expected a whole number from 0 to 29, found 30"),
        (bert(), "hidden_act", json!("silu"), "`hidden_act`: expected one of `gelu`, `gelu_new`"),
        (bert(), "hidden_dropout_prob", json!(1), "`hidden_dropout_prob`: expected a number from 0e0 to 0.99, found 1"),
        (bert(), "classifier_dropout", json!("x"), "`classifier_dropout`"),
        (bert(), "layer_norm_eps", json!(0), "`layer_norm_eps`"),
        (bert(), "layer_norm_eps", json!(1e-300), "`layer_norm_eps`"),
        (bert(), "initializer_range", json!(-0.1), "`initializer_range`"),
        (bert(), "position_embedding_type", json!("relative_key"), "expected `absolute`, found `relative_key`"),
        (bert(), "is_decoder", json!(true), "`is_decoder`"),
        (bert(), "pruned_heads", json!({"1": [0]}), "`pruned_heads`"),
        (bert(), "quantization_config", json!({"bits": 4}), "`quantization_config`"),
        (
            bert(),
            "id2label",
            json!({"0": "O", "2": "B"}),
            "`id2label`: expected every id from 0 to 2, found none for 1",
        ),
        (bert(), "id2label", json!({"1": "O"}), "`id2label`: expected every id from 0 to 1, found none for 0"),
        (bert(), "id2label", json!({"0": 1}), "`id2label.0`: expected a label's name, found 1"),
        (bert(), "id2label", json!({"0": "O", "00": "B"}), "expected each id once, found 0 twice"),
        (bert(), "id2label", json!({"x": "O"}), "`id2label`: expected ids as keys, found `x`"),
        (bert(), "id2label", json!(["O"]), "`id2label`: expected an object"),
        (with(bert(), "model_type", json!("electra")), "hidden_size", json!(8), "expected `embedding_size`"),
        (with(bert(), "model_type", json!("roberta")), "max_position_embeddings", json!(2), "expected more than the 2"),
        (distilbert(), "dim", Value::Null, "expected `dim`"),
        (distilbert(), "activation", json!("tanh"), "`activation`"),
    ] {
        let message = read(&with(base, name, field)).unwrap_err();
        assert!(message.starts_with("m/config.json: ") && message.contains(wanted), "{message:?} lacks {wanted:?}");
    }
}

#[test]
fn a_model_type_that_is_missing_lists_the_known_ones() {
    let message = read(&json!({})).unwrap_err();
    assert!(MODEL_TYPES.iter().all(|name| message.contains(&format!("`{name}`"))), "{message}");
}

#[test]
fn text_that_is_not_json_is_refused_with_its_place() {
    let message = Config::from_json("{\n  \"a\": nope}", "x").unwrap_err().to_string();
    assert!(message.contains("line 2"), "{message}");
    assert!(Config::from_json("[]", "x").unwrap_err().to_string().contains("expected a JSON object"));
}

#[test]
fn small_numbers_are_written_as_people_write_them() {
    let text = read(&bert()).unwrap().to_json();
    let value: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["layer_norm_eps"], json!(1e-12));
    assert_eq!(value["hidden_dropout_prob"], json!(0.1));
    assert_eq!(value["architectures"], json!(["BertForTokenClassification"]));
    assert_eq!(value["label2id"], json!({"O": 0, "B-PER": 1, "I-PER": 2}));
}

fn configs() -> impl Strategy<Value = Config> {
    let sizes = (1usize..2000, 1usize..9, 1usize..64, 1usize..13, 1usize..4000, 3usize..5000);
    let rates = (0.0f32..0.99, 0.0f32..0.99, 0.0f32..0.99, 1e-20f32..1e-3, 0.0f32..1.0);
    let rest = (0usize..5, 0usize..3, 1usize..9, proptest::collection::vec(".{0,9}", 0..14));
    (sizes, rates, rest).prop_map(|((vocab, heads, width, layers, inner, positions), rates, rest)| {
        let (kind, activation, types, labels) = rest;
        let model_type = MODEL_TYPES[kind];
        let family = super::family_of(model_type).unwrap();
        let padding = u32::from(family == Family::Roberta);
        let distilbert = family == Family::DistilBert;
        Config {
            family,
            model_type: model_type.to_owned(),
            vocab_size: vocab + 1,
            embedding_size: if family == Family::Electra { width } else { width * heads },
            hidden_size: width * heads,
            layers,
            heads,
            intermediate_size: inner,
            activation: [Activation::Gelu, Activation::GeluTanh, Activation::Relu][activation],
            max_positions: positions,
            first_position: if family == Family::Roberta { 2 } else { 0 },
            token_types: if distilbert { 0 } else { types },
            norm_epsilon: if distilbert { super::DISTILBERT_NORM_EPSILON } else { rates.3 },
            dropout: rates.0,
            attention_dropout: rates.1,
            classifier_dropout: rates.2,
            initializer_range: rates.4,
            padding_id: padding,
            labels,
        }
    })
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(config in configs()) {
        prop_assert_eq!(Config::from_json(&config.to_json(), "x").unwrap(), config);
    }

    #[test]
    fn no_text_makes_reading_panic(text in ".{0,200}") {
        let _ = Config::from_json(&text, "x");
    }

    #[test]
    fn no_value_in_any_field_makes_reading_panic(
        field in prop::sample::select(vec!["model_type", "vocab_size", "hidden_size", "num_hidden_layers",
            "num_attention_heads", "max_position_embeddings", "pad_token_id", "id2label", "layer_norm_eps"]),
        number in prop_oneof![any::<i64>().prop_map(|n| json!(n)), any::<f64>().prop_map(|n| json!(n)),
            any::<u64>().prop_map(|n| json!(n)), Just(json!({"18446744073709551615": "O"})), Just(json!([[[]]]))],
    ) {
        if let Ok(config) = read(&with(bert(), field, number)) {
            prop_assert!(config.max_tokens() > 0);
        }
    }
}
