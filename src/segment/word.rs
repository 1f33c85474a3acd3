//! Where a word ends.

use super::class::{Class, is_arabic_mark, is_invisible};

/// The longest name before `@` in an e-mail address (RFC 5321, 4.5.3.1.1), and the longest host behind it (4.5.3.1.2):
/// they bound the look ahead.
const LOCAL_PART: usize = 64;
const HOST: usize = 255;

/// Letters with points between them that are looked at ahead for `أ.ف.ب`.
const INITIALS: usize = 16;

/// The end of the word that begins at byte `start` with `first`, a visible character of `class`.
pub(super) fn end(text: &str, start: usize, first: char, class: Class) -> usize {
    let behind = start + first.len_utf8();
    match class {
        Class::Arabic => initials(text, start).unwrap_or_else(|| arabic(text, behind)),
        Class::Letter => address(text, start)
            .or_else(|| mail(text, start))
            .or_else(|| initials(text, start))
            .unwrap_or_else(|| latin(text, behind)),
        Class::Digit => mail(text, start).unwrap_or_else(|| number(text, behind)),
        _ => symbol(text, behind, first),
    }
}

/// Whether a full stop behind this word belongs to it: a single letter (`د`, `ف`, `هـ`), letters and points, or one of
/// the few Latin abbreviations that stand before or behind a name.
pub(super) fn is_abbreviation(word: &str) -> bool {
    if matches!(word, "Mr" | "Mrs" | "Ms" | "Dr" | "Prof" | "St" | "Jr" | "Inc" | "Ltd" | "Co" | "Corp" | "No" | "vs") {
        return true;
    }
    let mut alone = false;
    for c in word.chars() {
        match c {
            '.' => alone = false,
            _ if is_dress(c) => {}
            _ if !alone && is_letter(c) => alone = true,
            _ => return false,
        }
    }
    alone
}

/// The first Arabic letters of a text, at most `most`, without what they wear.
pub(super) fn plain_letters(text: &str, most: usize) -> String {
    let letters = text.chars().take_while(|&c| Class::of(c) == Class::Arabic || is_dress(c));
    letters.filter(|&c| !is_dress(c)).take(most).collect()
}

/// One letter of a script; ligatures are several.
fn is_letter(c: char) -> bool {
    matches!(Class::of(c), Class::Arabic | Class::Letter)
        && !is_dress(c)
        && !matches!(c, '\u{fbea}'..='\u{fbfb}' | '\u{fc00}'..='\u{fdfb}' | '\u{fef5}'..='\u{fefc}')
}

/// What a letter may wear and stay the same letter: marks, tatweel, invisible characters.
fn is_dress(c: char) -> bool {
    c == 'ـ' || is_arabic_mark(c) || matches!(Class::of(c), Class::Mark | Class::Invisible)
}

/// Arabic letters, marks and tatweel. Invisible characters count if the word goes on behind them.
fn arabic(text: &str, at: usize) -> usize {
    let mut end = at;
    for (i, c) in text[at..].char_indices() {
        match Class::of(c) {
            Class::Arabic | Class::Mark => end = at + i + c.len_utf8(),
            Class::Invisible => {}
            _ => break,
        }
    }
    end
}

/// Letters with points between them (`أ.ف.ب`, `U.N`), two at least; a point behind the last is a word of its own.
fn initials(text: &str, start: usize) -> Option<usize> {
    let (mut at, mut found) = (start, 0);
    let mut end = None;
    while found < INITIALS {
        let Some(letter) = text[at..].chars().next().filter(|&c| is_letter(c)) else { break };
        let mut behind = at + letter.len_utf8();
        let mut seen = behind;
        let mut next = None;
        for c in text[behind..].chars() {
            if !is_dress(c) {
                next = Some(c);
                break;
            }
            seen += c.len_utf8();
            if !is_invisible(c) {
                behind = seen;
            }
        }
        if next.is_some_and(|c| matches!(Class::of(c), Class::Arabic | Class::Letter | Class::Digit)) {
            break;
        }
        found += 1;
        end = Some(behind);
        if next != Some('.') {
            break;
        }
        at = seen + 1;
    }
    end.filter(|_| found > 1)
}

/// Letters of other scripts with digits, and what joins them: `O'Neil`, `AT&T`, `Coca-Cola`, `booking.com`, `F-16`.
fn latin(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut joint = None;
    for (i, c) in text[at..].char_indices() {
        let class = Class::of(c);
        let joins = match (joint, class) {
            (_, Class::Invisible) => continue,
            (None | Some('-'), Class::Letter | Class::Digit) | (None, Class::Mark) => true,
            (Some('.'), Class::Letter) => c.is_lowercase(),
            (Some('.'), Class::Digit) | (Some(_), Class::Letter) => true,
            _ => false,
        };
        if joins {
            end = at + i + c.len_utf8();
            joint = None;
        } else if joint.is_none() && matches!(c, '.' | '-' | '\'' | '’' | '&') {
            joint = Some(c);
        } else {
            break;
        }
    }
    end
}

/// Digits with points, commas, colons, slashes and hyphens between them: `8.4`, `٨٫٤`, `11/8/2017`, `15:24:04`. Letters of
/// other scripts may follow (`5G`), Arabic ones begin a word of their own (`20مليون`).
fn number(text: &str, at: usize) -> usize {
    let mut end = at;
    let mut joint = false;
    for (i, c) in text[at..].char_indices() {
        match Class::of(c) {
            Class::Digit | Class::Mark => (end, joint) = (at + i + c.len_utf8(), false),
            Class::Invisible => {}
            Class::Letter if !joint => return latin(text, at + i + c.len_utf8()),
            _ if !joint && matches!(c, '.' | ',' | ':' | '/' | '-' | '٫' | '٬' | '،') => joint = true,
            _ => break,
        }
    }
    end
}

/// An address of the web, up to the first character that is not ASCII, unless that one goes on in its path
/// (`/2024/بيروت-اليوم`); points and quotes at its end are left out.
fn address(text: &str, start: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[start..];
    let scheme = [&b"http://"[..], b"https://", b"ftp://", b"www."]
        .into_iter()
        .find(|scheme| bytes.get(..scheme.len()).is_some_and(|head| head.eq_ignore_ascii_case(scheme)))?;
    let length = bytes.iter().take_while(|b| b.is_ascii_graphic() && !b"<>\"{}|\\^`".contains(b)).count();
    let path = length > 0 && b"/-_=?&%+#".contains(&bytes[length - 1]);
    let goes_on = |c: char| !matches!(Class::of(c), Class::Space | Class::Newline) && !"<>\"{}|\\^`«»،؛؟()".contains(c);
    let letters =
        |text: &str| text.chars().next().is_some_and(|c| matches!(Class::of(c), Class::Arabic | Class::Letter));
    let rest = Some(&text[start + length..]).filter(|rest| path && letters(rest));
    let length = length + rest.map_or(0, |rest| rest.find(|c| !goes_on(c)).unwrap_or(rest.len()));
    let length = text[start..start + length].trim_end_matches(|c| ".,;:!?'()[]*_-".contains(c)).len();
    (length > scheme.len()).then_some(start + length)
}

/// An e-mail address.
fn mail(text: &str, start: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[start..];
    let run = |from: usize, most: usize, signs: &[u8]| {
        bytes[from..].iter().take(most).take_while(|b| b.is_ascii_alphanumeric() || signs.contains(b)).count()
    };
    let name = run(0, LOCAL_PART, b"._%+-");
    if name == 0 || bytes.get(name) != Some(&b'@') {
        return None;
    }
    let host = run(name + 1, HOST, b".-");
    let host = text[start + name + 1..start + name + 1 + host].trim_end_matches(['.', '-']);
    (host.contains('.') && !host.starts_with('.')).then_some(start + name + 1 + host.len())
}

/// A sign: the same one repeated (`...`, `!!!`, `----`) is one word, but for brackets and quotes; an emoji keeps its
/// modifiers and what is joined to it.
fn symbol(text: &str, at: usize, first: char) -> usize {
    let repeats = !matches!(first, '(' | ')' | '[' | ']' | '{' | '}' | '"' | '\'' | '«' | '»' | '#' | '@')
        && !('\u{2018}'..='\u{201f}').contains(&first);
    let is_flag = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
    let mut end = at;
    let mut joined = false;
    for (i, c) in text[at..].char_indices() {
        let behind = at + i + c.len_utf8();
        match Class::of(c) {
            Class::Mark => end = behind,
            Class::Invisible => joined = c == '\u{200d}' || joined && is_invisible(c),
            Class::Symbol if joined && !first.is_ascii() && c > '\u{2000}' => (end, joined) = (behind, false),
            Class::Symbol if is_flag(first) => return if end == at && is_flag(c) { behind } else { end },
            Class::Symbol if repeats && c == first && !joined => end = behind,
            _ => break,
        }
    }
    end
}
