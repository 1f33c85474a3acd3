//! What of a text is text, by the tokens of the HTML standard.

use super::elements::{Kind, kind};
use crate::contain::contained;
use crate::reading::map::{Builder, Layer};
use html5gum::{Emitter, Error, State, Tokenizer};
use std::collections::HashMap;
use std::ops::Range;

/// What is tokenized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// A page: line feeds are blanks, and what is broken is read as the standard says.
    Page,
    /// Text with markup left in it: line feeds are line feeds but within blocks, and what may be no markup stays.
    Text,
}

/// Letters of an element's name that are looked at.
const NAME: usize = 32;
/// References that count without their semicolon, in text that is no page.
const BARE: [&str; 6] = ["&nbsp", "&quot", "&amp", "&lt", "&gt", "&shy"];

/// The layer of a text; `None` where it has no markup.
pub(super) fn layer(text: &str, of: Of) -> Option<Layer> {
    let tokens = || Tokenizer::new_with_emitter(text, Stretches::new(text, of)).find_map(Result::ok);
    contained(tokens).ok().flatten().flatten()
}

/// What the tokenizer calls: it says what it has read, and `position` up to where.
struct Stretches<'a> {
    source: &'a str,
    of: Of,
    /// A page whose elements are not those of HTML.
    xml: bool,
    builder: Builder<'a>,
    position: usize,
    /// Up to where the source has been dealt with.
    done: usize,
    /// Bytes behind that place of a letter that is not whole yet.
    waiting: usize,
    tag: Tag,
    last_start: Vec<u8>,
    /// The element that is not text and has to be closed first.
    hidden: Option<Vec<u8>>,
    templates: usize,
    pre: usize,
    /// Whether the last tag of a block opened one.
    inside: bool,
    /// Whether a link or control has just been closed.
    item: bool,
    /// Where the next end of a hidden element is, looked up last; the end of the source where there is none.
    closed: HashMap<Vec<u8>, usize>,
    finished: Option<Option<Layer>>,
}

/// The tag that is being read.
#[derive(Default)]
struct Tag {
    name: Vec<u8>,
    ends: bool,
    self_closing: bool,
    /// Whether an attribute has a name that no attribute has.
    odd: bool,
}

impl<'a> Stretches<'a> {
    fn new(source: &'a str, of: Of) -> Self {
        let xml = of == Of::Page && source.trim_start().starts_with("<?xml") && !super::is_page(source);
        Stretches {
            source,
            of,
            xml,
            builder: Builder::new(source),
            position: 0,
            done: 0,
            waiting: 0,
            tag: Tag::default(),
            last_start: Vec::new(),
            hidden: None,
            templates: 0,
            pre: 0,
            inside: false,
            item: false,
            closed: HashMap::new(),
            finished: None,
        }
    }

    /// What was read since the last token.
    fn advance(&mut self) -> Range<usize> {
        let range = self.done..self.position.max(self.done);
        self.done = range.end;
        self.waiting = 0;
        range
    }

    fn raw(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    fn text(&mut self, range: Range<usize>) {
        let raw = self.raw(&range);
        self.item &= raw.contains('\n') && raw.trim().is_empty();
        match self.of {
            Of::Page if self.pre == 0 => self.builder.on_one_line(range),
            Of::Text if self.inside && self.pre == 0 => self.builder.on_one_line(range),
            _ => self.builder.same(range),
        }
    }

    /// Characters that the tokenizer read; they are the source's but for references, line ends and NUL. It may give back a
    /// letter byte by byte, which then waits for the rest.
    fn characters(&mut self, read: &[u8]) {
        let source = self.source.as_bytes();
        let mut range = self.done..self.position.max(self.done);
        let mut raw = source.get(range.start + self.waiting..range.end).unwrap_or_default();
        let before =
            |raw: &[u8]| [&b"]]>"[..], b"<![CDATA["].into_iter().find(|mark| raw.starts_with(mark)).map(<[u8]>::len);
        while let Some(mark) = before(raw).filter(|mark| raw.len() >= mark + read.len() && raw.ends_with(read)) {
            range.start += mark;
            raw = &raw[mark..];
        }
        let as_it_is = raw == read || raw == b"\r" || raw.strip_prefix(b"\n") == Some(read);
        if as_it_is && !self.source.is_char_boundary(range.end) {
            self.done = range.start;
            self.waiting = range.len();
            return;
        }
        // Where a reference came to nothing, the place is ahead of what is given back.
        let shorter = range.start + self.waiting + read.len();
        let given_back = !as_it_is && !raw.starts_with(b"&") && raw.starts_with(read);
        if given_back {
            range.end = shorter;
        }
        self.done = range.end;
        self.waiting = 0;
        if self.hidden.is_some() || self.templates > 0 {
            return;
        }
        if as_it_is || given_back || !self.is_reference(&range) {
            self.text(range);
        } else if let Ok(text) = std::str::from_utf8(read) {
            self.builder.whole(range, text);
            self.item = false;
        }
    }

    /// Whether what the tokenizer took for a character reference is one in text that is no page: `?a=1&copy=2` has none.
    fn is_reference(&self, range: &Range<usize>) -> bool {
        let raw = self.raw(range);
        let next = self.source[range.end..].chars().next();
        let ends = next.is_none_or(|c| !c.is_ascii_alphanumeric() && c != '=');
        self.of == Of::Page || raw.ends_with(';') || BARE.contains(&raw) && ends || !raw.starts_with('&')
    }

    /// Whether what was read is a tag, in text that is no page: of an element that there is, with names of attributes that
    /// there could be.
    fn is_tag(&self, name: &str) -> bool {
        let custom =
            || name.contains(['-', ':']) && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-:".contains(&b));
        self.of == Of::Page || !self.tag.odd && (kind(name).is_some() || custom())
    }

    fn end_tag(&mut self, range: Range<usize>, name: &str, kind: Kind) {
        if self.hidden.as_deref() == Some(name.as_bytes()) {
            self.hidden = None;
        }
        if name == "template" {
            self.templates = self.templates.saturating_sub(1);
        }
        if is_preformatted(name) {
            self.pre = self.pre.saturating_sub(1);
        }
        self.inside &= kind != Kind::Block;
        self.part(range, kind);
        self.item = kind == Kind::Item || kind == Kind::Inline && self.item;
    }

    /// Takes a tag that opens an element; the state is what the tokenizer reads its contents in.
    fn start_tag(&mut self, range: Range<usize>, name: &str, kind: Kind) -> Option<State> {
        let behind_item = self.item && kind == Kind::Item;
        self.part(range.clone(), if behind_item { Kind::Block } else { kind });
        self.item &= kind == Kind::Inline;
        if self.xml && self.tag.self_closing {
            return None;
        }
        self.inside |= kind == Kind::Block && name != "hr";
        self.pre += usize::from(is_preformatted(name));
        let open = self.of == Of::Page && !self.tag.self_closing;
        if kind == Kind::Hidden && (open || self.is_closed(name, range.end) && !self.is_empty(name, range.end)) {
            if name == "template" {
                self.templates += 1;
                return None;
            }
            self.hidden = Some(name.as_bytes().to_vec());
            // In a page, a script may hold another one's end in a comment; in a text, the first end is its own.
            return Some(if name == "script" && self.of == Of::Page { State::ScriptData } else { State::RawText });
        }
        match name {
            "title" | "textarea" if self.of == Of::Page => Some(State::RcData),
            "xmp" if self.of == Of::Page => Some(State::RawText),
            _ => None,
        }
    }

    /// Whether an element is closed behind a place.
    fn is_closed(&mut self, name: &str, behind: usize) -> bool {
        let all = self.source.len();
        if let Some(&known) = self.closed.get(name.as_bytes()).filter(|&&known| known >= behind) {
            return known < all;
        }
        let rest = &self.source.as_bytes()[behind..];
        let is_end = |at: usize| {
            let end = rest.get(at + 2..at + 2 + name.len());
            let ends = rest.get(at + 2 + name.len()).is_some_and(|byte| b"\t\n\x0c\r />".contains(byte));
            rest[at..].starts_with(b"</") && ends && end.is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
        };
        let found = (0..rest.len()).find(|at| is_end(*at)).map_or(all, |at| behind + at);
        self.closed.insert(name.as_bytes().to_vec(), found);
        found < all
    }

    /// Whether a tag that closes itself, as in XHTML and SVG, has no end of its own: the next end is that of another one.
    fn is_empty(&self, name: &str, behind: usize) -> bool {
        let end = self.closed.get(name.as_bytes()).copied().unwrap_or(behind);
        let between = self.source.as_bytes().get(behind..end).unwrap_or_default();
        let opens = |tag: &[u8]| tag[0] == b'<' && tag[1..].eq_ignore_ascii_case(name.as_bytes());
        self.tag.self_closing && between.windows(name.len() + 1).any(opens)
    }

    /// What a tag puts between the words on its sides.
    fn part(&mut self, range: Range<usize>, kind: Kind) {
        if self.hidden.is_some() || self.templates > 0 {
            return;
        }
        match kind {
            Kind::Inline | Kind::Item | Kind::Hidden => {}
            Kind::Blank => self.builder.whole(range, " "),
            Kind::Line => self.builder.whole(range, "\n"),
            Kind::Block => self.builder.whole(range, "\n\n"),
        }
    }
}

/// Whether line feeds are line feeds in an element.
fn is_preformatted(name: &str) -> bool {
    matches!(name, "pre" | "textarea" | "listing" | "xmp")
}

impl Emitter for Stretches<'_> {
    type Token = Option<Layer>;

    fn emit_eof(&mut self) {
        if self.of == Of::Text {
            self.builder.same(self.done..self.source.len());
        }
        let builder = std::mem::replace(&mut self.builder, Builder::new(self.source));
        self.finished = Some(builder.finish());
    }

    fn pop_token(&mut self) -> Option<Self::Token> {
        self.finished.take()
    }

    fn emit_string(&mut self, read: &[u8]) {
        self.characters(read);
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        let range = self.advance();
        let bytes = std::mem::take(&mut self.tag.name);
        let name = std::str::from_utf8(&bytes).unwrap_or_default();
        let mut state = None;
        if self.is_tag(name) {
            let unknown = if self.xml { Kind::Block } else { Kind::Inline };
            let kind = kind(name).unwrap_or(unknown);
            if self.tag.ends {
                self.end_tag(range, name, kind);
            } else {
                state = self.start_tag(range, name, kind);
            }
        } else if self.hidden.is_none() {
            self.text(range);
        }
        if !self.tag.ends {
            self.last_start = bytes;
        }
        state
    }

    fn emit_current_comment(&mut self) {
        let range = self.advance();
        let raw = self.raw(&range);
        let known = ["<?xml", "<![", "<!ELEMENT", "<!ENTITY", "</"].iter().any(|begin| raw.starts_with(begin));
        let comment = raw.starts_with("<!--") && raw.ends_with("-->") || known && raw.ends_with('>') && raw.is_ascii();
        if self.of == Of::Text && !comment {
            self.text(range);
        }
    }

    fn emit_current_doctype(&mut self) {
        let range = self.advance();
        // In a text it may only be spoken of: a real one is short, on one line, and closed.
        let raw = self.raw(&range);
        if self.of == Of::Text && !(raw.is_ascii() && raw.ends_with('>') && !raw.contains('\n')) {
            return self.text(range);
        }
        self.part(range, Kind::Block);
    }

    fn init_start_tag(&mut self) {
        self.tag = Tag::default();
    }

    fn init_end_tag(&mut self) {
        self.tag = Tag { ends: true, ..Tag::default() };
    }

    fn set_self_closing(&mut self) {
        self.tag.self_closing = true;
    }

    fn push_tag_name(&mut self, s: &[u8]) {
        let room = NAME.saturating_sub(self.tag.name.len());
        self.tag.name.extend(s.iter().take(room).map(u8::to_ascii_lowercase));
    }

    fn push_attribute_name(&mut self, s: &[u8]) {
        self.tag.odd |= s.iter().any(|b| !b.is_ascii() || b"\"'<".contains(b));
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.tag.ends && !self.last_start.is_empty() && self.tag.name == self.last_start
    }

    /// Sections of XML are text.
    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        true
    }

    fn move_position(&mut self, offset: isize) {
        self.position = self.position.saturating_add_signed(offset);
    }

    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn set_last_start_tag(&mut self, last: Option<&[u8]>) {
        self.last_start = last.unwrap_or_default().to_vec();
    }

    fn emit_error(&mut self, _: Error) {}
    fn init_comment(&mut self) {}
    fn set_force_quirks(&mut self) {}
    fn push_comment(&mut self, _: &[u8]) {}
    fn push_doctype_name(&mut self, _: &[u8]) {}
    fn init_doctype(&mut self) {}
    fn init_attribute(&mut self) {}
    fn push_attribute_value(&mut self, _: &[u8]) {}
    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}
    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}
}
