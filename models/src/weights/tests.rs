//! Tests of reading and writing weights.

use crate::weights::{Weight, Weights, encoder_shapes, hub_name, names, read, write};
use crate::{Config, Rng};
use safetensors::Dtype;
use std::path::Path;

fn config(model_type: &str) -> Config {
    let json = format!(
        r#"{{"model_type": "{model_type}", "vocab_size": 9, "hidden_size": 4, "embedding_size": 2,
            "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 6,
            "max_position_embeddings": 7, "id2label": {{"0": "O", "1": "B-PER", "2": "I-PER"}}}}"#
    );
    Config::from_json(&json, "config.json").unwrap()
}

/// Random weights that bf16 holds exactly.
fn random(config: &Config, seed: u64) -> Weights {
    let mut rng = Rng::new(seed);
    let shapes = encoder_shapes(config).into_iter().chain(names::classifier_shapes(config));
    shapes
        .map(|(name, shape)| {
            let values = (0..shape.iter().product()).map(|_| rng.below(257) as f32 / 64.0 - 2.0).collect();
            (name, Weight { shape, values })
        })
        .collect()
}

fn save(folder: &Path, config: &Config, weights: &Weights) {
    write(&folder.join("model.safetensors"), config, weights, Dtype::F32).unwrap();
}

fn message(folder: &Path, config: &Config) -> String {
    read(folder, config).unwrap_err().to_string()
}

#[test]
fn every_family_is_read_as_it_was_written_in_both_types() {
    for model_type in crate::config::MODEL_TYPES {
        let config = config(model_type);
        let weights = random(&config, 3);
        for dtype in [Dtype::F32, Dtype::BF16] {
            let folder = tempfile::tempdir().unwrap();
            write(&folder.path().join("model.safetensors"), &config, &weights, dtype).unwrap();
            assert_eq!(read(folder.path(), &config).unwrap(), weights, "{model_type} in {dtype}");
        }
    }
}

#[test]
fn the_weights_of_a_deeper_encoder_are_refused() {
    let config = config("electra");
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), &config, &random(&config, 1));
    let message = message(folder.path(), &Config { layers: 1, ..config });
    assert!(message.contains("says (1), found more: there is `layer.1.attention.query.weight`"), "{message}");
}

#[test]
fn equal_weights_give_equal_bytes_and_nothing_is_left_beside_them() {
    let config = config("bert");
    let folder = tempfile::tempdir().unwrap();
    let [a, b] = ["a", "b"].map(|name| {
        write(&folder.path().join(name), &config, &random(&config, 1), Dtype::BF16).unwrap();
        std::fs::read(folder.path().join(name)).unwrap()
    });
    assert_eq!(a, b);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    let tensors = safetensors::SafeTensors::deserialize(&a).unwrap();
    assert!(tensors.tensor("bert.encoder.layer.1.attention.self.query.weight").is_ok());
    let (_, metadata) = safetensors::SafeTensors::read_metadata(&a).unwrap();
    assert_eq!(metadata.metadata().as_ref().unwrap()["format"], "pt");
}

#[test]
fn a_write_that_fails_leaves_the_old_file() {
    let config = config("bert");
    let folder = tempfile::tempdir().unwrap();
    let weights = random(&config, 1);
    save(folder.path(), &config, &weights);
    let mut other = random(&config, 2);
    other.get_mut("classifier.bias").unwrap().values[1] = f32::NAN;
    let path = folder.path().join("model.safetensors");
    let error = write(&path, &config, &other, Dtype::F32).unwrap_err().to_string();
    assert!(error.contains("tensor `classifier.bias`: expected finite numbers, found NaN at index 1"), "{error}");
    other.get_mut("classifier.bias").unwrap().values[1] = f32::MAX;
    assert!(write(&path, &config, &other, Dtype::BF16).is_err(), "rounds to infinity");
    other.get_mut("classifier.bias").unwrap().values.pop();
    assert!(write(&path, &config, &other, Dtype::F32).is_err());
    assert!(write(&path, &config, &weights, Dtype::F64).is_err());
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
    assert!(write(&folder.path().join("nowhere/x"), &config, &weights, Dtype::F32).is_err());
}

#[test]
fn names_follow_the_families() {
    for (model_type, name, wanted) in [
        ("bert", "embeddings.word", "bert.embeddings.word_embeddings.weight"),
        ("xlm-roberta", "layer.1.ffn.up.bias", "roberta.encoder.layer.1.intermediate.dense.bias"),
        ("distilbert", "layer.0.attention.norm.weight", "distilbert.transformer.layer.0.sa_layer_norm.weight"),
        ("electra", "embeddings.project.weight", "electra.embeddings_project.weight"),
        ("roberta", "classifier.bias", "classifier.bias"),
    ] {
        assert_eq!(hub_name(&config(model_type), name).as_deref(), Some(wanted));
    }
    for name in ["clitics.weight", "layer.2.ffn.up.bias", "embeddings.project.weight", "nonsense", ""] {
        assert_eq!(hub_name(&config("bert"), name), None, "{name}");
    }
    let unknown = encoder_shapes(&config("distilbert")).iter().any(|(name, _)| name == "embeddings.type");
    assert!(!unknown, "DistilBERT has no token types");
}

/// Renames tensors in a file by rewriting its header.
fn rename(path: &Path, change: impl Fn(&str) -> String) {
    let bytes = std::fs::read(path).unwrap();
    let length = u64::from_le_bytes(bytes[..8].try_into().unwrap()) as usize;
    let header: serde_json::Map<String, serde_json::Value> = serde_json::from_slice(&bytes[8..8 + length]).unwrap();
    let header: serde_json::Map<_, _> = header.into_iter().map(|(name, info)| (change(&name), info)).collect();
    let header = serde_json::Value::Object(header).to_string();
    let length = (header.len() as u64).to_le_bytes();
    std::fs::write(path, [&length[..], header.as_bytes(), &bytes[8 + bytes_of(&bytes)..]].concat()).unwrap();
}

fn bytes_of(file: &[u8]) -> usize {
    u64::from_le_bytes(file[..8].try_into().unwrap()) as usize
}

#[test]
fn files_without_the_prefix_and_with_old_names_are_read() {
    let config = config("bert");
    let weights = random(&config, 5);
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), &config, &weights);
    let path = folder.path().join("model.safetensors");
    rename(&path, |name| name.trim_start_matches("bert.").to_owned());
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
    rename(&path, |name| {
        name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
    });
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
}

#[test]
fn the_classifier_may_be_missing_but_not_half_of_it() {
    let config = config("electra");
    let mut weights = random(&config, 6);
    let folder = tempfile::tempdir().unwrap();
    weights.remove("classifier.bias");
    save(folder.path(), &config, &weights);
    assert!(message(folder.path(), &config).contains("expected a tensor `classifier.bias` of shape [3], found none"));
    weights.remove("classifier.weight");
    save(folder.path(), &config, &weights);
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
}

#[test]
fn the_clitic_head_lies_in_a_file_of_its_own() {
    let config = config("bert");
    let mut weights = random(&config, 7);
    let folder = tempfile::tempdir().unwrap();
    save(folder.path(), &config, &weights);
    let head = Weights::from([
        ("clitics.weight".to_owned(), Weight { shape: vec![4, 4], values: vec![0.5; 16] }),
        ("clitics.bias".to_owned(), Weight { shape: vec![4], values: vec![0.25; 4] }),
    ]);
    write(&folder.path().join("clitics.safetensors"), &config, &head, Dtype::F32).unwrap();
    weights.extend(head);
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
}

#[test]
fn shards_are_read_together() {
    let config = config("roberta");
    let weights = random(&config, 8);
    let folder = tempfile::tempdir().unwrap();
    let mut map = serde_json::Map::new();
    let (first, second): (Weights, Weights) =
        weights.clone().into_iter().partition(|(name, _)| name.as_str() < "layer");
    for (file, part) in [("a.safetensors", first), ("b.safetensors", second)] {
        write(&folder.path().join(file), &config, &part, Dtype::F32).unwrap();
        map.extend(part.keys().map(|name| (hub_name(&config, name).unwrap(), file.into())));
    }
    let index = folder.path().join("model.safetensors.index.json");
    std::fs::write(&index, serde_json::json!({"metadata": {}, "weight_map": map}).to_string()).unwrap();
    assert_eq!(read(folder.path(), &config).unwrap(), weights);
    for (text, wanted) in [
        (r#"{"weight_map": {"x": "../a.safetensors"}}"#, "tensor `x`: expected the name of a safetensors file"),
        (r#"{"weight_map": {}}"#, "expected at least one tensor"),
        (r#"{"weight_map": {"x": "c.safetensors"}}"#, "c.safetensors: "),
        (
            r#"{"weight_map": {"x": "a.safetensors"}}"#,
            "expected a tensor `roberta.encoder.layer.0.attention.self.query",
        ),
        ("{}", "expected an index of tensors: missing field `weight_map`"),
    ] {
        std::fs::write(&index, text).unwrap();
        let found = message(folder.path(), &config);
        assert!(found.contains(wanted), "{found}");
    }
}
