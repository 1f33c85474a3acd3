//! What tagging costs, stage by stage.
//!
//! Each stage is done for a part of the work before the next begins, so the clock is read a few times for 32,768 words and
//! measuring costs nothing.

use std::ops::AddAssign;
use std::time::Duration;

/// What was tagged, and the time (not the processor time) that each stage took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stages {
    /// Sentences.
    pub sentences: usize,
    /// Words as the segmenter cuts them: a comma is one.
    pub words: usize,
    /// Windows that went through the model.
    pub windows: usize,
    /// Tokens that went through the model, special ones and those of overlaps included.
    pub tokens: usize,
    /// Text to sentences and words.
    pub segment: Duration,
    /// Words to token ids, and ids to batches.
    pub encode: Duration,
    /// Ids to scores.
    pub model: Duration,
    /// Scores to names.
    pub decode: Duration,
}

impl AddAssign for Stages {
    fn add_assign(&mut self, other: Stages) {
        self.sentences += other.sentences;
        self.words += other.words;
        self.windows += other.windows;
        self.tokens += other.tokens;
        self.segment += other.segment;
        self.encode += other.encode;
        self.model += other.model;
        self.decode += other.decode;
    }
}
