//! What documents are written as.

use super::input;
use super::offsets::OffsetUnit;
use crate::Error;
use crate::error::escaped;
use crate::shown::shown;
use std::path::Path;

/// Endings that promise what alam does not write: packings, tables, documents, data bases.
const FOREIGN: [&str; 27] = [
    "7z", "br", "bz2", "lz4", "rar", "tar", "tgz", "xz", "zip", "zstd", "arrow", "avro", "feather", "ods", "orc",
    "xls", "xlsx", "doc", "docx", "odt", "pdf", "rtf", "xhtml", "xml", "yaml", "db", "sqlite",
];

/// See the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutputFormat {
    /// A JSON object a line.
    Jsonl,
    /// A token a line, its tag in the last column.
    Conll,
    /// A folder with a text and an annotation file a document.
    Brat,
    /// One page for a browser.
    Html,
    /// A row a name.
    Csv,
    /// A table in columns, a row a document.
    #[cfg(feature = "parquet")]
    Parquet,
    /// What a Hugging Face pipeline returns.
    Hf,
    /// spaCy's `Doc.to_json`.
    Spacy,
    /// Tasks for Label Studio.
    LabelStudio,
    /// Records for doccano, a JSON object a line.
    Doccano,
    /// Tasks for Prodigy, a JSON object a line.
    Prodigy,
    /// Sentences for GLiNER, a JSON list.
    Gliner,
}

impl OutputFormat {
    /// All of them, with the names users type.
    pub const ALL: &'static [(OutputFormat, &'static str)] = &[
        (OutputFormat::Jsonl, "jsonl"),
        (OutputFormat::Conll, "conll"),
        (OutputFormat::Brat, "brat"),
        (OutputFormat::Html, "html"),
        (OutputFormat::Csv, "csv"),
        #[cfg(feature = "parquet")]
        (OutputFormat::Parquet, "parquet"),
        (OutputFormat::Hf, "hf"),
        (OutputFormat::Spacy, "spacy"),
        (OutputFormat::LabelStudio, "label-studio"),
        (OutputFormat::Doccano, "doccano"),
        (OutputFormat::Prodigy, "prodigy"),
        (OutputFormat::Gliner, "gliner"),
    ];

    /// What a file is to be by its name, `.gz` and `.zst` left aside; `None` if the name does not say.
    pub fn of_path(path: &Path) -> Option<OutputFormat> {
        match input::extension(path)?.as_str() {
            "jsonl" | "ndjson" | "jsonlines" => Some(OutputFormat::Jsonl),
            "conll" | "iob" | "iob2" | "bio" => Some(OutputFormat::Conll),
            "html" | "htm" => Some(OutputFormat::Html),
            "csv" => Some(OutputFormat::Csv),
            #[cfg(feature = "parquet")]
            "parquet" => Some(OutputFormat::Parquet),
            _ => None,
        }
    }

    /// Whether a file of this format may have a name: `.jsonl` may be any format with a JSON value a line, `.json` any JSON, and
    /// a name that stands for no format may be anything, unless it stands for one that alam does not write.
    pub fn may_be(self, path: &Path) -> bool {
        let lines = self.extension() == "jsonl";
        match OutputFormat::of_path(path) {
            Some(OutputFormat::Jsonl) => lines,
            Some(format) => format == self,
            None => match input::extension(path).as_deref() {
                Some("json") => lines || self.extension() == "json",
                Some("tsv" | "ann" | "parquet") => false,
                extension => extension.is_none_or(|extension| !FOREIGN.contains(&extension)),
            },
        }
    }

    /// The format of an output: as asked for, else as its name says; `None` where neither does.
    ///
    /// # Errors
    /// A name that says another format than was asked for, or one that cannot be written.
    pub fn of_output(path: Option<&Path>, asked: Option<OutputFormat>) -> Result<Option<OutputFormat>, Error> {
        let Some(path) = path else { return Ok(asked) };
        let refused = |wanted: &str, tip: &str| {
            Err(Error::config("--output", format!("wanted {wanted}, found {}{tip}", escaped(&shown(path)))))
        };
        match (asked, OutputFormat::of_path(path)) {
            (Some(OutputFormat::Brat), _) => Ok(asked),
            (Some(format), _) if format.may_be(path) => Ok(asked),
            (Some(format), _) => {
                refused(&format!("a name for --format {}, which ends in .{}", format.name(), format.extension()), "")
            }
            (None, None) if !OutputFormat::Jsonl.may_be(path) => refused(
                "the ending of a format that alam writes",
                "\ntip: .jsonl .csv .parquet .conll .html, each also .gz and .zst; or --format brat with a folder",
            ),
            (None, said) => Ok(said),
        }
    }

    /// Whether it has a place for a record that could not be read or tagged.
    pub fn tells_failures(self) -> bool {
        match self {
            OutputFormat::Jsonl | OutputFormat::Html | OutputFormat::Hf => true,
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => true,
            OutputFormat::Conll | OutputFormat::Brat | OutputFormat::Csv | OutputFormat::Spacy => false,
            OutputFormat::LabelStudio | OutputFormat::Doccano | OutputFormat::Prodigy | OutputFormat::Gliner => false,
        }
    }

    /// What its positions count, where the format leaves no choice.
    pub fn unit(self) -> Option<OffsetUnit> {
        match self {
            OutputFormat::Brat | OutputFormat::Hf | OutputFormat::Spacy | OutputFormat::LabelStudio => {
                Some(OffsetUnit::Char)
            }
            OutputFormat::Doccano | OutputFormat::Prodigy => Some(OffsetUnit::Char),
            _ => None,
        }
    }

    /// What a user calls it.
    pub fn name(self) -> &'static str {
        OutputFormat::ALL.iter().find(|(known, _)| *known == self).map_or("another", |known| known.1)
    }

    /// What the names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            OutputFormat::Jsonl | OutputFormat::Hf | OutputFormat::Spacy => "jsonl",
            OutputFormat::Doccano | OutputFormat::Prodigy => "jsonl",
            OutputFormat::LabelStudio | OutputFormat::Gliner => "json",
            OutputFormat::Conll => "conll",
            OutputFormat::Brat => "ann",
            OutputFormat::Html => "html",
            OutputFormat::Csv => "csv",
            #[cfg(feature = "parquet")]
            OutputFormat::Parquet => "parquet",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_the_format_and_may_not_say_another() {
        let of = |path: &str, asked| OutputFormat::of_output(Some(Path::new(path)), asked).map_err(|_| ());
        for (path, wanted) in [
            ("a.html", Some(OutputFormat::Html)),
            ("a.csv.gz", Some(OutputFormat::Csv)),
            ("a.ndjson.zst", Some(OutputFormat::Jsonl)),
            ("a.IOB2", Some(OutputFormat::Conll)),
            ("a.out", None),
            ("a.json", None),
            ("a", None),
        ] {
            assert_eq!(of(path, None), Ok(wanted), "{path}");
        }
        assert_eq!(of("a.jsonl", Some(OutputFormat::Hf)), Ok(Some(OutputFormat::Hf)));
        assert_eq!(of("a.json", Some(OutputFormat::LabelStudio)), Ok(Some(OutputFormat::LabelStudio)));
        assert_eq!(of("a.txt", Some(OutputFormat::Conll)), Ok(Some(OutputFormat::Conll)));
        for (path, asked) in [
            ("a.html", Some(OutputFormat::Csv)),
            ("a.jsonl.gz", Some(OutputFormat::Conll)),
            ("a.json", Some(OutputFormat::Csv)),
            ("a.tsv", Some(OutputFormat::Csv)),
            ("a.tsv", None),
        ] {
            assert_eq!(of(path, asked), Err(()), "{path}");
        }
    }
}
