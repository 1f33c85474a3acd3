//! Raw text to ids: a vocabulary, files of its ids, a first value for each.

pub mod corpus;
pub mod tokenizer;
pub mod vectors;
