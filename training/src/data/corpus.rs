//! A corpus as a recipe names it.

use crate::Error;
use crate::recipe::Source;
use crate::run::job::Job;
use alam::formats::text::Unit;
use alam::formats::{ReadOptions, jsonl};
use alam::scheme::Asked;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A corpus: `[[corpora]]` to train on, `[[dev]]` to measure on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// What it is called in scores and in the card; its path or its place on the hub where absent.
    pub name: Option<String>,
    /// CoNLL, CoNLL-U, JSON lines, JSON or Parquet, by its ending, and a `.txt` of columns; relative to `--data`.
    pub path: Option<String>,
    /// In place of a path: a dataset repository of a hub, `ORG/NAME` or `ORG/NAME@REVISION`.
    pub hub: Option<String>,
    /// Of a hub: the configuration, `ar` of WikiANN.
    pub config: Option<String>,
    /// Of a hub: the split; `train` where absent.
    pub split: Option<String>,
    /// Of a hub: a branch, a tag or a commit.
    pub revision: Option<String>,
    /// Of a hub: the file or, with `*` for anything, files: Parquet, CoNLL or JSON lines. Where absent, the Parquet files of
    /// the configuration and the split.
    pub file: Option<String>,
    /// The labels of `ner_tags` by number; as the file, or the dataset's card or `dataset_info.json` beside it, says where empty.
    #[serde(default)]
    pub names: Vec<String>,
    /// The scheme of its tags, as `--tag-scheme` of `alam convert` names them; found out where absent.
    pub tag_scheme: Option<String>,
    /// The column with its tags, as `--tag-column` names it.
    pub tag_column: Option<String>,
    /// Whether it is text without labels, or whose labels count for nothing: a teacher gives them. Lines of a `.txt` file are
    /// taken as well.
    #[serde(default)]
    pub unlabelled: bool,
    /// How often a pass goes through it. A part of one takes that share, another one each pass.
    #[serde(default = "one")]
    pub weight: f64,
    /// Types that the corpus names differently; `O` for those that are no names here.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// The annotation convention it follows, one of the recipe's.
    pub convention: Option<String>,
    /// Whether its spans say where a name begins inside its first word.
    #[serde(default)]
    pub clitics: bool,
    /// A CoNLL file of the same sentences with proclitics cut off as tokens of their own; where it is given, it says where
    /// names begin.
    pub clitics_from: Option<String>,
    /// The share of its documents that is taken, from and to.
    #[serde(default = "whole")]
    pub range: [f64; 2],
    /// The share of its documents that is kept at all, drawn one by one and always the same: some of a large text.
    #[serde(default = "one")]
    pub sample: f64,
    /// Tokens up to which neighbouring sentences of a document (of a whole CoNLL file) are joined into one stretch; 0 for
    /// each sentence alone, as the tagger sees it.
    #[serde(default)]
    pub join: usize,
    /// On a dev set: the types that are scored; all where empty.
    #[serde(default)]
    pub types: Vec<String>,
    /// Its licence, for the card.
    pub licence: Option<String>,
    /// Where it comes from, for the card.
    pub source: Option<String>,
}

fn one() -> f64 {
    1.0
}

fn whole() -> [f64; 2] {
    [0.0, 1.0]
}

impl Corpus {
    /// What it is called.
    pub fn name(&self) -> &str {
        self.name.as_deref().or(self.path.as_deref()).or(self.hub.as_deref()).unwrap_or_default()
    }

    /// Whether it says where a name begins inside its first word.
    pub fn knows_clitics(&self) -> bool {
        self.clitics || self.clitics_from.is_some()
    }

    /// Whether names of this type are scored, on a dev set.
    pub fn scores(&self, label: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|t| t == label)
    }
}

/// Where a corpus stands in a recipe.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// What the run was started with.
    pub job: &'a Job,
    /// `corpora` or `dev`.
    pub table: &'static str,
    /// Its number in that table.
    pub index: usize,
}

impl Place<'_> {
    pub(super) fn error(&self, field: &str, message: String) -> Error {
        self.recipe().error(&format!("{}.{}.{field}", self.table, self.index), message)
    }

    fn recipe(&self) -> &Source {
        &self.job.recipe
    }
}

/// How files are read.
pub(super) fn reading(corpus: &Corpus, place: Place<'_>) -> Result<ReadOptions, Error> {
    let scheme = corpus.tag_scheme.as_deref().map_or(Some(Asked::Auto), Asked::named).ok_or_else(|| {
        let known: Vec<&str> = Asked::ALL.iter().map(|(_, name)| *name).collect();
        let found = corpus.tag_scheme.as_deref().unwrap_or_default();
        place.error("tag_scheme", format!("wanted one of {}, found `{found}`", known.join(", ")))
    })?;
    let tags = jsonl::Tags { names: corpus.names.clone(), ..jsonl::Tags::default() };
    let jsonl = jsonl::Options { tags, ..jsonl::Options::default() };
    let tag_column = corpus.tag_column.clone();
    Ok(ReadOptions { unit: Unit::Line, scheme, tag_column, jsonl, ..ReadOptions::default() })
}
