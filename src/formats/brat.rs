//! brat stand-off: `a.txt` with the text, `a.ann` beside it with a line a name, offsets in code points.
//!
//! Format: <https://brat.nlplab.org/standoff.html>. An annotation is a line, so that a name over several lines, or with a tab
//! in it, is written in fragments, and its letters with a space between them. Relations, events with their triggers,
//! equivalences, attributes, normalisations and notes of an annotation file are passed over, which is noted: they are no names.

use super::input::{self, Longest};
use super::notes::Note;
use super::offsets::{OffsetUnit, Offsets};
use super::{InputFormat, Reader, Writer, jsonl, whole};
use crate::Error;
use crate::document::{Document, Entity, Span};
use crate::shown::shown;
use alam_models::side;
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The document of an annotation file and the text beside it; its id is the text's path. Blanks at the edges of names are left
/// out, which is noted. Each of the two files may have so
/// many bytes at most.
pub fn reader(path: &Path, options: &jsonl::Options) -> Result<Reader, Error> {
    let (longest, notes) = (options.longest, options.notes.clone());
    let annotations = read(path, longest)?;
    let beside = texts_beside(path);
    let text_path = beside.iter().find(|path| path.exists()).unwrap_or(&beside[0]).clone();
    // Nobody asked for it by its name: a pipe is not waited for.
    if let Some(found) = text_path.metadata().ok().as_ref().and_then(side::no_file) {
        return Err(Error::record(shown(&text_path), format!("wanted the text of an annotation file, found {found}")));
    }
    let text = read(&text_path, longest)?;
    let path = path.to_path_buf();
    Ok(Box::new(std::iter::once_with(move || {
        let id = shown(&text_path);
        let text = input::utf8(text).map_err(|message| Error::record(&id, message))?;
        let annotations = input::utf8(annotations).map_err(|message| Error::record(shown(&path), message))?;
        let (mut entities, beside) = entities(&text, &annotations)
            .map_err(|(line, message)| Error::record(format!("{}:{line}", shown(&path)), message))?;
        notes.add(Note::Beside, &shown(&path), beside);
        let mut trimmed = 0;
        for entity in &mut entities {
            // A name of blanks alone is kept as it is.
            let name = entity.span.trimmed(&text).unwrap_or(entity.span);
            trimmed += usize::from(name != entity.span);
            (entity.span, entity.token_span) = (name, name);
        }
        notes.add(Note::Trimmed, &shown(&path), trimmed);
        Ok(Document { id, text, entities, ..Document::default() })
    })))
}

/// Where the text of an annotation file may be: beside it, packed or not.
pub(crate) fn texts_beside(annotations: &Path) -> [PathBuf; 3] {
    let packed = annotations.extension().is_some_and(|ending| ending != "ann");
    let plain = if packed { annotations.with_extension("") } else { annotations.to_path_buf() };
    ["txt", "txt.gz", "txt.zst"].map(|ending| plain.with_extension(ending))
}

/// Leaves out the texts whose annotation files are among some paths: the two are one document.
pub(crate) fn one_of_pairs<T>(found: &mut Vec<T>, path: impl Fn(&T) -> &PathBuf) {
    let annotations = found.iter().map(&path).filter(|path| InputFormat::of_path(path) == Some(InputFormat::Brat));
    let annotated: HashSet<PathBuf> = annotations.flat_map(|path| texts_beside(path)).collect();
    found.retain(|entry| !annotated.contains(path(entry)));
}

fn read(path: &Path, longest: Longest) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let mut source = input::open(path)?.take(longest.0.saturating_add(1));
    source.read_to_end(&mut bytes).map_err(|e| Error::io(path, e))?;
    if longest.holds(bytes.len()) { Ok(bytes) } else { Err(Error::record(shown(path), longest.exceeded())) }
}

/// What the identifiers of the format begin with, names (`T`) aside.
const OTHERS: [char; 7] = ['R', 'E', '*', 'A', 'M', 'N', '#'];

/// The names, and how many lines are something else.
fn entities(text: &str, annotations: &str) -> Result<(Vec<Entity>, usize), (usize, String)> {
    let map = Offsets::new(text, OffsetUnit::Char);
    let annotations = annotations.strip_prefix('\u{FEFF}').unwrap_or(annotations);
    let triggers: HashSet<&str> = annotations.lines().filter_map(trigger).collect();
    let mut found: Vec<(usize, Entity)> = Vec::new();
    let mut beside = 0;
    for (line, number) in annotations.lines().zip(1..) {
        let id = line.split('\t').next().unwrap_or_default();
        if line.trim().is_empty() {
            continue;
        }
        if triggers.contains(id) || line.starts_with(OTHERS) {
            beside += 1;
            continue;
        }
        found.push((number, entity(text, &map, line).map_err(|message| (number, message))?));
    }
    found.sort_by_key(|(_, e)| e.span);
    if let Some(pair) = found.windows(2).find(|pair| pair[0].1.span.overlaps(pair[1].1.span)) {
        let other = pair[0].0;
        return Err((pair[1].0, format!("wanted names that do not overlap, found one over that of line {other}")));
    }
    Ok((found.into_iter().map(|(_, e)| e).collect(), beside))
}

/// The text of an event, which is a `T` too: `T2` of `E1<TAB>MERGE-ORG:T2 Org1:T1`.
fn trigger(line: &str) -> Option<&str> {
    let (_, event) = line.strip_prefix('E')?.split_once('\t')?;
    Some(event.split_whitespace().next()?.split_once(':')?.1)
}

/// `T1<TAB>PER 4 10<TAB>name`, or `PER 4 10;11 15` where the name goes over a line's end.
fn entity(text: &str, map: &Offsets<'_>, line: &str) -> Result<Entity, String> {
    let mut fields = line.splitn(3, '\t');
    let (true, Some(_), Some(place), said) = (line.starts_with('T'), fields.next(), fields.next(), fields.next())
    else {
        return Err(format!("wanted `ID<TAB>TYPE START END<TAB>TEXT`, found `{line}`"));
    };
    let (label, fragments) = place
        .split_once(' ')
        .filter(|(label, _)| !label.is_empty())
        .ok_or_else(|| format!("wanted `TYPE START END`, found `{place}`"))?;
    let mut whole: Option<Span> = None;
    let mut there = String::new();
    for fragment in fragments.trim_end().split(';') {
        let numbers = fragment.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let (start, end): (usize, usize) =
            numbers.ok_or_else(|| format!("wanted `START END` as numbers, found `{fragment}`"))?;
        let bytes = map.to_byte(start).zip(map.to_byte(end));
        let length = map.length();
        let span = bytes
            .and_then(|(a, b)| Span::new(text, a, b).ok())
            .ok_or_else(|| format!("wanted a span within the text ({length} chars), found {start}..{end} ({label})"))?;
        there += if whole.is_some() { " " } else { "" };
        there += &one_line(span.of(text));
        let empty = |gap: &str| gap.chars().all(|c| c.is_whitespace() || parts(c));
        whole = Some(match whole {
            None => span,
            Some(before) if text.get(before.end()..span.start()).is_some_and(empty) => before.cover(span),
            Some(_) => return Err(format!("wanted fragments with nothing but white space between, found `{place}`")),
        });
    }
    let span = whole.ok_or_else(|| format!("wanted a span, found `{place}`"))?;
    // Without letters an annotation is filled up by brat.
    match said.filter(|said| !said.trim().is_empty()) {
        Some(said) if one_line(said).trim_end() != there.trim_end() => Err(format!(
            "wanted `{said}` at `{place}`, found `{there}`\ntip: offsets count code points, and a line end is one"
        )),
        _ => Ok(Entity::new(span, label)),
    }
}

/// What cannot stand in a line of annotation: ends of lines (those of Unicode too, where Python ends lines), tabs and the like.
fn parts(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}')
}

/// A name as an annotation line can hold it.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if parts(c) { ' ' } else { c }).collect()
}

/// A name's line: brat holds its letters against those of the fragments, joined by spaces.
fn annotation(number: usize, text: &str, entity: &Entity, map: &Offsets<'_>) -> String {
    let (mut fragments, mut names) = (Vec::new(), Vec::new());
    let mut start = entity.span.start();
    for piece in entity.span.of(text).split(parts) {
        let end = start + piece.len();
        if !piece.is_empty() {
            fragments.push(format!("{} {}", map.of_byte(start), map.of_byte(end)));
            names.push(piece);
        }
        start = end + text[end..].chars().next().map_or(0, char::len_utf8);
    }
    if fragments.is_empty() {
        fragments.push(format!("{} {}", map.of_byte(entity.span.start()), map.of_byte(entity.span.end())));
    }
    let label = entity.label.replace(char::is_whitespace, "_");
    format!("T{number}\t{label} {}\t{}\n", fragments.join(";"), names.join(" "))
}

/// Writes a pair of files a document into a folder, each whole or not at all. File names come from the documents' ids.
pub struct BratWriter {
    folder: PathBuf,
    names: HashSet<String>,
    /// The next number behind a name that is taken.
    numbers: HashMap<String, usize>,
}

impl BratWriter {
    /// Writes into `folder`, which is made if it is not there. What somebody corrected in one is not written over.
    ///
    /// # Errors
    /// A folder that cannot be made, and one with something in it.
    pub fn create(folder: &Path) -> Result<BratWriter, Error> {
        let failed = |e| Error::io(folder, e);
        fs::create_dir_all(folder).map_err(failed)?;
        if let Some(there) = fs::read_dir(folder).map_err(failed)?.next() {
            let there = there.map_err(failed)?.file_name();
            let tip = "tip: annotations that are there may have been corrected; another folder keeps both";
            let message = format!("wanted a new or an empty folder, found `{}` in it\n{tip}", shown(Path::new(&there)));
            return Err(Error::config(shown(folder), message));
        }
        Ok(BratWriter { folder: folder.to_path_buf(), names: HashSet::new(), numbers: HashMap::new() })
    }

    /// A file name for an id: letters, digits, `-`, `_` and `.` stay; a number where two ids come to the same name.
    fn name(&mut self, id: &str) -> String {
        let id = id.strip_suffix(".txt").unwrap_or(id).trim_start_matches(['/', '.']);
        let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        // File systems end at 255 bytes; a letter takes up to four.
        let plain: String = id.chars().map(keep).take(50).collect();
        let plain = if plain.is_empty() { "document".into() } else { plain };
        let mut name = plain.clone();
        // Case aside: on some file systems `A` and `a` are one file.
        while !self.names.insert(name.to_lowercase()) {
            let number = self.numbers.entry(plain.to_lowercase()).or_insert(2);
            name = format!("{plain}-{number}");
            *number += 1;
        }
        name
    }
}

impl Writer for BratWriter {
    fn write(&mut self, document: &Document) -> Result<(), Error> {
        let text = &document.text;
        let map = Offsets::new(text, OffsetUnit::Char);
        let mut annotations = String::new();
        for (index, entity) in document.entities.iter().enumerate() {
            annotations += &annotation(index + 1, text, entity, &map);
        }
        let name = self.name(&document.id);
        whole::write(&self.folder.join(format!("{name}.txt")), text.as_bytes())?;
        Ok(whole::write(&self.folder.join(format!("{name}.ann")), annotations.as_bytes())?)
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
