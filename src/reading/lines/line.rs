//! The lines of a text, and what can be said of each alone.

use crate::segment::class::is_arabic_mark;

/// Words, without و or ف before them, that nothing ends with: the next line goes on.
const GOES_ON: [&str; 72] = [
    "في",
    "فى",
    "من",
    "إلى",
    "الى",
    "إلي",
    "الي",
    "على",
    "علي",
    "عن",
    "أن",
    "ان",
    "إن",
    "بأن",
    "بان",
    "لأن",
    "لان",
    "كأن",
    "بن",
    "ابن",
    "بنت",
    "أبو",
    "ابو",
    "أبي",
    "ابي",
    "أم",
    "عبد",
    "آل",
    "ال",
    "مع",
    "بين",
    "حتى",
    "منذ",
    "التي",
    "التى",
    "الذي",
    "الذى",
    "الذين",
    "اللذين",
    "اللتين",
    "هذا",
    "هذه",
    "ذلك",
    "تلك",
    "كان",
    "كانت",
    "قد",
    "لقد",
    "لم",
    "لن",
    "ما",
    "هو",
    "هي",
    "حيث",
    "كما",
    "أو",
    "او",
    "ثم",
    "بعد",
    "قبل",
    "خلال",
    "عند",
    "لدى",
    "نحو",
    "ضد",
    "دون",
    "بدون",
    "كل",
    "بعض",
    "أي",
    "رغم",
    "أبا",
];

/// Keys of the head of a letter.
const HEADERS: [&str; 6] = ["من", "إلى", "الى", "الموضوع", "التاريخ", "المرسل"];

/// A line with letters in it. Tables and rules are in no block, so that nothing is joined to them.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// First byte that is no blank and no quotation mark of e-mail.
    pub(super) start: usize,
    /// Behind the last byte that is no blank.
    pub(super) end: usize,
    /// Blanks before it.
    pub(super) indent: usize,
    /// Its characters.
    pub(super) width: usize,
    /// Characters of its first word.
    pub(super) first: usize,
    /// Its words.
    pub(super) words: usize,
    /// Whether it begins an item, and so goes on from nothing.
    pub(super) begins: Begins,
    /// The bullet that it begins with; `0` for any number.
    bullet: Option<char>,
    /// The number that it begins with, where a word follows.
    number: Option<u32>,
    /// Whether a mark ends it that ends sentences.
    pub(super) stops: bool,
    /// Whether a comma or such a mark stands within it.
    pub(super) marks: bool,
    /// Whether its last word cannot be the end.
    pub(super) goes_on: bool,
    /// The letters that it rhymes by.
    pub(super) rhyme: Option<(char, Option<char>)>,
}

/// What a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begins {
    /// Nothing of its own.
    Nothing,
    /// An item of a list.
    Item,
    /// What could be an item, were there others.
    Perhaps,
}

/// How many lines are longer than any width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Long {
    /// No more than links.
    Few,
    /// So many that the text as a whole was not broken.
    Many,
}

/// Lines between which there is no blank one, no rule, no table and no change of quotation.
///
/// Lines that are longer than any width part them too.
pub(super) fn blocks(text: &str) -> (Vec<Vec<Line>>, Long) {
    let mut long = 0;
    let mut blocks: Vec<Vec<Line>> = Vec::new();
    let mut open = false;
    let mut depth = 0;
    let mut at = 0;
    let line_end = if text.contains('\n') { '\n' } else { '\r' };
    for raw in text.split_inclusive(line_end) {
        let begin = at;
        at += raw.len();
        let body = raw.trim_end_matches(['\n', '\r']);
        if body.len() > LONGEST && body.chars().count() > LONGEST {
            (long, open) = (long + 1, false);
            continue;
        }
        let (quoted, prefix) = quotation(body);
        if quoted != depth {
            (open, depth) = (false, quoted);
        }
        // The head of a letter stands above it, and no line that goes on in it.
        let goes_on = |line: &Line| open && !line.stops;
        let below = blocks.last().and_then(|block| block.last()).is_some_and(goes_on);
        match line(begin, body, prefix).filter(|line| below || !is_header(&text[line.start..line.end])) {
            Some(line) => match blocks.last_mut().filter(|_| open) {
                Some(block) => block.push(line),
                None => blocks.push(vec![line]),
            },
            None => {
                open = false;
                continue;
            }
        }
        open = true;
    }
    let alone = blocks.iter().filter(|block| block.len() == 1).count();
    blocks.retain(|block| block.len() > 1);
    for block in &mut blocks {
        let bullets: Vec<char> = block.iter().filter_map(|line| line.bullet).collect();
        for line in block.iter_mut() {
            line.begins = match line.bullet {
                None => Begins::Nothing,
                Some(bullet)
                    if !matches!(bullet, '0' | '#' | '@')
                        && bullets.iter().filter(|other| **other == bullet).count() > 1 =>
                {
                    Begins::Item
                }
                Some(_) => Begins::Perhaps,
            };
        }
        count_on(block);
    }
    let short: usize = blocks.iter().map(Vec::len).sum();
    (blocks, if long * LONG > short + alone + long { Long::Many } else { Long::Few })
}

/// Lines that count on from each other are items though no sign stands behind their numbers: `20 …`, `21 …`, `23 …`.
fn count_on(block: &mut [Line]) {
    let numbered: Vec<(usize, u32)> =
        block.iter().enumerate().filter_map(|(at, line)| Some((at, line.number?))).collect();
    let goes_on = |one: &(usize, u32), next: &(usize, u32)| (one.1 + 1..=one.1 + GAP).contains(&next.1);
    for run in numbered.chunk_by(goes_on).filter(|run| run.len() >= COUNTED) {
        for (at, _) in run {
            block[*at].begins = Begins::Item;
        }
    }
}

/// Lines that must count on, and what may be missing between two.
const COUNTED: usize = 3;
const GAP: u32 = 3;

/// Characters of a line beyond all widths.
const LONGEST: usize = 170;
/// One line of so many may be that long in a text that was broken at a width: a link.
const LONG: usize = 30;

/// How often a line is quoted (`> > text`), and the bytes before its text.
fn quotation(body: &str) -> (usize, usize) {
    let mut prefix = 0;
    let mut depth = 0;
    for (i, c) in body.char_indices() {
        match c {
            '>' => (depth, prefix) = (depth + 1, i + 1),
            ' ' => {}
            _ => break,
        }
    }
    (depth, prefix)
}

fn line(begin: usize, body: &str, prefix: usize) -> Option<Line> {
    let rest = &body[prefix..];
    let text = rest.trim_matches(is_blank);
    if !text.chars().any(char::is_alphabetic) && !is_rest(text) || is_table(text) {
        return None;
    }
    let start = begin + prefix + (rest.len() - rest.trim_start_matches(is_blank).len());
    let last = text.rsplit(is_blank).next().unwrap_or_default();
    let bare = last.strip_prefix(['و', 'ف']).filter(|bare| bare.chars().count() > 1).unwrap_or(last);
    let inner = text.trim_end_matches(|c: char| !c.is_alphanumeric());
    Some(Line {
        start,
        end: start + text.len(),
        indent: start - begin - prefix,
        width: text.chars().count(),
        first: text.split(is_blank).next().unwrap_or_default().chars().count(),
        words: text.split(is_blank).filter(|word| !word.is_empty()).count(),
        begins: Begins::Nothing,
        bullet: bullet(text),
        number: number(text),
        stops: stops(text),
        marks: inner.contains(['،', '؛', ',', '؟']) || inner.contains(". "),
        goes_on: GOES_ON.contains(&last) || GOES_ON.contains(&bare),
        rhyme: rhyme(text),
    })
}

pub(super) fn is_blank(c: char) -> bool {
    c == ' ' || c == '\t' || c == '\u{a0}' || c == '\u{feff}' || ('\u{2000}'..='\u{200f}').contains(&c)
}

/// Whether a line without letters is what had no room on the line before: `2019.`, `30/6/2008`, `1946`, `»`. The number of a page
/// is not, nor is a rule.
fn is_rest(text: &str) -> bool {
    let count = text.chars().count();
    let year = count == 4 && text.starts_with(['1', '2', '١', '٢']) && text.chars().all(char::is_numeric);
    let closes = !text.contains(['(', '[']) && text.contains([')', ']', '»', '”', '"']);
    count < 16 && (year || closes || stops(text) || text.contains(['/', '%', '،', ',']))
}

/// Whether columns stand side by side: tabs, bars, wide gaps (verse of two halves too). A bar inside a word is one of a wiki's marks.
fn is_table(text: &str) -> bool {
    let barred = text.starts_with('|') || text.ends_with('|') || text.contains(" |") || text.contains("| ");
    barred || text.contains('\t') || text.contains("   ") || text.contains(" *** ")
}

/// `From: …`, `الموضوع: …`: the head of a letter.
fn is_header(text: &str) -> bool {
    let Some((key, value)) = text.split_once(':') else { return false };
    let key = key.trim();
    let latin = !key.is_empty() && key.len() < 20 && key.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    // `http://…`
    latin && !value.starts_with("//") || HEADERS.contains(&key)
}

/// The bullet or number that a line begins with.
fn bullet(text: &str) -> Option<char> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let rest = chars.as_str();
    if matches!(
        first,
        '-' | '–'
            | '—'
            | '•'
            | '*'
            | '▪'
            | '◦'
            | '●'
            | '■'
            | '·'
            | '○'
            | '►'
            | '✓'
            | '§'
            | '+'
            | '#'
            | '@'
    ) {
        return Some(first);
    }
    let number = text.trim_start_matches(['(', '[']);
    let digits = number.chars().take_while(|c| c.is_numeric()).count();
    if digits > 0 && digits < 4 {
        let behind = number.trim_start_matches(char::is_numeric);
        let mut behind = behind.chars();
        let sign = behind.next().filter(|c| matches!(c, '.' | ')' | '-' | ']' | '/' | '–' | ':'))?;
        let item = behind.as_str().contains(char::is_alphabetic);
        return (item && (sign != '.' || !behind.as_str().starts_with(char::is_numeric))).then_some('0');
    }
    // `أ)`, `ب-`
    (first.is_alphabetic() && (rest.starts_with([')', '-']) || rest.starts_with(". "))).then_some('0')
}

/// A number of up to three digits, before a word.
fn number(text: &str) -> Option<u32> {
    let digit = |c: char| match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        _ => None,
    };
    let behind = text.trim_start_matches(|c| digit(c).is_some());
    let digits = &text[..text.len() - behind.len()];
    let word = behind.trim_start_matches(is_blank);
    let counted = (1..4).contains(&digits.chars().count()) && word.len() < behind.len();
    let value = || digits.chars().filter_map(digit).fold(0, |value, digit| 10 * value + digit);
    (counted && word.starts_with(char::is_alphabetic)).then(value)
}

/// The last letter; with the one before where that is what verse rhymes by, since half of all words end with such a letter.
fn rhyme(text: &str) -> Option<(char, Option<char>)> {
    let mut letters = text.chars().rev().filter(|c| c.is_alphabetic() && !is_arabic_mark(*c));
    let last = letters.next()?;
    let carried = matches!(last, 'ة' | 'ه' | 'ا' | 'ى' | 'ي' | 'و');
    Some((last, letters.next().filter(|_| carried)))
}

fn stops(text: &str) -> bool {
    let text = text
        .trim_end_matches(|c: char| matches!(c, '"' | '\'' | '”' | '’' | '»' | '›' | ')' | ']' | '}') || is_blank(c));
    if let Some(before) = text.strip_suffix('.') {
        // An initial: `أ.`
        let last =
            before.rsplit(|c: char| is_blank(c) || matches!(c, '(' | '"' | '«' | '.')).next().unwrap_or_default();
        return last.chars().count() != 1 || !last.contains(char::is_alphabetic);
    }
    text.ends_with(['!', '?', '؟', '…', ':', '؛', '۔', ';'])
}
