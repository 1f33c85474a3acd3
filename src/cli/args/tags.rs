//! How tags in columns are read, as typed.

use super::values::named;
use crate::formats::ReadOptions;
use crate::scheme::Asked;
use clap::Args;
use clap::builder::TypedValueParser;

/// How tags are read: of CoNLL, CoNLL-U, and JSON and Parquet with a tag a word.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Tags")]
pub(crate) struct TagsArgs {
    /// The scheme of tags in columns: iob1, iob2, ioe, iobes (BIOES, BMEWO), bilou (BIOLU), suffixed (PER-B) or bare (PER). Else
    /// all tags of a file are looked at first, and what they are in is said where it is not IOB2, which is what is written
    #[arg(long, value_name = "SCHEME", default_value = "auto", env = "ALAM_TAG_SCHEME", value_parser = schemes())]
    pub(crate) tag_scheme: Asked,
    /// The column with the tags, by its number from 1; of CoNLL-U also by its name, or a key of MISC [default: the last; of
    /// several layers the first; of CoNLL-U a column NER or NE, else NER, NE or Entity in MISC]
    #[arg(long, value_name = "COLUMN", env = "ALAM_TAG_COLUMN")]
    pub(crate) tag_column: Option<String>,
    /// The tags that numbers stand for in `ner_tags`, in their order (O,B-PER,I-PER) [default: as the table says, or a
    /// dataset_info.json or a card beside the file]
    #[arg(long, value_name = "TAGS", value_delimiter = ',', env = "ALAM_TAG_NAMES")]
    pub(crate) tag_names: Vec<String>,
}

impl TagsArgs {
    /// Reading with tags read so.
    pub(crate) fn meant(&self, mut read: ReadOptions) -> ReadOptions {
        read.jsonl.tags.names = self.tag_names.clone();
        ReadOptions { scheme: self.tag_scheme, tag_column: self.tag_column.clone(), ..read }
    }
}

fn schemes() -> impl TypedValueParser<Value = Asked> {
    named(Asked::ALL)
}
