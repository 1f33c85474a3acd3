//! Text among markup: whole pages of HTML, and the tags and character references that other text is left with.
//!
//! A tokenizer of the HTML standard (html5gum) parts tags, comments, scripts and references from text; what is done here is
//! to keep where each piece of text stands, to end lines where blocks end, and to leave alone, in text that is no page, what
//! only looks like a tag.

mod elements;
mod escapes;
mod pages;
mod stretches;

pub(super) use pages::is_page;

use super::map::Layer;

/// The stretches of a page of HTML that are its text.
pub(super) fn page(text: &str) -> Option<Layer> {
    stretches::layer(text, stretches::Of::Page)
}

/// A text without the tags and character references that were left in it.
pub(super) fn stray(text: &str) -> Option<Layer> {
    if !text.contains('<') && !text.contains('&') {
        return None;
    }
    stretches::layer(text, stretches::Of::Text)
}

/// A text with `\n` and the like as what they stand for.
pub(super) fn escapes(text: &str) -> Option<Layer> {
    escapes::layer(text)
}

#[cfg(test)]
mod tests;
