//! Training of alam's models: documents in, checkpoint out.
//!
//! A run is a recipe: one TOML file decides everything, and is copied into the output folder. Whatever is learnt
//! ([`run::objective::Objective`]) goes through one loop ([`run::trainer`]).

#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

pub mod args;
pub mod cli;
pub mod compare;
pub mod data;
pub mod draft;
pub mod error;
pub mod files;
pub mod finetune;
pub mod model;
pub mod pretrain;
pub mod recipe;
pub mod run;
pub mod survey;
pub mod text;

pub use error::Error;
