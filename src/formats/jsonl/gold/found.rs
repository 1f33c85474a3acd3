//! What a record says of names.

use crate::document::Span;
use crate::formats::jsonl::record::Mention;

/// See the module.
#[derive(Debug, Default)]
pub(in crate::formats::jsonl) struct Found {
    /// The names, in the unit of the options.
    pub(in crate::formats::jsonl) mentions: Vec<Mention>,
    /// Whether there is a list of them at all.
    pub(in crate::formats::jsonl) has_names: bool,
    /// The words with spaces between, where the record has no text.
    pub(in crate::formats::jsonl) text: Option<String>,
    /// Its words, where they are given.
    pub(in crate::formats::jsonl) words: Option<Vec<Span>>,
    /// Whether a browser may have counted the offsets.
    pub(super) of_browser: bool,
}
