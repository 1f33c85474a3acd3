//! Headlines that happen to fill their line: what tells them from the first line of a paragraph.
//!
//! Nothing of their shape does. So the words at the break are weighed: what headlines end with, and what reports begin with,
//! each by how often it stands there and elsewhere (naive Bayes).

use super::line::Line;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Weights of words at the break, tenths of the natural logarithm of a ratio of frequencies; made by `make_headlines.py`.
static WEIGHTS: LazyLock<HashMap<(&str, &str), f32>> = LazyLock::new(|| {
    let rows = include_str!("headline.tsv").lines().filter_map(|row| {
        let mut cells = row.split('\t');
        Some(((cells.next()?, cells.next()?), cells.next()?.parse::<f32>().ok()? / 10.0))
    });
    rows.collect()
});

/// Logarithms of the odds that a text's first line, or its second one, fills its width and ends the headline: one in thirteen
/// lines did, of raw news wrapped at 40 to 80 columns, and one in two hundred.
const FULL: [f32; 2] = [-2.5, -5.2];
/// What they lose where no paragraph is seen to end on a line of its own, as headlines would have to.
const UNPARTED: f32 = -1.5;
/// What they lose where a comma stands in the line: a third as many are headlines.
const MARKED: f32 = -1.1;

/// Whether paragraphs of a text are seen to end on lines of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paragraphs {
    Parted,
    Unseen,
}

/// The line of a text's first block that ends its headline.
pub(super) fn end(text: &str, block: &[Line], paragraphs: Paragraphs) -> Option<usize> {
    let parted = if paragraphs == Paragraphs::Parted { 0.0 } else { UNPARTED };
    let lines = block.windows(2).zip(FULL).take_while(|(pair, _)| !pair[0].stops);
    let mut odds = lines.map(|(pair, full)| {
        let last = text[pair[0].start..pair[0].end].split_whitespace().next_back().unwrap_or_default();
        let first = text[pair[1].start..pair[1].end].split_whitespace().next().unwrap_or_default();
        let marked = if pair[0].marks { MARKED } else { 0.0 };
        full + parted + marked + weight("last", last, last_shape) + weight("first", first, first_shape)
    });
    odds.position(|odds| odds > 0.0)
}

fn weight(place: &'static str, word: &str, shape: impl Fn(&str) -> &'static str) -> f32 {
    WEIGHTS.get(&(place, word)).or_else(|| WEIGHTS.get(&(place, shape(word)))).copied().unwrap_or(0.0)
}

fn is_arabic(c: char) -> bool {
    ('\u{600}'..='\u{6ff}').contains(&c) && c.is_alphabetic()
}

fn has_article(word: &str) -> bool {
    ["ال", "وال", "بال", "فال", "كال", "لل"].iter().any(|article| word.starts_with(article))
}

/// What a word is like that is too rare to say anything by itself.
fn first_shape(word: &str) -> &'static str {
    let Some(first) = word.chars().next() else { return "@sign" };
    match first {
        _ if word.contains(char::is_numeric) => "@digit",
        _ if !word.contains(is_arabic) => "@foreign",
        _ if !first.is_alphabetic() => "@sign",
        _ if has_article(word) => "@article",
        _ if word.chars().count() < 4 => "@short",
        // A verb of a feminine subject, and no plural.
        _ if word.ends_with('ت') && !word.ends_with("ات") => "@ت",
        'و' | 'ف' => "@و",
        'ت' | 'ي' | 'ن' => "@ي",
        'ب' | 'ل' => "@ب",
        'أ' | 'ا' => "@أ",
        _ => "@other",
    }
}

fn last_shape(word: &str) -> &'static str {
    match word.chars().next_back() {
        Some('،' | ',') => "@comma",
        Some(last) if !last.is_alphanumeric() => "@sign",
        _ if word.contains(char::is_numeric) => "@digit",
        _ if !word.contains(is_arabic) => "@foreign",
        _ if has_article(word) => "@article",
        _ => "@other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_read_and_every_shape_has_one() {
        let text = include_str!("headline.tsv");
        assert!(text.len() < 40_000, "{} bytes", text.len());
        assert_eq!(WEIGHTS.len(), text.lines().count());
        for word in ["2017", "BBC", "«داعش", "المغرب", "من", "احتضنت", "وأوضح", "يراهن", "بحضور", "أطلقت", "عثر"]
        {
            assert!(WEIGHTS.contains_key(&("first", first_shape(word))), "{word}");
        }
        for word in ["لبنان،", "(صور)", "2017", "BBC", "المغرب", "مراكش"] {
            assert!(WEIGHTS.contains_key(&("last", last_shape(word))), "{word}");
        }
    }

    #[test]
    fn what_reports_begin_with_outweighs_what_goes_on() {
        for (more, less) in [("أعلنت", "إلى"), ("استقبل", "الله"), ("انتعشت", "والعشب"), ("يراهن", "الذين")]
        {
            assert!(weight("first", more, first_shape) > weight("first", less, first_shape) + 1.0, "{more}, {less}");
        }
        assert!(weight("last", "بالمغرب", last_shape) > weight("last", "عبد", last_shape) + 1.0);
    }
}
