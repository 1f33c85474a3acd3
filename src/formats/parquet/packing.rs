//! Columns packed as they are written, by codecs that the `parquet` crate has in C alone: zstd.

use bytes::Bytes;
use parquet::basic::Compression;
use parquet::column::page::{CompressedPage, Page, PageWriteSpec, PageWriter};
use parquet::column::writer::{ColumnCloseResult, get_column_writer, get_typed_column_writer};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::SchemaDescriptor;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::sync::Arc;

/// How the columns of a file are packed.
pub(super) struct Packing {
    pub(super) schema: SchemaDescriptor,
    /// To the crate nothing is compressed.
    pub(super) properties: Arc<WriterProperties>,
    /// What the file says they are packed with.
    pub(super) codec: Compression,
    pub(super) pack: fn(&[u8]) -> Vec<u8>,
}

/// What a column holds: its values, and with levels which rows have them.
#[derive(Clone, Copy)]
pub(super) struct Column<'a, T: DataType> {
    pub(super) values: &'a [T::T],
    pub(super) levels: Option<&'a [i16]>,
    pub(super) repetitions: Option<&'a [i16]>,
}

/// Packs with zstd.
pub(super) fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

impl Packing {
    /// A column of a row group, ready to be appended to it.
    pub(super) fn column<T: DataType>(
        &self,
        number: usize,
        column: Column<'_, T>,
    ) -> Result<(Bytes, ColumnCloseResult), ParquetError> {
        let mut sink = TrackedWrite::new(Vec::new());
        let pages = Box::new(Pages { written: SerializedPageWriter::new(&mut sink), pack: self.pack });
        let writer = get_column_writer(self.schema.column(number), self.properties.clone(), pages);
        let mut writer = get_typed_column_writer::<T>(writer);
        writer.write_batch(column.values, column.levels, column.repetitions)?;
        let mut written = writer.close()?;
        written.metadata = written.metadata.into_builder().set_compression(self.codec).build()?;
        Ok((sink.into_inner()?.into(), written))
    }
}

/// Packs the pages that it is given, and hands them on.
struct Pages<'a> {
    written: SerializedPageWriter<'a, Vec<u8>>,
    pack: fn(&[u8]) -> Vec<u8>,
}

impl PageWriter for Pages<'_> {
    fn write_page(&mut self, page: CompressedPage) -> Result<PageWriteSpec, ParquetError> {
        let size = page.uncompressed_size();
        let packed = Bytes::from((self.pack)(page.data()));
        let mut page = page.compressed_page().clone();
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => *buf = packed,
            Page::DataPageV2 { .. } => return Err(ParquetError::NYI("pages of the second version".into())),
        }
        self.written.write_page(CompressedPage::new(page, size))
    }

    fn close(&mut self) -> Result<(), ParquetError> {
        self.written.close()
    }
}
