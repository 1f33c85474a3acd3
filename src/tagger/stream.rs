//! Documents tagged as they come.

use super::Tagger;
use crate::Error;
use crate::document::Document;
use std::collections::VecDeque;
use std::iter::Fuse;

/// Bytes of text gathered for each token of a batch: four batches or so, as a token is about eight bytes of Arabic.
const BYTES_PER_TOKEN: usize = 32;
/// What a document costs beside its text, so that a million empty ones do not gather.
const BYTES_PER_DOCUMENT: usize = 64;

/// The documents of [`Tagger::tag_stream`], tagged.
#[derive(Debug)]
pub struct Tagged<'a, I> {
    tagger: &'a Tagger,
    documents: Fuse<I>,
    ready: VecDeque<Result<Document, Error>>,
}

impl<'a, I: Iterator<Item = Result<Document, Error>>> Tagged<'a, I> {
    pub(super) fn new(tagger: &'a Tagger, documents: I) -> Self {
        Tagged { tagger, documents: documents.fuse(), ready: VecDeque::new() }
    }

    /// Reads until there is work for a few batches, and tags what came. An error of the source ends the reading: what
    /// came before it need not wait for what the source does next.
    fn fill(&mut self) {
        let budget = self.tagger.options().batch_tokens.saturating_mul(BYTES_PER_TOKEN);
        let mut documents = Vec::new();
        let mut broken = None;
        let mut bytes = 0;
        while bytes < budget.max(1) && broken.is_none() {
            match self.documents.next() {
                Some(Ok(document)) => {
                    bytes += document.text.len() + BYTES_PER_DOCUMENT;
                    documents.push(document);
                }
                Some(Err(e)) => broken = Some(e),
                None => break,
            }
        }
        match self.tagger.tag_all(&mut documents) {
            Ok(()) => self.ready.extend(documents.into_iter().map(Ok)),
            // One document that cannot be tagged does not take its neighbours with it.
            Err(_) => self.ready.extend(documents.into_iter().map(|document| self.tagger.tag_one(document))),
        }
        self.ready.extend(broken.map(Err));
    }
}

impl Tagger {
    fn tag_one(&self, mut document: Document) -> Result<Document, Error> {
        self.tag_all(std::slice::from_mut(&mut document))?;
        Ok(document)
    }
}

impl<I: Iterator<Item = Result<Document, Error>>> Iterator for Tagged<'_, I> {
    type Item = Result<Document, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ready.is_empty() {
            self.fill();
        }
        self.ready.pop_front()
    }
}
