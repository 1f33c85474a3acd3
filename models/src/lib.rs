//! Transformer encoders for alam: token ids in, scores out.
//!
//! Two encoders have one meaning. [`cpu`] and [`quant`] tag: slices, no padding, no graph. [`encoder`] is the same
//! network as a candle graph: it trains, and runs on CUDA. Only plain data crosses the border of this crate while
//! tagging: [`Input`] goes in, [`Output`] comes out.

pub mod checksum;
pub mod config;
pub mod cpu;
pub mod encoder;
pub mod error;
pub mod heads;
pub mod input;
pub mod kernels;
pub mod model;
pub mod ops;
pub mod parameters;
pub mod quant;
pub mod rng;
pub mod side;
pub mod skipgram;
pub mod weights;

pub use config::{Config, Family};
pub use error::Error;
pub use input::{Input, Output, Scores};
pub use model::{Device, Model, Precision};
pub use rng::Rng;
