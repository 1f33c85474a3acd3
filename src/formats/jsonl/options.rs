//! How records are read.

use crate::formats::encoding::Decoding;
use crate::formats::input::Longest;
use crate::formats::notes::Notes;
use crate::formats::offsets::OffsetUnit;
use crate::scheme::{Asked, Scheme, Strays};

/// Fields are named by their own names, or by paths to them: `article.body`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Where records stand.
    pub layout: Layout,
    /// The field with the text.
    pub text_field: String,
    /// The field with the document's name, which must be there; where `None`, it is `id`, and `path:line` if that is missing.
    pub id_field: Option<String>,
    /// The field with the date; a record may do without.
    pub date_field: String,
    /// What `start` and `end` count.
    pub unit: OffsetUnit,
    /// Whether names in the file are read.
    pub entities: Entities,
    /// How tags of words are read.
    pub tags: Tags,
    /// Bytes of a record at most.
    pub longest: Longest,
    /// How the bytes are decoded.
    pub decoding: Decoding,
    /// What there is to say of the file.
    pub notes: Notes,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            layout: Layout::default(),
            text_field: "text".into(),
            id_field: None,
            date_field: "date".into(),
            unit: OffsetUnit::default(),
            entities: Entities::default(),
            tags: Tags::default(),
            longest: Longest::default(),
            decoding: Decoding::default(),
            notes: Notes::default(),
        }
    }
}

/// Where the records of a file stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One a line.
    #[default]
    Lines,
    /// A list of them, or one behind the other, on any number of lines.
    Values,
}

/// How the tags of records are read that have words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags {
    /// The tags that numbers stand for; where none are given, a `dataset_info.json` or a card beside the file may have them.
    pub names: Vec<String>,
    /// The scheme that they are in.
    pub scheme: Asked,
    /// What becomes of tags that make no whole name.
    pub strays: Strays,
    /// The scheme of tags that are spelt out: of a file, it is found out while that is read.
    pub spelt: Scheme,
}

/// What happens to the names that a file brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Entities {
    /// They are read, and a defect in them is a defect of the record.
    #[default]
    Read,
    /// They are passed over: the file is to be tagged.
    Ignore,
}
