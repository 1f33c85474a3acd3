//! Texts and documents to names.

use super::names::Task;
use super::{Stages, Tagged, Tagger};
use crate::Error;
use crate::document::{Document, Entity, Sentence};
use crate::mentions::second_look;
use crate::reading::{Noticed, ReadAs, Reading};
use crate::segment::segment;
use rayon::prelude::*;
use std::borrow::Cow;
use std::time::Instant;

impl Tagger {
    /// The names of one text, read as it seems to be meant ([`ReadAs`]).
    ///
    /// # Errors
    /// A model that cannot run; no text is an error.
    pub fn tag(&self, text: &str) -> Result<Vec<Entity>, Error> {
        let reading = Reading::new(text, ReadAs::default());
        let text = reading.text();
        let sentences = segment(text);
        let tasks: Vec<Task<'_>> = sentences.iter().map(|s| Task { text, words: &s.words }).collect();
        let names = self.names(&tasks, &mut Stages::default())?.concat();
        Ok(self.compare(&reading, &sentences, names))
    }

    /// Fills in the names of many documents; those that come with sentences keep their words.
    ///
    /// A document's names do not depend, to the bit, on the documents beside it.
    ///
    /// # Errors
    /// A model that cannot run; the documents are then as they were.
    pub fn tag_all(&self, documents: &mut [Document]) -> Result<(), Error> {
        self.tag_all_measured(documents).map(drop)
    }

    /// [`Tagger::tag_all`], and what it cost.
    ///
    /// # Errors
    /// As [`Tagger::tag_all`].
    pub fn tag_all_measured(&self, documents: &mut [Document]) -> Result<Stages, Error> {
        let begin = Instant::now();
        let read: Vec<(Reading<'_>, Cow<'_, [_]>)> = documents
            .par_iter()
            .map(|document| {
                let reading = Reading::of(document);
                let sentences = document.sentences.as_deref();
                let sentences = sentences.map_or_else(|| Cow::Owned(segment(reading.text())), Cow::Borrowed);
                (reading, sentences)
            })
            .collect();
        let tasks: Vec<Task<'_>> = read
            .iter()
            .flat_map(|(reading, sentences)| sentences.iter().map(|s| Task { text: reading.text(), words: &s.words }))
            .collect();
        let words = tasks.iter().map(|task| task.words.len()).sum();
        let mut stages = Stages { sentences: tasks.len(), words, segment: begin.elapsed(), ..Stages::default() };
        let mut names = self.names(&tasks, &mut stages)?.into_iter();
        let found: Vec<Vec<Entity>> =
            read.iter().map(|(_, sentences)| names.by_ref().take(sentences.len()).flatten().collect()).collect();
        let begin = Instant::now();
        let looked = read.par_iter().zip(found);
        let looked =
            looked.map(|((reading, sentences), names)| (self.compare(reading, sentences, names), reading.noticed()));
        let looked: Vec<(Vec<Entity>, Noticed)> = looked.collect();
        stages.decode += begin.elapsed();
        for (document, (entities, noticed)) in documents.iter_mut().zip(looked) {
            document.entities = entities;
            let Noticed { encoding, delimiter, .. } = document.noticed;
            document.noticed = Noticed { encoding, delimiter, ..noticed };
        }
        Ok(stages)
    }

    /// What the sentences' names say of each other; last, the proclitics are put back where they are wanted, and the names go
    /// to where they stand in the text as it is.
    fn compare(&self, reading: &Reading<'_>, sentences: &[Sentence], mut names: Vec<Entity>) -> Vec<Entity> {
        if self.options.second_look {
            second_look(reading.text(), sentences, &mut names);
        }
        if self.options.keep_clitics {
            for name in &mut names {
                name.span = name.token_span;
                name.canonical = None;
            }
        }
        reading.restore(names)
    }

    /// Tags documents as they come, in their order, holding a bounded number of them.
    ///
    /// An error of the source stands in its place among the results, and what follows it is tagged all the same.
    pub fn tag_stream<I>(&self, documents: I) -> Tagged<'_, I::IntoIter>
    where
        I: IntoIterator<Item = Result<Document, Error>>,
    {
        Tagged::new(self, documents.into_iter())
    }
}
