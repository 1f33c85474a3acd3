//! What the columns of a file are, as its lines tell.
//!
//! Of each column there are a few counts, and the last tag: memory does not grow with the file.

use super::columns::Columns;
use super::header::UniversalColumns;
use super::layout::{Layout, Source, is_comment, split};
use super::tags::Tags;
use super::universal::{self, MISC_KEYS};
use crate::formats::ReadOptions;
use crate::scheme::{Asked, Code, Detector, Scheme, looks_like_a_tag};

/// Columns that are looked at.
const MOST: usize = 32;
/// Letters that part columns where no tab and no blank does.
const SEPARATORS: [char; 3] = [',', ';', '|'];
/// Phrases that CoNLL-2000 and 2003 have a column for beside the names.
const PHRASES: [&str; 12] = ["NP", "VP", "PP", "ADJP", "ADVP", "SBAR", "PRT", "CONJP", "INTJ", "LST", "UCP", "PNP"];

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Survey {
    asked: Asked,
    column: Option<String>,
    tags: Tags,
    /// Whether the file is CoNLL-U by its name.
    named: bool,
    inside: bool,
    begun: bool,
    /// Lines with a token, and columns of the first.
    rows: u64,
    first: usize,
    /// Rows with another number of columns.
    uneven: u64,
    /// Rows whose first column goes on counting, and where it has got to.
    counted: u64,
    last: u64,
    /// Rows of ten columns parted by tabs.
    tens: u64,
    /// `# global.columns` of CoNLL-U Plus.
    names: Vec<String>,
    columns: Vec<Column>,
    /// Rows whose columns behind the word, with and without a counting column before it, are tags, and those with several.
    layered: [u64; 2],
    several: [u64; 2],
    /// Tags behind a separator, and rows with more than one of them.
    parted: [Detector; 3],
    many: [u64; 3],
    /// Tags in MISC, by key; the last one is the key that was asked for.
    misc: [Detector; 4],
}

/// What a column holds.
#[derive(Debug, Clone, Default)]
struct Column {
    seen: u64,
    phrases: u64,
    tags: Detector,
}

impl Column {
    fn see(&mut self, value: &str) {
        // CoNLL-U's sign for nothing.
        if value == "_" {
            return;
        }
        self.seen += 1;
        self.phrases += u64::from(value.get(2..).is_some_and(|label| PHRASES.contains(&label)));
        self.tags.see(value);
    }

    /// Whether it has tags of names, but for slips.
    fn is_tags(&self) -> bool {
        let phrases = self.tags.inside() > 0 && self.phrases * 2 >= self.tags.inside();
        self.seen > 0 && self.tags.placed() * 10 >= self.seen * 9 && !phrases
    }
}

impl Survey {
    pub(super) fn new(options: &ReadOptions, named: bool) -> Survey {
        let (asked, column, tags) = (options.scheme, options.tag_column.clone(), options.tags);
        Survey { asked, column, tags, named, ..Survey::default() }
    }

    /// One line.
    pub(super) fn line(&mut self, line: &str) {
        let line = if self.begun { line } else { line.trim_start_matches('\u{FEFF}') };
        self.begun = true;
        let columns = split(line);
        match columns.as_slice() {
            [] => self.end_sentence(),
            [first, ..] if first.starts_with("-DOCSTART-") => self.end_sentence(),
            ["#", "global.columns", "=", names @ ..] if self.names.is_empty() => {
                self.names = names.iter().take(MOST).map(|name| (*name).to_owned()).collect();
            }
            _ if !self.inside && (is_comment(&columns) || self.is_universal() && line.starts_with('#')) => {}
            _ => self.row(&columns, line),
        }
    }

    /// The sentence is at its end.
    pub(super) fn end_sentence(&mut self) {
        self.inside = false;
        let columns = self.columns.iter_mut().map(|column| &mut column.tags);
        columns.chain(&mut self.parted).chain(&mut self.misc).for_each(Detector::end_sentence);
    }

    fn row(&mut self, columns: &[&str], line: &str) {
        self.rows += 1;
        if self.rows == 1 {
            self.first = columns.len();
        }
        self.uneven += u64::from(columns.len() != self.first);
        self.count(columns[0]);
        self.inside = true;
        if columns.len() > self.columns.len() {
            self.columns.resize(columns.len().min(MOST), Column::default());
        }
        self.columns.iter_mut().zip(columns).for_each(|(column, value)| column.see(value));
        for before in [1, 2] {
            if let Some(tags @ [_, ..]) = columns.get(before..)
                && tags.iter().all(|tag| looks_like_a_tag(tag))
            {
                self.layered[before - 1] += 1;
                self.several[before - 1] += u64::from(tags.len() > 1);
            }
        }
        if let [whole] = columns {
            for (at, separator) in SEPARATORS.into_iter().enumerate() {
                if let Some((_, tag)) = whole.rsplit_once(separator) {
                    self.parted[at].see(tag);
                    self.many[at] += u64::from(whole.matches(separator).count() > 1);
                }
            }
        }
        let tabs = line.split('\t').count();
        self.tens += u64::from(tabs == 10);
        if tabs >= 10 || !self.names.is_empty() {
            self.see_misc(line);
        }
    }

    fn count(&mut self, first: &str) {
        let number = first.parse::<u64>();
        let counts = match number {
            Ok(number) => number == self.last.wrapping_add(1) || (!self.inside && number <= 1),
            Err(_) => universal::is_range_or_empty(first),
        };
        self.counted += u64::from(counts);
        self.last = number.unwrap_or(self.last);
    }

    fn see_misc(&mut self, line: &str) {
        let at = self.names.iter().position(|name| name == "MISC").unwrap_or(9);
        let Some(misc) = line.split('\t').nth(at) else { return };
        let keys = MISC_KEYS.into_iter().chain(self.column.as_deref());
        for (key, detector) in keys.zip(&mut self.misc) {
            if let Some(tag) = universal::value(misc, key) {
                detector.see(tag);
            }
        }
    }

    fn counts(&self) -> bool {
        self.rows > 0 && self.counted * 10 >= self.rows * 9
    }

    fn is_universal(&self) -> bool {
        self.named || !self.names.is_empty() || (self.tens == self.rows && self.counts())
    }

    /// Whether the first column of other files counts words: it does so from the first line on, and behind it stands a word.
    fn is_index(&self) -> bool {
        let word = |column: &Column| self.first > 2 || !column.is_tags();
        self.rows > 1 && self.counts() && self.first > 1 && self.columns.get(1).is_some_and(word)
    }

    /// Whether there are words with tags.
    pub(super) fn is_tagged(&self) -> bool {
        let sure = |tags: &Detector| tags.inside() > 0 && tags.placed() * 20 >= self.rows * 19;
        let any = self.columns.iter().skip(1).any(|column| column.is_tags() && sure(&column.tags));
        self.rows > 1 && (any || self.is_universal() || self.parted.iter().any(sure))
    }

    /// How the file is to be read.
    ///
    /// # Errors
    /// Columns that cannot be told apart, and a column that was asked for and is not there.
    pub(super) fn layout(self) -> Result<Layout, String> {
        if self.is_universal() {
            return self.universal();
        }
        let parted = (0..SEPARATORS.len()).filter(|&at| self.first == 1 && self.parted[at].inside() > 0);
        let parted =
            parted.filter(|&at| self.parted[at].placed() * 2 >= self.rows).max_by_key(|&at| self.parted[at].placed());
        if let Some(at) = parted {
            return self.parted(at);
        }
        let index = self.is_index();
        let token = usize::from(index);
        let layers = self.uneven > 0 && self.layered[token] * 10 >= self.rows * 9 && self.several[token] > 0;
        let last = self.first.saturating_sub(1);
        let at = match &self.column {
            _ if self.tags == Tags::Ignore => None,
            Some(name) => Some(self.number(name, layers)?),
            None if layers => Some(token + 1),
            None if last <= token => None,
            None => Some(self.tag_column(token, last)),
        };
        let unseen = Column::default();
        let tags = at.map(|at| &self.columns.get(at).unwrap_or(&unseen).tags);
        let scheme = tags.map_or(Scheme::IOB2, |tags| self.scheme(tags));
        let column = at.filter(|&at| layers || at != last).and_then(|at| u16::try_from(at + 1).ok());
        let passed_over = tags.is_some_and(|tags| self.passes_over(tags));
        let noted = Columns { scheme: told(scheme), index, column, passed_over, ..Columns::default() };
        let tags = at.map_or(Source::Nothing, Source::Column);
        Ok(Layout { separator: None, token, tags, scheme, layers, index, universal: None, noted: said(noted) })
    }

    fn parted(self, at: usize) -> Result<Layout, String> {
        let separator = SEPARATORS[at];
        if self.many[at] * 2 > self.rows {
            return Err(format!(
                "wanted columns parted by tabs or blanks, found more than two parted by `{separator}`"
            ));
        }
        let scheme = self.scheme(&self.parted[at]);
        let tags = if self.tags == Tags::Ignore { Source::Nothing } else { Source::Column(1) };
        let noted = Columns { separator: Some(separator), scheme: told(scheme), ..Columns::default() };
        Ok(Layout {
            separator: noted.separator,
            token: 0,
            tags,
            scheme,
            layers: false,
            index: false,
            universal: None,
            noted: said(noted),
        })
    }

    fn universal(self) -> Result<Layout, String> {
        let columns = UniversalColumns::of(&self.names)?;
        let has = |tags: &Detector| tags.inside() + tags.placed() > 0;
        let key = (0..MISC_KEYS.len()).find(|&at| has(&self.misc[at]));
        let (tags, detector) = match (&self.column, columns.names, key) {
            _ if self.tags == Tags::Ignore => (Source::Nothing, None),
            (Some(name), ..) => match columns.position(&self.names, name) {
                Some(at) => (Source::Column(at), self.columns.get(at).map(|column| &column.tags)),
                None if has(&self.misc[3]) => (Source::Misc(name.clone()), Some(&self.misc[3])),
                None => return Err(format!("wanted a column or a key of MISC called `{name}`, found none")),
            },
            (None, Some(at), _) => (Source::Column(at), self.columns.get(at).map(|column| &column.tags)),
            (None, None, Some(at)) => (Source::Misc(MISC_KEYS[at].into()), Some(&self.misc[at])),
            (None, None, None) => (Source::Nothing, None),
        };
        let scheme = detector.map_or(Scheme::IOB2, |tags| self.scheme(tags));
        let misc = matches!(&tags, Source::Misc(_)).then_some(key).flatten().map(|at| MISC_KEYS[at]);
        let misc = misc.filter(|_| self.column.is_none());
        let noted = Columns { scheme: told(scheme), misc, universal: !self.named, ..Columns::default() };
        let (token, noted) = (columns.form, said(noted));
        Ok(Layout { separator: None, token, tags, scheme, layers: false, index: true, universal: Some(columns), noted })
    }

    /// An `I-` that continues nothing has a meaning of its own where tags are not read strictly: that of `--mode`.
    fn scheme(&self, tags: &Detector) -> Scheme {
        let scheme = tags.scheme(self.asked);
        match self.asked {
            Asked::Auto if scheme.code == Code::Iob1 && self.tags != Tags::Strict => {
                Scheme { code: Code::Iob2, ..scheme }
            }
            _ => scheme,
        }
    }

    /// Whether names of IOB1 are given up by that, which is right where they are the slips of a tagger alone.
    fn passes_over(&self, tags: &Detector) -> bool {
        self.tags == Tags::PassOver && self.asked == Asked::Auto && tags.scheme(self.asked).code == Code::Iob1
    }

    /// Of neighbouring columns with tags at the end of a row the first that has names; else the first column with tags; else the last one, whose
    /// defects are then told.
    fn tag_column(&self, token: usize, last: usize) -> usize {
        let is_tags = |at: usize| self.columns.get(at).is_some_and(Column::is_tags);
        let named = |at: &usize| is_tags(*at) && self.columns.get(*at).is_some_and(|column| column.tags.inside() > 0);
        if is_tags(last) {
            let first = (token + 1..=last).rev().take_while(|&at| is_tags(at)).last().unwrap_or(last);
            return (first..=last).find(named).unwrap_or(first);
        }
        (token + 1..last).find(named).unwrap_or(last)
    }

    fn number(&self, name: &str, layers: bool) -> Result<usize, String> {
        let number = name.parse::<usize>().ok().filter(|number| *number > 0);
        let number = number.ok_or_else(|| {
            format!("wanted a column by its number, as this file does not name its columns, found `{name}`")
        })?;
        match number <= self.first || layers || self.rows == 0 {
            true => Ok(number - 1),
            false => Err(format!("wanted a column {number} for tags, found {} columns", self.first)),
        }
    }
}

fn told(scheme: Scheme) -> Option<Scheme> {
    (scheme != Scheme::IOB2).then_some(scheme)
}

fn said(noted: Columns) -> Option<Columns> {
    (noted != Columns::default()).then_some(noted)
}
