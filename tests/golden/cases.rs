//! The random sequences of make_seqeval.py.

use alam::labels::Tag;

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
pub(crate) fn case(seed: u64) -> Vec<(Vec<Tag>, Vec<Tag>)> {
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
