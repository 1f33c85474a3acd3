//! One safetensors file: its header checked whole before any number is read, each defect with its tensor's name.
//!
//! The format: 8 bytes of header length, a JSON object of tensors (dtype, shape, range of bytes), their bytes without a
//! gap (<https://huggingface.co/docs/safetensors>). Read here and not by the `safetensors` crate because that one wants
//! the whole file in memory, and its errors do not say which tensor they mean.

use super::names;
use super::weight::{Weight, Weights};
use crate::whole::WholeFile;
use crate::{Config, Error};
use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::Dtype;
use serde::de::{Error as _, IgnoredAny, MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The format's own limit.
const LONGEST_HEADER: u64 = 100_000_000;
/// Bytes that are converted at a time; a multiple of every element's size.
const BLOCK: usize = 1 << 18;

/// What the header says of a tensor.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Info {
    /// In the format's spelling: `F32`, `BF16`, ...
    pub(crate) dtype: String,
    /// Length of each dimension.
    pub(crate) shape: Vec<usize>,
    /// First byte, and the one behind the last, from the end of the header.
    data_offsets: (u64, u64),
}

/// An open safetensors file.
#[derive(Debug)]
pub(crate) struct File<R> {
    source: R,
    origin: String,
    data_begin: u64,
    tensors: BTreeMap<String, Info>,
}

fn broken(origin: &str, message: impl Into<String>) -> Error {
    Error::Weights { origin: origin.to_owned(), message: message.into() }
}

impl File<fs::File> {
    /// Opens a file and checks its header.
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let io = |source| Error::Io { path: path.to_owned(), source };
        let source = crate::side::open(path).map_err(io)?;
        let length = source.metadata().map_err(io)?.len();
        File::new(source, length, path.display().to_string())
    }
}

impl<R: Read + Seek> File<R> {
    /// Checks the header of a file of `length` bytes that `origin` names in errors.
    pub(crate) fn new(mut source: R, length: u64, origin: String) -> Result<Self, Error> {
        let failed = |e: std::io::Error| broken(&origin, format!("cannot be read: {e}"));
        let mut first = [0; 8];
        if length < 8 {
            return Err(broken(&origin, format!("expected a safetensors file, found {length} bytes")));
        }
        source.read_exact(&mut first).map_err(failed)?;
        let header_length = u64::from_le_bytes(first);
        if header_length > LONGEST_HEADER || header_length > length - 8 {
            let message = match stranger(&first) {
                Some(what) => format!("expected a safetensors file, found {what}"),
                None => format!(
                    "expected a safetensors file, found a header of {header_length} bytes in a file of {length} bytes: \
                     truncated, or another format"
                ),
            };
            return Err(broken(&origin, message));
        }
        let mut header = vec![0; header_length as usize];
        source.read_exact(&mut header).map_err(failed)?;
        let Header(tensors) =
            serde_json::from_slice(&header).map_err(|e| broken(&origin, format!("broken header: {e}")))?;
        let data_begin = 8 + header_length;
        check_ranges(&tensors, length - data_begin).map_err(|message| broken(&origin, message))?;
        Ok(File { source, origin, data_begin, tensors })
    }

    /// What the header says of a tensor; `None` if there is no such tensor.
    pub(crate) fn info(&self, name: &str) -> Option<&Info> {
        self.tensors.get(name)
    }

    /// A tensor as f32, which must have this shape and be finite.
    pub(crate) fn floats(&mut self, name: &str, shape: &[usize]) -> Result<Weight, Error> {
        let Some(info) = self.tensors.get(name) else {
            return Err(broken(&self.origin, format!("expected a tensor `{name}`, found none")));
        };
        let wrong = |message: String| broken(&self.origin, format!("tensor `{name}`: {message}"));
        if info.shape != shape {
            return Err(wrong(format!("expected shape {shape:?}, found {:?}", info.shape)));
        }
        let convert: fn(&[u8], &mut Vec<f32>) = match info.dtype.as_str() {
            "F32" => from_f32,
            "F16" => from_f16,
            "BF16" => from_bf16,
            other => return Err(wrong(format!("expected F32, F16 or BF16, found {other}"))),
        };
        let (begin, end) = info.data_offsets;
        let io = |e: std::io::Error| wrong(format!("cannot be read: {e}"));
        self.source.seek(SeekFrom::Start(self.data_begin + begin)).map_err(io)?;
        let mut left = (end - begin) as usize;
        let mut values = Vec::with_capacity(shape.iter().product());
        let mut block = vec![0; BLOCK.min(left)];
        while left > 0 {
            let part = &mut block[..BLOCK.min(left)];
            self.source.read_exact(part).map_err(io)?;
            convert(part, &mut values);
            left -= part.len();
        }
        if let Some(i) = values.iter().position(|value| !value.is_finite()) {
            return Err(wrong(format!("expected finite numbers, found {} at index {i}", values[i])));
        }
        Ok(Weight { shape: shape.to_vec(), values })
    }
}

fn from_f32(bytes: &[u8], out: &mut Vec<f32>) {
    out.extend(bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b)));
}

fn from_bf16(bytes: &[u8], out: &mut Vec<f32>) {
    out.extend(bytes.as_chunks().0.iter().map(|b| f32::from_bits(u32::from(u16::from_le_bytes(*b)) << 16)));
}

fn from_f16(bytes: &[u8], out: &mut Vec<f32>) {
    let halves: Vec<f16> = bytes.as_chunks().0.iter().map(|b| f16::from_le_bytes(*b)).collect();
    let begin = out.len();
    out.resize(begin + halves.len(), 0.0);
    halves.convert_to_f32_slice(&mut out[begin..]);
}

/// What a file that is no safetensors file seems to be.
fn stranger(first: &[u8; 8]) -> Option<&'static str> {
    match first {
        [b'P', b'K', 3, 4, ..] | [0x80, 2, ..] => Some("a pickle of PyTorch\ntip: save it as safetensors"),
        b"version " => Some("a pointer of Git LFS\ntip: `git lfs pull` fetches the file itself"),
        [b'<', ..] => Some("a page of HTML: the download failed"),
        _ => None,
    }
}

/// The tensors of a header, by name; each error names its tensor.
struct Header(BTreeMap<String, Info>);

impl<'de> serde::Deserialize<'de> for Header {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tensors;
        impl<'de> Visitor<'de> for Tensors {
            type Value = Header;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut tensors = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                        continue;
                    }
                    let info = map.next_value().map_err(|e| A::Error::custom(format!("tensor `{name}`: {e}")))?;
                    if tensors.contains_key(&name) {
                        return Err(A::Error::custom(format!("tensor `{name}` is there twice")));
                    }
                    tensors.insert(name, info);
                }
                Ok(Header(tensors))
            }
        }
        deserializer.deserialize_map(Tensors)
    }
}

/// Bits of one element of the types that occur in model files.
fn bits(dtype: &str) -> Option<u64> {
    Some(match dtype {
        "BOOL" | "U8" | "I8" | "F8_E5M2" | "F8_E4M3" | "F8_E8M0" => 8,
        "I16" | "U16" | "F16" | "BF16" => 16,
        "I32" | "U32" | "F32" => 32,
        "I64" | "U64" | "F64" | "C64" => 64,
        _ => return None,
    })
}

/// The ranges must fit their shapes, and fill the data part without gap or overlap.
fn check_ranges(tensors: &BTreeMap<String, Info>, data_length: u64) -> Result<(), String> {
    let mut in_order: Vec<_> = tensors.iter().collect();
    in_order.sort_by_key(|(_, info)| info.data_offsets);
    let mut expected = 0;
    for (name, info) in in_order {
        let (begin, end) = info.data_offsets;
        if begin != expected || end < begin {
            return Err(format!("tensor `{name}`: expected bytes from {expected} on, found {begin} to {end}"));
        }
        if end > data_length {
            return Err(format!(
                "truncated: tensor `{name}` ends at byte {end} of the data, the file at {data_length}"
            ));
        }
        let elements = info.shape.iter().try_fold(1u64, |n, d| n.checked_mul(*d as u64));
        // A type that is not known may still be that of a tensor nobody asks for.
        if let Some(size) = bits(&info.dtype)
            && elements.and_then(|n| n.checked_mul(size / 8)) != Some(end - begin)
        {
            return Err(format!(
                "tensor `{name}`: expected the bytes of {} {:?}, found {}",
                info.dtype,
                info.shape,
                end - begin
            ));
        }
        expected = end;
    }
    if expected != data_length {
        return Err(format!("expected {expected} bytes of data, found {data_length}"));
    }
    Ok(())
}

/// Writes weights under their names in files, in their order there.
pub(super) fn write(path: &Path, config: &Config, weights: &Weights, dtype: Dtype) -> Result<(), Error> {
    let origin = path.display().to_string();
    let (spelling, size) = match dtype {
        Dtype::F32 => ("F32", 4),
        Dtype::BF16 => ("BF16", 2),
        other => return Err(broken(&origin, format!("expected to write F32 or BF16, found {other}"))),
    };
    let named: BTreeMap<String, &Weight> =
        weights.iter().map(|(name, weight)| (names::hub_name(config, name).unwrap_or(name.clone()), weight)).collect();
    let mut header = serde_json::json!({"__metadata__": {"format": "pt"}});
    let mut end = 0;
    for (name, weight) in &named {
        check(weight, dtype).map_err(|message| broken(&origin, format!("tensor `{name}`: {message}")))?;
        let begin = end;
        end += weight.values.len() * size;
        header[name] = serde_json::json!({"dtype": spelling, "shape": weight.shape, "data_offsets": [begin, end]});
    }
    let mut header = header.to_string().into_bytes();
    header.resize(header.len().next_multiple_of(8), b' ');
    let mut out = WholeFile::create(path)?;
    let put = |out: &mut WholeFile| {
        out.write_all(&(header.len() as u64).to_le_bytes())?;
        out.write_all(&header)?;
        for value in named.values().flat_map(|weight| &weight.values) {
            match dtype {
                Dtype::BF16 => out.write_all(&bf16::from_f32(*value).to_le_bytes())?,
                _ => out.write_all(&value.to_le_bytes())?,
            }
        }
        Ok(())
    };
    put(&mut out).map_err(|source| Error::Io { path: path.to_owned(), source })?;
    Ok(out.commit()?)
}

/// Refuses to write what [`File::floats`] would refuse to read.
fn check(weight: &Weight, dtype: Dtype) -> Result<(), String> {
    let elements = weight.shape.iter().try_fold(1usize, |n, d| n.checked_mul(*d));
    if elements != Some(weight.values.len()) {
        return Err(format!("expected the values of {:?}, found {}", weight.shape, weight.values.len()));
    }
    // Rounding to bf16 may carry the largest finite numbers to infinity.
    let finite = |value: f32| value.is_finite() && (dtype != Dtype::BF16 || bf16::from_f32(value).is_finite());
    match weight.values.iter().position(|value| !finite(*value)) {
        Some(i) => Err(format!("expected finite numbers, found {} at index {i}", weight.values[i])),
        None => Ok(()),
    }
}
