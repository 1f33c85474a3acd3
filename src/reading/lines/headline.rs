//! Headlines that happen to fill their line: what tells them from the first line of a paragraph.
//!
//! Nothing of their shape does. So the words are weighed, each by how often it stands there and elsewhere (naive Bayes): what
//! headlines end with, what reports begin with, what of the line the next two repeat, and a dateline (`الرياض - واس:`).

use super::line::Line;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Weights of what is looked at, tenths of the natural logarithm of a ratio of frequencies; made by `make_headlines.py`.
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
    let of = |line: &Line| &text[line.start..line.end];
    let mut odds = lines.enumerate().map(|(at, (pair, full))| {
        let (line, next) = (of(&pair[0]), of(&pair[1]));
        let last = line.split_whitespace().next_back().unwrap_or_default();
        let first = next.split_whitespace().next().unwrap_or_default();
        let marked = if pair[0].marks { MARKED } else { 0.0 };
        let words = weight("last", last, last_shape) + weight("first", first, first_shape);
        let repeated = weight("repeated", "", |_| repeated(line, next, block.get(at + 2).map_or("", of)));
        let dateline = weight("dateline", "", |_| if has_dateline(next) { "@yes" } else { "@no" });
        full + parted + marked + words + repeated + dateline
    });
    odds.position(|odds| odds > 0.0)
}

/// How many words of a line the next two have again.
fn repeated(line: &str, second: &str, third: &str) -> &'static str {
    let behind: HashSet<&str> = [second, third].into_iter().flat_map(stems).collect();
    match stems(line).collect::<HashSet<_>>().intersection(&behind).count() {
        0 => "@0",
        1 => "@1",
        2 => "@2",
        3 => "@3",
        _ => "@4",
    }
}

/// Words of four letters or more without what may stand before them.
fn stems(line: &str) -> impl Iterator<Item = &str> {
    let stem = |word| {
        let word: &str = word;
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        for article in ["وال", "بال", "فال", "كال", "لل", "ال"] {
            if let Some(rest) = word.strip_prefix(article)
                && rest.chars().count() >= 3
            {
                return rest;
            }
        }
        let rest = word.strip_prefix(['و', 'ف', 'ب', 'ل', 'ك']).filter(|rest| rest.chars().count() >= 4);
        rest.unwrap_or(word)
    };
    line.split_whitespace().map(stem).filter(|stem| stem.chars().count() >= 4)
}

/// Words of a line that a dateline is looked for in.
const DATELINE: usize = 8;

/// Whether a line begins with a place and who reports from there: a dash, and a colon behind it.
fn has_dateline(line: &str) -> bool {
    let mut words =
        line.split_whitespace().take(DATELINE).skip_while(|word| !word.ends_with(['-', '–', '—', 'ـ', '/']));
    words.next();
    words.any(|word| word.ends_with(':'))
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
    fn what_repeats_the_line_and_datelines_speak_for_a_headline() {
        let headline = "أولمبيك خريبكة يهزم ضيفه الدفاع الجديدي";
        let more = ["فاز فريق أولمبيك خريبكة على ضيفه فريق", "الدفاع الحسني الجديدي بهدف للاشيء، في"];
        assert_eq!(repeated(headline, more[0], more[1]), "@4");
        assert_eq!(repeated("قال المدير إن بالبنك", more[0], "لأحد البنوك، البنك"), "@0");
        assert_eq!(repeated("مدير البنوك", "للبنوك،", ""), "@1");
        for (line, is_one) in [
            ("سبق - الرياض: بدأ فريق النصر", true),
            ("ماجد الرفاعي– سبق– ينبع : شكا أهالي", true),
            ("بدأ فريق النصر: قال - ثم", false),
            ("قال إن في المدينة التي زارها أمس الأول - كما: قال", false),
        ] {
            assert_eq!(has_dateline(line), is_one, "{line}");
        }
        let weight = |place, shape| weight(place, "", |_| shape);
        assert!(weight("dateline", "@yes") > 2.0 && weight("repeated", "@4") > weight("repeated", "@0") + 3.0);
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
