//! Training of alam's models: documents in, checkpoint out.

#![forbid(unsafe_code)]

pub mod optim;
