//! How texts are read, as typed.

use super::values::named;
use crate::formats::ReadOptions;
use crate::formats::encoding::Encoding;
use crate::reading::{LineBreaks, Markup, Order, ReadAs};
use clap::Args;
use clap::builder::TypedValueParser;

/// How the text of documents is read.
///
/// What is noticed (auto) is said once of each kind and counted in the summary.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Text as it is stored")]
pub(crate) struct ReadingArgs {
    /// What a line feed is: a blank where the lines of a paragraph were broken near one width (auto) or in all paragraphs
    /// (wrapped), or the end of a sentence (separate). Spans have the break inside
    #[arg(long, value_name = "HOW", default_value = "auto", env = "ALAM_LINE_BREAKS", value_parser = line_breaks())]
    line_breaks: LineBreaks,
    /// What tags and character references (&nbsp;) are: no text where a text has some left in it (auto), HTML whatever the
    /// file is called (html), or text like any other (text). Spans count in the file, markup included
    #[arg(long, value_name = "HOW", default_value = "auto", env = "ALAM_MARKUP", value_parser = markup())]
    markup: Markup,
    /// The letters of each line are stored as they are seen, from left to right (yes), as they are spoken (no), or so unless it
    /// seems otherwise, which is reported and not read (auto). A name that goes on in the next line stands in two places there:
    /// its longer part is its span, the whole name is `canonical` [without a value: yes]
    #[arg(long, value_name = "HOW", default_value = "auto", num_args = 0..=1, require_equals = true, default_missing_value = "yes", env = "ALAM_VISUAL_ORDER", value_parser = visual_order())]
    visual_order: Order,
    /// The encoding of text files without a byte order mark, by its name in the WHATWG list (windows-1256, iso-8859-6,
    /// utf-16le). Spans count in the decoded text, a mark of UTF-16 not counted [default: utf-8, or what a page says]
    #[arg(long, value_name = "NAME", env = "ALAM_ENCODING")]
    pub(crate) encoding: Option<Encoding>,
}

impl ReadingArgs {
    /// What is meant.
    pub(crate) fn meant(self) -> ReadAs {
        ReadAs { lines: self.line_breaks, markup: self.markup, order: self.visual_order }
    }
}

fn line_breaks() -> impl TypedValueParser<Value = LineBreaks> {
    named(&LineBreaks::ALL)
}

fn visual_order() -> impl TypedValueParser<Value = Order> {
    named(&Order::ALL)
}

fn markup() -> impl TypedValueParser<Value = Markup> {
    named(&Markup::ALL)
}

/// What decides the output of a job, by the flags that say it, where it is not what is usual.
pub(crate) fn settings(options: &ReadOptions) -> Vec<(&'static str, &'static str)> {
    let ReadAs { lines, markup, order } = options.reading;
    let encoding = options.encoding.map_or("auto", Encoding::name);
    let all = [
        ("--line-breaks", name(lines, &LineBreaks::ALL)),
        ("--markup", name(markup, &Markup::ALL)),
        ("--visual-order", name(order, &Order::ALL)),
        ("--encoding", encoding),
    ];
    all.into_iter().filter(|(_, value)| *value != "auto").collect()
}

fn name<T: Copy + PartialEq>(value: T, all: &[(T, &'static str)]) -> &'static str {
    all.iter().find(|(known, _)| *known == value).map_or("", |(_, name)| *name)
}
