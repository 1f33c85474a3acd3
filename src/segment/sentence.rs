//! Where a sentence ends.
//!
//! A name must not be cut in two, and a sentence too many in one is no harm: where spelling leaves a doubt, it goes on.

use super::class::{Class, is_invisible};
use super::word;
use crate::document::Span;

/// Letters of the parts of names that are written with points between them: `بي.بي.سي`, `آي.فون`.
const PART: usize = 3;

/// Whether the last of the words so far ends a sentence. A full stop does not behind an initial or an abbreviation, nor
/// behind the number of an item; two of them (`..`) stand for a comma.
pub(super) fn ends(text: &str, words: &[Span]) -> bool {
    let [before @ .., last] = words else { return false };
    let mark = last.of(text);
    match mark.chars().next() {
        Some('!' | '?' | '؟' | '؛' | '۔' | '。') => true,
        Some(';') => !is_reference(text, before, *last),
        Some('…') => !is_between(text, before, *last),
        Some('.') => match mark.len() {
            1 => is_full_stop(text, before, *last),
            2 => false,
            _ => !is_between(text, before, *last),
        },
        _ => false,
    }
}

/// Takes the closing quotes, brackets and further marks that touch the end of a sentence into it.
pub(super) fn closers(text: &str, mut at: usize, words: &mut Vec<Span>) -> usize {
    while let Some(c) = seen(text, at).chars().next() {
        let start = text.len() - seen(text, at).len();
        let behind = start + c.len_utf8();
        let end = match c {
            '”' | '’' | '»' | '›' | ')' | ']' | '}' => behind,
            '"' | '\'' if !next_is_word(text, behind) => behind,
            '.' | '!' | '?' | '؟' | '…' => word::end(text, start, c, Class::Symbol),
            _ => break,
        };
        words.extend(Span::new(text, start, end));
        at = end;
    }
    at
}

/// Whether the sentence goes on although it seemed to end at byte `at`: `«إلى أين؟»، قال`.
pub(super) fn goes_on(text: &str, at: usize) -> bool {
    seen(text, at).starts_with(['،', ','])
}

/// Whether a full stop ends a sentence.
fn is_full_stop(text: &str, before: &[Span], stop: Span) -> bool {
    let Some(previous) = before.last() else { return true };
    if is_inside_name(text, *previous, stop) {
        return false;
    }
    if !touch(text, *previous, stop) {
        return true;
    }
    let word = previous.of(text);
    match before {
        [_] if is_number(word) => false,
        // The sign of a unit is no initial: `2017م.`
        [.., number, unit] if touch(text, *number, *unit) && is_number(number.of(text)) => true,
        _ => !word::is_abbreviation(word),
    }
}

/// Whether a point stands in a name: between two short parts (`يو.بي.آي`, also `أ .ف .ب`), before the end of a domain
/// (`مكتوب.كوم`), between digits (`802 .11`).
fn is_inside_name(text: &str, previous: Span, point: Span) -> bool {
    let behind = seen(text, point.end());
    let Some(first) = behind.chars().next() else { return false };
    match Class::of(first) {
        Class::Digit => is_number(previous.of(text)),
        Class::Arabic => {
            let next = word::plain_letters(behind, PART + 1);
            matches!(next.as_str(), "كوم" | "نت" | "أورغ" | "أورج")
                || (1..=PART).contains(&next.chars().count())
                    && (1..=PART).contains(&word::plain_letters(previous.of(text), PART + 1).chars().count())
        }
        _ => false,
    }
}

/// Whether a mark stands between two words without a space on either side.
fn is_between(text: &str, before: &[Span], mark: Span) -> bool {
    let touches = |word: &Span| touch(text, *word, mark) && word.of(text).chars().next().is_some_and(is_word);
    before.last().is_some_and(touches) && next_is_word(text, mark.end())
}

/// Whether a semicolon ends a character reference (`&quot;`, `&#8220;`) that was left in a text.
fn is_reference(text: &str, before: &[Span], semicolon: Span) -> bool {
    let [.., sign, name] = before else { return false };
    matches!(sign.of(text), "&" | "#") && touch(text, *sign, *name) && touch(text, *name, semicolon)
}

fn is_number(word: &str) -> bool {
    word.chars().all(|c| Class::of(c) == Class::Digit)
}

fn next_is_word(text: &str, at: usize) -> bool {
    seen(text, at).chars().next().is_some_and(is_word)
}

/// The text from byte `at` on, from the first character that somebody sees.
fn seen(text: &str, at: usize) -> &str {
    text[at..].trim_start_matches(is_invisible)
}

/// Whether nothing that could be seen stands between two words.
fn touch(text: &str, first: Span, second: Span) -> bool {
    text[first.end()..second.start()].chars().all(is_invisible)
}

fn is_word(c: char) -> bool {
    matches!(Class::of(c), Class::Arabic | Class::Letter | Class::Digit | Class::Mark)
}
