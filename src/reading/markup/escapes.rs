//! Escapes of program text that were left in a text: `\n`, `\"`, `\u0642`.

use crate::reading::map::{Builder, Layer};

/// Reads escapes as what they stand for. `\n` before a Latin letter is a path (`C:\new`).
pub(in crate::reading) fn layer(text: &str) -> Option<Layer> {
    if !text.contains('\\') {
        return None;
    }
    let mut builder = Builder::new(text);
    let mut at = 0;
    for (slash, _) in text.match_indices('\\') {
        if slash < at {
            continue;
        }
        if let Some((length, read)) = escape(&text[slash..]) {
            builder.same(at..slash);
            builder.whole(slash..slash + length, read.encode_utf8(&mut [0; 4]));
            at = slash + length;
        }
    }
    builder.same(at..text.len());
    builder.finish()
}

/// The bytes of the escape that a text begins with, and its character.
fn escape(text: &str) -> Option<(usize, char)> {
    let mut chars = text.chars().skip(1);
    let (sign, next) = (chars.next()?, chars.next());
    let is_path = next.is_some_and(|c| c.is_ascii_alphanumeric());
    match sign {
        'n' | 'r' if !is_path => Some((2, '\n')),
        't' if !is_path => Some((2, '\t')),
        '"' | '/' | '\'' => Some((2, sign)),
        'u' => {
            let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
            let first = unit(2)?;
            let second = || unit(8).filter(|low| text[6..].starts_with("\\u") && (0xdc00..0xe000).contains(low));
            match first {
                0xd800..0xdc00 => {
                    let code = 0x10000 + ((first - 0xd800) << 10) + (second()? - 0xdc00);
                    char::from_u32(code).map(|c| (12, c))
                }
                _ => char::from_u32(first).map(|c| (6, c)),
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_what_they_stand_for_and_paths_are_not_escapes() {
        let read = |text| layer(text).map(|layer| layer.text);
        assert_eq!(read(r"قالت\nإن سلام\tوصل\r\nأمس").as_deref(), Some("قالت\nإن سلام\tوصل\n\nأمس"));
        assert_eq!(read(r#"قال \"نعم\""#).as_deref(), Some("قال \"نعم\""));
        assert_eq!(read(r"\u0642\u064A\u0633 \ud83d\ude00").as_deref(), Some("قيس 😀"));
        for text in [r"C:\new\table", r"\u12", r"\ud83d", r"\", "بلا"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
