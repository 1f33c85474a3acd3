//! What is known of a model without running it: which file its weights come from, and its licence.

use super::Source;
use crate::{Error, embedded};
use alam_models::{Device, Precision, side};
use std::fs;
use std::path::Path;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// The file with the weights.
    pub weights: String,
    /// Its bytes.
    pub bytes: u64,
    /// The licence that the model's card (`README.md`) names.
    pub licence: Option<String>,
}

impl Card {
    /// Of the model that [`super::Tagger::load`] would load.
    ///
    /// # Errors
    /// Weights that are not there.
    pub fn of(source: &Source, device: Device, precision: Precision) -> Result<Card, Error> {
        const INT8: &str = "model.int8.safetensors";
        match source {
            Source::Embedded => {
                let parts = embedded::parts()?;
                let bytes = parts.files.weights.len() as u64;
                Ok(Card { weights: INT8.into(), bytes, licence: licence(parts.card) })
            }
            Source::Folder(folder) => {
                let int8 = device == Device::Cpu && precision == Precision::Int8 && folder.join(INT8).is_file();
                let name = if int8 { INT8 } else { "model.safetensors" };
                let path = folder.join(name);
                let bytes = fs::metadata(&path).map_err(|e| Error::io(path, e))?.len();
                Ok(Card { weights: name.into(), bytes, licence: licence_of(folder) })
            }
        }
    }
}

fn licence_of(folder: &Path) -> Option<String> {
    licence(&side::text(&folder.join("README.md"), side::CONFIGURATION).ok()?)
}

/// `license` of the YAML between the first two lines of `---` (Hugging Face model cards), or the name it stands for
/// where it is `other`.
fn licence(card: &str) -> Option<String> {
    let mut lines = card.trim_start_matches('\u{feff}').lines().map(str::trim_end);
    if lines.next() != Some("---") {
        return None;
    }
    let front: Vec<&str> = lines.take_while(|line| *line != "---").collect();
    let field = |name: &str| {
        let value = front.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        let value = value.trim().trim_matches(['"', '\'']);
        (!value.is_empty()).then(|| value.to_string())
    };
    match field("license") {
        Some(other) if other == "other" => field("license_name").or(Some(other)),
        licence => licence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licence_is_that_of_the_cards_front_matter() {
        assert_eq!(licence("---\nlanguage: ar\nlicense: cc-by-sa-4.0\n---\n# A").as_deref(), Some("cc-by-sa-4.0"));
        assert_eq!(licence("---\r\nlicense: \"mit\"\r\n---\r\n").as_deref(), Some("mit"));
        assert_eq!(licence("---\nlicense: other\nlicense_name: of-our-own\n---\n").as_deref(), Some("of-our-own"));
    }

    #[test]
    fn a_card_that_names_none_has_none() {
        assert_eq!(licence("# A\nlicense: mit\n"), None);
        assert_eq!(licence("---\nlanguage: ar\n---\nlicense: mit\n"), None);
        assert_eq!(licence_of(Path::new("no/such/folder")), None);
    }

    #[test]
    fn weights_that_are_not_there_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = Card::of(&Source::Folder(folder.path().into()), Device::Cpu, Precision::Int8).unwrap_err();
        assert!(error.to_string().contains("model.safetensors: "), "{error}");
    }
}
