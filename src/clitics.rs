//! Which letters before a name are و ف ب ل ك, and not the name.

mod lexicon;

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

/// Words that begin with the letters of the article, where hamzas are left out, and have none.
const NO_ARTICLE: [&str; 26] = [
    "البرت",
    "البرتو",
    "البير",
    "البيرتو",
    "الفريد",
    "الفريدو",
    "الفرد",
    "الفارو",
    "الفونس",
    "الفونسو",
    "الكس",
    "الكسي",
    "الكسيس",
    "الان",
    "اليسا",
    "اليسون",
    "اليس",
    "الياس",
    "اليوت",
    "الينوي",
    "الاسكا",
    "الاباما",
    "الونسو",
    "اليكانتي",
    "الفيس",
    "الميريا",
];
/// How such words begin whose endings vary.
const NO_ARTICLE_BEFORE: [&str; 8] =
    ["الماني", "البانيا", "الكسند", "الكساند", "اليكس", "اليزابيث", "اليخاندر", "اليساندر"];

/// Whether a name begins with ال as its article: `الأمم`, but not `ألمانيا`, nor `المانيا` where hamzas are left out.
pub fn has_article(name: &str) -> bool {
    let word = name.split_whitespace().next().unwrap_or_default();
    if !word.starts_with("ال") || letters(word).len() < 4 {
        return false;
    }
    let word = Normaliser::FULL.word(word);
    !NO_ARTICLE.contains(&&*word) && !NO_ARTICLE_BEFORE.iter().any(|stem| word.starts_with(stem))
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

/// What the list of names is worth beside the clitic head, as a logit; chosen on alam-news dev and the written dev sentences.
const LIST: f32 = 6.0;
/// What a word that the list says nothing of has for being whole, as a logit: a foreign name (كيشيدا) may begin with any letter.
/// Chosen like [`LIST`].
const WHOLE: f32 = 2.0;

/// The name without its proclitics, from the clitic head's logits for its first word: the likeliest class that [`cuts`] allows,
/// where a beginning that the list of names or the article speaks for counts for more, and without one the whole word.
pub fn cut_by_scores(text: &str, name: Span, first_word: Span, logits: &[f32]) -> Span {
    let word = first_word.of(text);
    let spoken_for = known_beginning(word);
    let weight = |cut: usize| match spoken_for {
        Some(known) if known == cut => LIST,
        None if cut == 0 => WHOLE,
        _ => 0.0,
    };
    let allowed = cuts(word).into_iter().zip(logits).filter_map(|(cut, &logit)| Some((cut?, logit + weight(cut?))));
    let best = allowed.fold((0, f32::NEG_INFINITY), |best, next| if next.1 > best.1 { next } else { best });
    cut(text, name, first_word, best.0)
}

/// The name from `bytes` of its first word on.
fn cut(text: &str, name: Span, first_word: Span, bytes: usize) -> Span {
    let before = (first_word.start() + bytes).saturating_sub(name.start());
    name.without_first(text, before).unwrap_or(name)
}

/// The name without its proclitics, for a model without the head: by a list of words that names begin with.
pub fn cut_by_rule(text: &str, name: Span, first_word: Span) -> Span {
    cut(text, name, first_word, by_rule(first_word.of(text)))
}

/// The bytes of a name's first word that are proclitics, as far as letters and the list tell.
///
/// A word that is a name's as it stands stays whole; else the fewest letters are cut behind which a name or the article
/// stands. Of words that nobody knows, those with و and ل lose them: few names begin so, and many follow such a particle.
fn by_rule(word: &str) -> usize {
    known_beginning(word).unwrap_or_else(|| {
        let cuts = cuts(word);
        let letters: Vec<char> = letters(word).into_iter().map(|(letter, _)| letter).collect();
        let unknown = match letters[..] {
            ['و' | 'ف', 'ل', ..] if cuts[2].is_some() => cuts[2],
            ['و' | 'ل', ..] => cuts[1],
            _ => None,
        };
        unknown.unwrap_or(0)
    })
}

/// [`by_rule`] of a word with a name or the article in it.
fn known_beginning(word: &str) -> Option<usize> {
    let cuts = cuts(word);
    let rest = |cut: usize| Normaliser::FULL.word(&word[cut..]).into_owned();
    let known = |cut: usize| lexicon::knows(&rest(cut));
    let with_article = |cut: usize| rest(cut).strip_prefix("ال").is_some_and(|name| name.chars().count() > 1);
    if cuts[1..].iter().all(Option::is_none) || known(0) {
        return Some(0);
    }
    let letters: Vec<char> = letters(word).into_iter().map(|(letter, _)| letter).collect();
    let to_the = |n: usize| n >= 2 && letters[n - 2..n] == ['ل', 'ل'];
    let before_name = |n: usize, cut: usize| to_the(n) || known(cut) || with_article(cut);
    cuts.into_iter().enumerate().skip(1).find_map(|(n, cut)| cut.filter(|&cut| before_name(n, cut)))
}

/// Whether names are known that begin with this word, spelt as the full normaliser spells it.
pub(crate) fn is_name(word: &str) -> bool {
    lexicon::knows(word)
}

/// Words, as the full normaliser spells them, that no name begins with unless the article stands before them.
const ALWAYS_WITH_ARTICLE: [&str; 4] = ["لاذقيه", "ليكود", "لوفر", "لطرون"];

/// How a name is spelt on its own, where that differs from its letters: behind ل the article loses its alef, and its lam too
/// where a third one would follow. `None` where nothing is missing.
pub fn canonical(text: &str, word_start: usize, name: Span) -> Option<String> {
    let cut = text.get(word_start..name.start())?;
    let mut before = cut.chars().rev().filter(|&c| !is_dress(c)).flat_map(|c| std::iter::once(c).nfkc());
    let name = name.of(text);
    let lacks_article = match (before.next(), before.next()) {
        (Some('ل'), Some('ل')) => true,
        (Some('ل'), _) => {
            let first = name.split_whitespace().next().unwrap_or_default();
            ALWAYS_WITH_ARTICLE.contains(&&*Normaliser::FULL.word(first))
        }
        _ => false,
    };
    lacks_article.then(|| format!("ال{name}"))
}

#[cfg(test)]
mod tests;
