//! Text that is stored as it is seen, each line from its left end to its right: what some programs take out of a PDF.

use super::map::{Builder, Layer};
use crate::segment::class::{Class, is_arabic_mark};
use std::ops::Range;

/// Signs that must be there before a text is called visual.
const SIGNS: usize = 3;

/// What speaks for an order.
#[derive(Debug, Default, Clone, Copy)]
struct Signs {
    visual: usize,
    logical: usize,
    words: usize,
}

/// The byte where the first line begins that seems to be stored backwards, where most of the text's words are.
///
/// ة and ى end words and never begin one, ال begins them, and the forms of a word's first and last letter differ.
pub(super) fn seems_visual(text: &str) -> Option<usize> {
    if !may_be_visual(text.as_bytes()) {
        return None;
    }
    let mut all = Signs::default();
    let mut first = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let signs = line.split(|c: char| !is_letter(c)).fold(Signs::default(), |signs, word| signs.with(word));
        if signs.visual > signs.logical && first.is_none() {
            first = Some(at);
        }
        at += line.len();
        all = Signs {
            visual: all.visual + signs.visual,
            logical: all.logical + signs.logical,
            words: all.words + signs.words,
        };
    }
    let visual = all.visual >= SIGNS && all.visual > 3 * all.logical && 10 * all.visual > all.words;
    first.filter(|_| visual)
}

/// What nearly all texts are told by, without a look at their letters: bounds of the signs, by the first and last bytes of words.
fn may_be_visual(text: &[u8]) -> bool {
    let (mut visual, mut articles) = (text.len() / UNSEEN, 0);
    for word in text.split(|byte| *byte <= b' ') {
        match word {
            // Presentation forms are looked at letter by letter.
            [0xef, ..] => return true,
            [0xd8, 0xa9, ..] | [0xd9, 0x89, ..] => visual += 1,
            [0xd8, 0xa7, 0xd9, 0x84, 0xd8..=0xdb, _, 0xd8..=0xdb, ..] => articles += 1,
            [.., 0xd9, 0x84, 0xd8, 0xa7] => visual += 1,
            _ => {}
        }
    }
    visual >= SIGNS && 2 * visual > 3 * articles
}

/// Bytes of text in which one sign may stand that these bytes do not tell: words that no blank parts.
const UNSEEN: usize = 256;

impl Signs {
    fn with(self, word: &str) -> Signs {
        let mut letters = word.chars().filter(|&c| !is_arabic_mark(c) && c != 'ـ');
        let (Some(first), Some(last)) = (letters.next(), letters.next_back()) else { return self };
        let (second, last_but_one) = (letters.clone().next(), letters.next_back());
        let length = letters.count() + 3;
        let (mut visual, mut logical) = (0, 0);
        let ends = |c: char| matches!(plain(c), 'ة' | 'ى');
        visual += usize::from(ends(first));
        logical += usize::from(ends(last));
        if length > 3 {
            let is_article = |alef: char, lam: Option<char>| plain(alef) == 'ا' && lam.map(plain) == Some('ل');
            let head = is_article(first, second);
            logical += usize::from(head);
            visual += usize::from(!head && is_article(last, last_but_one));
        }
        match (form(first), form(last)) {
            (Some(Form::Final), _) | (_, Some(Form::Initial)) => visual += 1,
            (Some(Form::Initial), _) | (_, Some(Form::Final)) => logical += 1,
            _ => {}
        }
        Signs { visual: self.visual + visual, logical: self.logical + logical, words: self.words + 1 }
    }
}

/// The letters that signs are looked for in, whatever form they have.
fn plain(c: char) -> char {
    match c {
        'ﺍ' | 'ﺎ' => 'ا',
        'ﻝ'..='ﻠ' => 'ل',
        'ﺓ' | 'ﺔ' => 'ة',
        'ﻯ' | 'ﻰ' => 'ى',
        _ => c,
    }
}

fn is_letter(c: char) -> bool {
    Class::of(c) == Class::Arabic
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Initial,
    Final,
}

/// The place in a word that a presentation form is for. Letters of the block have four forms, or two, one behind the other.
fn form(c: char) -> Option<Form> {
    // Where the letters begin that have two forms only: alone and final.
    const TWO: [(u32, u32); 5] =
        [(0xfe81, 0xfe88), (0xfe8d, 0xfe8e), (0xfe93, 0xfe94), (0xfea9, 0xfeb0), (0xfeed, 0xfef0)];
    let c = c as u32;
    if !(0xfe81..=0xfef4).contains(&c) {
        return None;
    }
    if let Some((start, _)) = TWO.iter().find(|(start, end)| (*start..=*end).contains(&c)) {
        return ((c - start) % 2 == 1).then_some(Form::Final);
    }
    let base = match c {
        0xfe89..=0xfe8c => 0xfe89,
        0xfe8f..=0xfe92 => 0xfe8f,
        0xfe95..=0xfea8 => 0xfe95,
        0xfeb1..=0xfeec => 0xfeb1,
        _ => 0xfef1,
    };
    [None, Some(Form::Final), Some(Form::Initial), None][((c - base) % 4) as usize]
}

/// Reads each line from its right end to its left, numbers and words of other scripts as they stand.
pub(super) fn layer(text: &str) -> Option<Layer> {
    let mut builder = Builder::new(text);
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}']) {
        let body = line.trim_end_matches(['\n', '\r', '\u{2028}', '\u{2029}']);
        for (range, way) in runs(body).into_iter().rev() {
            let range = at + range.start..at + range.end;
            match way {
                Way::Backwards => builder.backwards(range),
                Way::Forwards => builder.same(range),
            }
        }
        builder.same(at + body.len()..at + line.len());
        at += line.len();
    }
    builder.finish()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Letters of other scripts and digits.
    Forwards,
    /// All others.
    Backwards,
}

/// The stretches of a line. What stands between two of other scripts belongs to them (`3.5`, `New York`), and where marks are
/// stored behind their letters they stay there.
fn runs(line: &str) -> Vec<(Range<usize>, Way)> {
    let marks_follow = !line.split_whitespace().any(|word| word.starts_with(is_arabic_mark));
    let mut runs: Vec<(Range<usize>, Way)> = Vec::new();
    // The stretch of signs and blanks behind one of another script.
    let mut between: Option<Range<usize>> = None;
    for (i, c) in line.char_indices() {
        let end = i + c.len_utf8();
        if matches!(Class::of(c), Class::Letter | Class::Digit) {
            let joined = between.take();
            match runs.last_mut() {
                Some((range, Way::Forwards)) => range.end = end,
                _ => runs.push((joined.map_or(i, |between| between.end)..end, Way::Forwards)),
            }
            continue;
        }
        let behind_other = matches!(runs.last(), Some((_, Way::Forwards)));
        if behind_other && !is_letter(c) && between.as_ref().is_none_or(|between| i - between.start < BETWEEN) {
            between = Some(between.map_or(i, |between| between.start)..end);
            continue;
        }
        let start = between.take().map_or(i, |between| between.start);
        match runs.last_mut() {
            Some((range, Way::Forwards)) if is_arabic_mark(c) && marks_follow => range.end = end,
            _ => runs.push((start..end, Way::Backwards)),
        }
    }
    if let Some(between) = between {
        runs.push((between, Way::Backwards));
    }
    merged(runs, line, marks_follow)
}

/// Bytes that may stand between two words of another script.
const BETWEEN: usize = 3;

/// Letters one by one put together, but for those that keep a mark behind them.
fn merged(runs: Vec<(Range<usize>, Way)>, line: &str, marks_follow: bool) -> Vec<(Range<usize>, Way)> {
    let marked = |range: &Range<usize>| marks_follow && line[range.end..].starts_with(is_arabic_mark);
    let mut merged: Vec<(Range<usize>, Way)> = Vec::new();
    // Whether the last stretch is a letter that waits for its marks.
    let mut waits = false;
    for (range, way) in runs {
        let mark = way == Way::Backwards && marks_follow && line[range.clone()].starts_with(is_arabic_mark);
        match merged.last_mut() {
            Some((last, _)) if mark && waits => last.end = range.end,
            _ if way == Way::Backwards && marked(&range) && !mark => {
                merged.push((range, Way::Forwards));
                waits = true;
            }
            Some((last, Way::Backwards)) if way == Way::Backwards && !waits => last.end = range.end,
            _ => {
                merged.push((range, way));
                waits = false;
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// As a naive program stores it: the characters of each line from the last to the first, numbers as they stand.
    fn stored(text: &str) -> String {
        let line = |line: &str| {
            let words = line.split(' ').rev();
            let word = |word: &str| match word.chars().next().is_some_and(|c| c.is_ascii_alphanumeric()) {
                true => word.to_owned(),
                false => word.chars().rev().collect(),
            };
            words.map(word).collect::<Vec<_>>().join(" ")
        };
        text.split('\n').map(line).collect::<Vec<_>>().join("\n")
    }

    const NEWS: &str =
        "استقبل الرئيس التونسي قيس سعيد في قصر قرطاج\nالأمين العام للأمم المتحدة أنطونيو غوتيريش عام 2024 ثم غادر";

    #[test]
    fn lines_that_are_stored_as_they_are_seen_are_read_from_the_right() {
        let seen = stored(NEWS);
        assert_ne!(seen, NEWS);
        assert_eq!(layer(&seen).unwrap().text, NEWS);
        assert_eq!(layer("راز New York 3.5 نويلم ةيدونحم").unwrap().text, "محنودية مليون New York 3.5 زار");
    }

    #[test]
    fn marks_stay_with_their_letters_on_whichever_side_they_are_stored() {
        assert_eq!(layer("دَّمحُم").unwrap().text, "محُمدَّ".chars().collect::<String>());
        assert_eq!(layer("َدّمَحُم").unwrap().text.chars().rev().collect::<String>(), "َدّمَحُم");
    }

    #[test]
    fn visual_text_is_known_and_logical_text_is_not_taken_for_it() {
        assert_eq!(seems_visual(&stored(NEWS)), Some(0));
        assert_eq!(seems_visual(NEWS), None);
        let forms = "ﺍﻟﺮﺋﻴﺲ ﺍﻟﺘﻮﻧﺴﻲ ﻗﻴﺲ ﺳﻌﻴﺪ ﻓﻲ ﻗﺼﺮ ﻗﺮﻃﺎﺝ";
        assert_eq!(seems_visual(forms), None);
        assert_eq!(seems_visual(&stored(forms)), Some(0));
        let mixed = format!("عنوان\n{}", stored(NEWS));
        assert_eq!(seems_visual(&mixed), Some("عنوان\n".len()));
        for text in ["", "لا إلا ألا كلا أولا مثلا", "أهلا وسهلا بكم في بلادنا الجميلة", "plain text 2024"]
        {
            assert_eq!(seems_visual(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_whatever_is_turned(text in "[ابةىﻗﺔ\u{64B}\u{651}a1. \n(]{0,40}") {
            let read = layer(&text).map_or(text.clone(), |layer| layer.text);
            let sorted = |text: &str| { let mut all: Vec<char> = text.chars().collect(); all.sort_unstable(); all };
            prop_assert_eq!(sorted(&read), sorted(&text));
        }
    }
}
