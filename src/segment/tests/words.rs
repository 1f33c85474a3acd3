//! What is one word and what is several.

use super::{check, words};

#[test]
fn stops_quotes_and_brackets_are_words_wherever_they_are_glued() {
    check(&[
        ("المتحدة.وأضاف", "المتحدة . وأضاف"),
        ("تركيا”.ومضى", "تركيا ” . ومضى"),
        ("قال:“نعم”و‘لا’", "قال : “ نعم ” و ‘ لا ’"),
        ("«الأهرام»\"الحياة\"'النهار'", "« الأهرام » \" الحياة \" ' النهار '"),
        ("‹أ›„ب‟‚ت‛", "‹ أ › „ ب ‟ ‚ ت ‛"),
        ("(بيروت)[دمشق]{عمان}<حلب>", "( بيروت ) [ دمشق ] { عمان } < حلب >"),
        ("﴿الرحمن﴾", "﴿ الرحمن ﴾"),
        ("((ناسا))", "( ( ناسا ) )"),
        ("مصر،ليبيا؛تونس؟الجزائر!", "مصر ، ليبيا ؛ تونس ؟ الجزائر !"),
        ("سوريا/لبنان-الأردن–العراق—قطر", "سوريا / لبنان - الأردن – العراق — قطر"),
        ("غزة:رفح*خان", "غزة : رفح * خان"),
    ]);
}

#[test]
fn a_sign_that_is_repeated_is_one_word() {
    check(&[
        ("قال... ثم..سكت", "قال ... ثم .. سكت"),
        ("نعم……لا", "نعم …… لا"),
        ("عاجل!!!", "عاجل !!!"),
        ("ماذا؟؟!!", "ماذا ؟؟ !!"),
        ("-----\n=====", "----- ====="),
        ("___ *** •••", "___ *** •••"),
    ]);
}

#[test]
fn numbers_dates_and_times_are_whole() {
    check(&[
        ("بنسبة 8.4% أو ٨٫٤٪", "بنسبة 8.4 % أو ٨٫٤ ٪"),
        ("1,234,567.89 و١٬٢٣٤٬٥٦٧٫٨٩ و۱۲۳", "1,234,567.89 و ١٬٢٣٤٬٥٦٧٫٨٩ و ۱۲۳"),
        ("11/8/2017 و٢٠٢٣-٠٥-١١ و2004/2005", "11/8/2017 و ٢٠٢٣-٠٥-١١ و 2004/2005"),
        ("الساعة 15:24:04 و١٢:٣٠", "الساعة 15:24:04 و ١٢:٣٠"),
        ("عام 2019.", "عام 2019 ."),
        ("عام 2019.وأضاف", "عام 2019 . وأضاف"),
        ("فاز 3-1، ثم 2-0", "فاز 3-1 ، ثم 2-0"),
        ("1،5 و5،", "1،5 و 5 ،"),
        ("20مليون و$20 و20€", "20 مليون و $ 20 و 20 €"),
        ("كوفيد-19 وإف-16", "كوفيد - 19 وإف - 16"),
        ("5G و4x4 و1st", "5G و 4x4 و 1st"),
        ("½ و²", "½ و ²"),
    ]);
}

#[test]
fn addresses_are_whole() {
    check(&[
        ("انظر https://example.com/a?b=1&c=%D8%A7#d.", "انظر https://example.com/a?b=1&c=%D8%A7#d ."),
        ("(http://example.com/مقال)", "( http://example.com/مقال )"),
        (
            "https://x.example/2024/5/بيروت-اليوم، وhttp://t.co/abcوقال",
            "https://x.example/2024/5/بيروت-اليوم ، و http://t.co/abc وقال",
        ),
        ("موقعwww.example.orgوقال", "موقع www.example.org وقال"),
        ("HTTPS://EXAMPLE.COM, FTP://a.b", "HTTPS://EXAMPLE.COM , FTP://a.b"),
        ("example.com وbooking.com", "example.com و booking.com"),
        ("بريد:a.b-c+d@example.co.uk.", "بريد : a.b-c+d@example.co.uk ."),
        ("1a@b.cd، a@b", "1a@b.cd ، a @ b"),
        ("www. http://", "www . http : //"),
    ]);
}

#[test]
fn hashtags_and_handles_come_apart_at_their_signs() {
    check(&[
        ("#كأس_العالم_قطر2022", "# كأس _ العالم _ قطر 2022"),
        ("#SaveTheChildren @AlamNews", "# SaveTheChildren @ AlamNews"),
        ("@محمد_علي:", "@ محمد _ علي :"),
        ("##@@", "# # @ @"),
    ]);
}

#[test]
fn words_of_other_scripts_keep_what_joins_them() {
    check(&[
        ("شركة AT&T وCoca-Cola", "شركة AT&T و Coca-Cola"),
        ("O'Neil وL’Équipe وRock'n'Roll", "O'Neil و L’Équipe و Rock'n'Roll"),
        ("'Reuters' “AFP”", "' Reuters ' “ AFP ”"),
        ("F-16 وCOVID-19 وG20", "F-16 و COVID-19 و G20"),
        ("Москва Αθήνα ירושלים 東京", "Москва Αθήνα ירושלים 東京"),
        ("WHOومنظمة", "WHO ومنظمة"),
        ("Zoe\u{308} naïve", "Zoe\u{308} naïve"),
        ("C++ C#", "C ++ C #"),
    ]);
}

#[test]
fn letters_with_points_are_one_word_without_the_last_point() {
    check(&[
        ("الأمم U.N. والولايات U.S.A.", "الأمم U.N . والولايات U.S.A ."),
        ("وكالة أ.ف.ب.", "وكالة أ.ف.ب ."),
        ("أَ.ف.بـ قالت", "أَ.ف.بـ قالت"),
        ("د. أحمد ود.سالم", "د . أحمد ود . سالم"),
        ("ج.ك. رولينغ", "ج.ك . رولينغ"),
        ("J.K. Rowling وJohn F. Kennedy", "J.K . Rowling و John F . Kennedy"),
        ("ق.م، هـ.", "ق.م ، هـ ."),
        ("ﺃ.ﻑ.ﺏ", "ﺃ.ﻑ.ﺏ"),
        ("بي.بي.سي", "بي . بي . سي"),
    ]);
}

#[test]
fn marks_tatweel_and_forms_belong_to_their_word() {
    for word in [
        "مُحَمَّدٌ",
        "إِسْرَائِيلُ",
        "ٱلرَّحْمَٰنِ",
        "القـــــاهرة",
        "هــ",
        "ﻣﺤﻤﺪ",
        "ﻻﻋﺐ",
        "ﷲ",
        "بﷲ",
        "ا\u{654}حمد",
        "می\u{200c}خواهم",
        "عبد\u{200d}الله",
        "مح\u{200f}مد",
        "مح\u{feff}مد",
        "مح\u{ad}مد",
        "پاکستان",
        "گچساران",
        "ژاله",
        "\u{64e}",
        "ـ",
    ] {
        assert_eq!(words(&format!("في {word}، ثم")), ["في", word, "،", "ثم"], "{word}");
    }
}

#[test]
fn a_eulogy_in_one_character_is_a_word() {
    check(&[("النبيﷺ.وقال", "النبي ﷺ . وقال"), ("الله ﷻ", "الله ﷻ"), ("﷽الحمد", "﷽ الحمد")]);
}

#[test]
fn what_nobody_sees_is_no_word() {
    for (text, wanted) in [
        ("\u{feff}زار\u{0}مصر\u{7}", &["زار", "مصر"][..]),
        ("\u{202b}زار\u{202c} \u{2067}مصر\u{2069}\u{200f}.", &["زار", "مصر", "."]),
        ("\u{200e}8\u{200f}.\u{200e}4\u{200e}", &["8\u{200f}.\u{200e}4"]),
        ("زار\u{a0}مصر\u{3000}و\u{200b}ليبيا", &["زار", "مصر", "و", "ليبيا"]),
        ("\u{200d}\u{200c}\u{2060}", &[]),
        ("", &[]),
        (" \t\r\n\u{85}\u{2028}", &[]),
    ] {
        assert_eq!(words(text), wanted, "{text:?}");
    }
}

#[test]
fn an_emoji_is_a_word_with_all_it_wears() {
    for emoji in ["😀", "👍🏽", "👨\u{200d}👩\u{200d}👧", "🇪🇬", "1\u{fe0f}\u{20e3}", "🏳\u{fe0f}\u{200d}🌈"]
    {
        assert_eq!(words(&format!("شكرا{emoji}مصر")), ["شكرا", emoji, "مصر"]);
    }
    check(&[("🇪🇬🇱🇧", "🇪🇬 🇱🇧"), ("😀😀😃", "😀😀 😃"), ("❤\u{fe0f}!", "❤ !")]);
}
