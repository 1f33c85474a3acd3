//! Training a WordPiece vocabulary on the words that the tagger sees: cut by [`alam::segment`], spelt by
//! [`Normaliser::FULL`](alam::normalise::Normaliser::FULL).

mod alphabet;
pub mod command;
pub mod count;
pub mod files;
pub mod measure;
mod proclitics;
pub mod special;

use crate::Error;
use count::Counts;
use files::LARGEST;
use special::CONTINUING;
use std::borrow::Cow;
use std::path::PathBuf;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::{AddedToken, Tokenizer};

/// What decides a vocabulary.
#[derive(Debug, Clone)]
pub struct Options {
    /// Raw text, a paragraph a line (`.txt`, `.gz`, `.zst`).
    pub text: Vec<PathBuf>,
    /// Number of token ids, special ones included.
    pub vocab_size: usize,
    /// Words seen less often do not take part.
    pub min_count: u64,
    /// Whether proclitics that spelling alone decides are cut off, so that a word and it behind one share pieces.
    pub cut_proclitics: bool,
}

/// Trains on files. The same files give the same vocabulary, whatever the number of threads.
pub fn train(options: &Options) -> Result<Tokenizer, Error> {
    let counts = Counts::of_files(&options.text)?;
    from_counts(&counts, options)
}

/// Trains on words that are counted already.
pub fn from_counts(counts: &Counts, options: &Options) -> Result<Tokenizer, Error> {
    let seeds = alphabet::seeds(counts);
    if options.vocab_size <= seeds.len() || options.vocab_size > LARGEST {
        let wanted = format!("expected a vocabulary of {} to {LARGEST} tokens", seeds.len() + 1);
        return Err(Error::recipe("vocab_size", format!("{wanted}, found {}", options.vocab_size)));
    }
    // The seeds go in as special tokens because these get their ids in order; letters that the trainer finds itself get
    // theirs in the order of a hash map, and ties between merges would be broken differently in every run.
    let trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(options.vocab_size)
        .min_frequency(options.min_count)
        .continuing_subword_prefix(CONTINUING.into())
        .limit_alphabet(0)
        .special_tokens(seeds.iter().map(|s| AddedToken::from(s.as_str(), true)).collect())
        .build();
    let letters = alphabet::letters(&seeds);
    let words = counts.iter().filter(|&(_, count)| count >= options.min_count);
    let cut = options.cut_proclitics.then(proclitics::Cut::new).transpose()?;
    let words = words.map(|(word, count)| match &cut {
        Some(cut) => Ok((Cow::Owned(cut.parts(word)?), count)),
        None => Ok((Cow::Borrowed(word), count)),
    });
    let words = words.collect::<Result<Vec<_>, Error>>()?;
    let words = words.iter().flat_map(|(word, count)| alphabet::units(word, &letters).map(move |unit| (unit, *count)));
    let mut model = BPE::default();
    let counted = count::sum(words).into_iter().map(|(word, count)| (word.into(), count)).collect();
    trainer.do_train(&counted, &mut model).map_err(|e| Error::Run(format!("training the vocabulary: {e}")))?;
    let mut vocabulary: Vec<(String, u32)> = model.get_vocab().into_iter().collect();
    vocabulary.sort_by_key(|&(_, id)| id);
    files::tokenizer(vocabulary.into_iter().map(|(token, _)| token).collect(), options.cut_proclitics)
}

#[cfg(test)]
mod tests;
