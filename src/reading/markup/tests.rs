use super::*;
use proptest::prelude::*;

fn read_page(text: &str) -> String {
    page(text).map_or(text.to_owned(), |layer| layer.text)
}

fn read_stray(text: &str) -> String {
    stray(text).map_or(text.to_owned(), |layer| layer.text)
}

/// Lines with something in them.
fn lines(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect()
}

#[test]
fn a_page_is_its_text_block_by_block() {
    let html = "<!DOCTYPE html><html><head><meta charset=utf-8><title>أخبار &amp; آراء</title>\
        <script>if (a<b) x = '<p>لا</p>';</script><style>p{}</style></head><body>\
        <nav><a href=x>ليبيا</a><a href=y>مصر</a>\n<a href=z>سوريا</a></nav><!-- لا نص -->\
        <p title='لا'>زار <b>قي</b>س&nbsp;<i>سعيد\nدمشق</i>&#x60C; ثم ل<a href='#'>لأمم</a></p>\
        <ul><li>أول<li>ثان</ul><table><tr><td>ا</td><td>ب</td></tr></table>سطر<br>آخر<template>لا</template>
        <![CDATA[قسم]]> <iframe>لا</iframe><img alt='لا'></body></html>";
    let wanted = [
        "أخبار & آراء",
        "ليبيا",
        "مصر",
        "سوريا",
        "زار قيس سعيد دمشق، ثم للأمم",
        "أول",
        "ثان",
        "ا",
        "ب",
        "سطر",
        "آخر قسم",
    ];
    assert_eq!(lines(&read_page(html)), wanted);
}

#[test]
fn what_is_nested_wrongly_or_never_closed_is_read_as_the_standard_says() {
    assert_eq!(lines(&read_page("<b><p>قيس</b> سعيد</p> <i>ثم")), ["قيس سعيد", "ثم"]);
    assert_eq!(lines(&read_page("نص<script>لا نص")), ["نص"]);
    assert_eq!(lines(&read_page("نص<!-- لا نص")), ["نص"]);
    assert_eq!(lines(&read_page("</p></p>نص</div")), ["نص"]);
    assert_eq!(lines(&read_page("<pre>سطر\nآخر</pre><p>سطر\nواحد</p>")), ["سطر", "آخر", "سطر واحد"]);
    assert_eq!(
        lines(&read_page("<?xml version='1.0'?><item><name>أول</name><day>ثان</day><script/>ثالث</item>")),
        ["أول", "ثان", "ثالث"]
    );
}

#[test]
fn an_element_that_closes_itself_hides_nothing() {
    for page in [
        "<html><head><script src='a.js'/></head><body><p>زار بوتين مصر</p></body></html>",
        "<html><head><script src='a.js'/></head><body><p>زار بوتين مصر</p><script>var x</script></body></html>",
        "<html><iframe/><svg><style/><script href='x'/></svg><p>زار بوتين مصر</p></html>",
    ] {
        assert_eq!(lines(&read_page(page)), ["زار بوتين مصر"], "{page}");
    }
    let closed = "<html><script src='a.js'/>var x = 'لا'</script><p>زار بوتين مصر</p></html>";
    assert_eq!(lines(&read_page(closed)), ["زار بوتين مصر"]);
}

#[test]
fn tags_and_references_left_in_a_text_are_none_of_it() {
    assert_eq!(lines(&read_stray("<p>قال نواف سلام</p><p>بيروت</p>")), ["قال نواف سلام", "بيروت"]);
    assert_eq!(read_stray("نواف&nbsp;سلام في &quot;بيروت&quot; &#1602;ال"), "نواف\u{a0}سلام في \"بيروت\" قال");
    assert_eq!(read_stray("<b>نواف</b> في <a href=\"https://x.example/%D8\">دمشق</a>"), "نواف في دمشق");
    assert_eq!(lines(&read_stray("قال<br/>وزير\n<span class=\"x\">نواف</span>")), ["قال", "وزير", "نواف"]);
    assert_eq!(lines(&read_stray("<p>سطر\nواحد</p>\nسطر\nآخر")), ["سطر واحد", "سطر", "آخر"]);
    assert_eq!(read_stray("نواف&nbspسلام"), "نواف\u{a0}سلام");
    assert_eq!(read_stray("نص <script>لم يغلق"), "نص لم يغلق");
    assert!(read_stray("<b>نص</b> <style>لم يغلق</styled> بعد").contains("لم يغلق"));
    assert!(read_stray("<b>نص</b> <script><!--<script></script> بعد").contains("بعد"));
    assert!(read_stray("<b>نص</b> <!DOCTYPE ثم كلام بعد").contains("ثم كلام بعد"));
    assert_eq!(lines(&read_stray("<!doctype html><b>نص</b>")), ["نص"]);
    assert_eq!(lines(&read_stray("أول<script>var x;</script>ثان <!-- لا --> ثالث")), ["أولثان ثالث"]);
}

#[test]
fn what_only_looks_like_markup_is_left_alone() {
    for text in [
        "5 < 6 و 7 > 3",
        "AT&T و R&D & غيرهما",
        "https://x.example/?a=1&copy=2&lang=ar",
        "<نواف> و<b نواف>",
        "أ <b",
        "نص <!-- لم يغلق",
        "i<j و j>k",
        "&;&#;&#x; &nbspx",
        "</نص> <? نص>",
        "رقم < 5\nو > 3",
    ] {
        assert_eq!(read_stray(text), text);
    }
}

#[test]
fn a_page_is_known_by_how_it_begins() {
    assert!(is_page("\u{feff}\n<!DOCTYPE HTML><p>"));
    assert!(is_page("<html lang=ar>"));
    assert!(is_page("<?xml version='1.0'?>\n<html>"));
    assert!(!is_page("<p>نص</p>") && !is_page("<?xml version='1.0'?><rss>") && !is_page(""));
}

proptest! {
    /// Whatever a text is, what is read of it stands in it, in order.
    #[test]
    fn what_is_read_stands_in_the_text(text in "(<[/a-z!?-]{0,4}|&[a-z#0-9;]{0,5}|[\"'=> \r\n\u{0}\u{2028}ابق]|<p>|</p>|<b x='|]]>|<!\\[CDATA\\[|<script>|</script>|&amp;){0,20}") {
        for layer in [page(&text), stray(&text)].into_iter().flatten() {
            let mut behind = 0;
            for (i, c) in layer.text.char_indices() {
                let letter = crate::Span::new(&layer.text, i, i + c.len_utf8()).unwrap();
                let there = layer.source(letter, &text).unwrap();
                prop_assert!(there.start() >= behind || there.end() == behind, "{:?}", layer);
                behind = there.end();
                if ('\u{620}'..='\u{64a}').contains(&c) && !there.of(&text).starts_with('&') {
                    prop_assert_eq!(there.of(&text), c.to_string());
                }
            }
        }
    }

    /// Text without the signs of markup has no layer.
    #[test]
    fn text_without_markup_is_left_alone(text in "[^<&\u{0}]{0,40}") {
        prop_assert_eq!(stray(&text), None);
    }
}

#[test]
fn the_end_of_what_is_hidden_is_looked_for_once_however_far_it_is() {
    let text = format!("قال {}ب</template>", "<template>ا ".repeat(100_000));
    let begin = std::time::Instant::now();
    let read = stray(&text).unwrap();
    assert!(begin.elapsed() < std::time::Duration::from_secs(20), "{:?}", begin.elapsed());
    assert!(read.text.starts_with("قال") && read.text.len() < 20, "{}", read.text);
}
