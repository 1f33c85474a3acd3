//! What tags are taken for.

use crate::scheme::Strays;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tags {
    /// Tags of one scheme; one that continues nothing is a defect of its document. A file of one column has no tags.
    #[default]
    Strict,
    /// The same, or IOB1: a tag that continues nothing begins a name, as in `conlleval`.
    Lenient,
    /// The same, but a tag that continues nothing is passed over, as in seqeval's strict mode.
    PassOver,
    /// Nothing: the tokens are to be tagged.
    Ignore,
}

impl Tags {
    /// What becomes of tags that make no whole name.
    pub(super) fn strays(self) -> Strays {
        match self {
            Tags::Strict => Strays::Refuse,
            Tags::Lenient | Tags::Ignore => Strays::Begin,
            Tags::PassOver => Strays::PassOver,
        }
    }
}
