//! Text for pretraining: raw files become one compact file of token ids, which training reads in any order.

pub mod command;
pub mod file;
pub mod make;
pub mod mixture;
pub mod raw;
pub mod sequences;

#[cfg(test)]
mod tests;
