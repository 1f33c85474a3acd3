//! Training of alam's models: documents in, checkpoint out.
//!
//! A run is a recipe: one TOML file decides everything, and is copied into the output folder. Whatever is learnt
//! ([`objective::Objective`]) goes through one loop ([`trainer`]).

#![forbid(unsafe_code)]

pub mod args;
pub mod augment;
mod card;
pub mod checkpoint;
pub mod corpus;
mod curve;
pub mod data;
pub mod error;
pub mod examples;
pub mod finetune;
mod grow;
pub mod mask;
pub mod memory;
pub mod metrics;
pub mod neighbours;
pub mod objective;
pub mod optim;
pub mod ownership;
pub mod pretrain;
pub mod progress;
pub mod quantise;
pub mod reach;
pub mod recipe;
#[cfg(test)]
mod samples;
pub mod schedule;
pub mod shape;
pub mod tokenizer;
pub mod trainer;
pub mod vectors;

pub use error::Error;
