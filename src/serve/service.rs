//! What all requests share.

use super::limits::Limits;
use super::log::Log;
use super::metrics::Metrics;
use super::queue::Queue;
use crate::Tagger;
use crate::gazetteer::Gazetteer;
use crate::tagger::{Manner, ModelInfo};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::io;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// What a service is made of.
#[derive(Debug)]
pub struct Config {
    /// What finds names, where a request does not say otherwise.
    pub tagger: Tagger,
    /// What there is to say of its model.
    pub model: ModelInfo,
    /// Names of the user's own, for all requests.
    pub gazetteers: Vec<Arc<Gazetteer>>,
    /// What clients may take.
    pub limits: Limits,
    /// What a request has to bring; where `None`, nothing.
    pub token: Option<String>,
    /// Pages of these origins (`https://news.example`) may ask from a browser, beside the service's own.
    pub origins: Vec<String>,
    /// Where lines about what was done go.
    pub log: Log,
}

/// A service that runs.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) model: ModelInfo,
    pub(crate) limits: Limits,
    /// SHA-256 of the token: two of these are compared in a time that says nothing of either.
    pub(crate) token: Option<[u8; 32]>,
    pub(crate) origins: Vec<String>,
    pub(crate) log: Log,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) queue: Queue,
    /// No new requests are wanted.
    pub(crate) stopping: AtomicBool,
    pub(crate) gazetteers: Vec<Arc<Gazetteer>>,
    own: Arc<Tagger>,
    /// Taggers of the same model, by the manner that requests asked for: there are as many as conventions, four times.
    taggers: Mutex<HashMap<Manner, Arc<Tagger>>>,
}

/// The SHA-256 of a token.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

impl Service {
    /// Starts the thread that tags.
    ///
    /// # Errors
    /// A system that gives no thread.
    pub(crate) fn start(config: Config) -> io::Result<(Arc<Service>, JoinHandle<()>)> {
        let Config { tagger, model, gazetteers, limits, token, origins, log } = config;
        let metrics = Arc::new(Metrics::default());
        let (queue, thread) = Queue::start(limits.queue, tagger.options().batch_tokens, metrics.clone())?;
        let (own, token) = (Arc::new(tagger), token.as_deref().map(digest));
        let (stopping, taggers) = (AtomicBool::new(false), Mutex::default());
        let service =
            Service { model, limits, token, origins, log, metrics, queue, stopping, gazetteers, own, taggers };
        Ok((Arc::new(service), thread))
    }

    /// The tagger that requests have which ask for nothing.
    pub(crate) fn tagger(&self) -> &Arc<Tagger> {
        &self.own
    }

    /// The tagger that works in a manner.
    ///
    /// # Errors
    /// What was wanted and what was found, of a convention that the model does not know.
    pub(crate) fn tagger_in(&self, manner: Manner) -> Result<Arc<Tagger>, String> {
        if manner == self.own.manner() {
            return Ok(self.own.clone());
        }
        // The map is whole even behind a panic of another thread.
        let mut taggers = self.taggers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tagger) = taggers.get(&manner) {
            return Ok(tagger.clone());
        }
        let tagger = Arc::new(self.own.in_manner(&manner).map_err(|error| error.to_string())?);
        taggers.insert(manner, tagger.clone());
        Ok(tagger)
    }
}
