//! Models and datasets of a Hugging Face hub, in the cache that `huggingface_hub` shares.
//!
//! Names, layout and variables are those of `huggingface_hub`
//! (<https://huggingface.co/docs/huggingface_hub/guides/manage-cache>): what Python has fetched is found here, and the other
//! way round. Paths and repository names come from hf-hub. The transport is ours, over the same `ureq`: hf-hub 0.5 reads
//! neither the token variable nor the offline switch, checks no sum, follows an absolute redirect with the token, and
//! appends to a broken download whatever the server answers.
//!
//! Only [`Hub::fetch`] and [`Hub::fetch_files`] touch the network; [`Hub::resolve`] never does.

mod cache;
mod checksum;
mod client;
mod environment;
mod files;
mod progress;
mod reference;

pub use environment::Environment;
pub use progress::Progress;
pub use reference::{Kind, Reference};

use crate::Error;
use cache::{Cached, Place};
use client::{Client, Found};
use std::path::{Path, PathBuf};

/// A hub and the cache before it.
#[derive(Debug, Clone)]
pub struct Hub {
    environment: Environment,
}

impl Hub {
    /// With settings of one's own.
    pub fn new(environment: Environment) -> Hub {
        Hub { environment }
    }

    /// As the variables of `huggingface_hub` say.
    pub fn from_env() -> Hub {
        Hub::new(Environment::from_env())
    }

    fn cache(&self) -> Result<&Path, Error> {
        self.environment.cache.as_deref().ok_or_else(|| {
            let message = "the cache of models: wanted HOME, HF_HOME, XDG_CACHE_HOME or HF_HUB_CACHE to say where it is, \
                           found none of them set\ntip: HF_HUB_CACHE=FOLDER is that folder itself, and wants to be one of \
                           yours alone";
            Error::Hub(message.into())
        })
    }

    /// The folder of a model that is in the cache; no network.
    ///
    /// # Errors
    /// When it is not there, or only in part.
    pub fn resolve(&self, id: &str) -> Result<PathBuf, Error> {
        let reference = Reference::parse(id, Kind::Model)?;
        let cache = self.cache()?;
        let place = Place::new(cache, reference.repo());
        let absent = |what: String| {
            let command = reference.command();
            Error::Hub(format!(
                "{id}: {what}\ntip: `alam fetch {command}` gets it, and is the only command that uses the network"
            ))
        };
        let cache = cache.display();
        let snapshot =
            place.snapshot().ok_or_else(|| absent(format!("no such folder, and not in the cache `{cache}`")))?;
        match files::model_is_missing(&snapshot)? {
            None => Ok(snapshot),
            Some(missing) => Err(absent(format!("in the cache `{cache}` without its `{missing}`"))),
        }
    }

    /// Gets a model, `ORG/NAME` or `ORG/NAME@REVISION`, as far as it is not in the cache yet, and gives its folder.
    ///
    /// Only the files that alam reads come: configuration, tokenizer, safetensors, card. Offline, what is in the cache is
    /// taken as it is.
    ///
    /// # Errors
    /// [`Error::Hub`] when the hub cannot be reached, has no such model, wants a token, or sends something else than it
    /// promised; a file whose checksum is wrong is removed.
    pub fn fetch(&self, id: &str, progress: &mut dyn FnMut(Progress<'_>)) -> Result<PathBuf, Error> {
        let reference = Reference::parse(id, Kind::Model)?;
        if let Some(variable) = self.environment.offline {
            return self
                .resolve(id)
                .map_err(|error| Error::Hub(format!("offline, because `{variable}` is set: {error}")));
        }
        let place = Place::new(self.cache()?, reference.repo());
        let client = Client::new(&self.environment)?;
        let listing = client.listing(&reference)?;
        for file in files::of_model(id, &listing.files)? {
            self.bring(&client, &reference, &place, (&listing.commit, &file), progress)?;
        }
        if listing.files.iter().any(|file| file == files::INDEX)
            && !listing.files.iter().any(|file| file == files::WEIGHTS)
        {
            let index = place.folder(&listing.commit).join(files::INDEX);
            for shard in files::shards(&index)? {
                self.bring(&client, &reference, &place, (&listing.commit, &shard), progress)?;
            }
        }
        place.set_revision(&listing.commit)?;
        Ok(place.folder(&listing.commit))
    }

    /// Gets the files of a repository that fit one of the patterns (`*` stands for anything), and gives their paths, sorted
    /// by name. Offline, the cache is searched.
    ///
    /// # Errors
    /// As [`Hub::fetch`]; and when a pattern fits no file.
    pub fn fetch_files(
        &self,
        reference: &Reference,
        patterns: &[&str],
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Vec<PathBuf>, Error> {
        reference.check()?;
        let cache = self.cache()?;
        let place = Place::new(cache, reference.repo());
        if let Some(variable) = self.environment.offline {
            let snapshot = place.snapshot().ok_or_else(|| {
                let cache = cache.display();
                Error::Hub(format!(
                    "offline, because `{variable}` is set: `{}` is not in the cache `{cache}`",
                    reference.id
                ))
            })?;
            let names = files::select(&reference.id, &cache::names(&snapshot)?, patterns)?;
            return Ok(names.into_iter().map(|name| snapshot.join(name)).collect());
        }
        let client = Client::new(&self.environment)?;
        let listing = client.listing(reference)?;
        let mut paths = Vec::new();
        for file in files::select(&reference.id, &listing.files, patterns)? {
            paths.push(self.bring(&client, reference, &place, (&listing.commit, &file), progress)?);
        }
        place.set_revision(&listing.commit)?;
        Ok(paths)
    }

    /// One file of a commit into the cache, its checksum looked at whether it comes now or was there.
    fn bring(
        &self,
        client: &Client,
        reference: &Reference,
        place: &Place,
        (commit, file): (&str, &str),
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<PathBuf, Error> {
        let found: Found = client.find(reference, commit, file)?;
        let _lock = place.lock(&found.etag)?;
        if place.blob(&found.etag)? == Cached::Absent {
            client.download(&found, file, &place.incomplete(&found.etag), progress)?;
            checksum::verify(&place.incomplete(&found.etag), &found, file)?;
            place.complete(&found.etag)?;
            progress(Progress::Done);
        } else {
            checksum::verify(&place.blob_path(&found.etag), &found, file)?;
        }
        place.point(commit, file, &found.etag)
    }
}

/// [`Hub::resolve`] as the environment says: what `--model ORG/NAME` means.
pub fn resolve(id: &str) -> Result<PathBuf, Error> {
    Hub::from_env().resolve(id)
}

/// [`Hub::fetch`] as the environment says, without a report on progress.
pub fn fetch(id: &str) -> Result<PathBuf, Error> {
    Hub::from_env().fetch(id, &mut |_| {})
}

/// [`Hub::fetch_files`] as the environment says, without a report on progress; `revision` is `main` if `None`.
pub fn fetch_files(repo: &str, kind: Kind, revision: Option<&str>, patterns: &[&str]) -> Result<Vec<PathBuf>, Error> {
    let reference = Reference { id: repo.into(), kind, revision: revision.unwrap_or("main").into() };
    Hub::from_env().fetch_files(&reference, patterns, &mut |_| {})
}
