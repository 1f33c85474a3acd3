//! One self-contained right-to-left page: names coloured by type, a legend with counts that is also a filter, the score
//! on hover, mentions of one name lit together.
//!
//! The page is written as documents come; the legend, which needs the counts, stands last and is shown first.

use super::Writer;
use super::jsonl::rounded;
use crate::Error;
use crate::document::{Document, Entity};
use crate::reading::Reading;
use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::Arc;

/// Types with a colour of their own; others share the rest of the palette.
const KNOWN: [&str; 4] = ["PER", "LOC", "ORG", "MISC"];
/// Colours by type, on light paper and on dark.
pub(crate) const PALETTE: &str = include_str!("html/palette.css");
/// What lights up the mentions of one name together.
pub(crate) const SCRIPT: &str = include_str!("html/page.js");
/// Number of colours in the style sheet.
const COLOURS: usize = 8;

/// Writes one page.
pub struct HtmlWriter<W> {
    out: W,
    begun: bool,
    /// Types in order of appearance, with the number of their names. The position is the type's filter.
    types: Vec<(Arc<str>, usize)>,
    /// Where each of them is.
    positions: HashMap<Arc<str>, usize>,
    documents: usize,
}

impl<W: Write> HtmlWriter<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        HtmlWriter { out, begun: false, types: Vec::new(), positions: HashMap::new(), documents: 0 }
    }

    fn begin(&mut self) -> io::Result<()> {
        if !self.begun {
            self.begun = true;
            let style = include_str!("html/page.css");
            write!(
                self.out,
                "<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">\n<head>\n<meta charset=\"utf-8\">\n\
                 <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
                 <meta name=\"generator\" content=\"alam {}\">\n<title>عَلَم</title>\n<style>\n{PALETTE}{style}</style>\n\
                 </head>\n<body>\n",
                env!("CARGO_PKG_VERSION")
            )?;
        }
        Ok(())
    }

    /// The type's position; counts one more name of it.
    fn count(&mut self, label: &Arc<str>) -> usize {
        let position = *self.positions.entry(label.clone()).or_insert_with(|| {
            self.types.push((label.clone(), 0));
            self.types.len() - 1
        });
        self.types[position].1 += 1;
        position
    }

    fn document(&mut self, document: &Document) -> io::Result<()> {
        self.begin()?;
        self.documents += 1;
        write!(self.out, "<article>\n<h2>{}</h2>\n<p>", escaped(&document.id))?;
        let text = &document.text;
        let mut at = 0;
        for entity in &document.entities {
            let (start, end) = (entity.span.start(), entity.span.end());
            self.out.write_all(escaped(&text[at..start]).as_bytes())?;
            self.name(entity, text)?;
            at = end;
        }
        writeln!(self.out, "{}</p>\n</article>", escaped(&text[at..]))
    }

    fn name(&mut self, entity: &Entity, text: &str) -> io::Result<()> {
        let position = self.count(&entity.label);
        let (before, after) = (&text[..entity.span.start()], &text[entity.span.end()..]);
        let name = entity.span.of(text);
        // A browser shapes the two sides of an element's edge apart; the joiner tells each that the other is there.
        let first = if joins(before, name) { ZWJ } else { "" };
        let last = if joins(name, after) { ZWJ } else { "" };
        let score = entity.score.map_or(String::new(), |s| format!(" {:.2}", rounded(s)));
        write!(
            self.out,
            "{first}<mark class=\"t{} f{position}\" title=\"{}{score}\" data-n=\"{}\">{first}{}{last}</mark>{last}",
            colour(&entity.label, position),
            escaped(&entity.label),
            escaped(entity.canonical.as_deref().unwrap_or(name)),
            escaped(name),
        )
    }

    fn end(&mut self) -> io::Result<()> {
        self.begin()?;
        writeln!(self.out, "<nav>")?;
        for (position, (label, count)) in self.types.iter().enumerate() {
            let colour = colour(label, position);
            let label = escaped(label);
            writeln!(
                self.out,
                "<label><input type=\"checkbox\" id=\"f{position}\" checked> \
                 <b class=\"t{colour}\" style=\"background:var(--c)\">{label}</b> {count}</label>"
            )?;
        }
        let documents = self.documents;
        writeln!(self.out, "<span dir=\"ltr\">{documents} {}</span>\n</nav>", plural(documents))?;
        writeln!(self.out, "<style>")?;
        for position in 0..self.types.len() {
            writeln!(
                self.out,
                "body:has(#f{position}:not(:checked)) mark.f{position} {{ background: none; border: 0; outline: 0; }}"
            )?;
        }
        write!(self.out, "</style>\n<script>\n{}</script>\n</body>\n</html>\n", SCRIPT)?;
        self.out.flush()
    }
}

impl<W: Write> Writer for HtmlWriter<W> {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let read = Reading::document(document);
        self.document(read.as_ref().unwrap_or(document)).map_err(super::write_error)
    }

    fn write_failed(&mut self, id: &str, message: &str) -> Result<(), Error> {
        self.begin().map_err(super::write_error)?;
        let (id, message) = (escaped(id), escaped(message));
        writeln!(self.out, "<article>\n<h2>{id}</h2>\n<p class=\"failed\">{message}</p>\n</article>")
            .map_err(super::write_error)
    }

    fn flush(&mut self) -> Result<(), Error> {
        self.out.flush().map_err(super::write_error)
    }

    fn finish(&mut self) -> Result<(), Error> {
        self.end().map_err(super::write_error)
    }
}

fn plural(documents: usize) -> &'static str {
    if documents == 1 { "document" } else { "documents" }
}

/// The palette's colour for a type.
pub(crate) fn colour(label: &str, position: usize) -> usize {
    let rest = || KNOWN.len() + position % (COLOURS - KNOWN.len());
    KNOWN.iter().position(|known| *known == label).unwrap_or_else(rest)
}

const ZWJ: &str = "\u{200D}";

/// Whether the last letter of one text and the first of the next are joined in Arabic script. Marks are looked through.
fn joins(before: &str, after: &str) -> bool {
    let mark =
        |c: &char| !matches!(c, '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{610}'..='\u{61A}');
    let (Some(last), Some(first)) = (before.chars().rev().find(mark), after.chars().find(mark)) else { return false };
    reaches_on(last) && reaches_back(first)
}

/// Arabic letters that join the one before them: all but the lone hamza.
fn reaches_back(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{6FA}'..='\u{6FC}')
        && !matches!(c, '\u{621}' | '\u{64B}'..='\u{66D}' | '\u{670}' | '\u{674}')
}

/// Those that join the one after them too (Unicode's dual-joining letters and tatweel).
fn reaches_on(c: char) -> bool {
    let right_only = matches!(
        c,
        'آ' | 'أ' | 'ؤ' | 'إ' | 'ا' | 'ة' | 'د' | 'ذ' | 'ر' | 'ز' | 'و'
            | '\u{671}'..='\u{673}' | '\u{675}'..='\u{677}' | '\u{688}'..='\u{699}' | '\u{6C0}' | '\u{6C3}'..='\u{6CB}'
            | '\u{6CD}' | '\u{6CF}' | '\u{6D2}' | '\u{6D3}'
    );
    reaches_back(c) && !right_only
}

/// Text as it can stand in an element or between double quotes. NUL and other controls have no place in a page.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // A parser would make a line feed of it.
            '\r' => out.push_str("&#13;"),
            '\n' | '\t' => out.push(c),
            c if c.is_control() => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn page(documents: &[Document]) -> String {
        let mut bytes = Vec::new();
        let mut writer = HtmlWriter::new(&mut bytes);
        documents.iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();
        String::from_utf8(bytes).unwrap()
    }

    /// The text between tags, as a browser shows it.
    fn shown(html: &str) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in html.chars() {
            match c {
                '<' => inside = true,
                '>' => inside = false,
                c if !inside => text.push(c),
                _ => {}
            }
        }
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#13;", "\r"), ("&amp;", "&"), (ZWJ, "")]
            .iter()
            .fold(text, |text, (from, to)| text.replace(from, to))
    }

    fn body(html: &str) -> &str {
        let start = html.find("<p>").unwrap();
        &html[start..html.find("</p>").unwrap()]
    }

    #[test]
    fn letters_on_both_sides_of_a_cut_stay_joined() {
        let html = page(&[samples::document("لبوتين ومصر وَفِمصر", &[("PER", "بوتين"), ("LOC", "مصر"), ("LOC", "مصر")])]);
        assert!(
            html.contains("ل\u{200D}<mark class=\"t0 f0\" title=\"PER\" data-n=\"بوتين\">\u{200D}بوتين</mark> و<mark")
        );
        assert!(html.contains("فِ\u{200D}<mark"));
    }

    #[test]
    fn nothing_of_a_text_becomes_a_tag() {
        let mut document = samples::document("<script>alert('x')</script> & \"بوتين\"\0", &[("PER", "بوتين")]);
        document.id = "<b>\"".into();
        document.entities[0].label = "A\"><i>".into();
        let html = page(&[document]);
        assert!(
            !html.contains("<script>alert") && !html.contains("<b>\"") && !html.contains("<i>") && !html.contains('\0')
        );
    }

    #[test]
    fn the_legend_counts_names_by_type() {
        let html = page(&[
            samples::document("مصر ومصر", &[("LOC", "مصر"), ("LOC", "مصر")]),
            samples::document("شيء", &[("THING", "شيء")]),
        ]);
        assert!(html.contains("<b class=\"t1\" style=\"background:var(--c)\">LOC</b> 2</label>"));
        assert!(html.contains("<b class=\"t5\" style=\"background:var(--c)\">THING</b> 1</label>"));
        assert!(html.contains("2 documents"));
    }

    #[test]
    fn a_page_without_documents_is_whole() {
        let html = page(&[]);
        assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    }

    #[test]
    fn a_failed_document_is_shown_with_its_reason() {
        let mut bytes = Vec::new();
        HtmlWriter::new(&mut bytes).write_failed("a<b", "wanted <x>").unwrap();
        let html = String::from_utf8(bytes).unwrap();
        assert!(html.contains("<h2>a&lt;b</h2>\n<p class=\"failed\">wanted &lt;x&gt;</p>"));
    }

    proptest! {
        #[test]
        fn a_page_shows_the_text_and_marks_each_name(document in samples::documents()) {
            let html = page(std::slice::from_ref(&document));
            prop_assert_eq!(shown(body(&html)), document.text.clone());
            prop_assert_eq!(html.matches("<mark ").count(), document.entities.len());
        }
    }
}
