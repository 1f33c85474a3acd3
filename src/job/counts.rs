//! What was done: documents, words, names by type, and what failed.

use crate::Document;
use crate::formats::jsonl::Record;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// See the module.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counts {
    /// Documents that were tagged.
    pub documents: u64,
    /// Records that could not be read or tagged.
    pub failed: u64,
    /// Words of the texts, parted by white space.
    pub words: u64,
    /// Names by type.
    pub names: BTreeMap<String, u64>,
    /// Documents by what was noticed of them ([`crate::reading::Noticed`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub noticed: BTreeMap<String, u64>,
}

impl Counts {
    /// One more document.
    pub fn count(&mut self, document: &Document) {
        self.documents += 1;
        self.words += document.text.split_whitespace().count() as u64;
        for entity in &document.entities {
            self.named(&entity.label, 1);
        }
        for kind in document.noticed.kinds() {
            *self.noticed.entry(kind.into()).or_default() += 1;
        }
    }

    /// One more document, whose text is not known: its words are not counted.
    pub fn count_record(&mut self, record: &Record) {
        self.documents += 1;
        for mention in &record.entities {
            self.named(&mention.label, 1);
        }
    }

    /// What was done elsewhere.
    pub fn add(&mut self, other: &Counts) {
        self.documents += other.documents;
        self.failed += other.failed;
        self.words += other.words;
        for (label, count) in &other.names {
            self.named(label, *count);
        }
        for (kind, count) in &other.noticed {
            *self.noticed.entry(kind.clone()).or_default() += count;
        }
    }

    fn named(&mut self, label: &str, count: u64) {
        match self.names.get_mut(label) {
            Some(known) => *known += count,
            None => {
                self.names.insert(label.into(), count);
            }
        }
    }
}
