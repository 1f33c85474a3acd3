//! How a text is read: what of it is text, in which order its letters stand, which of its lines go on.
//!
//! Texts come with tags and character references, with lines that a PDF or an e-mail broke, stored backwards. Each of these
//! is undone by a layer: a copy of what is read that knows where every letter of it stands in the file. Sentences, words and
//! names are found in what is read, and go back to the file last, so that a span is always one of the text as it is, with
//! whatever stands within it. Most texts have no layer, and are read as they are.

mod alone;
mod hashtags;
mod how;
mod lines;
mod map;
mod markup;
mod noticed;
mod order;

pub(crate) use alone::alone;
pub use how::{LineBreaks, Markup, Order, ReadAs};
pub use noticed::{DELIMITER, Noticed};

use crate::document::{Document, Entity, Span};
use map::{Builder, Layer};

/// Markup that was left in a text is undone so often: a feed may have escaped it twice.
const ESCAPED: usize = 3;

/// A text as it is read.
#[derive(Debug)]
pub struct Reading<'a> {
    source: &'a str,
    layers: Vec<Layer>,
    /// Which of the layers has the letters of visual order in the order of speech.
    turned: Option<usize>,
    noticed: Noticed,
}

impl<'a> Reading<'a> {
    /// Reads a text.
    pub fn new(source: &'a str, how: ReadAs) -> Reading<'a> {
        let mut reading = Reading::as_it_is(source);
        reading.markup(how.markup);
        match how.order {
            Order::Visual => {
                let at = reading.layers.len();
                reading.turned = reading.take(order::layer).then_some(at);
            }
            Order::Auto => {
                let place = order::seems_visual(reading.text());
                reading.noticed.visual = place.map(|place| reading.place(place));
            }
            Order::Logical => {}
        }
        match how.lines {
            LineBreaks::Auto => reading.noticed.wrapped = reading.take(|text| unwrapped(text, lines::wraps(text))),
            LineBreaks::Wrapped => drop(reading.take(|text| unwrapped(text, lines::all_wraps(text)))),
            LineBreaks::Separate => {}
        }
        reading.take(hashtags::layer);
        reading
    }

    /// A text as it is.
    pub fn as_it_is(source: &'a str) -> Reading<'a> {
        Reading { source, layers: Vec::new(), turned: None, noticed: Noticed::default() }
    }

    /// A document's text, by what the document says of it; one that brings its words is as it is.
    pub fn of(document: &'a Document) -> Reading<'a> {
        match document.sentences {
            None => Reading::new(&document.text, document.read_as),
            Some(_) => Reading::as_it_is(&document.text),
        }
    }

    fn markup(&mut self, markup: Markup) {
        let page = markup == Markup::Html || markup == Markup::Auto && markup::is_page(self.source);
        let mut found = page && self.take(markup::page);
        if markup != Markup::Text {
            for _ in 0..ESCAPED {
                let more = self.take(markup::stray) | (markup == Markup::Auto && self.take(markup::escapes));
                found |= more;
                if !more {
                    break;
                }
            }
        }
        self.noticed.markup = found && markup == Markup::Auto;
    }

    fn take(&mut self, layer: impl FnOnce(&str) -> Option<Layer>) -> bool {
        let layer = layer(self.text());
        let taken = layer.is_some();
        self.layers.extend(layer);
        taken
    }

    /// What is read.
    pub fn text(&self) -> &str {
        self.layers.last().map_or(self.source, |layer| &layer.text)
    }

    /// What was noticed.
    pub fn noticed(&self) -> Noticed {
        self.noticed
    }

    /// The stretch of the source that a span of what is read is, with all that stands within it.
    ///
    /// Lines in visual order are stored from their ends, so that what goes on over a break is nowhere one stretch: of that it
    /// is the longest part.
    fn source(&self, span: Span) -> Option<Span> {
        self.layers.iter().enumerate().rev().try_fold(span, |span, (at, layer)| {
            let over = self.turned == Some(at) && span.of(&layer.text).contains(['\n', '\r']);
            let span = if over { longest_line(&layer.text, span)? } else { span };
            let below = at.checked_sub(1).map_or(self.source, |below| &self.layers[below].text);
            layer.source(span, below)
        })
    }

    /// The source's byte of a byte of what is read.
    fn place(&self, byte: usize) -> usize {
        let letter =
            self.text()[byte..].chars().next().and_then(|c| Span::new(self.text(), byte, byte + c.len_utf8()).ok());
        letter.and_then(|letter| self.source(letter)).map_or(0, Span::start)
    }

    /// Names of what is read as names of the source, each with its spelling alone where that differs.
    pub fn restore(&self, names: Vec<Entity>) -> Vec<Entity> {
        let restored = names.into_iter().filter_map(|name| {
            let canonical = name.canonical.as_deref().unwrap_or(name.span.of(self.text()));
            let canonical = alone(canonical).into_owned();
            let (span, token_span) = (self.source(name.span)?, self.source(name.token_span)?);
            let token_span = if token_span.cover(span) == token_span { token_span } else { span };
            let differs = name.canonical.is_some() || canonical != span.of(self.source);
            Some(Entity { span, token_span, canonical: differs.then_some(canonical), ..name })
        });
        let mut names: Vec<Entity> = restored.collect();
        if !self.layers.is_empty() {
            names.sort_by_key(|name| name.span);
            names.dedup_by(|next, name| next.span.overlaps(name.span));
        }
        names
    }

    /// A document as it is read, its names with it: for formats of words, and for pages to look at. `None` where that is the
    /// document.
    pub fn document(document: &Document) -> Option<Document> {
        let reading = Reading::of(document);
        if reading.layers.is_empty() {
            return None;
        }
        let orders: Vec<Vec<usize>> = reading.layers.iter().map(Layer::order).collect();
        let read = |span: Span| {
            let mut layers = reading.layers.iter().zip(&orders);
            layers.try_fold(span, |span, (layer, order)| layer.read(span, order))
        };
        let names = document.entities.iter().filter_map(|name| {
            Some(Entity { span: read(name.span)?, token_span: read(name.token_span)?, ..name.clone() })
        });
        let mut entities: Vec<Entity> = names.collect();
        entities.sort_by_key(|name| name.span);
        entities.dedup_by(|next, name| next.span.overlaps(name.span));
        let (id, date) = (document.id.clone(), document.date.clone());
        let read_as = ReadAs { lines: LineBreaks::Separate, markup: Markup::Text, order: Order::Logical };
        Some(Document { id, date, text: reading.text().to_owned(), entities, read_as, ..Document::default() })
    }
}

/// What of a span stands on one line, the longest where it is on several.
fn longest_line(text: &str, span: Span) -> Option<Span> {
    let mut at = span.start();
    let lines = span.of(text).split_inclusive(['\n', '\r']).filter_map(|line| {
        let start = at;
        at += line.len();
        Span::new(text, start, at).ok()?.trimmed(text)
    });
    lines.max_by_key(|line| line.end() - line.start())
}

/// A text with blanks for the breaks that part nothing.
fn unwrapped(text: &str, wraps: Vec<std::ops::Range<usize>>) -> Option<Layer> {
    let mut builder = Builder::new(text);
    let mut at = 0;
    for wrap in wraps {
        builder.same(at..wrap.start);
        builder.whole(wrap.clone(), " ");
        at = wrap.end;
    }
    if at == 0 {
        return None;
    }
    builder.same(at..text.len());
    builder.finish()
}

#[cfg(test)]
mod tests;
