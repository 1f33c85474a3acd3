//! Scores equal seqeval's on thousands of random sequences, well formed and not (golden/make_seqeval.py).

#[path = "golden/cases.rs"]
mod cases;

use alam::metrics::{Counts, Mode, Score};
use cases::case;
use serde_json::{Map, Value};

/// Compares one row of the golden file, which is in millionths.
fn assert_equal(what: &str, ours: &Score, golden: &Value) {
    let golden: Vec<i64> = golden.as_array().unwrap().iter().map(|n| n.as_i64().unwrap()).collect();
    let ours = [ours.precision, ours.recall, ours.f1].map(|x| x * 1e6);
    for (ours, golden) in ours.iter().zip(&golden) {
        assert!((ours - *golden as f64).abs() < 0.51, "{what}: {ours} is not seqeval's {golden}");
    }
}

#[test]
fn scores_equal_seqevals_on_thousands_of_random_sequences_in_both_modes() {
    let golden: Vec<Map<String, Value>> = serde_json::from_str(include_str!("golden/seqeval.json")).unwrap();
    let mut sequences = 0;
    for (seed, golden) in golden.iter().enumerate() {
        let rows = case(seed as u64);
        sequences += rows.len();
        for (mode, name) in [(Mode::Default, "default"), (Mode::Strict, "strict")] {
            let mut counts = Counts::default();
            for (gold, predicted) in &rows {
                counts.add_tags(gold, predicted, mode).unwrap();
            }
            let scores = counts.scores();
            let golden = golden[name].as_object().unwrap();
            if golden.is_empty() {
                assert!(scores.types.is_empty(), "case {seed}: seqeval finds no name");
                continue;
            }
            assert_eq!(scores.types.len() + 3, golden.len(), "case {seed} {name}: number of types");
            for (label, score) in &scores.types {
                assert_equal(&format!("case {seed} {name} {label}"), score, &golden[&**label]);
                assert_eq!(score.support as u64, golden[&**label][3].as_u64().unwrap());
            }
            for (average, score) in
                [("micro", scores.micro), ("macro", scores.macro_average), ("weighted", scores.weighted)]
            {
                assert_equal(&format!("case {seed} {name} {average}"), &score, &golden[average]);
                assert_eq!(score.support as u64, golden[average][3].as_u64().unwrap());
            }
        }
    }
    assert!(sequences > 3000, "only {sequences} sequences");
}
