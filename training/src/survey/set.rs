//! Texts that are looked at together.

use alam::document::Document;

/// Texts that are looked at together.
#[derive(Debug, Clone, Copy)]
pub struct Set<'a> {
    /// What they are called.
    pub name: &'a str,
    /// Their documents.
    pub documents: &'a [Document],
    /// Whether they are measured on, and so must hold nothing that is learnt from.
    pub dev: bool,
}
