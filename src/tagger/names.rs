//! The names of sentences: encoded, scored in batches, decoded and cut.

use super::nameable::Parts;
use super::{Stages, Tagger};
use crate::Error;
use crate::align::to_entities;
use crate::batch;
use crate::clitics;
use crate::document::{Entity, Span};
use crate::encode::{Window, sources};
use crate::labels::Tag;
use alam_models::{Input, Output};
use rayon::prelude::*;
use std::time::Instant;

/// Words whose scores are held at once: with nine labels, 40 bytes a word.
const WORDS: usize = 1 << 15;
/// Words before that bound among which a mark is looked for, where a sentence alone is longer.
const NEAR: usize = 1 << 10;

/// A sentence to tag.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    /// The text it stands in.
    pub(super) text: &'a str,
    /// Its words.
    pub(super) words: &'a [Span],
}

/// Scores of the words of some sentences, as they come out of the batches.
struct Rows {
    labels: usize,
    /// `words * labels`.
    tags: Vec<f32>,
    /// `words * clitics::CLASSES`, where the model has that head.
    clitics: Option<Vec<f32>>,
}

/// One sentence of a part: its windows, and from which window's token each word has its scores.
struct Encoded {
    windows: Vec<Window>,
    sources: Vec<Option<(usize, u32)>>,
}

impl Tagger {
    /// The names of each sentence. Long lists go through in parts, so that scores of a few words only are held at once.
    /// What they cost is added to `stages`.
    pub(super) fn names(&self, tasks: &[Task<'_>], stages: &mut Stages) -> Result<Vec<Vec<Entity>>, Error> {
        let mut names = Vec::with_capacity(tasks.len());
        let mut rest = tasks;
        while let Some(first) = rest.first() {
            if first.words.len() > WORDS {
                names.push(self.names_of_long(*first, stages)?);
                rest = &rest[1..];
                continue;
            }
            let mut words = 0;
            let fitting = rest.iter().take_while(|task| {
                words += task.words.len();
                words <= WORDS
            });
            let (part, behind) = rest.split_at(fitting.count().max(1));
            names.extend(self.names_of_part(part, stages)?);
            rest = behind;
        }
        Ok(names)
    }

    /// The names of a sentence that would hold too many scores at once, as of several.
    fn names_of_long(&self, task: Task<'_>, stages: &mut Stages) -> Result<Vec<Entity>, Error> {
        let mut names = Vec::new();
        let mut rest = task.words;
        while !rest.is_empty() {
            let (words, behind) = rest.split_at(cut(task.text, rest));
            names.extend(self.names_of_part(&[Task { words, ..task }], stages)?.concat());
            rest = behind;
        }
        Ok(names)
    }

    fn names_of_part(&self, tasks: &[Task<'_>], stages: &mut Stages) -> Result<Vec<Vec<Entity>>, Error> {
        let begin = Instant::now();
        let encoded: Vec<Encoded> = tasks
            .par_iter()
            .map(|task| {
                let windows = self.encoder.encode(task.text, task.words);
                let sources = sources(&windows, task.words.len());
                Encoded { windows, sources }
            })
            .collect();
        let mut first_rows = Vec::with_capacity(tasks.len());
        let mut words = 0;
        for task in tasks {
            first_rows.push(words);
            words += task.words.len();
        }
        stages.encode += begin.elapsed();
        let rows = self.score(&encoded, &first_rows, words, stages)?;
        let begin = Instant::now();
        let names = tasks.par_iter().zip(&encoded).zip(&first_rows);
        let names = names.map(|((task, encoded), &first)| self.decode(*task, &encoded.sources, &rows, first)).collect();
        stages.decode += begin.elapsed();
        Ok(names)
    }

    /// Runs the windows through the model, batch by batch, and keeps of each batch the rows of the words it decides.
    fn score(
        &self,
        encoded: &[Encoded],
        first_rows: &[usize],
        words: usize,
        stages: &mut Stages,
    ) -> Result<Rows, Error> {
        let mut begin = Instant::now();
        let windows: Vec<(usize, usize)> =
            encoded.iter().enumerate().flat_map(|(s, e)| (0..e.windows.len()).map(move |w| (s, w))).collect();
        let lengths: Vec<usize> = windows.iter().map(|&(s, w)| encoded[s].windows[w].ids.len()).collect();
        let labels = self.labels.tags().len();
        let mut rows = Rows { labels, tags: vec![0.0; words * labels], clitics: None };
        for group in batch::plan(&lengths, self.options.batch_tokens) {
            if (self.stop)() {
                return Err(Error::Stopped);
            }
            let mut input = Input::new(self.token_type);
            group.iter().for_each(|&i| input.push(&encoded[windows[i].0].windows[windows[i].1].ids));
            stages.tokens += input.ids.len();
            stages.windows += group.len();
            stages.encode += begin.elapsed();
            begin = Instant::now();
            let output = self.model.forward(&input)?;
            stages.model += begin.elapsed();
            begin = Instant::now();
            for (&i, &bound) in group.iter().zip(&input.bounds) {
                let (sentence, number) = windows[i];
                let Encoded { windows, sources } = &encoded[sentence];
                let Window { first_word, heads, .. } = &windows[number];
                for (word, head) in (*first_word..).zip(heads) {
                    if let Some(head) = *head
                        && sources[word] == Some((number, head))
                    {
                        rows.keep(first_rows[sentence] + word, &output, bound + head as usize);
                    }
                }
            }
        }
        stages.encode += begin.elapsed();
        Ok(rows)
    }

    /// The names of a sentence whose scores begin at row `first`.
    ///
    /// A word without pieces has no tag: it stands outside every name, unless it stands between two words of one.
    fn decode(&self, task: Task<'_>, sources: &[Option<(usize, u32)>], rows: &Rows, first: usize) -> Vec<Entity> {
        let seen: Vec<usize> = (0..task.words.len()).filter(|&word| sources[word].is_some()).collect();
        let words: Vec<Span> = seen.iter().map(|&word| task.words[word]).collect();
        let parts = Parts::of(task.text, &words);
        let mut scores = Vec::with_capacity(seen.len() * rows.labels);
        for (at, word) in seen.iter().enumerate() {
            scores.extend_from_slice(rows.tag(first + word));
            parts.forbid(at, &self.labels, &mut scores[at * rows.labels..]);
        }
        let decoded = self.decoder.decode(&scores, self.settings.temperature);
        let mut tags: Vec<Tag> = decoded.tags.iter().map(|&id| self.labels.tags()[id].clone()).collect();
        parts.settle(&mut tags);
        let mut names = to_entities(&words, &tags, Some(&decoded.scores));
        for name in &mut names {
            name.token_span = name.span;
            if let Ok(i) = words.binary_search_by_key(&name.span.start(), |word| word.start()) {
                name.span = match &rows.clitics {
                    Some(clitics) => {
                        let at = (first + seen[i]) * clitics::CLASSES;
                        let logits = &clitics[at..at + clitics::CLASSES];
                        clitics::cut_by_scores(task.text, name.span, words[i], logits)
                    }
                    None => clitics::cut_by_rule(task.text, name.span, words[i]),
                };
                name.canonical = clitics::canonical(task.text, name.token_span.start(), name.span);
            }
        }
        names
    }
}

/// How many words of a long sentence are taken together: up to the last mark near the bound, as no name stands across one.
fn cut(text: &str, words: &[Span]) -> usize {
    if words.len() <= WORDS {
        return words.len();
    }
    let is_mark = |word: &Span| !word.of(text).chars().any(char::is_alphanumeric);
    let near = words[WORDS - NEAR..WORDS].iter().rposition(is_mark);
    near.map_or(WORDS, |place| WORDS - NEAR + place + 1)
}

impl Rows {
    fn keep(&mut self, row: usize, output: &Output, token: usize) {
        self.tags[row * self.labels..(row + 1) * self.labels].copy_from_slice(output.tags.row(token));
        if let Some(scores) = &output.clitics {
            let words = self.tags.len() / self.labels;
            let all = self.clitics.get_or_insert_with(|| vec![0.0; words * clitics::CLASSES]);
            all[row * clitics::CLASSES..(row + 1) * clitics::CLASSES].copy_from_slice(scores.row(token));
        }
    }

    fn tag(&self, row: usize) -> &[f32] {
        &self.tags[row * self.labels..(row + 1) * self.labels]
    }
}
