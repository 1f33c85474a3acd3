//! Where things stand in a row of CoNLL-U: by the names that its columns have.

/// Columns of CoNLL-U Plus with tags.
const TAG_COLUMNS: [&str; 4] = ["NER", "NE", "NER_TAG", "ENTITY"];
/// Columns of CoNLL-U.
const COLUMNS: [&str; 10] = ["ID", "FORM", "LEMMA", "UPOS", "XPOS", "FEATS", "HEAD", "DEPREL", "DEPS", "MISC"];

/// Where things stand in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UniversalColumns {
    /// How many columns there are.
    pub(super) width: usize,
    /// The words' numbers.
    pub(super) id: Option<usize>,
    /// The words.
    pub(super) form: usize,
    /// Whatever has no column of its own.
    pub(super) misc: Option<usize>,
    /// A column whose name says that it has tags.
    pub(super) names: Option<usize>,
}

impl UniversalColumns {
    /// By the names that a file gives its columns; those of CoNLL-U where it gives none.
    pub(super) fn of(names: &[String]) -> Result<UniversalColumns, String> {
        let names: Vec<&str> =
            if names.is_empty() { COLUMNS.to_vec() } else { names.iter().map(String::as_str).collect() };
        let at = |wanted: &str| names.iter().position(|name| *name == wanted);
        // A column of a project may have its name before its own: `UNER:NER`.
        let own = |name: &&str| name.rsplit(':').next().unwrap_or_default().to_ascii_uppercase();
        Ok(UniversalColumns {
            width: names.len(),
            id: at("ID"),
            form: at("FORM").ok_or_else(|| format!("wanted a column FORM, found {}", names.join(" ")))?,
            misc: at("MISC"),
            names: names.iter().position(|name| TAG_COLUMNS.contains(&own(name).as_str())),
        })
    }

    /// Where a column is, by its name or its number.
    pub(super) fn position(&self, names: &[String], name: &str) -> Option<usize> {
        let number = name.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        let at = number.or_else(|| match names.is_empty() {
            true => COLUMNS.iter().position(|known| known.eq_ignore_ascii_case(name)),
            false => names.iter().position(|known| known.eq_ignore_ascii_case(name)),
        });
        at.filter(|at| *at < self.width)
    }
}
