//! The elements of HTML, by what they do to the text around them.

/// What a tag stands for in running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Nothing: letters on both sides can be one word's.
    Inline,
    /// A link or a control: one directly behind another is the next item.
    Item,
    /// Room between two words.
    Blank,
    /// The end of a line.
    Line,
    /// The end of what stands before it.
    Block,
    /// What is in it is no text.
    Hidden,
}

const BLOCK: [&str; 66] = [
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "caption",
    "center",
    "col",
    "colgroup",
    "dd",
    "details",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "isindex",
    "legend",
    "li",
    "listing",
    "main",
    "menu",
    "nav",
    "noframes",
    "ol",
    "optgroup",
    "option",
    "p",
    "plaintext",
    "pre",
    "search",
    "section",
    "select",
    "summary",
    "table",
    "tbody",
    "td",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "title",
    "tr",
    "ul",
    "xmp",
    "dialogue",
    "content",
    "slot",
];
const BLANK: [&str; 14] = [
    "audio", "canvas", "embed", "img", "image", "input", "map", "math", "meter", "object", "picture", "progress",
    "svg", "video",
];
const HIDDEN: [&str; 6] = ["iframe", "noembed", "noframes", "script", "style", "template"];
const INLINE: [&str; 50] = [
    "abbr", "acronym", "area", "b", "base", "basefont", "bdi", "bdo", "big", "blink", "cite", "code", "data",
    "datalist", "del", "dfn", "em", "font", "i", "ins", "kbd", "link", "mark", "marquee", "meta", "nobr", "noscript",
    "o:p", "output", "param", "q", "rb", "rp", "rt", "rtc", "ruby", "s", "samp", "small", "source", "span", "strike",
    "strong", "sub", "sup", "time", "track", "tt", "u", "var",
];

/// What an element of this name is; `None` for one that HTML does not have.
pub(super) fn kind(name: &str) -> Option<Kind> {
    match name {
        "br" => Some(Kind::Line),
        "wbr" => Some(Kind::Inline),
        "a" | "button" | "label" => Some(Kind::Item),
        _ if HIDDEN.contains(&name) => Some(Kind::Hidden),
        _ if BLOCK.contains(&name) => Some(Kind::Block),
        _ if BLANK.contains(&name) => Some(Kind::Blank),
        _ if INLINE.contains(&name) => Some(Kind::Inline),
        _ => None,
    }
}
