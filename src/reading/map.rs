//! A text made of stretches of another one, and where each of its letters stands there.

use crate::document::Span;
use std::ops::Range;

/// How a stretch was taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Byte for byte in its place; a line feed may have become a blank.
    Same,
    /// Its characters from the last to the first.
    Backwards,
    /// As a whole: what stands for it has other bytes.
    Whole,
}

/// A stretch of what is read, up to where the next one begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    read: usize,
    source: Range<usize>,
    way: Way,
}

/// What is read of a text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Layer {
    /// What is read.
    pub(super) text: String,
    /// Its stretches, in the order of what is read.
    runs: Vec<Run>,
}

/// A layer in the making: stretches of the source are taken over, and what is not is passed over.
#[derive(Debug)]
pub(super) struct Builder<'a> {
    source: &'a str,
    layer: Layer,
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        Builder { source, layer: Layer::default() }
    }

    /// Takes a stretch as it is.
    pub(super) fn same(&mut self, range: Range<usize>) {
        let source = self.source;
        self.copy(range, |layer, range| layer.push_str(&source[range]));
    }

    /// Takes a stretch with blanks in place of its line feeds.
    pub(super) fn on_one_line(&mut self, range: Range<usize>) {
        let source = self.source;
        let blank = |c: char| if matches!(c, '\n' | '\r' | '\x0c') { ' ' } else { c };
        self.copy(range, |layer, range| layer.extend(source[range].chars().map(blank)));
    }

    fn copy(&mut self, range: Range<usize>, push: impl FnOnce(&mut String, Range<usize>)) {
        if range.is_empty() {
            return;
        }
        let read = self.layer.text.len();
        match self.layer.runs.last_mut() {
            Some(last) if last.way == Way::Same && last.source.end == range.start => last.source.end = range.end,
            _ => self.layer.runs.push(Run { read, source: range.clone(), way: Way::Same }),
        }
        push(&mut self.layer.text, range);
    }

    /// Reads something else in place of a stretch.
    pub(super) fn whole(&mut self, range: Range<usize>, read: &str) {
        if read.is_empty() {
            return;
        }
        self.layer.runs.push(Run { read: self.layer.text.len(), source: range, way: Way::Whole });
        self.layer.text.push_str(read);
    }

    /// Takes a stretch from its end to its beginning.
    pub(super) fn backwards(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.layer.runs.push(Run { read: self.layer.text.len(), source: range.clone(), way: Way::Backwards });
        self.layer.text.extend(self.source[range].chars().rev());
    }

    /// The layer; `None` where what is read is the source.
    pub(super) fn finish(self) -> Option<Layer> {
        (self.layer.text != self.source).then_some(self.layer)
    }
}

impl Layer {
    /// The stretch of the source that a span of what is read stands for, with all that was passed over within it.
    pub(super) fn source(&self, span: Span, source: &str) -> Option<Span> {
        let (mut start, mut end) = (usize::MAX, 0);
        let first = self.runs.partition_point(|run| run.read <= span.start()).saturating_sub(1);
        for at in first..self.runs.len() {
            let run = &self.runs[at];
            if run.read >= span.end() {
                break;
            }
            let behind = self.runs.get(at + 1).map_or(self.text.len(), |next| next.read);
            let part = span.start().max(run.read) - run.read..span.end().min(behind) - run.read;
            let part = match run.way {
                Way::Same => run.source.start + part.start..run.source.start + part.end,
                Way::Backwards => run.source.end - part.end..run.source.end - part.start,
                Way::Whole => run.source.clone(),
            };
            (start, end) = (start.min(part.start), end.max(part.end));
        }
        Span::new(source, start, end).ok()
    }

    /// What is read of a stretch of the source; `None` where nothing is. `order` is [`Layer::order`].
    pub(super) fn read(&self, span: Span, order: &[usize]) -> Option<Span> {
        let (mut start, mut end) = (usize::MAX, 0);
        let first = order.partition_point(|&at| self.runs[at].source.end <= span.start());
        for &at in &order[first..] {
            let run = &self.runs[at];
            if run.source.start >= span.end() {
                break;
            }
            let behind = self.runs.get(at + 1).map_or(self.text.len(), |next| next.read);
            let (from, to) = (span.start().max(run.source.start), span.end().min(run.source.end));
            let part = match run.way {
                Way::Same => run.read + from - run.source.start..run.read + to - run.source.start,
                Way::Backwards => run.read + run.source.end - to..run.read + run.source.end - from,
                Way::Whole => run.read..behind,
            };
            (start, end) = (start.min(part.start), end.max(part.end));
        }
        Span::new(&self.text, start, end).ok()
    }

    /// The stretches in the order of the source.
    pub(super) fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.runs.len()).collect();
        order.sort_by_key(|&at| self.runs[at].source.start);
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn span(text: &str, letters: &str) -> Span {
        let start = text.find(letters).unwrap();
        Span::new(text, start, start + letters.len()).unwrap()
    }

    #[test]
    fn a_span_goes_to_the_source_with_what_was_passed_over_and_back() {
        let source = "<b>قي</b>س&nbsp;سعيد\nفي";
        let mut builder = Builder::new(source);
        let at = |letters: &str| span(source, letters).start()..span(source, letters).end();
        builder.same(at("قي"));
        builder.same(at("س&").start..at("س&").end - 1);
        builder.whole(at("&nbsp;"), " ");
        builder.on_one_line(at("سعيد\nفي"));
        let layer = builder.finish().unwrap();
        assert_eq!(layer.text, "قيس سعيد في");
        let there = |letters: &str| layer.source(span(&layer.text, letters), source).unwrap();
        assert_eq!(there("قيس سعيد").of(source), "قي</b>س&nbsp;سعيد");
        assert_eq!(there(" ").of(source), "&nbsp;");
        assert_eq!(layer.read(there("قيس سعيد"), &layer.order()).unwrap().of(&layer.text), "قيس سعيد");
        assert_eq!(layer.read(span(source, "</b>"), &layer.order()), None);
    }

    #[test]
    fn letters_that_stand_backwards_are_found_in_their_places() {
        let source = "سيق 2024 راز";
        let mut builder = Builder::new(source);
        builder.backwards(span(source, " راز").start()..source.len());
        builder.same(span(source, "2024").start()..span(source, "2024").end());
        builder.backwards(0..span(source, "2024").start());
        let layer = builder.finish().unwrap();
        assert_eq!(layer.text, "زار 2024 قيس");
        for (read, stored) in [("زار", "راز"), ("قيس", "سيق"), ("2024 ق", "ق 2024"), ("زار 2", "2024 راز")]
        {
            let there = layer.source(span(&layer.text, read), source).unwrap();
            let wanted = if read == "زار 2" { None } else { Some(stored) };
            assert!(wanted.is_none_or(|wanted| there.of(source) == wanted), "{read}: {}", there.of(source));
        }
        assert_eq!(layer.read(span(source, "راز"), &layer.order()).unwrap().of(&layer.text), "زار");
    }

    #[test]
    fn a_text_that_is_read_as_it_is_has_no_layer() {
        let mut builder = Builder::new("نص\nآخر");
        builder.same(0..4);
        builder.same(4.."نص\nآخر".len());
        assert_eq!(builder.finish(), None);
    }

    proptest! {
        /// Letters are what they are in the source, whatever was done to the stretches around them.
        #[test]
        fn each_letter_comes_from_its_own_place(
            text in "[ابت1é\n😀 ]{1,40}", ways in prop::collection::vec((1usize..6, 0u8..4), 1..20),
        ) {
            let bounds: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
            let mut builder = Builder::new(&text);
            let mut at = 0;
            for (length, way) in ways {
                let to = (at + length).min(bounds.len() - 1);
                let range = bounds[at]..bounds[to];
                match way {
                    0 => builder.same(range),
                    1 => builder.backwards(range),
                    2 => builder.on_one_line(range),
                    _ => {}
                }
                at = to;
            }
            let Some(layer) = builder.finish() else { return Ok(()) };
            let order = layer.order();
            for (i, c) in layer.text.char_indices() {
                let letter = Span::new(&layer.text, i, i + c.len_utf8()).unwrap();
                let there = layer.source(letter, &text).unwrap();
                prop_assert_eq!(there.of(&text).replace('\n', " "), letter.of(&layer.text).replace('\n', " "));
                prop_assert_eq!(layer.read(there, &order), Some(letter));
            }
        }
    }
}
