//! The scheme that somebody asks for.

use super::Code;

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Asked {
    /// The one that the tags seem to be in.
    #[default]
    Auto,
    /// The same, and IOB1 also where tags that continue nothing are no defect, and would else be left to whoever reads.
    AutoOrIob1,
    /// This code, on whichever side.
    Code(Code),
    /// Letters behind types, in whichever code.
    Suffixed,
}

impl Asked {
    /// All that can be asked for, with the names users type.
    pub const ALL: &'static [(Asked, &'static str)] = &[
        (Asked::Auto, "auto"),
        (Asked::Code(Code::Iob1), "iob1"),
        (Asked::Code(Code::Iob2), "iob2"),
        (Asked::Code(Code::Ioe), "ioe"),
        (Asked::Code(Code::Iobes), "iobes"),
        (Asked::Code(Code::Bilou), "bilou"),
        (Asked::Suffixed, "suffixed"),
        (Asked::Code(Code::Bare), "bare"),
    ];

    /// By its name.
    pub fn named(name: &str) -> Option<Asked> {
        Asked::ALL.iter().find(|(_, known)| *known == name).map(|(asked, _)| *asked)
    }
}
