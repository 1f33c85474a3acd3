//! Model folders, and what can be wrong with one.

use super::texts::{documents, plain};
use super::tiny::{self, Clitics};
use alam::encode::Encoder;
use alam::normalise::Normaliser;
use alam::{Options, Source, Tagger};
use alam_models::{Device, Model, Precision};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// A model folder, whole.
pub(crate) fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tokenizer = tiny::tokenizer();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("config.json", tiny::config(&tokenizer).as_bytes());
    write("tokenizer.json", tokenizer.to_string().as_bytes());
    write("tagger.json", tiny::settings().to_json().as_bytes());
    write("model.int8.safetensors", &tiny::int8(Clitics::Head));
    folder
}

pub(crate) fn load(folder: &Path, options: Options) -> Result<Tagger, alam::Error> {
    Tagger::load(&Source::Folder(folder.into()), options)
}

/// Rewrites a JSON file of the folder.
fn change(folder: &Path, name: &str, change: impl FnOnce(&mut Value)) {
    let path = folder.join(name);
    let mut json: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut json);
    fs::write(path, json.to_string()).unwrap();
}

/// What is said of a folder with something wrong, the folder's own path left out.
fn refusal(spoil: impl FnOnce(&Path)) -> String {
    let folder = folder();
    spoil(folder.path());
    let error = load(folder.path(), Options::default()).map(|_| ()).unwrap_err().to_string();
    error.replace(&format!("{}/", folder.path().display()), "")
}

#[test]
fn a_folder_gives_the_tagger_of_its_parts() {
    let (of_folder, of_parts) =
        (load(folder().path(), Options::default()).unwrap(), tiny::tagger(Clitics::Head, Options::default()));
    assert_eq!((of_folder.settings(), of_folder.labels()), (of_parts.settings(), of_parts.labels()));
    let mut found = 0;
    for document in documents(20) {
        let names = plain(&of_folder.tag(&document.text).unwrap(), 0);
        found += names.len();
        assert_eq!(names, plain(&of_parts.tag(&document.text).unwrap(), 0));
    }
    assert!(found > 20, "{found} names");
}

#[test]
fn without_tagger_json_the_defaults_hold_within_the_models_limits() {
    let folder = folder();
    fs::remove_file(folder.path().join("tagger.json")).unwrap();
    let tagger = load(folder.path(), Options::default()).unwrap();
    assert_eq!(tagger.settings(), &alam::settings::Settings::default());
    assert_eq!(tagger.encoder().window(), 128);
    assert!(!tagger.tag(&documents(1)[0].text).unwrap().is_empty());
}

#[test]
fn a_file_that_is_not_there_is_named() {
    for name in ["config.json", "tokenizer.json"] {
        let error = refusal(|folder| fs::remove_file(folder.join(name)).unwrap());
        assert!(error.starts_with(&format!("{name}: ")), "{error}");
    }
    let error = refusal(|folder| fs::remove_file(folder.join("model.int8.safetensors")).unwrap());
    assert!(error.contains("model.safetensors"), "{error}");
    let error = refusal(|folder| {
        fs::remove_file(folder.join("tagger.json")).unwrap();
        fs::create_dir(folder.join("tagger.json")).unwrap();
    });
    assert!(error.starts_with("tagger.json: "), "{error}");
}

#[test]
fn a_broken_file_is_named() {
    for name in ["config.json", "tokenizer.json", "tagger.json", "model.int8.safetensors"] {
        for bytes in [&b""[..], b"{", b"[]", b"\xff\xff\xff\xff\xff\xff\xff\xff{}", b"null"] {
            let error = refusal(|folder| fs::write(folder.join(name), bytes).unwrap());
            assert!(error.starts_with(&format!("{name}: ")), "{bytes:?}: {error}");
        }
    }
}

#[test]
fn a_weight_file_that_is_cut_short_is_refused() {
    for part in [1, 2, 3] {
        let error = refusal(|folder| {
            let path = folder.join("model.int8.safetensors");
            let bytes = fs::read(&path).unwrap();
            fs::write(path, &bytes[..bytes.len() * part / 4]).unwrap();
        });
        assert!(error.starts_with("model.int8.safetensors: "), "{error}");
    }
}

#[test]
fn values_that_no_tagger_works_with_are_named() {
    let labels: serde_json::Map<String, Value> =
        tiny::LABELS.iter().enumerate().map(|(id, label)| (id.to_string(), json!(label))).collect();
    let mut labels = Value::Object(labels);
    labels["8"] = json!("LABEL_8");
    for (file, field, value, wanted) in [
        ("tagger.json", "windw", json!(3), "tagger.json: unknown field `windw`"),
        ("tagger.json", "window", json!(2), "tagger.json: `window`: wanted 8 tokens or more, found 2"),
        ("tagger.json", "overlap", json!(40), "tagger.json: `overlap`: wanted at most half of `window` (64), found 40"),
        ("tagger.json", "temperature", json!(-1), "tagger.json: `temperature`: wanted a number above 0, found -1"),
        ("tagger.json", "decoding", json!("crf"), "tagger.json: unknown variant `crf`"),
        (
            "tagger.json",
            "conventions",
            json!(["a", "b", "c"]),
            "tagger.json: `conventions`: wanted at most one for each of the model's 2 token types, found 3",
        ),
        ("config.json", "id2label", labels, "config.json: label 8: wanted `O`, `B-TYPE` or `I-TYPE`, found `LABEL_8`"),
        (
            "tagger.json",
            "labels",
            json!(["O", "B-X"]),
            "tagger.json: `labels`: wanted a name for each of the model's 9 labels",
        ),
        ("config.json", "hidden_size", json!("x"), "config.json: "),
        ("config.json", "model_type", json!("llama"), "config.json: "),
        ("config.json", "num_hidden_layers", json!(3), "model.int8.safetensors: "),
        ("config.json", "intermediate_size", json!(65), "model.int8.safetensors: "),
        ("config.json", "vocab_size", json!(7), "model.int8.safetensors: "),
    ] {
        let error = refusal(|folder| change(folder, file, |json| json[field] = value.clone()));
        assert!(error.starts_with(wanted), "{file} with {field} {value}: {error}");
    }
    let error = refusal(|folder| {
        change(folder, "config.json", |json| {
            json.as_object_mut().unwrap().retain(|key, _| key != "id2label" && key != "label2id");
        });
    });
    assert!(error.starts_with("config.json: "), "{error}");
}

#[test]
fn labels_without_names_are_named_by_tagger_json_or_an_option() {
    let folder = folder();
    let numbered: Vec<String> = (0..9).map(|id| format!("LABEL_{id}")).collect();
    let by_id = numbered.iter().enumerate().map(|(id, name)| (id.to_string(), json!(name)));
    let by_id: serde_json::Map<String, Value> = by_id.collect();
    change(folder.path(), "config.json", |json| json["id2label"] = Value::Object(by_id));
    let refused = load(folder.path(), Options::default()).map(|_| ()).unwrap_err().to_string();
    assert!(refused.contains("tip: nobody has named the labels of this model"), "{refused}");
    let named: Vec<String> = tiny::LABELS.map(String::from).to_vec();
    let by_option = load(folder.path(), Options { labels: named.clone(), ..Options::default() }).unwrap();
    change(folder.path(), "tagger.json", |json| json["labels"] = json!(named));
    let by_file = load(folder.path(), Options::default()).unwrap();
    let usual = tiny::tagger(Clitics::Head, Options::default());
    for document in documents(5) {
        let wanted = plain(&usual.tag(&document.text).unwrap(), 0);
        assert_eq!(plain(&by_option.tag(&document.text).unwrap(), 0), wanted);
        assert_eq!(plain(&by_file.tag(&document.text).unwrap(), 0), wanted);
    }
    assert_eq!((by_file.label_names(), by_file.labels()), (&named[..], usual.labels()));
}

#[test]
fn names_of_labels_in_iobes_end_where_their_ends_are() {
    let names = ["O", "B-A", "I-A", "E-A", "S-A", "B-B", "I-B", "E-B", "S-B"].map(String::from).to_vec();
    let tagger = load(folder().path(), Options { labels: names, second_look: false, ..Options::default() }).unwrap();
    let mut found = 0;
    for document in documents(20) {
        for name in tagger.tag(&document.text).unwrap() {
            assert!(["A", "B"].contains(&&*name.label));
            found += 1;
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn a_tokenizer_with_more_ids_than_the_model_is_refused() {
    let error = refusal(|folder| {
        change(folder, "tokenizer.json", |json| json["model"]["vocab"]["زائد"] = json!(5000));
    });
    assert!(error.contains("tokenizer.json: wanted ids below the model's vocabulary of"), "{error}");
    assert!(error.ends_with("found 5000"), "{error}");
}

#[test]
fn an_unknown_convention_is_refused_with_those_there_are() {
    let options = Options { convention: Some("aqmar".into()), ..Options::default() };
    let error = load(folder().path(), options).unwrap_err().to_string();
    assert_eq!(error, "convention: wanted one of `alam`, `anercorp`, found `aqmar`");
}

#[test]
fn windows_longer_than_the_model_takes_are_refused() {
    let tokenizer = tiny::tokenizer();
    let model = Model::open(folder().path(), Device::Cpu, Precision::Int8).unwrap();
    let json = tokenizer.to_string();
    let encoder = Encoder::new(json.as_bytes(), "tokenizer.json", Normaliser::FULL, 200, 16).unwrap();
    let error = Tagger::from_parts(model, encoder, tiny::settings(), Options::default()).unwrap_err().to_string();
    assert_eq!(error, "tagger.json: wanted windows within the model's 128 tokens, found 200");
}

#[cfg(not(feature = "cuda"))]
#[test]
fn a_device_that_is_not_there_is_refused_with_the_reason() {
    let options = Options { device: Device::Cuda(0), ..Options::default() };
    let error = load(folder().path(), options.clone()).unwrap_err().to_string();
    assert!(error.contains("GPU 0: expected a build with CUDA") && error.contains("tip: "), "{error}");
    let error = Tagger::load(&Source::Embedded, options).unwrap_err().to_string();
    assert!(error.starts_with("device: wanted the CPU for the embedded model"), "{error}");
}
