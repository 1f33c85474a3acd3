//! Losses, and the heads of pretraining.

mod detection;
mod front;
mod loss;
mod masked;
mod sampled;

pub use crate::ops::masked::Guesses;
pub use detection::DetectionHead;
pub use loss::Loss;
pub use masked::MaskedHead;
pub use sampled::SampledHead;
