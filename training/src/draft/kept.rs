//! What a fine-tuned model goes on tagging as the model did that it began with: text without labels, which that model labels
//! ("Learning without Forgetting", Li and Hoiem, 2016). Without it, forty sentences without a person make organisations of all persons.

use crate::data::corpus::Corpus;
use std::path::Path;

/// Sentences of all kinds of news and encyclopedias, written for this.
pub(super) const SENTENCES: &str = include_str!("kept.txt");
/// What they are called beside a recipe.
pub(super) const FILE: &str = "kept.txt";
/// The share of the loss on labelled words that the model takes which the run began with.
pub(super) const SHARE: f32 = 0.05;

/// Words of it for each word of one's own, and how many at least: a few corrections alone would move a model anywhere.
const RATE: f64 = 0.5;
const LEAST: f64 = 1_500.0;

/// Text that is kept.
#[derive(Debug)]
pub(super) struct Kept {
    /// The corpus in the recipe.
    pub(super) corpus: Corpus,
    /// How many of its words a pass reads.
    pub(super) words: usize,
}

impl Kept {
    /// Of a text with so many words beside so many of one's own, tagged by a convention where there are any.
    pub(super) fn new(path: &Path, convention: Option<String>, words: usize, own: usize) -> Result<Kept, String> {
        let wanted = (own as f64 * RATE).max(LEAST).min(words as f64);
        if words == 0 {
            return Err("wanted text, found no words".to_owned());
        }
        // Three digits are as good as all, wherever they stand.
        let share = wanted / words as f64;
        let digits = 10f64.powi(3 - share.log10().ceil() as i32);
        let weight = (digits * share).round() / digits;
        let mut table = toml::Table::new();
        table.insert("path".into(), path.display().to_string().into());
        table.insert("unlabelled".into(), true.into());
        table.insert("weight".into(), weight.into());
        let corpus = table.try_into().map_err(|e| format!("wanted a corpus of {}: {e}", path.display()))?;
        let corpus = Corpus { convention, ..corpus };
        Ok(Kept { corpus, words: (weight * words as f64) as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_text_of_any_size_a_pass_reads_about_what_is_wanted() {
        for (words, own, wanted) in
            [(12_261, 300, 1_500), (12_261, 1_000_000, 12_261), (700, 50, 700), (90_000_000, 6_000, 3_000)]
        {
            let kept = Kept::new(Path::new("kept.txt"), None, words, own).unwrap();
            assert!(kept.words.abs_diff(wanted) <= wanted / 100, "{words} {own}: {}", kept.words);
            assert!(kept.corpus.weight > 0.0 && kept.corpus.unlabelled);
        }
        assert_eq!(Kept::new(Path::new("kept.txt"), None, 0, 10).unwrap_err(), "wanted text, found no words");
    }
}
