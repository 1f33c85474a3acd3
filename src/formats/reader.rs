//! What comes of a file: an iterator of documents.

use super::jsonl;
use crate::Error;
use crate::document::Document;

/// Documents as they are read; a broken record is an error in its place, and reading goes on behind it.
pub type Reader = Box<dyn Iterator<Item = Result<Document, Error>> + Send>;

/// Tagged documents as they are read, with their texts or without.
pub type TaggedReader = Box<dyn Iterator<Item = Result<jsonl::Tagged, Error>> + Send>;
