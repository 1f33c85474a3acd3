//! A name, and how often it is there.

use super::day::Day;
use crate::group;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// What is told of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Name {
    /// Its most frequent spelling.
    pub name: String,
    /// Its type.
    #[serde(serialize_with = "text")]
    pub label: Arc<str>,
    /// Mentions, in any spelling and, within a document, by a part of a person's name.
    pub mentions: u64,
    /// Documents that mention it.
    pub documents: u64,
    /// The first day with a mention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<Day>,
    /// The last day with a mention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last: Option<Day>,
    /// Its other spellings, the frequent ones first.
    pub spellings: Vec<String>,
    /// Mentions that may be missing, because the name was forgotten for a time; 0 where names are fewer than the limit.
    pub missed: u64,
    #[serde(skip)]
    pub(super) id: u32,
}

/// A type in JSON.
pub(super) fn text<S: Serializer>(label: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(label)
}

/// A name as it is compared.
pub(super) fn spelt(name: &str) -> String {
    group::words(name).collect::<Vec<String>>().join(" ")
}
