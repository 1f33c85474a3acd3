//! Tags, their ids, and which tag may follow which.

use crate::Error;
use std::sync::Arc;

/// What one word is in a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tag {
    /// Outside every name.
    O,
    /// The first word of a name of that type.
    B(Arc<str>),
    /// A later word of a name of that type.
    I(Arc<str>),
}

impl Tag {
    /// Reads `O`, `B-PER`, `I-PER`.
    pub fn parse(tag: &str) -> Option<Tag> {
        let _ = tag;
        todo!()
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Tag::O => f.write_str("O"),
            Tag::B(label) => write!(f, "B-{label}"),
            Tag::I(label) => write!(f, "I-{label}"),
        }
    }
}

/// The tags of a model, by id (a model's `id2label`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    tags: Vec<Tag>,
}

impl Labels {
    /// From a model's label names; refuses names that are not IOB2, doubles, and a set without `O`.
    /// A hub model whose labels have an `I-` without its `B-` (or IOB1 naming) is accepted: `I-` may then begin a name.
    pub fn new(names: &[String], origin: &str) -> Result<Labels, Error> {
        let _ = (names, origin);
        todo!()
    }

    /// For entity types in this order: `O, B-x, I-x, B-y, ...`.
    pub fn of_types<S: AsRef<str>>(types: &[S]) -> Labels {
        let _ = types;
        todo!()
    }

    /// All tags, by id.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The id of a tag.
    pub fn id(&self, tag: &Tag) -> Option<usize> {
        self.tags.iter().position(|t| t == tag)
    }

    /// Entity types, in order of first appearance.
    pub fn types(&self) -> Vec<Arc<str>> {
        todo!()
    }

    /// Whether tag `next` may stand behind tag `previous` (`None`: at the start).
    pub fn may_follow(&self, previous: Option<usize>, next: usize) -> bool {
        let _ = (previous, next);
        todo!()
    }
}
