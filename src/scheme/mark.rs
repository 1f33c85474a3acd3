//! What tags say, in whatever scheme.

use std::ops::Range;
use std::sync::Arc;

/// Where in a name its word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Place {
    /// At its beginning.
    Begin,
    /// Between other words of it, or wherever a scheme does not say.
    Inside,
    /// At its end.
    End,
    /// It is the whole name.
    Single,
}

/// What a tag says, in whatever scheme.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Mark {
    /// The word stands outside every name.
    Outside,
    /// The word belongs to a name of that type.
    In(Place, Arc<str>),
}

/// Words of a name, and its type.
pub type Name = (Range<usize>, Arc<str>);
