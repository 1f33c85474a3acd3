//! Which of several machines makes a part.

use super::chunk::Chunk;
use serde::{Deserialize, Serialize};
use std::fmt::{Display, Formatter};
use std::str::FromStr;

/// Share `number` of `of`, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    number: u64,
    of: u64,
}

impl Shard {
    /// All of the corpus.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Which share it is, from 1.
    pub fn number(self) -> u64 {
        self.number
    }

    /// How many shares there are.
    pub fn of(self) -> u64 {
        self.of
    }

    /// Whether a part is this machine's. The parts of a large file go round, those of small files stay with their chunk, so that
    /// a small file is read by one machine only.
    pub fn owns(self, chunk: &Chunk, part: u64) -> bool {
        let turn = chunk.number + if chunk.is_large() { part } else { 0 };
        turn % self.of == self.number - 1
    }

    /// How many of the first parts of a chunk are this machine's.
    pub fn owned(self, chunk: &Chunk, parts: u64) -> u64 {
        if !chunk.is_large() {
            return if self.owns(chunk, 0) { parts } else { 0 };
        }
        let (turn, own) = (chunk.number % self.of, self.number - 1);
        let first = if own >= turn { own - turn } else { self.of - (turn - own) };
        parts.saturating_sub(first).div_ceil(self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let numbers = typed.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
        match numbers {
            Some((number, of)) if number >= 1 && number <= of => Ok(Shard { number, of }),
            _ => Err("wanted K/N with K from 1 to N".into()),
        }
    }
}

impl Display for Shard {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> String {
        shard.to_string()
    }
}

impl TryFrom<String> for Shard {
    type Error = String;

    fn try_from(typed: String) -> Result<Self, String> {
        typed.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_typed_as_k_of_n() {
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
        for wrong in ["0/3", "4/3", "1", "1/0", "a/b", "-1/2", "1/2/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_part_is_one_machines() {
        let shards: Vec<Shard> = (1..=3).map(|k| Shard { number: k, of: 3 }).collect();
        for (number, bytes) in [(0, 1), (5, 1), (0, 1 << 30), (7, 1 << 30)] {
            let chunk = Chunk { number, bytes, limit: 100, files: Vec::new() };
            for part in 0..10 {
                assert_eq!(shards.iter().filter(|shard| shard.owns(&chunk, part)).count(), 1);
                for shard in &shards {
                    let counted = (0..part).filter(|part| shard.owns(&chunk, *part)).count() as u64;
                    assert_eq!(shard.owned(&chunk, part), counted);
                }
            }
        }
    }
}
