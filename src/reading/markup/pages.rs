//! Which texts are whole pages.

/// Whether a text is a whole page.
pub(in crate::reading) fn is_page(text: &str) -> bool {
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let begins = |tag: &str| begin.get(..tag.len()).is_some_and(|head| head.eq_ignore_ascii_case(tag));
    begins("<!doctype html")
        || begins("<html")
        || begins("<?xml") && begin.get(..1024).unwrap_or(begin).contains("<html")
}
