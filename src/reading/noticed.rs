//! What is said of how a text was read.

/// What was found in a text, and decided how it was read. Nothing that was asked for is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Noticed {
    /// Lines that were broken near one width, and were read as one.
    pub wrapped: bool,
    /// Tags, character references or escapes, which were not read.
    pub markup: bool,
    /// The byte from which on letters seem to stand in visual order. They were read as they are.
    pub visual: Option<usize>,
    /// The encoding that the file's first bytes, or a page itself, named, where it is not UTF-8.
    pub encoding: Option<&'static str>,
    /// A table whose columns are not parted as its file's ending says, but as its first row has them. Its reader says so.
    pub delimiter: bool,
}

/// What [`Noticed::delimiter`] is called.
pub const DELIMITER: &str = "delimiter";

impl Noticed {
    /// What was noticed, by names for messages and summaries.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> + use<> {
        let named = |on: bool, name: &'static str| on.then_some(name);
        let all = [
            named(self.wrapped, "wrapped"),
            named(self.markup, "markup"),
            named(self.visual.is_some(), "visual-order"),
            named(self.delimiter, DELIMITER),
            self.encoding,
        ];
        all.into_iter().flatten()
    }
}
