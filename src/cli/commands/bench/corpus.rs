//! Articles made of sample sentences, as long as articles of newspapers are.
//!
//! Their lengths in words are exp(N(5.5, 0.8)), from 30 to 4000: 245 in the middle, 340 on average. A word in twenty is one
//! that no article had before, as in news: what is remembered of words must not answer for all of them.

use crate::Document;
use alam_models::Rng;

const SENTENCES: &str = include_str!("sentences.txt");
/// One word in so many is new.
const NEW: usize = 20;
/// Sentences of the longest paragraph.
const PARAGRAPH: usize = 4;

/// Articles to be made: as many and as long in each pass, of other sentences.
pub(crate) struct Corpus {
    lengths: Vec<usize>,
    sentences: Vec<&'static str>,
    /// Words of letters alone: what new ones are put together from.
    words: Vec<&'static str>,
    seed: u64,
}

impl Corpus {
    /// So many articles, always the same for a seed.
    pub(crate) fn new(articles: usize, seed: u64) -> Corpus {
        let mut rng = Rng::new(seed);
        let length = |_| (5.5 + 0.8 * rng.normal()).exp().clamp(30.0, 4000.0) as usize;
        let is_long = |word: &&str| word.chars().count() > 3 && word.chars().all(|c| ('ء'..='ي').contains(&c));
        Corpus {
            lengths: (0..articles).map(length).collect(),
            sentences: SENTENCES.lines().collect(),
            words: SENTENCES.split_whitespace().filter(is_long).collect(),
            seed,
        }
    }

    /// The articles of one pass.
    pub(crate) fn pass(&self, number: usize) -> Vec<Document> {
        let mut rng = Rng::new(self.seed).fork(number as u64);
        let article = |(i, &length): (usize, &usize)| Document {
            id: format!("{number}-{i}"),
            text: self.article(length, &mut rng),
            ..Document::default()
        };
        self.lengths.iter().enumerate().map(article).collect()
    }

    /// A headline, then paragraphs until there are enough words.
    fn article(&self, length: usize, rng: &mut Rng) -> String {
        let mut text = self.sentence(rng).trim_end_matches('.').to_owned();
        let mut words = text.split_whitespace().count();
        while words < length {
            for number in 0..1 + rng.below(PARAGRAPH) {
                let sentence = self.sentence(rng);
                words += sentence.split_whitespace().count();
                text.push(if number == 0 { '\n' } else { ' ' });
                text.push_str(&sentence);
                if words >= length {
                    break;
                }
            }
        }
        text
    }

    fn sentence(&self, rng: &mut Rng) -> String {
        let sentence = self.sentences[rng.below(self.sentences.len())];
        let words = sentence.split(' ').map(|word| match rng.below(NEW) {
            0 => self.new_word(rng),
            _ => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// The first half of one word and the second half of another.
    fn new_word(&self, rng: &mut Rng) -> String {
        let mut half = |first: bool| {
            let letters: Vec<char> = self.words[rng.below(self.words.len())].chars().collect();
            let (start, end) = letters.split_at(letters.len() / 2);
            String::from_iter(if first { start } else { end })
        };
        half(true) + &half(false)
    }
}
