//! Pages of a column, unpacked, those with many long texts in pieces.
//!
//! A page is what writers make of a thousand rows or so, however long these are: pages of a gigabyte are not rare where rows are
//! articles. So a page, or a dictionary, that is larger than some is not unpacked whole: its values are taken from it one by
//! one, and a value that is longer than documents may be is cut behind that length, where it can still be seen to be too long.

use super::codec;
use super::dictionary::Dictionary;
use super::levels::{Numbers, runs};
use super::values::{PIECE, length, take};
use crate::formats::input::Longest;
use bytes::Bytes;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::ParquetError;
use parquet::file::reader::ChunkReader;
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::schema::types::ColumnDescriptor;
use std::io::{Cursor, Read};

/// Values of a piece at most.
const VALUES: usize = 1 << 12;
/// Bytes that a page may have that can only be unpacked whole, beside those of the longest document.
const WHOLE: u64 = 1 << 26;

/// See the module.
pub(super) struct Pages<R: ChunkReader> {
    raw: SerializedPageReader<R>,
    codec: Compression,
    /// Whether values can be taken one by one: texts, one a row.
    flat: bool,
    /// Whether a row may be without a value.
    optional: bool,
    longest: Longest,
    /// The dictionary, where it is too large to be handed on.
    dictionary: Option<Dictionary>,
    /// The page that is being given in pieces.
    split: Option<Split>,
}

/// A page whose values are taken one by one.
struct Split {
    levels: Numbers,
    values: Values,
    /// How many rows are left.
    left: u32,
}

enum Values {
    /// Each with its length in front.
    Plain(codec::Unpacking),
    /// Places in a dictionary.
    Places(Numbers),
}

impl<R: ChunkReader> Pages<R> {
    /// The pages of a column; `raw` gives them as they are packed.
    pub(super) fn new(
        raw: SerializedPageReader<R>,
        codec: Compression,
        column: &ColumnDescriptor,
        longest: Longest,
    ) -> Self {
        let (levels, repetitions) = (column.max_def_level(), column.max_rep_level());
        let flat = column.physical_type() == Type::BYTE_ARRAY && repetitions == 0 && levels < 2;
        Pages { raw, codec, flat, optional: levels > 0, longest, dictionary: None, split: None }
    }

    /// A page as it is handed on; `None` where it is kept, to be given in pieces or looked up.
    fn page(&mut self, page: Page) -> Result<Option<Page>, ParquetError> {
        let unpacked = match &page {
            Page::DataPageV2 { def_levels_byte_len, rep_levels_byte_len, is_compressed, buf, .. } => {
                let levels = (*def_levels_byte_len as usize).saturating_add(*rep_levels_byte_len as usize);
                let body = (levels <= buf.len()).then(|| buf.slice(levels..)).ok_or_else(damaged)?;
                codec::unpacked(if *is_compressed { self.codec } else { Compression::UNCOMPRESSED }, body)?
            }
            other => codec::unpacked(self.codec, other.buffer().clone())?,
        };
        let (head, rest) = Head::of(unpacked)?;
        match page {
            Page::DictionaryPage { num_values, encoding, is_sorted, .. } => match rest {
                Some(rest) if self.flat => {
                    let values = Cursor::new(head).chain(rest);
                    self.dictionary = Some(Dictionary::spilt(values, num_values, self.longest)?);
                    Ok(None)
                }
                rest => {
                    let buf = self.whole(head, rest)?;
                    Ok(Some(Page::DictionaryPage { buf, num_values, encoding, is_sorted }))
                }
            },
            Page::DataPage { num_values, encoding, def_level_encoding, rep_level_encoding, statistics, .. } => {
                let levels_known = !self.optional || def_level_encoding == Encoding::RLE;
                if !levels_known || !self.is_split(encoding, rest.is_some()) {
                    let buf = self.whole(head, rest)?;
                    let page = Page::DataPage {
                        buf,
                        num_values,
                        encoding,
                        def_level_encoding,
                        rep_level_encoding,
                        statistics,
                    };
                    return Ok(Some(page));
                }
                let mut values = stream(head, rest);
                let levels = if self.optional {
                    let length = length(&mut values)?;
                    let levels = bytes_of((&mut values).take(length.into()), self.most())?;
                    Numbers::new(levels, 1)
                } else {
                    Numbers::constant(1)
                };
                self.split =
                    Some(Split { levels, values: Values::of(values, encoding, self.most())?, left: num_values });
                Ok(None)
            }
            Page::DataPageV2 {
                buf,
                num_values,
                encoding,
                num_nulls,
                num_rows,
                def_levels_byte_len,
                rep_levels_byte_len,
                statistics,
                ..
            } => {
                let levels = buf.slice(..(def_levels_byte_len + rep_levels_byte_len) as usize);
                if self.is_split(encoding, rest.is_some()) {
                    let levels = if self.optional { Numbers::new(levels, 1) } else { Numbers::constant(1) };
                    let values = Values::of(stream(head, rest), encoding, self.most())?;
                    self.split = Some(Split { levels, values, left: num_values });
                    return Ok(None);
                }
                let buf = Bytes::from([&levels[..], &self.whole(head, rest)?].concat());
                Ok(Some(Page::DataPageV2 {
                    buf,
                    num_values,
                    encoding,
                    num_nulls,
                    num_rows,
                    def_levels_byte_len,
                    rep_levels_byte_len,
                    is_compressed: false,
                    statistics,
                }))
            }
        }
    }

    /// A page that cannot be taken apart.
    fn whole(&self, head: Vec<u8>, rest: Option<codec::Unpacking>) -> Result<Bytes, ParquetError> {
        match rest {
            None => Ok(head.into()),
            Some(_) => bytes_of(stream(head, rest), self.most()),
        }
    }

    /// Bytes that are held at once at most.
    fn most(&self) -> u64 {
        self.longest.0.saturating_add(WHOLE)
    }

    /// Whether the values of a page are taken one by one.
    fn is_split(&self, encoding: Encoding, large: bool) -> bool {
        self.flat && if is_places(encoding) { self.dictionary.is_some() } else { large && encoding == Encoding::PLAIN }
    }

    /// The next piece of the page that is being given in pieces.
    fn piece(&mut self) -> Result<Option<Page>, ParquetError> {
        let Some(split) = &mut self.split else { return Ok(None) };
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        while split.left > 0 && levels.len() < VALUES && values.len() < PIECE {
            let there = split.levels.next().ok_or_else(damaged)? == 1;
            levels.push(there);
            split.left -= 1;
            if !there {
                continue;
            }
            match (&mut split.values, &mut self.dictionary) {
                (Values::Plain(stream), _) => {
                    let length = length(stream)?;
                    take(stream, length, self.longest, &mut values)?;
                }
                (Values::Places(places), Some(dictionary)) => {
                    let place = places.next().ok_or_else(damaged)?;
                    dictionary.value(place, &mut values)?;
                }
                (Values::Places(_), None) => return Err(damaged()),
            }
        }
        if levels.is_empty() {
            self.split = None;
            return Ok(None);
        }
        if self.optional {
            values.splice(0..0, runs(&levels));
        }
        Ok(Some(Page::DataPage {
            buf: values.into(),
            num_values: levels.len() as u32,
            encoding: Encoding::PLAIN,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        }))
    }
}

impl<R: ChunkReader> PageReader for Pages<R> {
    fn get_next_page(&mut self) -> Result<Option<Page>, ParquetError> {
        loop {
            if let Some(piece) = self.piece()? {
                return Ok(Some(piece));
            }
            let Some(page) = self.raw.get_next_page()? else { return Ok(None) };
            if let Some(page) = self.page(page)? {
                return Ok(Some(page));
            }
        }
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>, ParquetError> {
        self.raw.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<(), ParquetError> {
        self.raw.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool, ParquetError> {
        self.raw.at_record_boundary()
    }
}

impl<R: ChunkReader> Iterator for Pages<R> {
    type Item = Result<Page, ParquetError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl Values {
    fn of(mut values: codec::Unpacking, encoding: Encoding, most: u64) -> Result<Values, ParquetError> {
        if !is_places(encoding) {
            return Ok(Values::Plain(values));
        }
        let mut width = [0];
        values.read_exact(&mut width)?;
        Ok(Values::Places(Numbers::new(bytes_of(values, most)?, width[0].into())))
    }
}

fn is_places(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::RLE_DICTIONARY | Encoding::PLAIN_DICTIONARY)
}

/// The first bytes of a page.
struct Head;

impl Head {
    /// They, and what follows where that is more than some.
    fn of(mut unpacked: codec::Unpacking) -> Result<(Vec<u8>, Option<codec::Unpacking>), ParquetError> {
        let mut head = Vec::new();
        unpacked.by_ref().take(PIECE as u64 + 1).read_to_end(&mut head)?;
        let rest = (head.len() > PIECE).then_some(unpacked);
        Ok((head, rest))
    }
}

fn stream(head: Vec<u8>, rest: Option<codec::Unpacking>) -> codec::Unpacking {
    let head = Cursor::new(head);
    match rest {
        Some(rest) => Box::new(head.chain(rest)),
        None => Box::new(head),
    }
}

/// All bytes, which may be so many at most.
fn bytes_of(stream: impl Read, most: u64) -> Result<Bytes, ParquetError> {
    let mut bytes = Vec::new();
    stream.take(most.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 <= most {
        return Ok(bytes.into());
    }
    let message =
        format!("wanted a page of at most {most} bytes, found a longer one that cannot be read piece by piece");
    Err(ParquetError::General(format!("{message}\ntip: --max-document-bytes allows it")))
}

fn damaged() -> ParquetError {
    ParquetError::General("the page is damaged".into())
}
