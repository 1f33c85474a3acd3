use super::*;
use crate::segment::segment;
use proptest::prelude::*;

fn read(text: &str, how: ReadAs) -> String {
    Reading::new(text, how).text().to_owned()
}

/// The letters of the text that a name of what is read stands for, and its spelling alone.
fn restored(text: &str, name: &str, how: ReadAs) -> (String, Option<String>) {
    let reading = Reading::new(text, how);
    let start = reading.text().find(name).unwrap_or_else(|| panic!("{name} in {}", reading.text()));
    let span = Span::new(reading.text(), start, start + name.len()).unwrap();
    let names = reading.restore(vec![Entity::new(span, "PER")]);
    (names[0].span.of(text).to_owned(), names[0].canonical.clone())
}

const AUTO: ReadAs = ReadAs { lines: LineBreaks::Auto, markup: Markup::Auto, order: Order::Auto };

/// Lines of some 45 letters, as a letter has them.
const WRAPPED: &str = "التقى رئيس الوزراء اللبناني نواف سلام في بيروت\nوفدا من البنك الدولي برئاسة أجاي بانغا، وبحث\n\
    معه سبل دعم الاقتصاد، قبل أن يتوجه إلى مطار رفيق\nالحريري الدولي لاستقبال الأمين العام للجامعة\n  العربية أحمد أبو\nالغيط مساء الأحد.";

#[test]
fn a_clean_text_is_read_as_it_is() {
    for text in ["", "زار نواف سلام دمشق.\nوقال إن بيروت بخير.", "\u{feff}5 < 6 & 7\r\n", "#دبي كأس_العالم"]
    {
        let reading = Reading::new(text, AUTO);
        assert!(std::ptr::eq(reading.text(), text), "{text}");
        assert_eq!(reading.noticed(), Noticed::default());
    }
}

#[test]
fn a_name_over_a_broken_line_has_the_break_in_its_span_and_one_blank_alone() {
    assert!(Reading::new(WRAPPED, AUTO).noticed().wrapped);
    assert_eq!(segment(Reading::new(WRAPPED, AUTO).text()).len(), 1);
    let found = restored(WRAPPED, "أحمد أبو الغيط", AUTO);
    assert_eq!(found, ("أحمد أبو\nالغيط".into(), Some("أحمد أبو الغيط".into())));
    let found = restored(WRAPPED, "لجامعة العربية", AUTO);
    assert_eq!(found, ("لجامعة\n  العربية".into(), Some("لجامعة العربية".into())));
    let separate = ReadAs { lines: LineBreaks::Separate, ..AUTO };
    assert!(!Reading::new(WRAPPED, separate).noticed().wrapped);
    assert_eq!(segment(Reading::new(WRAPPED, separate).text()).len(), 6);
    let quoted = WRAPPED.replace('\n', "\r\n> ").replacen("التقى", "> التقى", 1);
    assert_eq!(restored(&quoted, "أحمد أبو الغيط", AUTO).0, "أحمد أبو\r\n> الغيط");
}

#[test]
fn lists_verse_and_tables_stay_line_by_line_and_a_switch_joins_them() {
    let list = "قائمة المشاركين\nأحمد السيد\nليلى حداد\nكريم بن سالم\nبيروت\nشركة الاتصالات السعودية\nبنك مصر";
    let bullets = "- أحمد السيد من شركة الاتصالات السعودية\n- ليلى حداد من بنك مصر في القاهرة الكبرى\n- كريم بن سالم من وزارة الصحة المغربية";
    let verse = "إذا غامرت في شرف مروم\nفلا تقنع بما دون النجوم\nفطعم الموت في أمر حقير\nكطعم الموت في أمر عظيم\n\
        ستبكي شجوها فرسي ومهري\nصفائح دمعها ماء الجسوم";
    let table = "الاسم\tالمدينة\nأحمد\tبيروت\nليلى\tدمشق";
    for text in [list, bullets, verse, table] {
        assert_eq!(read(text, AUTO), text);
    }
    let wrapped = ReadAs { lines: LineBreaks::Wrapped, ..AUTO };
    assert_eq!(segment(&read("زار نواف\nسلام دمشق", wrapped)).len(), 1);
    assert!(!Reading::new("زار نواف\nسلام دمشق", wrapped).noticed().wrapped);
    assert_eq!(read(bullets, wrapped), bullets);
    let counted = "20 الهادي بن نزار\n21 المهتدي بن الهادي\n٢٣ حسن الثاني ابن القاهر\n24 نور الدين محمد الثاني";
    assert_eq!(read(counted, wrapped), counted);
    assert_eq!(read(table, wrapped), table);
}

#[test]
fn a_paragraph_ends_where_nothing_forced_its_last_line_to() {
    let text = format!("عنوان قصير\n{}\n{}", WRAPPED, WRAPPED);
    let lines: Vec<usize> = read(&text, AUTO).lines().map(str::len).collect();
    assert_eq!(lines.len(), 3, "{}", read(&text, AUTO));
}

#[test]
fn a_headline_that_fills_its_line_is_told_by_the_verb_behind_it_where_paragraphs_have_lines_of_their_own() {
    let paragraph =
        "أعلن رئيس الوزراء اللبناني نواف سلام من مطار\nبيروت أن وفدا من تجار طرابلس وصل إلى المدينة\nمساء أمس.";
    let headline = "سلام يستقبل وفدا كبيرا من تجار مدينة طرابلس";
    let lines = |text: &str| read(text, AUTO).lines().count();
    assert_eq!(lines(&format!("{headline}\n{paragraph}\n{paragraph}\n{paragraph}")), 4);
    assert_eq!(lines(&format!("{paragraph}\n{paragraph}\n{paragraph}")), 3);
}

/// A paragraph broken at a width, as programs break it.
fn broken(paragraph: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in paragraph.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => *line += &format!(" {word}"),
            _ => lines.push(word.into()),
        }
    }
    lines.join("\n")
}

const WIDTHS: [usize; 5] = [42, 51, 60, 69, 78];

#[test]
fn headlines_are_told_by_what_reports_begin_with_whatever_the_width() {
    let report = "انتعشت خزينة فريق أولمبيك آسفي لكرة القدم بمبلغ مالي بعد أن اتفق رئيس النادي محمد الحيداوي مع مسؤولي فريق شباب \
         المحمدية على انتقال اللاعب، وقال مصدر من النادي إن العقد يمتد حتى نهاية الموسم.";
    for headline in ["شباب المحمدية يضخ 100 مليون سنتيم بخزينة الجديدة", "رئيس الفريق يعلن عن صفقات جديدة بالمغرب"]
    {
        let width = headline.chars().count();
        let text = format!("{headline}\n{}\n{}", broken(report, width), broken(report, width));
        assert_eq!(read(&text, AUTO), format!("{headline}\n{report}\n{report}"));
    }
}

#[test]
fn dashes_numbers_heads_and_initials_at_the_edge_of_a_line_are_those_of_the_text() {
    let dashes = "قال زعماء المجموعة - وهي الثالثة منذ بداية العام - إن الدول الأربع - ومعها الهند - تدعم اليابان - كما أعلن \
         البيان - في مواجهة ما سماه المتحدث - وهو مسؤول سابق - محاولات تغيير الوضع القائم - بالقوة - في المنطقة، وأضاف أن الزعماء \
         اتفقوا - بعد نقاش طويل - على عقد القمة القادمة في أستراليا.";
    let marks = "منذ التوقيع على ميثاق الأغلبية في العام 2018، وكان ذلك في العاصمة حسب ما نقلته الوكالة، ارتفعت أسعار شركات كل من: \
         الهلال وبنك دبي (انظر الصفحة 119). وذكرت وكالة (أ. ف. ب) أن الوزير بحث ذلك مع مدير الشركة في مدينة الرباط عام 1946 أيضا.";
    for width in WIDTHS {
        for paragraph in [dashes, marks] {
            assert_eq!(read(&broken(paragraph, width), AUTO), paragraph, "{width}");
        }
    }
    let list = "- أحمد السيد من شركة الاتصالات السعودية في الرياض\n- ليلى حداد من بنك مصر في القاهرة الكبرى\n- كريم بن سالم من الرباط";
    assert_eq!(read(list, AUTO), list);
}

#[test]
fn a_name_over_a_break_of_visual_order_is_its_longer_part_and_its_whole_spelling() {
    let stored: Vec<String> = WRAPPED.lines().map(|line| line.trim().chars().rev().collect()).collect();
    let visual = ReadAs { order: Order::Visual, ..AUTO };
    let found = restored(&stored.join("\n"), "أحمد أبو الغيط", visual);
    assert_eq!(found, ("وبأ دمحأ".into(), Some("أحمد أبو الغيط".into())));
    assert!(Reading::new(&stored.join("\n"), visual).noticed().wrapped);
    let separate = ReadAs { lines: LineBreaks::Separate, ..visual };
    assert_eq!(segment(Reading::new(&stored.join("\n"), separate).text()).len(), 6);
}

#[test]
fn markup_is_no_text_and_stands_within_spans() {
    let html = ReadAs { markup: Markup::Html, ..AUTO };
    let text = "<p>استقبل <b>قي</b>س&nbsp;<i>سعيد</i> الأمين ل<a href='#'>لأمم\nالمتحدة</a></p>";
    let (name, alone) = restored(text, "قيس\u{a0}سعيد", html);
    assert_eq!((&*name, alone.as_deref()), ("قي</b>س&nbsp;<i>سعيد", Some("قيس سعيد")));
    assert_eq!(restored(text, "لأمم المتحدة", html).0, "لأمم\nالمتحدة");
    assert_eq!(Reading::new(text, html).noticed(), Noticed::default());
    assert!(Reading::new(text, AUTO).noticed().markup);
    assert_eq!(read(text, ReadAs { markup: Markup::Text, ..AUTO }), text);
    let page = format!("<!DOCTYPE html><title>أخبار</title><script>x</script>{text}");
    assert_eq!(read(&page, AUTO), read(&page, html));
}

#[test]
fn markup_that_was_escaped_twice_is_no_text_either() {
    assert_eq!(read("نواف&amp;nbsp;سلام &amp;amp;quot;نعم&amp;amp;quot;", AUTO), "نواف\u{a0}سلام \"نعم\"");
    assert_eq!(read("&lt;b&gt;نواف&lt;/b&gt; سلام", AUTO), "نواف سلام");
    assert_eq!(read(r"قال\nنواف", AUTO), "قال\nنواف");
}

#[test]
fn visual_order_is_noticed_and_read_where_it_is_asked_for() {
    let stored = "شيريتوغ وينوطنأ ةدحتملا ممألل ماعلا نيمألا يف ديعس سيق يسنوتلا سيئرلا لبقتسا";
    let text = format!("أخبار\n{stored}");
    assert_eq!(Reading::new(&text, AUTO).noticed().visual, Some("أخبار\n".len()));
    let visual = ReadAs { order: Order::Visual, ..AUTO };
    assert_eq!(restored(stored, "قيس سعيد", visual), ("ديعس سيق".into(), Some("قيس سعيد".into())));
    assert_eq!(Reading::new(&text, visual).noticed().visual, None);
    assert_eq!(Reading::new(&text, ReadAs { order: Order::Logical, ..AUTO }).noticed().visual, None);
}

#[test]
fn a_document_as_it_is_read_has_its_names_in_their_places() {
    let text = "<p>زار <b>نواف</b>&nbsp;سلام</p>\n<p>#محمد_صلاح</p>";
    let reading = Reading::new(text, AUTO);
    let names = ["نواف\u{a0}سلام", "محمد صلاح"].map(|name| {
        let start = reading.text().find(name).unwrap();
        Entity::new(Span::new(reading.text(), start, start + name.len()).unwrap(), "PER")
    });
    let entities = reading.restore(names.to_vec());
    let document = Document { text: text.into(), entities, ..Document::default() };
    let read = Reading::document(&document).unwrap();
    let letters: Vec<&str> = read.entities.iter().map(|name| name.span.of(&read.text)).collect();
    assert_eq!(letters, ["نواف\u{a0}سلام", "محمد صلاح"]);
    assert_eq!(Reading::document(&read), None);
    let words = Document { sentences: Some(segment(text)), ..document };
    assert_eq!(Reading::document(&words), None);
}

proptest! {
    /// Whatever a text is and however it is read, the words of what is read are stretches of it.
    #[test]
    fn words_come_from_the_text_whatever_it_is(
        text in "(<b>|</p>|<br>|&nbsp;|&amp;lt;|\\\\n|#ا_ب|[ابةىﻗ] |قال نواف سلام في |\r\n|\n> |[\u{0}-\u{7f}]|.){0,24}",
        lines in 0u8..3, markup in 0u8..3, order in 0u8..3,
    ) {
        let how = ReadAs {
            lines: [LineBreaks::Auto, LineBreaks::Wrapped, LineBreaks::Separate][lines as usize],
            markup: [Markup::Auto, Markup::Html, Markup::Text][markup as usize],
            order: [Order::Auto, Order::Visual, Order::Logical][order as usize],
        };
        let reading = Reading::new(&text, how);
        let words: Vec<Span> = segment(reading.text()).into_iter().flat_map(|s| s.words).collect();
        let names: Vec<Entity> = words.into_iter().map(|word| Entity::new(word, "PER")).collect();
        let count = names.len();
        let entities = reading.restore(names);
        prop_assert!(entities.len() <= count);
        prop_assert!(entities.windows(2).all(|pair| pair[0].span.end() <= pair[1].span.start()));
        let document = Document { text: text.clone(), entities, read_as: how, ..Document::default() };
        if let Some(read) = Reading::document(&document) {
            prop_assert!(read.entities.len() <= document.entities.len());
        }
    }
}
