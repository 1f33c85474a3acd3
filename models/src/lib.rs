//! Transformer encoders for alam: token ids in, scores out.
//!
//! Two encoders have one meaning. [`cpu`] and [`quant`] tag: slices, no padding, no graph. [`encoder`] is the same
//! network as a candle graph: it trains, and runs on CUDA. Only plain data crosses the border of this crate while
//! tagging: [`Input`] goes in, [`Output`] comes out.
//!
//! The graph, its operations and parameters, and the vectors of words that training begins with are there with the feature
//! `graph` alone: what tags on the CPU needs none of them, nor candle.

#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "graph")]
mod arithmetic;
pub mod checksum;
pub mod config;
pub mod cpu;
mod cuda;
#[cfg(feature = "graph")]
pub mod encoder;
pub mod error;
#[cfg(feature = "graph")]
pub mod heads;
pub mod input;
pub mod kernels;
pub mod model;
#[cfg(feature = "graph")]
pub mod ops;
#[cfg(feature = "graph")]
pub mod parameters;
pub mod quant;
pub mod rng;
pub mod side;
#[cfg(feature = "graph")]
pub mod skipgram;
pub mod weights;
pub mod whole;

#[cfg(feature = "graph")]
pub use arithmetic::Arithmetic;
pub use config::{Config, Family};
pub use error::Error;
pub use input::{Input, Output, Scores};
pub use model::{Device, Model, Precision};
pub use rng::Rng;
