//! A file of columns, opened: looked at first, then given line by line from its beginning.

use super::columns::Columns;
use super::layout::{self, Layout};
use super::survey::Survey;
use super::tags::Tags;
use crate::Error;
use crate::formats::aside;
use crate::formats::encoding::Decoding;
use crate::formats::input::{self, Lines, Longest};
use crate::formats::notes::Note;
use crate::formats::{InputFormat, ReadOptions};
use crate::shown::shown;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

/// Bytes that are looked at where the tags count for nothing.
const HEAD: u64 = 1 << 16;

/// Opens a file and finds out how its columns are read.
///
/// Where tags are read, all of them say which scheme they are in: the file is read twice, by way of a temporary file where it comes
/// from a pipe. Where they are not, its beginning is enough, of a pipe its first sentence, so that a stream flows on.
pub(super) fn open(path: &Path, options: &ReadOptions) -> Result<(Layout, Lines), Error> {
    let (longest, decoding) = (options.jsonl.longest, &options.jsonl.decoding);
    let by_name = options.format.or_else(|| InputFormat::of_path(path));
    let mut survey = Survey::new(options, by_name == Some(InputFormat::Conllu));
    let lines = if options.tags == Tags::Ignore {
        let mut source = decoded(path, decoding)?;
        let (head, end) = head(&mut source, is_file(path));
        look(Lines::of(path, Box::new(Cursor::new(head.clone()))), &mut survey);
        Lines::of(path, Box::new(BufReader::new(Cursor::new(head).chain(end).chain(source))))
    } else if is_file(path) {
        look(Lines::of(path, decoded(path, decoding)?).up_to(longest), &mut survey);
        Lines::of(path, decoded(path, decoding)?)
    } else {
        let mut file = aside::of(input::open(path)?).map_err(|e| Error::io(path, e))?;
        let again = file.try_clone().map_err(|e| Error::io(path, e))?;
        look(Lines::of(path, Box::new(BufReader::new(again))).decoded(decoding).up_to(longest), &mut survey);
        file.rewind().map_err(|e| Error::io(path, e))?;
        Lines::of(path, Box::new(BufReader::new(file))).decoded(decoding)
    };
    let mut layout = survey.layout().map_err(|message| Error::record(shown(path), message))?;
    let text = matches!(by_name, Some(InputFormat::Text) | None) && path != Path::new("-");
    if text && options.format.is_none() && options.tags != Tags::Ignore {
        layout.noted = Some(Columns { text: true, ..layout.noted.unwrap_or_default() });
    }
    if options.tags != Tags::Ignore && matches!(layout.tags, layout::Source::Nothing) {
        options.jsonl.notes.add(Note::Untagged, &shown(path), 1);
    }
    Ok((layout, lines.up_to(longest)))
}

/// Whether a file whose name says nothing, or says text, has a word and its tag on each line: `train.txt`.
pub fn is_columns(path: &Path) -> bool {
    let Ok(mut source) = (if is_file(path) { decoded(path, &Decoding::default()) } else { return false }) else {
        return false;
    };
    let (mut head, _) = head(&mut source, true);
    if head.len() as u64 >= HEAD {
        // The last line may be cut.
        head.truncate(head.iter().rposition(|byte| *byte == b'\n').unwrap_or(0));
    }
    let mut survey = Survey::new(&ReadOptions::default(), false);
    look(Lines::of(path, Box::new(Cursor::new(head))).up_to(Longest(HEAD)), &mut survey);
    survey.is_tagged()
}

fn decoded(path: &Path, decoding: &Decoding) -> Result<Box<dyn BufRead + Send>, Error> {
    Ok(Box::new(decoding.decode(input::open(path)?)))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|found| found.is_file())
}

fn look(lines: Lines, survey: &mut Survey) {
    for line in lines.filter_map(Result::ok) {
        if let Ok(text) = input::utf8(line.bytes) {
            survey.line(&text);
        }
    }
    survey.end_sentence();
}

/// The beginning of a source, and the error that ended it, which whoever reads on shall have.
fn head(source: &mut Box<dyn BufRead + Send>, much: bool) -> (Vec<u8>, Broken) {
    let mut head = Vec::new();
    let mut source = source.take(HEAD);
    loop {
        let before = head.len();
        match source.read_until(b'\n', &mut head) {
            Err(error) => return (head, Broken(Some(error))),
            Ok(0) => return (head, Broken(None)),
            Ok(_) if much => {}
            // A sentence is at its end.
            Ok(_) if before > 0 && head[before..].trim_ascii().is_empty() => return (head, Broken(None)),
            Ok(_) => {}
        }
    }
}

/// Reads as an error, once.
struct Broken(Option<io::Error>);

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
