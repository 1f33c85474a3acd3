//! brat stand-off: `a.txt` with the text, `a.ann` beside it with a line a name, offsets in code points.
//!
//! Format: <https://brat.nlplab.org/standoff.html>. A name over several lines is written in fragments, one a line, as
//! the format wants it. Relations, events, attributes and notes of an annotation file are passed over.

use super::input;
use super::offsets::{OffsetUnit, Offsets};
use super::{Reader, Writer, whole};
use crate::Error;
use crate::document::{Document, Entity, Span};
use std::collections::HashSet;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// The document of an annotation file and the text beside it; its id is the text's path.
pub fn reader(path: &Path) -> Result<Reader, Error> {
    let annotations = read(path)?;
    let text_path = path.with_extension("txt");
    let text = read(&text_path)?;
    let path = path.to_path_buf();
    Ok(Box::new(std::iter::once_with(move || {
        let id = text_path.display().to_string();
        let text = input::utf8(text).map_err(|message| Error::record(&id, message))?;
        let annotations =
            input::utf8(annotations).map_err(|message| Error::record(path.display().to_string(), message))?;
        let entities = entities(&text, &annotations)
            .map_err(|(line, message)| Error::record(format!("{}:{line}", path.display()), message))?;
        Ok(Document { id, text, entities, ..Document::default() })
    })))
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    input::open(path)?.read_to_end(&mut bytes).map_err(|e| Error::io(path, e))?;
    Ok(bytes)
}

fn entities(text: &str, annotations: &str) -> Result<Vec<Entity>, (usize, String)> {
    let map = Offsets::new(text, OffsetUnit::Char);
    let mut found: Vec<(usize, Entity)> = Vec::new();
    for (index, line) in annotations.lines().enumerate() {
        if line.starts_with('T') {
            found.push((index + 1, entity(text, &map, line).map_err(|message| (index + 1, message))?));
        }
    }
    found.sort_by_key(|(_, e)| e.span);
    if let Some(pair) = found.windows(2).find(|pair| pair[0].1.span.overlaps(pair[1].1.span)) {
        let other = pair[0].0;
        return Err((pair[1].0, format!("wanted names that do not overlap, found one over that of line {other}")));
    }
    Ok(found.into_iter().map(|(_, e)| e).collect())
}

/// `T1<TAB>PER 4 10<TAB>name`, or `PER 4 10;11 15` where the name goes over a line's end.
fn entity(text: &str, map: &Offsets<'_>, line: &str) -> Result<Entity, String> {
    let mut fields = line.splitn(3, '\t');
    let (_, Some(place), said) = (fields.next(), fields.next(), fields.next()) else {
        return Err(format!("wanted `ID<TAB>TYPE START END<TAB>TEXT`, found `{line}`"));
    };
    let (label, fragments) =
        place.split_once(' ').ok_or_else(|| format!("wanted `TYPE START END`, found `{place}`"))?;
    let mut whole: Option<Span> = None;
    for fragment in fragments.split(';') {
        let numbers = fragment.split_once(' ').and_then(|(a, b)| Some((a.parse().ok()?, b.parse().ok()?)));
        let (start, end): (usize, usize) =
            numbers.ok_or_else(|| format!("wanted `START END` as numbers, found `{fragment}`"))?;
        let bytes = map.to_byte(start).zip(map.to_byte(end));
        let length = map.length();
        let span = bytes
            .and_then(|(a, b)| Span::new(text, a, b).ok())
            .ok_or_else(|| format!("wanted a span within the text ({length} chars), found {start}..{end} ({label})"))?;
        whole = Some(match whole {
            None => span,
            Some(before) if text.get(before.end()..span.start()).is_some_and(|gap| gap.trim().is_empty()) => {
                before.cover(span)
            }
            Some(_) => return Err(format!("wanted fragments with nothing but white space between, found `{place}`")),
        });
    }
    let span = whole.ok_or_else(|| format!("wanted a span, found `{place}`"))?;
    let there = one_line(span.of(text));
    match said {
        Some(said) if one_line(said) != there => Err(format!(
            "wanted `{said}` at `{place}`, found `{there}`\ntip: offsets count code points, and a line end is one"
        )),
        _ => Ok(Entity::new(span, label)),
    }
}

/// A name as an annotation line can hold it.
fn one_line(name: &str) -> String {
    name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Writes a pair of files a document into a folder, each whole or not at all. File names come from the documents' ids.
pub struct BratWriter {
    folder: PathBuf,
    names: HashSet<String>,
}

impl BratWriter {
    /// Writes into `folder`, which is made if it is not there.
    pub fn create(folder: &Path) -> Result<BratWriter, Error> {
        fs::create_dir_all(folder).map_err(|e| Error::io(folder, e))?;
        Ok(BratWriter { folder: folder.to_path_buf(), names: HashSet::new() })
    }

    /// A file name for an id: letters, digits, `-`, `_` and `.` stay; a number where two ids come to the same name.
    fn name(&mut self, id: &str) -> String {
        let id = id.strip_suffix(".txt").unwrap_or(id).trim_start_matches(['/', '.']);
        let keep = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
        // File systems end at 255 bytes; a letter takes up to four.
        let plain: String = id.chars().map(keep).take(50).collect();
        let plain = if plain.is_empty() { "document".into() } else { plain };
        let mut name = plain.clone();
        for number in 2.. {
            // Case aside: on some file systems `A` and `a` are one file.
            if self.names.insert(name.to_lowercase()) {
                break;
            }
            name = format!("{plain}-{number}");
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
            let mut fragments = Vec::new();
            let mut start = entity.span.start();
            for line in entity.span.of(text).split_inclusive('\n') {
                let end = start + line.trim_end_matches('\n').len();
                if end > start {
                    fragments.push(format!("{} {}", map.of_byte(start), map.of_byte(end)));
                }
                start += line.len();
            }
            let name = one_line(entity.span.of(text));
            annotations.push_str(&format!("T{}\t{} {}\t{name}\n", index + 1, entity.label, fragments.join(";")));
        }
        let name = self.name(&document.id);
        whole::write(&self.folder.join(format!("{name}.txt")), text.as_bytes())?;
        whole::write(&self.folder.join(format!("{name}.ann")), annotations.as_bytes())
    }

    fn flush(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use proptest::prelude::*;

    fn round(documents: &[Document]) -> Vec<Document> {
        let folder = tempfile::tempdir().unwrap();
        let mut writer = BratWriter::create(folder.path()).unwrap();
        documents.iter().for_each(|d| writer.write(d).unwrap());
        writer.finish().unwrap();
        let mut paths: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
        paths.retain(|p| p.extension().is_some_and(|e| e == "ann"));
        paths.sort();
        paths.iter().map(|p| reader(p).unwrap().next().unwrap().unwrap()).collect()
    }

    #[test]
    fn lines_are_those_of_the_format() {
        let folder = tempfile::tempdir().unwrap();
        let document = samples::document("زار فلاديمير\nبوتين مصر", &[("PER", "فلاديمير\nبوتين"), ("LOC", "مصر")]);
        BratWriter::create(folder.path()).unwrap().write(&document).unwrap();
        let found = fs::read_to_string(folder.path().join("sample.ann")).unwrap();
        assert_eq!(found, "T1\tPER 4 12;13 18\tفلاديمير بوتين\nT2\tLOC 19 22\tمصر\n");
    }

    #[test]
    fn ids_that_come_to_one_name_get_numbers() {
        let mut documents = [samples::document("ا", &[]), samples::document("ب", &[]), samples::document("ج", &[])];
        for (document, id) in documents.iter_mut().zip(["a/b:1", "a_b_1", "../A/b.1"]) {
            document.id = id.into();
        }
        let texts: Vec<_> = round(&documents).into_iter().map(|d| d.text).collect();
        assert_eq!(texts.len(), 3);
    }

    #[test]
    fn each_defect_is_named_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let (text, path) = (folder.path().join("a.txt"), folder.path().join("a.ann"));
        fs::write(&text, "زار بوتين مصر").unwrap();
        for (line, wanted) in [
            ("T1 PER 4 9", "a.ann:2: wanted `ID<TAB>TYPE START END<TAB>TEXT`, found `T1 PER 4 9`"),
            ("T1\tPER", "a.ann:2: wanted `TYPE START END`, found `PER`"),
            ("T1\tPER 4\tx", "a.ann:2: wanted `START END` as numbers, found `4`"),
            ("T1\tPER 4 99\tx", "a.ann:2: wanted a span within the text (13 chars), found 4..99 (PER)"),
            (
                "T1\tPER 0 3;10 13\tx",
                "a.ann:2: wanted fragments with nothing but white space between, found `PER 0 3;10 13`",
            ),
            ("T1\tPER 3 8\tبوتين", "a.ann:2: wanted `بوتين` at `PER 3 8`, found ` بوتي`"),
            (
                "T1\tPER 4 9\tبوتين\nT2\tLOC 8 13\tن مصر",
                "a.ann:3: wanted names that do not overlap, found one over that of line 2",
            ),
        ] {
            fs::write(&path, format!("#1\tNote\tx\n{line}\n")).unwrap();
            let error = reader(&path).unwrap().next().unwrap().unwrap_err().to_string();
            assert!(error.contains(wanted), "{error}");
        }
        fs::remove_file(text).unwrap();
        assert!(matches!(reader(&path), Err(Error::Io { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(document in samples::documents()) {
            let found = round(std::slice::from_ref(&document)).remove(0);
            let bare = |d: &Document| -> Vec<_> { d.entities.iter().map(|e| (e.span, e.label.clone())).collect() };
            prop_assert_eq!(&found.text, &document.text);
            prop_assert_eq!(bare(&found), bare(&document));
        }
    }
}
