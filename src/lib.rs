//! alam finds the names of people, places, organisations and works in Arabic text.

#![forbid(unsafe_code)]
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

pub mod align;
pub mod batch;
pub mod checksum;
#[cfg(feature = "cli")]
pub mod cli;
pub mod clitics;
pub mod contain;
pub mod decode;
pub mod document;
pub mod embedded;
pub mod encode;
pub mod error;
pub mod evaluate;
pub mod formats;
pub mod gazetteer;
pub mod group;
pub mod hub;
pub mod job;
pub mod labels;
pub mod limits;
mod mentions;
pub mod metrics;
pub mod normalise;
pub mod reading;
pub mod scheme;
pub mod segment;
pub mod selection;
#[cfg(feature = "serve")]
pub mod serve;
pub mod settings;
pub mod shown;
pub mod stats;
pub mod tagger;
pub mod walk;

pub use document::{Document, Entity, FoundBy, Sentence, Span};
pub use error::Error;
pub use tagger::{Options, Source, Tagger};

/// The examples of the README, compiled and run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
