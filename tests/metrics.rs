//! Scores equal seqeval's on thousands of random sequences, well formed and not (golden/make_seqeval.py).

use alam::labels::Tag;
use alam::metrics::{Counts, Mode, Score};
use serde_json::{Map, Value};

const TYPES: [&str; 4] = ["LOC", "MISC", "ORG", "PER"];

/// The generator of golden/make_seqeval.py.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) % limit
    }

    fn tag(&mut self, types: u64) -> Tag {
        let kind = self.below(8);
        let label = TYPES[self.below(types) as usize].into();
        match kind {
            0..3 => Tag::O,
            3..5 => Tag::B(label),
            _ => Tag::I(label),
        }
    }
}

/// Gold and predicted tags of some sequences.
fn case(seed: u64) -> Vec<(Vec<Tag>, Vec<Tag>)> {
    let mut random = Lcg(seed);
    let types = 1 + random.below(4);
    let noise = [1, 2, 4, 8, 1000][random.below(5) as usize];
    let silent = random.below(16) == 0;
    let mut rows = Vec::new();
    for _ in 0..1 + random.below(22) {
        let length = random.below(14);
        let gold: Vec<Tag> = (0..length).map(|_| random.tag(types)).collect();
        let predicted: Vec<Tag> =
            gold.iter().map(|tag| if random.below(noise) == 0 { random.tag(types) } else { tag.clone() }).collect();
        let predicted = if silent { vec![Tag::O; gold.len()] } else { predicted };
        rows.push((gold, predicted));
    }
    rows
}

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
