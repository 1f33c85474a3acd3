//! `alam info`: what it says of the program, the machine and the model.

use crate::sandbox::Sandbox;
use serde_json::json;

/// A folder with the files of a tiny model that the model crate's tests were made with, and a card.
fn with_model(settings: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    for name in ["config.json", "tokenizer.json", "model.safetensors"] {
        let path = format!("{}/models/fixtures/bert/{name}", env!("CARGO_MANIFEST_DIR"));
        sandbox.file(&format!("tiny/{name}"), std::fs::read(path).unwrap());
    }
    sandbox.file("tiny/tagger.json", settings);
    sandbox.file("tiny/README.md", "---\nlanguage: ar\nlicense: cc-by-sa-4.0\n---\n");
    sandbox
}

#[test]
fn a_model_folder_is_described() {
    let sandbox = with_model("{\"temperature\": 1.3, \"conventions\": [\"alam\"], \"normaliser\": {\"marks\": true}}");
    let records = sandbox.run(&["info", "--model", "tiny", "--json", "--threads", "3"]).succeeds().json();
    let info = &records[0];
    assert_eq!((&info["version"], &info["threads"]), (&json!(env!("CARGO_PKG_VERSION")), &json!(3)));
    let model = &info["model"];
    assert_eq!(
        (&model["origin"], &model["architecture"], &model["licence"]),
        (&json!("tiny"), &json!("bert"), &json!("cc-by-sa-4.0"))
    );
    assert_eq!(
        (&model["temperature"], &model["conventions"], &model["normaliser"]),
        (&json!(1.3), &json!(["alam"]), &json!(["marks"]))
    );
    let bytes = std::fs::metadata(sandbox.path("tiny/model.safetensors")).unwrap().len();
    assert_eq!((&model["weights"], &model["bytes"]), (&json!("model.safetensors"), &json!(bytes)));
    // Four bytes a parameter, and the file's header.
    let parameters = model["parameters"].as_u64().unwrap();
    assert!(parameters * 4 < bytes && parameters * 4 + 8192 > bytes, "{parameters} parameters, {bytes} bytes");
    let config: serde_json::Value = serde_json::from_str(&sandbox.read("tiny/config.json")).unwrap();
    assert_eq!(model["hidden_size"], config["hidden_size"]);
    assert_eq!(model["labels"].as_array().unwrap().len(), config["id2label"].as_object().unwrap().len());
}

#[test]
fn people_get_a_line_for_each_thing() {
    let ran = with_model("{}").run(&["info", "--model", "tiny"]);
    let out = &ran.succeeds().out;
    let value = |what: &str| {
        let line = out.lines().find(|line| line.split_whitespace().next() == Some(what));
        line.unwrap_or_else(|| panic!("no {what}\n{out}"))[what.len()..].trim().to_string()
    };
    assert_eq!(value("alam"), env!("CARGO_PKG_VERSION"));
    assert_eq!((value("model"), value("licence")), ("tiny".into(), "cc-by-sa-4.0".into()));
    assert_eq!((value("conventions"), value("temperature")), ("none".into(), "1".into()));
    assert_eq!(value("runs"), "on cpu in int8");
    for what in
        ["processor", "kernels", "threads", "cuda", "cache", "parameters", "weights", "types", "decoding", "window"]
    {
        assert!(!value(what).is_empty(), "{what}");
    }
}

#[test]
fn the_kernels_that_are_asked_for_are_named() {
    let sandbox = with_model("{}");
    let mut command = sandbox.command(&["info", "--model", "tiny", "--json"]);
    let output = command.env("ALAM_KERNEL", "portable").env("HF_HUB_CACHE", "/somewhere").output().unwrap();
    let info: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&info["processor"]["kernels"], &info["cache"]), (&json!("portable"), &json!("/somewhere")));
    assert_eq!(info["processor"]["architecture"], std::env::consts::ARCH);
}

#[test]
fn the_machine_is_described_even_where_the_model_is_not_there() {
    let ran = Sandbox::new().run(&["info", "--model", "./none", "--json"]);
    ran.fails(3, "alam: --model: wanted a model folder or a model's id, found `./none`");
    assert!(ran.json()[0]["model"].is_null() && ran.json()[0]["processor"]["kernels"].is_string());
}

#[test]
fn the_model_in_the_program_is_described() {
    let records = Sandbox::new().run(&["info", "--json"]).succeeds().json();
    let model = &records[0]["model"];
    assert_eq!((&model["origin"], &model["weights"]), (&json!("in this program"), &json!("model.int8.safetensors")));
    assert!(model["bytes"].as_u64().unwrap() > 10_000 && model["parameters"].as_u64().unwrap() > 10_000, "{model}");
}
