//! How much is kept and told.

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Different names in memory at most, about 200 bytes each; beyond, the rarest are forgotten ([`Name::missed`](super::Name::missed)).
    pub names: usize,
    /// Names of each type that are told; all where 0.
    pub top: usize,
    /// Names whose course over time is told.
    pub over_time: usize,
    /// Names whose company is told.
    pub together: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { names: 1_000_000, top: 20, over_time: 12, together: 20 }
    }
}
