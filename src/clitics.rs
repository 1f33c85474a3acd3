//! Which letters before a name are و ف ب ل ك, and not the name.

use crate::document::Span;
use crate::normalise::Normaliser;
use crate::segment::class::{is_arabic_mark, is_invisible};
use unicode_normalization::UnicodeNormalization;

/// Number of classes of the clitic head: 0 to 3 letters before the name.
pub const CLASSES: usize = 4;

/// For each number of letters 0..=3, the bytes of the word that they take (marks and tatweel behind them included), where
/// Arabic spelling lets them be proclitics and leaves at least two letters to the name.
///
/// Allowed are و or ف, then ب, ل or ك, and لل for ل before the article.
pub fn cuts(word: &str) -> [Option<usize>; CLASSES] {
    let letters = letters(word);
    let letter = |n: usize| letters.get(n).map_or(' ', |&(letter, _)| letter);
    let conjunction = matches!(letter(0), 'و' | 'ف');
    let mut cuts = [Some(0), None, None, None];
    let mut allow = |n: usize, allowed: bool| {
        if allowed && letters.len() >= n + 2 {
            cuts[n] = letters.get(n - 1).map(|&(_, end)| end);
        }
    };
    let preposition = |n: usize| matches!(letter(n), 'ب' | 'ل' | 'ك');
    let to_the = |n: usize| letter(n) == 'ل' && letter(n + 1) == 'ل';
    allow(1, conjunction || preposition(0));
    allow(2, conjunction && preposition(1) || to_the(0));
    allow(3, conjunction && to_the(1));
    cuts
}

/// The first letters of a word, in their plain forms, each with the byte behind it and its marks and tatweel. Five are
/// enough: three to cut and two to stay.
fn letters(word: &str) -> Vec<(char, usize)> {
    let mut letters: Vec<(char, usize)> = Vec::with_capacity(CLASSES + 2);
    for (i, c) in word.char_indices() {
        let behind = i + c.len_utf8();
        if is_dress(c) {
            match letters.last_mut() {
                Some((_, end)) => *end = behind,
                None => return letters,
            }
            continue;
        }
        if letters.len() == CLASSES + 1 {
            break;
        }
        // A ligature cannot be cut: its first letter counts as no letter that could be a proclitic.
        let mut plain = std::iter::once(c).nfkc();
        match (c, plain.next(), plain.next()) {
            ('\0'..='\u{fb4f}', ..) => letters.push((c, behind)),
            (_, Some(letter), None) => letters.push((letter, behind)),
            _ => letters.extend([(' ', behind), (' ', behind)]),
        }
    }
    letters
}

fn is_dress(c: char) -> bool {
    c == 'ـ' || is_arabic_mark(c) || is_invisible(c)
}

/// The class that a gold cut of so many bytes is; `None` if it is no proclitic by [`cuts`]. The marks behind the last
/// letter cut may be on either side.
pub fn class_of(word: &str, bytes: usize) -> Option<usize> {
    cuts(word).iter().position(|cut| match *cut {
        Some(end) if end > 0 && bytes > 0 => word.get(bytes..end).is_some_and(|between| between.chars().all(is_dress)),
        cut => cut == Some(bytes),
    })
}

/// Stems that begin with the letters of the article (where hamzas are left out) and have none.
const NO_ARTICLE: [&str; 30] = [
    "المان",
    "البان",
    "الكسندر",
    "الكساند",
    "البرت",
    "البرتو",
    "الفريد",
    "الفرد",
    "الفونس",
    "الياس",
    "اليزابيث",
    "اليكس",
    "اليسا",
    "اليسون",
    "اليخاندر",
    "اليجاندر",
    "الاسكا",
    "الاباما",
    "الينوي",
    "الان",
    "الفيس",
    "الكس",
    "المر",
    "الدو",
    "الين",
    "النبي",
    "الاوس",
    "الماتي",
    "الما اتا",
    "الكان",
];

/// Whether a name begins with ال as its article: `الأمم`, but not `ألمانيا`, nor `المانيا` where hamzas are left out.
pub fn has_article(name: &str) -> bool {
    let word = name.split_whitespace().next().unwrap_or_default();
    if !word.starts_with("ال") || letters(word).len() < 4 {
        return false;
    }
    let word = Normaliser::FULL.word(word);
    !NO_ARTICLE.iter().any(|stem| word.starts_with(stem))
}

/// A name behind proclitics as they are spelt together, and the bytes that stand before the name's letters.
///
/// The alef of the article drops behind ل (`للأمم`), and all of the article where a third lam would follow (`للجنة` is ل
/// and اللجنة; the letters of the name that are left are لجنة).
pub fn join(proclitics: &str, name: &str) -> (String, usize) {
    match name.strip_prefix("ال") {
        Some(rest) if proclitics.ends_with('ل') && has_article(name) => {
            let lam = if rest.starts_with('ل') { "" } else { "ل" };
            (format!("{proclitics}{lam}{rest}"), proclitics.len() + lam.len())
        }
        _ => (format!("{proclitics}{name}"), proclitics.len()),
    }
}

/// The name without its proclitics, from the clitic head's logits for its first word: the likeliest class that [`cuts`] allows.
pub fn cut_by_scores(text: &str, name: Span, first_word: Span, logits: &[f32]) -> Span {
    let allowed = cuts(first_word.of(text)).into_iter().zip(logits).filter_map(|(cut, &logit)| Some((cut?, logit)));
    let best = allowed.fold((0, f32::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best });
    cut(text, name, first_word, best.0)
}

/// The name from `bytes` of its first word on.
fn cut(text: &str, name: Span, first_word: Span, bytes: usize) -> Span {
    let before = (first_word.start() + bytes).saturating_sub(name.start());
    name.without_first(text, before).unwrap_or(name)
}

/// The name without its proclitics, for a model without the head: by a lexicon of names that begin with those letters.
pub fn cut_by_rule(text: &str, name: Span, first_word: Span) -> Span {
    let _ = (text, first_word);
    name
}
