//! What a run makes: the shape of a network and what it begins as, and what a finished model is given.

pub(crate) mod card;
pub(crate) mod grow;
pub mod neighbours;
pub(crate) mod origin;
pub mod quantise;
pub mod reach;
#[cfg(test)]
pub(crate) mod samples;
pub mod shape;
