//! Whether a record repeats its document's text.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Text {
    /// It does not.
    #[default]
    Without,
    /// It does.
    With,
}
