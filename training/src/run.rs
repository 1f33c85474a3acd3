//! The loop: steps of an optimiser over the parts that an objective gives, and whatever a run owes to the disk.

pub mod checkpoint;
mod curve;
pub mod evaluation;
pub mod job;
pub mod memory;
pub mod metrics;
pub mod objective;
pub mod optim;
pub mod ownership;
pub mod part;
pub mod progress;
pub mod schedule;
pub mod state;
pub mod summary;
pub mod train;
pub mod trainer;
