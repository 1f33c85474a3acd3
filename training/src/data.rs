//! Labelled text to examples: corpora, copies of them with other names, windows with targets.

pub mod augment;
mod clitics;
pub mod corpora;
pub mod corpus;
pub mod examples;
mod hub;
pub mod plan;
pub mod stretch;
