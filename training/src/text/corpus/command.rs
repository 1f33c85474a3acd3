//! `alam-train corpus`.

use super::file::is_one;
use super::make::{Options, make};
use crate::Error;
use crate::run::ownership::claim_file;
use crate::text::tokenizer::files;
use clap::Args;
use std::path::PathBuf;
use std::time::Instant;

/// The command as typed.
#[derive(Debug, Clone, Args)]
pub struct Command {
    /// Raw text (.txt, .gz, .zst): a paragraph a line, a blank line between documents
    #[arg(required = true, value_name = "FILES")]
    pub text: Vec<PathBuf>,
    /// The vocabulary: a folder with `tokenizer.json`, or that file
    #[arg(long, value_name = "DIR")]
    pub tokenizer: PathBuf,
    /// The file of token ids; only another such file is replaced
    #[arg(long, short, value_name = "FILE")]
    pub out: PathBuf,
    /// Share of the documents that is kept for evaluation
    #[arg(long, default_value_t = 0.002)]
    pub held_out: f64,
}

impl Command {
    /// Makes the file; says on standard error what is in it.
    pub fn run(&self) -> Result<(), Error> {
        let begin = Instant::now();
        claim_file(&self.out, "a file of token ids", is_one)?;
        let (encoder, vocabulary) = files::encoder(&self.tokenizer)?;
        crate::files::make_parent(&self.out)?;
        let options = Options { text: self.text.clone(), held_out: self.held_out };
        let counts = make(&options, &encoder, &vocabulary, &self.out)?;
        let seconds = begin.elapsed().as_secs_f64();
        eprintln!(
            "{} documents, {} paragraphs, {} words, {} tokens in {seconds:.1} s ({:.0} tokens/s); {} of {} blocks held out; \
             the ids are in {}",
            counts.documents,
            counts.paragraphs,
            counts.words,
            counts.tokens,
            counts.tokens as f64 / seconds,
            counts.held_out,
            counts.blocks,
            self.out.display()
        );
        Ok(())
    }
}
