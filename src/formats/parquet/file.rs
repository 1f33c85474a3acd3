//! A file as the `parquet` crate reads it, its pages unpacked by ourselves ([`super::pages`]).

use super::codec;
use super::pages::Pages;
use crate::formats::input::{self, Longest};
use bytes::Bytes;
use parquet::basic::Compression;
use parquet::bloom_filter::Sbbf;
use parquet::column::page::PageReader;
use parquet::errors::ParquetError;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use parquet::file::reader::{ChunkReader, FileReader, Length, RowGroupReader};
use parquet::file::serialized_reader::SerializedPageReader;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;
use std::fs::File;
use std::io::BufReader;
use std::sync::Arc;

/// A file with what it says of itself.
pub(super) struct TableFile {
    file: Arc<Counted>,
    metadata: ParquetMetaData,
    /// Bytes of a text at most.
    pub(super) longest: Longest,
}

impl TableFile {
    /// Reads what it says of itself.
    pub(super) fn open(file: File) -> Result<TableFile, ParquetError> {
        let metadata = ParquetMetaDataReader::new().parse_and_finish(&file)?;
        Ok(TableFile { file: Arc::new(Counted(file)), metadata, longest: Longest(u64::MAX) })
    }
}

impl FileReader for TableFile {
    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }

    fn num_row_groups(&self) -> usize {
        self.metadata.num_row_groups()
    }

    fn get_row_group(&self, index: usize) -> Result<Box<dyn RowGroupReader + '_>, ParquetError> {
        Ok(Box::new(Group { table: self, metadata: self.metadata.row_group(index), index }))
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>, ParquetError> {
        RowIter::from_file(projection, self)
    }
}

/// Some rows of it.
struct Group<'a> {
    table: &'a TableFile,
    metadata: &'a RowGroupMetaData,
    index: usize,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.metadata
    }

    fn num_columns(&self) -> usize {
        self.metadata.num_columns()
    }

    fn get_column_page_reader(&self, index: usize) -> Result<Box<dyn PageReader>, ParquetError> {
        let column = self.metadata.column(index);
        let codec = column.compression();
        if let Some(name) = codec::unreadable(codec) {
            let groups = self.table.metadata.row_groups().get(self.index..).unwrap_or_default();
            let rows: i64 = groups.iter().map(RowGroupMetaData::num_rows).sum();
            let column = column.column_path().string();
            let message = format!("column `{column}` is compressed with {name}, which alam cannot read ({rows} rows)");
            return Err(ParquetError::NYI(message));
        }
        // To the crate nothing is compressed: it gives pages as they lie there.
        let packed = column.clone().into_builder().set_compression(Compression::UNCOMPRESSED).build()?;
        let rows = usize::try_from(self.metadata.num_rows())?;
        let raw = SerializedPageReader::new(self.table.file.clone(), &packed, rows, None)?;
        Ok(Box::new(Pages::new(raw, codec, column.column_descr(), self.table.longest)))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<Type>) -> Result<RowIter<'_>, ParquetError> {
        RowIter::from_row_group(projection, self)
    }
}

/// A file whose bytes are counted, for telling how far its reading is.
struct Counted(File);

impl Length for Counted {
    fn len(&self) -> u64 {
        Length::len(&self.0)
    }
}

impl ChunkReader for Counted {
    type T = BufReader<File>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        self.0.get_read(start)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        input::count(length as u64);
        self.0.get_bytes(start, length)
    }
}
