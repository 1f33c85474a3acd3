//! What may be said of how a text is to be read.

/// How a text is to be read. By default what is plain to see is found, and said ([`Noticed`](super::Noticed)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ReadAs {
    /// What a line feed is.
    pub lines: LineBreaks,
    /// What tags and character references are.
    pub markup: Markup,
    /// In which order the letters stand.
    pub order: Order,
}

/// What a line feed is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LineBreaks {
    /// A blank where lines were broken near one width, else the end of a sentence.
    #[default]
    Auto,
    /// A blank within paragraphs.
    Wrapped,
    /// The end of a sentence.
    Separate,
}

/// What tags and character references are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Markup {
    /// No text where they are those of HTML; a text that begins like a page is one.
    #[default]
    Auto,
    /// The text is HTML.
    Html,
    /// Text like any other.
    Text,
}

/// In which order the letters of a line stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Order {
    /// As they are spoken; where they seem not to, that is noticed.
    #[default]
    Auto,
    /// As they are seen, from left to right.
    Visual,
    /// As they are spoken.
    Logical,
}

impl LineBreaks {
    /// All of them, with the names users type.
    pub const ALL: [(LineBreaks, &'static str); 3] =
        [(LineBreaks::Auto, "auto"), (LineBreaks::Wrapped, "wrapped"), (LineBreaks::Separate, "separate")];
}

impl Markup {
    /// All of them, with the names users type.
    pub const ALL: [(Markup, &'static str); 3] =
        [(Markup::Auto, "auto"), (Markup::Html, "html"), (Markup::Text, "text")];
}

impl Order {
    /// All of them, as answers to whether it is the visual order.
    pub const ALL: [(Order, &'static str); 3] = [(Order::Auto, "auto"), (Order::Visual, "yes"), (Order::Logical, "no")];
}
