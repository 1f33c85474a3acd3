//! Training of alam's models: documents in, checkpoint out.
//!
//! A run is a recipe: one TOML file decides everything, and is copied into the output folder. Whatever is learnt
//! ([`run::objective::Objective`]) goes through one loop ([`run::trainer`]).

#![forbid(unsafe_code)]

pub mod args;
pub mod data {
    //! Labelled text to examples.
    pub mod augment;
    mod clitics;
    pub mod corpora;
    pub mod examples;
    mod hub;
}
pub mod error;
pub mod finetune;
pub mod model {
    //! What a run makes.
    pub(crate) mod card;
    pub(crate) mod grow;
    pub mod neighbours;
    pub mod quantise;
    pub mod reach;
    #[cfg(test)]
    pub(crate) mod samples;
    pub mod shape;
}
pub mod pretrain;
pub mod recipe;
pub mod run {
    //! The loop.
    pub mod checkpoint;
    mod curve;
    pub mod memory;
    pub mod metrics;
    pub mod objective;
    pub mod optim;
    pub mod ownership;
    pub mod progress;
    pub mod schedule;
    pub mod trainer;
}
pub mod text {
    //! Raw text to ids.
    pub mod corpus;
    pub mod tokenizer;
    pub mod vectors;
}

pub use error::Error;
