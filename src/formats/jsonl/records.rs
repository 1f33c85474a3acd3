//! The records of a JSON file, one by one.

use super::values::Values;
use super::{Entities, Layout, Options, Record, beside, gold, object};
use crate::Error;
use crate::formats::input::{self, Lines};
use crate::formats::notes::Note;
use crate::scheme::{Detector, Scheme};
use crate::shown::shown;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::path::Path;

/// An object as it stands in its file.
pub(super) struct Object {
    pub(super) place: String,
    pub(super) fields: Map<String, Value>,
    /// Bytes that it has in the file.
    pub(super) bytes: usize,
}

type Objects = Box<dyn Iterator<Item = Result<Object, Error>> + Send>;

/// Records, and their bytes, that are read ahead to see which scheme tags are in.
const LOOK: (usize, usize) = (1000, 4 << 20);

/// See the module.
pub struct Records {
    objects: Objects,
    /// What was read ahead.
    ahead: VecDeque<Result<Object, Error>>,
    options: Options,
    /// Whether the scheme of tags is known.
    looked: bool,
}

impl Records {
    /// Opens a file.
    pub(super) fn open(path: &Path, mut options: Options) -> Result<Records, Error> {
        if options.entities == Entities::Read && options.tags.names.is_empty() {
            options.tags.names = beside::names(path);
        }
        let objects = match options.layout {
            Layout::Lines => lines(path, &options)?,
            Layout::Values => values(path, &options)?,
        };
        Ok(Records { objects, ahead: VecDeque::new(), options, looked: false })
    }

    /// Reads ahead behind the first object with tags that are spelt out, until their scheme is known.
    fn look(&mut self, first: &Object) {
        let mut detector = Detector::default();
        let mut bytes = first.bytes;
        gold::see(&first.fields, &mut detector);
        while self.ahead.len() < LOOK.0 && bytes < LOOK.1 {
            let Some(next) = self.objects.next() else { break };
            if let Ok(object) = &next {
                bytes += object.bytes;
                gold::see(&object.fields, &mut detector);
            }
            self.ahead.push_back(next);
        }
        self.options.tags.spelt = detector.scheme(self.options.tags.scheme);
        self.looked = true;
    }
}

impl Iterator for Records {
    type Item = Result<Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let object = match self.ahead.pop_front().or_else(|| self.objects.next())? {
                Ok(object) => object,
                Err(error) => return Some(Err(error)),
            };
            if self.options.entities == Entities::Read {
                if let Some(note) = gold::left_out(&object.fields) {
                    self.options.notes.add(note, &object.place, 1);
                    continue;
                }
                let spelt = gold::see(&object.fields, &mut Detector::default());
                if spelt && !self.looked {
                    self.look(&object);
                }
                if spelt && self.options.tags.spelt != Scheme::IOB2 {
                    self.options.notes.add(Note::Scheme(self.options.tags.spelt.to_string()), &object.place, 1);
                }
            }
            return Some(object::from_object(object.fields, &object.place, &self.options));
        }
    }
}

/// The objects of a file with one a line. Empty lines are passed over.
fn lines(path: &Path, options: &Options) -> Result<Objects, Error> {
    let mut lines = Lines::open(path)?.decoded(&options.decoding).up_to(options.longest);
    let id = options.id_field.clone();
    Ok(Box::new(std::iter::from_fn(move || {
        loop {
            let line = match lines.next()? {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            let mut bytes = line.bytes;
            if line.number == 1 && bytes.starts_with("\u{FEFF}".as_bytes()) {
                bytes.drain(..3);
            }
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return Some(parsed(bytes, lines.place(line.number), 0, id.as_deref()));
        }
    })))
}

/// The objects of a file with values on any lines.
fn values(path: &Path, options: &Options) -> Result<Objects, Error> {
    let source = options.decoding.decode(input::open(path)?);
    let values = Values::new(shown(path), source, options.longest);
    let id = options.id_field.clone();
    Ok(Box::new(values.map(move |piece| {
        let piece = piece?;
        parsed(piece.bytes, piece.place, piece.line, id.as_deref())
    })))
}

/// An object as it is written from a line on; 0 where it is all of its line.
fn parsed(bytes: Vec<u8>, place: String, line: u64, id_field: Option<&str>) -> Result<Object, Error> {
    let length = bytes.len();
    let text = input::utf8(bytes).map_err(|message| Error::record(&place, message))?;
    let fields = object::parse(&text, &place, line, id_field)?;
    Ok(Object { place, fields, bytes: length })
}
