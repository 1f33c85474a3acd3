use super::*;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn full(word: &str) -> String {
    Normaliser::FULL.word(word).into_owned()
}

#[test]
fn the_default_changes_nothing() {
    for word in ["مُحَمَّد", "أحمـــد", "ﻻ", "ﷺ", "یک", "٨٫٤", "e\u{301}", "ا\u{654}"] {
        assert_eq!(Normaliser::default().word(word), Cow::Borrowed(word));
    }
}

#[test]
fn a_word_that_stays_is_borrowed() {
    for word in ["محمد", "Coca-Cola", "8.4", "لبنان"] {
        assert!(matches!(Normaliser::FULL.word(word), Cow::Borrowed(_)), "{word}");
    }
}

#[test]
fn spelling_that_wavers_becomes_one() {
    for (written, read) in [
        ("إِسْرَائِيل", "اسراييل".replace("يي", "ئي").as_str()),
        ("القـــاهرة", "القاهره"),
        ("مُصْطَفَىٰ", "مصطفي"),
        ("ﻻﻋﺐ", "لاعب"),
        ("ﷲ", "الله"),
        ("ﷺ", "صلىاللهعليهوسلم".replace('ى', "ي").as_str()),
        ("ﹰ", ""),
        ("کرمانشاهی", "كرمانشاهي"),
        ("٨٫٤٪", "8.4%"),
        ("۱۲", "12"),
        ("ا\u{654}حمد", "احمد"),
        ("مو\u{654}تمر", "مؤتمر"),
        ("محمد\u{200f}", "محمد"),
        ("می\u{200c}خواهم", "ميخواهم"),
        ("\u{64e}", ""),
    ] {
        assert_eq!(full(written), read, "{written}");
    }
}

/// A word with vowel marks behind its letters, as `marks` says.
fn vocalised(word: &str, marks: &[usize]) -> String {
    const MARKS: [&str; 12] = [
        "",
        "",
        "\u{64b}",
        "\u{64c}",
        "\u{64d}",
        "\u{64e}",
        "\u{64f}",
        "\u{650}",
        "\u{651}\u{64e}",
        "\u{64e}\u{651}",
        "\u{652}",
        "\u{670}",
    ];
    word.chars().zip(marks.iter().cycle()).map(|(c, &mark)| format!("{c}{}", MARKS[mark % MARKS.len()])).collect()
}

fn stretched(word: &str, lengths: &[usize]) -> String {
    word.chars().zip(lengths.iter().cycle()).map(|(c, n)| format!("{c}{}", "ـ".repeat(n % 4))).collect()
}

/// All presentation forms that stand for one letter: isolated, final, initial, medial.
fn forms_of(letter: char) -> Vec<char> {
    let forms = ('\u{fb50}'..='\u{fbff}').chain('\u{fe80}'..='\u{fef4}');
    forms.filter(|&form| std::iter::once(form).nfkc().eq([letter])).collect()
}

fn in_forms(word: &str, picks: &[usize]) -> String {
    let ligatures =
        word.replace("لا", "\u{fefb}").replace("لأ", "\u{fef7}").replace("لإ", "\u{fef9}").replace("لآ", "\u{fef5}");
    let form = |(c, &pick): (char, &usize)| {
        let forms = forms_of(c);
        forms.get(pick % forms.len().max(1)).copied().unwrap_or(c)
    };
    ligatures.chars().zip(picks.iter().cycle()).map(form).collect()
}

#[test]
fn every_letter_has_forms_to_test_with() {
    for letter in "ءابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئپچژگکی".chars() {
        assert!(!forms_of(letter).is_empty(), "{letter}");
    }
    assert_eq!(in_forms("لاعب", &[0]).chars().count(), 3);
}

proptest! {
    #[test]
    fn a_word_reads_the_same_in_every_dress(
        word in "[ءابتثجحخدذرزسشصضطظعغفقكلمنهويةىأإآؤئپچژگکی]{1,12}",
        picks in prop::collection::vec(0usize..48, 1..12),
    ) {
        let plain = full(&word);
        prop_assert!(!plain.is_empty());
        for copy in [
            vocalised(&word, &picks),
            stretched(&word, &picks),
            in_forms(&word, &picks),
            vocalised(&stretched(&in_forms(&word, &picks), &picks), &picks),
            word.nfd().collect(),
            word.chars().map(|c| format!("{c}\u{200f}")).collect(),
        ] {
            prop_assert_eq!(full(&copy), &*plain, "{}", copy);
        }
    }

    #[test]
    fn a_spelling_stays_what_it_is(word in "(\\PC|[ا-ي\u{64b}-\u{655}\u{200c}-\u{200f}ﭐ-ﻼ]){0,12}") {
        let once = full(&word);
        prop_assert_eq!(full(&once), &*once);
    }

    #[test]
    fn the_default_leaves_any_word_alone(word in "\\PC{0,12}") {
        prop_assert_eq!(Normaliser::default().word(&word), &*word);
    }
}
