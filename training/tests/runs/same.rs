//! Whether two output folders hold the same, times apart.

use crate::place::Place;
use safetensors::SafeTensors;
use serde_json::Value;
use std::collections::BTreeMap;

/// Asserts that two finished runs left the same files: models, best weights and the last checkpoint to the bit, metrics
/// but for times. Older checkpoints, and the best weights that they name, stand where a run was stopped, and are passed
/// over.
#[track_caller]
pub(crate) fn assert_same(place: &Place, one: &str, other: &str) {
    let [a, b] = [one, other].map(|name| without_old_checkpoints(place.contents(name)));
    assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "files of {one} and {other}");
    for ((name, a), b) in a.iter().zip(b.values()) {
        let same = match name.as_str() {
            "metrics.jsonl" => metrics(a) == metrics(b),
            name if name.contains("/step-") => state(a) == state(b) && tensors(a) == tensors(b),
            _ => a == b,
        };
        assert!(same, "{name} differs between {one} and {other}");
    }
}

fn without_old_checkpoints(mut files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    for kind in ["checkpoints/step-", "checkpoints/best-"] {
        let last = files.keys().filter(|name| name.starts_with(kind)).max().cloned();
        files.retain(|name, _| !name.starts_with(kind) || Some(name) == last.as_ref());
    }
    files
}

/// The lines of a `metrics.jsonl`, without what a clock says.
pub(crate) fn metrics(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    let line = |line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        ["seconds", "speed"].iter().for_each(|key| drop(line.as_object_mut().unwrap().remove(*key)));
        line
    };
    text.lines().map(line).collect()
}

/// The state of a checkpoint, without what a clock says.
pub(crate) fn state(checkpoint: &[u8]) -> Value {
    let (_, metadata) = SafeTensors::read_metadata(checkpoint).unwrap();
    let (_, json) = metadata.metadata().as_ref().unwrap()["state"].split_once(' ').unwrap();
    let mut state: Value = serde_json::from_str(json).unwrap();
    state.as_object_mut().unwrap().remove("seconds");
    state
}

/// The tensors of a safetensors file.
pub(crate) fn tensors(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let tensors = SafeTensors::deserialize(file).unwrap();
    tensors.iter().map(|(name, view)| (name.to_owned(), view.data().to_vec())).collect()
}
