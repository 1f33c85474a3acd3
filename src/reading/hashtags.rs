//! The words of a hashtag: `#الأهلي_المصري` is الأهلي المصري.

use super::map::{Builder, Layer};
use crate::segment::class::is_invisible;

/// Reads blanks for the low lines between the words of hashtags.
pub(super) fn layer(text: &str) -> Option<Layer> {
    if !text.contains('_') || !text.contains('#') && !text.contains('＃') {
        return None;
    }
    let mut builder = Builder::new(text);
    let mut at = 0;
    for (hash, sign) in text.match_indices(['#', '＃']) {
        let start = hash + sign.len();
        if start <= at {
            continue;
        }
        let length = text[start..].find(|c| !is_of_hashtag(c)).unwrap_or(text.len() - start);
        builder.same(at..start);
        at = start;
        for (low, _) in text[start..start + length].match_indices('_') {
            builder.same(at..start + low);
            builder.whole(start + low..start + low + 1, " ");
            at = start + low + 1;
        }
    }
    builder.same(at..text.len());
    builder.finish()
}

/// What goes on in a hashtag: letters with what they wear, digits, low lines.
fn is_of_hashtag(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) || c == 'ـ' || is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn low_lines_of_hashtags_part_words_and_others_do_not() {
        let read = |text| layer(text).map(|layer| layer.text);
        assert_eq!(read("#الأهلي_المصري فاز").as_deref(), Some("#الأهلي المصري فاز"));
        assert_eq!(read("عن #عبد_الحليم_حافظ، و#دبي").as_deref(), Some("عن #عبد الحليم حافظ، و#دبي"));
        assert_eq!(read("#حر\u{200f}ية_ت\u{651}ونس").as_deref(), Some("#حر\u{200f}ية ت\u{651}ونس"));
        assert_eq!(read("كأس_العالم #دبي"), None);
        assert_eq!(read("ملف_أول.txt"), None);
        assert_eq!(read("##أ_ب").as_deref(), Some("##أ ب"));
    }
}
