//! What zstd has packed.

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// A zstd file of any number of frames. ruzstd's own reader stops behind the first.
pub(crate) struct Zstd<R> {
    source: R,
    decoder: FrameDecoder,
    /// Whether a frame has been begun and not been read to its end.
    inside: bool,
    /// Whether a frame has been found at all: a packed file of nothing has one.
    begun: bool,
    /// What broke the frame, told behind the blocks before it.
    broken: Option<io::Error>,
}

/// An empty last block and any checksum.
const LAST: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

impl<R: BufRead> Zstd<R> {
    pub(crate) fn new(source: R) -> Self {
        Zstd { source, decoder: FrameDecoder::new(), inside: false, begun: false, broken: None }
    }

    /// Begins the next frame; `false` at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if self.source.fill_buf()?.is_empty() {
                return if self.begun { Ok(false) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
            }
            self.begun = true;
            match self.decoder.init(&mut self.source) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    let passed = io::copy(&mut (&mut self.source).take(length.into()), &mut io::sink())?;
                    if passed < u64::from(length) {
                        return Err(io::ErrorKind::UnexpectedEof.into());
                    }
                }
                Err(error) => return Err(io::Error::new(io::ErrorKind::InvalidData, error)),
            }
        }
    }

    /// Unpacks the next block. The decoder keeps a window of what it has unpacked until the frame ends; where that is broken, it
    /// is given an end, so that the window comes out before the error does.
    fn unpack(&mut self) -> io::Result<()> {
        let one = BlockDecodingStrategy::UptoBlocks(1);
        let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, error);
        if let Err(error) = self.decoder.decode_blocks(&mut self.source, one) {
            self.broken = Some(invalid(error));
            self.decoder.decode_blocks(&LAST[..], BlockDecodingStrategy::All).map_err(invalid)?;
        }
        Ok(())
    }

    /// What is wrong with a frame that has been read to its end. The decoder itself compares no checksums.
    fn fault(&mut self) -> Option<io::Error> {
        let differ = || {
            let written = self.decoder.get_checksum_from_data()?;
            (self.decoder.get_calculated_checksum() != Some(written)).then(|| {
                let message = "corrupt zstd frame does not have a matching checksum";
                io::Error::new(io::ErrorKind::InvalidData, message)
            })
        };
        self.broken.take().or_else(differ)
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.inside {
                if !self.begin()? {
                    return Ok(0);
                }
                self.inside = true;
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                self.unpack()?;
            }
            let count = self.decoder.read(buffer)?;
            if count > 0 {
                return Ok(count);
            }
            self.inside = false;
            if let Some(fault) = self.fault() {
                return Err(fault);
            }
        }
    }
}
