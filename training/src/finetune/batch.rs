//! What goes through the network at once, with its targets.

use alam_models::Input;

/// A batch of windows, by the rows of their words.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) input: Input,
    /// The same words without noise, in the teacher's pieces: what it reads.
    pub(super) clean: Input,
    pub(super) rows: Vec<u32>,
    /// The same words in `clean`.
    pub(super) clean_rows: Vec<u32>,
    /// The tag of each row; [`NONE`](crate::data::stretch::NONE) where only the teacher knows it.
    pub(super) tags: Vec<u32>,
    pub(super) clitic_rows: Vec<u32>,
    pub(super) clitics: Vec<u32>,
    /// Tokens that are hidden, and what stood there.
    pub(super) hidden: Vec<(u32, u32)>,
}
