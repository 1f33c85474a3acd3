//! Our scores are those of transformers, for every family, whatever else is in the batch.

use alam_models::{Device, Input, Model, Precision};
use std::path::PathBuf;

const FIXTURES: [&str; 6] = ["bert", "roberta", "xlm-roberta", "distilbert", "electra", "electra-narrow"];

#[derive(serde::Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    token_type: u32,
    ids: Vec<u32>,
    logits: Vec<Vec<f32>>,
}

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name)
}

fn golden(name: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(folder(name).join("golden.json")).unwrap();
    serde_json::from_str::<Golden>(&text).unwrap().cases
}

fn open(name: &str) -> Model {
    Model::open(&folder(name), Device::Cpu, Precision::F32).unwrap()
}

fn input<'a>(token_type: u32, sequences: impl IntoIterator<Item = &'a Vec<u32>>) -> Input {
    let mut input = Input::new(token_type);
    sequences.into_iter().for_each(|ids| input.push(ids));
    input
}

fn largest_difference(found: &[f32], wanted: &[Vec<f32>]) -> f32 {
    let wanted: Vec<f32> = wanted.concat();
    assert_eq!(found.len(), wanted.len());
    found.iter().zip(&wanted).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

#[test]
fn each_sequence_alone_scores_as_in_transformers() {
    for name in FIXTURES {
        let model = open(name);
        for case in golden(name) {
            let scores = model.forward(&input(case.token_type, [&case.ids])).unwrap().tags;
            assert_eq!(scores.labels, model.config().labels.len());
            let difference = largest_difference(&scores.values, &case.logits);
            assert!(difference < 1e-4, "{name}, {} tokens: {difference}", case.ids.len());
        }
    }
}

#[test]
fn a_batch_in_any_order_scores_as_its_sequences_alone_bit_for_bit() {
    for name in FIXTURES {
        let model = open(name);
        let cases = golden(name);
        for token_type in 0..=cases.iter().map(|case| case.token_type).max().unwrap() {
            let mut batch: Vec<_> = cases.iter().filter(|case| case.token_type == token_type).collect();
            let alone: Vec<_> =
                batch.iter().map(|case| model.forward(&input(token_type, [&case.ids])).unwrap().tags.values).collect();
            let together = |order: &[usize]| {
                let picked: Vec<_> = order.iter().map(|i| &batch[*i].ids).collect();
                let found = model.forward(&input(token_type, picked)).unwrap().tags.values;
                let wanted: Vec<f32> = order.iter().flat_map(|i| alone[*i].clone()).collect();
                let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&found), bits(&wanted), "{name}, order {order:?}");
            };
            let n = batch.len();
            together(&(0..n).collect::<Vec<_>>());
            together(&(0..n).rev().collect::<Vec<_>>());
            together(&(0..3 * n).map(|i| (i * 5 + i / n) % n).collect::<Vec<_>>());
            // Many sequences: more than one thread has work.
            together(&(0..200).map(|i| (i * 7 + i / n) % n).collect::<Vec<_>>());
            batch.clear();
        }
    }
}

#[test]
fn an_input_without_tokens_has_no_scores() {
    let model = open("bert");
    for sequences in [vec![], vec![vec![]], vec![vec![], vec![]]] {
        assert!(model.forward(&input(0, &sequences)).unwrap().tags.values.is_empty());
    }
    let with_gap = [vec![7, 8], vec![], vec![9]];
    let without = [vec![7, 8], vec![9]];
    assert_eq!(model.forward(&input(0, &with_gap)).unwrap(), model.forward(&input(0, &without)).unwrap());
}

#[test]
fn what_we_write_scores_as_what_we_read() {
    for name in FIXTURES {
        let model = open(name);
        let copy = tempfile::tempdir().unwrap();
        std::fs::write(copy.path().join("config.json"), model.config().to_json()).unwrap();
        let weights = alam_models::weights::read(&folder(name), model.config()).unwrap();
        let path = copy.path().join("model.safetensors");
        alam_models::weights::write(&path, model.config(), &weights, safetensors::Dtype::F32).unwrap();
        let again = Model::open(copy.path(), Device::Cpu, Precision::F32).unwrap();
        assert_eq!(again.config(), model.config());
        let input = input(0, [&golden(name)[0].ids]);
        assert_eq!(again.forward(&input).unwrap(), model.forward(&input).unwrap(), "{name}");
    }
}
