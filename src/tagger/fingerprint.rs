//! What tells a model from another one: a checksum of all files that its names depend on.

use super::Source;
use crate::{Error, checksum, embedded};
use alam_models::{Device, Precision};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// Of the model that [`super::Tagger::load`] would load.
///
/// # Errors
/// Files that cannot be read.
pub fn fingerprint(source: &Source, device: Device, precision: Precision) -> Result<String, Error> {
    let mut hash = Sha256::new();
    let mut add = |part: &[u8]| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    };
    match source {
        Source::Embedded => {
            let parts = embedded::parts()?;
            for part in
                [parts.files.config.as_bytes(), &parts.files.weights, parts.tokenizer, parts.settings.as_bytes()]
            {
                add(part);
            }
        }
        Source::Folder(folder) => {
            for path in files(folder, device, precision)? {
                add(path.file_name().unwrap_or_default().as_encoded_bytes());
                add(checksum::of_file(&path).map_err(|e| Error::io(&path, e))?.as_bytes());
            }
        }
    }
    Ok(checksum::hexadecimal(hash))
}

/// In the order of their names.
fn files(folder: &Path, device: Device, precision: Precision) -> Result<Vec<PathBuf>, Error> {
    const INT8: &str = "model.int8.safetensors";
    let int8 = device == Device::Cpu && precision == Precision::Int8 && folder.join(INT8).is_file();
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|e| Error::io(folder, e))? {
        let path = entry.map_err(|e| Error::io(folder, e))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let counts = match &*name {
            "config.json" | "tokenizer.json" | "tagger.json" => true,
            // A tokenizer is made of these where there is none.
            "vocab.txt" | "tokenizer_config.json" => !folder.join("tokenizer.json").exists(),
            INT8 => int8,
            name => !int8 && (name.ends_with(".safetensors") || name == "model.safetensors.index.json"),
        };
        if counts && path.is_file() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_changes_with_the_files_that_count_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let source = Source::Folder(folder.path().into());
        let of = |precision| fingerprint(&source, Device::Cpu, precision).unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("config.json", "{}");
        write("model.safetensors", "a");
        let first = of(Precision::Int8);
        write("README.md", "a card");
        assert_eq!(of(Precision::Int8), first);
        write("model.safetensors", "b");
        let second = of(Precision::Int8);
        assert_ne!(second, first);
        write("model.int8.safetensors", "c");
        assert_ne!(of(Precision::Int8), second);
        assert_eq!(of(Precision::F32), second);
    }
}
