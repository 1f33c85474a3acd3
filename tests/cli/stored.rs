//! Text as it is stored: broken lines, markup, particles, hashtags, visual order. With the model in the program.

use crate::sandbox::{Ran, Sandbox};
use serde_json::Value;

/// Paragraphs of a letter, broken near 46 letters.
const WRAPPED: &str = "التقى الرئيس الفرنسي إيمانويل ماكرون رئيس\nالوزراء اللبناني نواف سلام في قصر الإليزيه في\n\
    باريس، وبحثا الوضع في جنوب لبنان بعد بيان الأمم\nالمتحدة الأخير، وقال ماكرون إن بلاده تقف إلى\n\
    جانب بيروت. ثم توجه سلام إلى لقاء أمين عام جامعة\nالدول العربية أحمد أبو\nالغيط في القاهرة.\n";

/// Names of all records, each with its type, its letters and its spelling alone.
fn names(ran: &Ran) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let of = |record: Value| {
        let names = record["entities"].as_array().cloned().unwrap_or_default();
        names.into_iter().map(|name| {
            let letters = text(&name["text"]);
            let alone = name["canonical"].as_str().map_or(letters.clone(), str::to_owned);
            (text(&name["label"]), letters, alone)
        })
    };
    ran.json().into_iter().flat_map(of).collect()
}

fn alone(names: &[(String, String, String)]) -> Vec<(&str, &str)> {
    names.iter().map(|(label, _, alone)| (label.as_str(), alone.as_str())).collect()
}

#[test]
fn names_of_broken_lines_are_those_of_the_whole_paragraph() {
    let sandbox = Sandbox::new();
    let flat = WRAPPED.trim_end().replace('\n', " ");
    sandbox.file("wrapped.txt", WRAPPED).file("flat.txt", &flat).file("letter.txt", WRAPPED.replace('\n', "\r\n"));
    let wanted = names(sandbox.run(&["tag", "flat.txt"]).succeeds());
    assert!(wanted.len() > 7, "{wanted:?}");
    for (file, line_end) in [("wrapped.txt", "\n"), ("letter.txt", "\r\n")] {
        let ran = sandbox.run(&["tag", file]);
        let found = names(ran.succeeds());
        assert_eq!(alone(&found), alone(&wanted));
        for ((_, letters, _), (_, flat, _)) in found.iter().zip(&wanted) {
            assert_eq!(letters.replace(line_end, " "), *flat);
        }
        assert!(found.iter().any(|(_, letters, _)| letters.contains(line_end)), "{found:?}");
        assert_eq!(ran.err.matches("lines were broken near one width").count(), 1, "{}", ran.err);
        assert!(ran.err.contains("noticed: wrapped 1"), "{}", ran.err);
    }
    let apart = sandbox.run(&["tag", "wrapped.txt", "--line-breaks", "separate"]);
    assert!(names(apart.succeeds()).iter().all(|(_, letters, _)| !letters.contains('\n')));
    assert!(!apart.err.contains("width") && !apart.err.contains("noticed"), "{}", apart.err);
    sandbox.file("two.txt", "أعلن الرئيس المصري عبد الفتاح\nالسيسي زيارة قريبة");
    assert_eq!(
        names(sandbox.run(&["tag", "two.txt", "--line-breaks", "wrapped"]).succeeds())[0].2,
        "عبد الفتاح السيسي"
    );
}

#[test]
fn a_list_of_names_stays_line_by_line() {
    let sandbox = Sandbox::new();
    sandbox.file("list.txt", "أعضاء الوفد\nسامي الحداد\nهند العلي\nخالد بن يوسف\nالدوحة\nمسقط\nشركة النفط الكويتية\n");
    let ran = sandbox.run(&["tag", "list.txt"]);
    assert!(names(ran.succeeds()).iter().all(|(_, letters, _)| !letters.contains('\n')), "{}", ran.out);
    assert!(!ran.err.contains("noticed"), "{}", ran.err);
}

#[test]
fn a_users_names_are_found_over_a_break_and_over_markup() {
    let sandbox = Sandbox::new();
    sandbox.file("own.tsv", "أمين عام جامعة الدول العربية\tTITLE\n").file("a.txt", WRAPPED);
    sandbox.file("b.html", "<p>لقاء <i>أمين</i> عام&nbsp;جامعة\nالدول <b>العربية</b></p>");
    let ran = sandbox.run(&["tag", "a.txt", "b.html", "--gazetteer", "own.tsv", "--labels", "TITLE"]);
    let found = names(ran.succeeds());
    let wanted = [
        ("TITLE", "أمين عام جامعة\nالدول العربية", "أمين عام جامعة الدول العربية"),
        ("TITLE", "أمين</i> عام&nbsp;جامعة\nالدول <b>العربية", "أمين عام جامعة الدول العربية"),
    ];
    let found: Vec<(&str, &str, &str)> = found.iter().map(|(a, b, c)| (&**a, &**b, &**c)).collect();
    assert_eq!(found, wanted);
}

const PAGE: &str = "<!DOCTYPE html>\n<html dir=rtl><head><title>الرئيس المصري عبد الفتاح السيسي في باريس</title>\n\
    <script>var tags = [\"برلين\", \"لندن\"];</script><style>.x { color: red }</style></head>\n\
    <body><nav><a href='/s'>السعودية</a><a href='/q'>قطر</a></nav><!-- زار موسكو -->\n\
    <p title='روما'>استقبل الرئيس <b>عبد</b>&nbsp;<b>الفتاح</b> <i>السي</i>سي الأمين العام ل<a href='#'>لأمم\n\
    المتحدة</a> <em>أنطونيو&#32;غوتيريش</em> في القاهرة&#1548; ثم غادر إلى عمّان.<br>وأضاف&hellip;</p></body></html>\n";

#[test]
fn a_page_has_the_names_that_its_reader_sees_with_their_places_in_the_file() {
    let sandbox = Sandbox::new();
    sandbox.file("page.html", PAGE).file("page.txt", PAGE);
    let ran = sandbox.run(&["tag", "page.html", "--with-text"]);
    let found = names(ran.succeeds());
    let alone = alone(&found);
    for wanted in [
        ("PER", "عبد الفتاح السيسي"),
        ("LOC", "باريس"),
        ("LOC", "السعودية"),
        ("LOC", "قطر"),
        ("ORG", "الأمم المتحدة"),
        ("PER", "أنطونيو غوتيريش"),
        ("LOC", "القاهرة"),
        ("LOC", "عمّان"),
    ] {
        assert!(alone.contains(&wanted), "{wanted:?} in {alone:?}");
    }
    assert_eq!(
        found.iter().filter(|(_, letters, _)| letters.contains("script") || letters.contains("لندن")).count(),
        0
    );
    assert!(found.iter().any(|(_, letters, _)| letters == "عبد</b>&nbsp;<b>الفتاح</b> <i>السي</i>سي"), "{found:?}");
    let record = &ran.json()[0];
    assert_eq!(record["text"], PAGE);
    for name in record["entities"].as_array().unwrap() {
        let place = |key: &str| name[key].as_u64().unwrap() as usize;
        let letters: String = PAGE.chars().skip(place("start")).take(place("end") - place("start")).collect();
        assert_eq!(name["text"], letters.as_str());
    }
    assert!(!ran.err.contains("noticed"), "{}", ran.err);
    // A page under another name is noticed; one that is said to be text is read as it is.
    let noticed = sandbox.run(&["tag", "page.txt", "--with-text"]);
    assert_eq!(noticed.succeeds().json()[0]["entities"], record["entities"]);
    assert!(noticed.err.contains("noticed: markup 1") && noticed.err.contains("--markup text"), "{}", noticed.err);
    let said = sandbox.run(&["tag", "page.txt", "--input-format", "html"]);
    assert_eq!(names(said.succeeds()), found);
    let text = sandbox.run(&["tag", "page.html", "--input-format", "text", "--markup", "text"]);
    assert!(names(text.succeeds()).iter().any(|(_, letters, _)| letters == "لندن"));
}

#[test]
fn other_formats_hold_the_names_of_a_page() {
    let sandbox = Sandbox::new();
    sandbox.file("page.html", PAGE);
    let columns = sandbox.run(&["tag", "page.html", "--format", "conll"]);
    let columns = columns.succeeds().out.clone();
    let rows: Vec<Vec<&str>> = columns.lines().map(|line| line.split('\t').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 2 || row == &[""]), "{columns}");
    assert!(columns.contains("عبد\tB-PER\nالفتاح\tI-PER\nالسيسي\tI-PER\n"), "{columns}");
    assert!(!columns.contains('<') && !columns.contains("nbsp"), "{columns}");
    let page = sandbox.run(&["tag", "page.html", "--format", "html"]);
    assert!(page.succeeds().out.contains(">القاهرة</mark>") && !page.out.contains("&lt;b&gt;"), "{}", page.out);
    sandbox.run(&["tag", "page.html", "--format", "brat", "-o", "brat"]).succeeds();
    let back = sandbox.run(&["convert", "brat", "--format", "jsonl"]);
    assert_eq!(names(back.succeeds()).len(), names(sandbox.run(&["tag", "page.html"]).succeeds()).len());
    sandbox.file("wrapped.txt", WRAPPED);
    let columns = sandbox.run(&["tag", "wrapped.txt", "--format", "conll"]);
    assert!(columns.succeeds().out.contains("نواف\tB-PER\nسلام\tI-PER\n"), "{}", columns.out);
}

#[test]
fn markup_left_in_fields_is_no_name_and_cuts_none() {
    let sandbox = Sandbox::new();
    let body = "<p>قال رئيس الوزراء نواف&amp;nbsp;سلام</p><p>وصل <b>سلام</b> إلى &quot;بيروت&quot;\\nأمس.</p>";
    let record = serde_json::json!({"id": "1", "text": body});
    sandbox
        .file("a.jsonl", record.to_string())
        .file("a.csv", format!("id,text\n1,\"{}\"\n", body.replace('"', "\"\"")));
    for file in ["a.jsonl", "a.csv"] {
        let ran = sandbox.run(&["tag", file]);
        let found = names(ran.succeeds());
        assert_eq!(alone(&found), [("PER", "نواف سلام"), ("PER", "سلام"), ("LOC", "بيروت")], "{file}");
        assert!(ran.err.contains("noticed: markup 1"), "{}", ran.err);
    }
}

#[test]
fn particles_emoji_and_signs_are_no_names_and_cut_none() {
    let sandbox = Sandbox::new();
    sandbox.file(
        "a.txt",
        "زار الوزير بيروت و دمشق ثم عاد إلى القاهرة.\nوصل الوفد ب الطائرة ل بيروت.\nسجل ميسي😭❤️ هدفين في مدريد 😀.\n",
    );
    let found = names(sandbox.run(&["tag", "a.txt"]).succeeds());
    let letters: Vec<&str> = found.iter().map(|(_, letters, _)| letters.as_str()).collect();
    assert_eq!(letters[..4], ["بيروت", "دمشق", "القاهرة", "بيروت"]);
    assert!(letters.contains(&"ميسي") && letters.contains(&"مدريد"), "{letters:?}");
}

#[test]
fn the_words_of_a_hashtag_are_a_names_words() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "رحم الله الفنان الكبير #عبد_الحليم_حافظ وكل من غنى معه في #القاهرة");
    let found = names(sandbox.run(&["tag", "a.txt"]).succeeds());
    assert_eq!(found[0], ("PER".into(), "عبد_الحليم_حافظ".into(), "عبد الحليم حافظ".into()));
    assert_eq!(found[1].1, "القاهرة");
}

#[test]
fn visual_order_is_reported_with_its_place_and_read_on_demand() {
    let sandbox = Sandbox::new();
    let stored = "شيريتوغ وينوطنأ ةدحتملا ممألل ماعلا نيمألا جاطرق رصق يف ديعس سيق يسنوتلا سيئرلا لبقتسا";
    sandbox.file("a.txt", format!("أخبار\n{stored}\n"));
    let ran = sandbox.run(&["tag", "a.txt"]);
    assert!(ran.succeeds().err.contains("visual order, from character 6 on"), "{}", ran.err);
    assert!(ran.err.contains("noticed: visual-order 1"), "{}", ran.err);
    let ran = sandbox.run(&["tag", "--visual-order", "a.txt"]);
    let found = names(ran.succeeds());
    assert!(found.contains(&("PER".into(), "ديعس سيق".into(), "قيس سعيد".into())), "{found:?}");
    assert!(!ran.err.contains("visual"), "{}", ran.err);
    assert!(!sandbox.run(&["tag", "--visual-order=no", "a.txt"]).succeeds().err.contains("visual"));
}

#[test]
fn a_job_counts_what_was_noticed_and_holds_on_to_its_switches() {
    let sandbox = Sandbox::new();
    sandbox.file("in/a.txt", WRAPPED).file("in/b.html", PAGE).file("in/c.txt", "زار <b>الوزير</b> دمشق.");
    sandbox.run(&["tag", "in", "-o", "out/", "-q"]).succeeds();
    let summary: Value = serde_json::from_str(&sandbox.read("out/summary.json")).unwrap();
    assert_eq!(summary["noticed"], serde_json::json!({"markup": 1, "wrapped": 1}));
    let refused = sandbox.run(&["tag", "in", "-o", "out/", "--line-breaks", "separate"]);
    assert_eq!(refused.status, Some(2), "{}", refused.err);
    assert!(refused.err.contains("--line-breaks"), "{}", refused.err);
}

#[test]
fn encodings_are_read_by_their_mark_by_name_and_by_what_a_page_says() {
    let sandbox = Sandbox::new();
    let text = "وصل رئيس الوزراء نواف سلام إلى دمشق، وقال: نعم.\n";
    let utf_16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    let windows = |text: &str| encoding_rs::WINDOWS_1256.encode(text).0.into_owned();
    let marked = [&[0xff, 0xfe][..], &utf_16(text)].concat();
    let page = windows(&format!("<html><meta charset='windows-1256'><p>{text}</p>"));
    sandbox
        .file("plain.txt", text)
        .file("marked.txt", marked)
        .file("bare.txt", utf_16(text))
        .file("old.txt", windows(text));
    sandbox.file("old.csv", windows(&format!("id,text\n1,{}", text.replace(',', ""))));
    sandbox.file("old.jsonl", windows(&serde_json::json!({"text": text}).to_string())).file("old.html", page);
    let wanted = sandbox.run(&["tag", "plain.txt"]).succeeds().json()[0]["entities"].clone();
    assert_eq!(wanted.as_array().unwrap().len(), 2);
    let marked = sandbox.run(&["tag", "marked.txt", "--encoding", "windows-1256"]);
    assert_eq!(marked.succeeds().json()[0]["entities"], wanted);
    assert!(marked.err.contains("read as UTF-16LE") && marked.err.contains("noticed: UTF-16LE 1"), "{}", marked.err);
    for (file, name) in [("bare.txt", "utf-16le"), ("old.txt", "windows-1256")] {
        let refused = sandbox.run(&["tag", file]);
        assert_eq!(refused.status, Some(1), "{}", refused.err);
        assert!(refused.err.contains(&format!("--encoding {name}")), "{}", refused.err);
        assert_eq!(sandbox.run(&["tag", file, "--encoding", name]).succeeds().json()[0]["entities"], wanted);
    }
    for file in ["old.csv", "old.jsonl"] {
        let ran = sandbox.run(&["tag", file, "--encoding", "windows-1256"]);
        assert_eq!(ran.succeeds().json()[0]["entities"], wanted, "{file}");
    }
    let page = sandbox.run(&["tag", "old.html"]);
    let alone: Vec<(String, String, String)> = names(page.succeeds());
    assert_eq!(alone.iter().map(|name| &*name.1).collect::<Vec<_>>(), ["نواف سلام", "دمشق"]);
    assert!(page.err.contains("noticed: windows-1256 1"), "{}", page.err);
    let unknown = sandbox.run(&["tag", "old.txt", "--encoding", "cp720"]);
    assert_eq!(unknown.status, Some(2), "{}", unknown.err);
}
