//! A model that a run begins with or learns from: a folder, or the released one in this program.

use crate::Error;
use crate::run::job::Job;
use alam::embedded;
use alam::settings::Settings;
use alam_models::quant::QuantWeights;
use alam_models::weights::{self, Weights};
use alam_models::{Config, Device, Model, Precision, side};
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

/// The name of the released model.
pub(crate) const RELEASED: &str = "default";
/// What errors call it.
const NAME: &str = "the released model";

/// Where a model is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// In this program, with int8 weights.
    Released,
    /// In a folder.
    Folder(PathBuf),
}

impl Display for Origin {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Released => f.write_str(NAME),
            Origin::Folder(folder) => write!(f, "{}", folder.display()),
        }
    }
}

impl Origin {
    /// The folder of that name beside the output folder, or in the working folder; for `default`, where there is none, the
    /// released model. `file` must be in the folder.
    pub(crate) fn find(job: &Job, name: &str, key: &str, file: &str) -> Result<Origin, Error> {
        let beside = job.out.parent().unwrap_or(Path::new("")).join(name);
        let places = [beside, PathBuf::from(name)];
        Origin::named(name, &places, file).map_err(|message| job.recipe.error(key, message))
    }

    /// The first of some folders that has a file; else the released model for `default`, or a model of a hub that was fetched.
    ///
    /// # Errors
    /// What was wanted and where it was looked for.
    pub(crate) fn named(name: &str, places: &[PathBuf], file: &str) -> Result<Origin, String> {
        if let Some(folder) = places.iter().find(|folder| folder.join(file).is_file()) {
            return Ok(Origin::Folder(folder.clone()));
        }
        if name == RELEASED {
            return embedded::parts().map(|_| Origin::Released).map_err(|e| e.to_string());
        }
        alam::hub::resolve(name).map(Origin::Folder).map_err(|_| {
            let places: Vec<String> = places.iter().map(|place| place.display().to_string()).collect();
            format!(
                "wanted a folder with {file}, found none at {}\ntip: `{RELEASED}` is the released model, `alam fetch` gets one of a hub",
                places.join(" nor at ")
            )
        })
    }

    /// A file of it, as errors name it.
    pub(crate) fn place(&self, file: &str) -> String {
        match self {
            Origin::Released => format!("{NAME}: {file}"),
            Origin::Folder(folder) => folder.join(file).display().to_string(),
        }
    }

    /// What it is.
    pub(crate) fn config(&self) -> Result<Config, Error> {
        Ok(match self {
            Origin::Released => Config::from_json(&embedded::parts()?.files.config, NAME)?,
            Origin::Folder(folder) => Config::open(folder)?,
        })
    }

    /// Its weights; the released one's are what its int8 weights stand for.
    pub(crate) fn weights(&self, config: &Config) -> Result<Weights, Error> {
        Ok(match self {
            Origin::Released => {
                let weights = QuantWeights::from_bytes(embedded::parts()?.files.weights, NAME)?;
                weights.check(config)?;
                weights.dequantised()?
            }
            Origin::Folder(folder) => weights::read(folder, config)?,
        })
    }

    /// The model, ready to tag: in int8 where it runs on the CPU, which the released one always does.
    pub(crate) fn open(&self, device: Device) -> Result<Model, Error> {
        Ok(match self {
            Origin::Released => Model::from_files(embedded::parts()?.files)?,
            Origin::Folder(folder) => Model::open(folder, device, Precision::Int8)?,
        })
    }

    /// Its `tokenizer.json`.
    pub(crate) fn tokenizer(&self) -> Result<Vec<u8>, Error> {
        match self {
            Origin::Released => Ok(embedded::parts()?.tokenizer.to_vec()),
            Origin::Folder(folder) => {
                let path = folder.join("tokenizer.json");
                side::read(&path, side::LIST).map_err(Error::io(&path))
            }
        }
    }

    /// What its `tagger.json` says; of a model from elsewhere what holds without one.
    pub(crate) fn settings(&self) -> Result<Settings, Error> {
        match self {
            Origin::Released => Ok(Settings::from_json(embedded::parts()?.settings, NAME)?),
            Origin::Folder(folder) => {
                let path = folder.join("tagger.json");
                match side::text(&path, side::CONFIGURATION) {
                    Ok(json) => Ok(Settings::from_json(&json, &path.display().to_string())?),
                    Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Settings::default()),
                    Err(e) => Err(Error::io(path)(e)),
                }
            }
        }
    }

    /// The longest sequences whose positions it has learnt: its windows, where it is alam's; all that it has, where it comes
    /// from elsewhere and nothing says otherwise.
    pub(crate) fn learnt(&self, config: &Config) -> Result<usize, Error> {
        let of_alam = match self {
            Origin::Released => true,
            Origin::Folder(folder) => folder.join("tagger.json").is_file(),
        };
        let window = if of_alam { self.settings()?.window } else { usize::MAX };
        Ok(window.min(config.max_tokens()))
    }

    /// One of the small files that transformers reads beside `tokenizer.json`; `None` where it has none.
    pub(crate) fn small(&self, file: &str) -> Result<Option<Vec<u8>>, Error> {
        let Origin::Folder(folder) = self else { return Ok(None) };
        let path = folder.join(file);
        match side::read(&path, side::CONFIGURATION) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(Error::io(path)(e)),
        }
    }
}

#[cfg(all(test, feature = "embed"))]
mod tests {
    use super::*;

    #[test]
    fn the_released_model_is_whole_and_begins_what_its_windows_reach() {
        let config = Origin::Released.config().unwrap();
        let weights = Origin::Released.weights(&config).unwrap();
        assert_eq!(weights["embeddings.word"].shape, [config.vocab_size, config.embedding_size]);
        assert!(weights.contains_key("classifier.weight") && weights.contains_key("clitics.weight"));
        assert_eq!(Origin::Released.learnt(&config).unwrap(), Origin::Released.settings().unwrap().window);
        assert!(Origin::Released.tokenizer().unwrap().starts_with(b"{"));
    }
}
