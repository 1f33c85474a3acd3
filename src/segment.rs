//! Sentences and words of raw Arabic text, as spans of the original.
//!
//! One pass, no state but the place: what a word is depends on its own characters and the few behind it, so that a text
//! of any length costs the same per byte.

pub(crate) mod class;
mod word;

use crate::document::{Sentence, Span};
use class::Class;

/// Cuts a text into sentences of words. Every character that is not white space or invisible belongs to exactly one word.
///
/// Control characters count as white space. Invisible characters (bidi marks, joiners, BOM) inside a word belong to it,
/// at its edges they belong to none.
pub fn segment(text: &str) -> Vec<Sentence> {
    let mut sentences = Vec::new();
    let mut words: Vec<Span> = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        match Class::of(c) {
            Class::Space | Class::Invisible => at += c.len_utf8(),
            Class::Newline => {
                at += c.len_utf8();
                finish(&mut sentences, &mut words);
            }
            class => {
                let end = word::end(text, at, c, class);
                words.extend(Span::new(text, at, end));
                at = end;
                if class == Class::Symbol && ends_sentence(text, &words) {
                    at = closers(text, at, &mut words);
                    finish(&mut sentences, &mut words);
                }
            }
        }
    }
    finish(&mut sentences, &mut words);
    sentences
}

fn finish(sentences: &mut Vec<Sentence>, words: &mut Vec<Span>) {
    if !words.is_empty() {
        sentences.push(Sentence { words: std::mem::take(words) });
    }
}

/// Whether the last of the words so far ends a sentence. A full stop does not behind an initial or an abbreviation, nor
/// behind the number of an item; two of them (`..`) stand for a comma.
fn ends_sentence(text: &str, words: &[Span]) -> bool {
    let [before @ .., last] = words else { return false };
    let mark = last.of(text);
    match mark.chars().next() {
        Some('!' | '?' | '؟' | '؛' | ';' | '…' | '۔' | '。') => true,
        Some('.') if mark.len() == 1 => match before {
            [] => true,
            [.., word] if word.end() != last.start() => true,
            [number] => !number.of(text).chars().all(|c| Class::of(c) == Class::Digit),
            [.., word] => !word::is_abbreviation(word.of(text)),
        },
        Some('.') => mark.len() > 2,
        _ => false,
    }
}

/// Takes the closing quotes and brackets that touch the end of a sentence into it.
fn closers(text: &str, mut at: usize, words: &mut Vec<Span>) -> usize {
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        let straight_closes = || text[end..].chars().next().is_none_or(|next| Class::of(next) == Class::Space);
        match c {
            '”' | '’' | '»' | '›' | ')' | ']' | '}' => {}
            '"' | '\'' if straight_closes() => {}
            _ => break,
        }
        words.extend(Span::new(text, at, end));
        at = end;
    }
    at
}

#[cfg(test)]
mod tests;
