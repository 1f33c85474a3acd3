//! What is counted, for Prometheus.

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What tells requests apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

type Histograms = Family<Route, Histogram, fn() -> Histogram>;

/// See the module.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<Answered, Counter>,
    seconds: Histograms,
    texts: Counter,
    bytes: Counter,
    names: Counter,
    busy: Counter<f64, AtomicU64>,
    batch: Histogram,
    waiting: Gauge,
    /// Connections that are open.
    pub(crate) connections: Gauge,
    /// Connections and requests that there was no room for.
    pub(crate) refused: Counter,
    /// Bytes a second, as bits of a float, of late.
    pace: AtomicU64,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("alam"),
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.001, 2.0, 16))),
            texts: Counter::default(),
            bytes: Counter::default(),
            names: Counter::default(),
            busy: Counter::default(),
            batch: Histogram::new(exponential_buckets(1.0, 2.0, 11)),
            waiting: Gauge::default(),
            connections: Gauge::default(),
            refused: Counter::default(),
            pace: AtomicU64::default(),
        };
        metrics.register();
        metrics
    }
}

impl Metrics {
    fn register(&mut self) {
        let registry = &mut self.registry;
        registry.register("requests", "Requests that were answered, by route and status", self.requests.clone());
        registry.register("request_seconds", "From a request's head to its answer's", self.seconds.clone());
        registry.register("texts", "Texts that were tagged", self.texts.clone());
        registry.register("text_bytes", "Bytes of those texts", self.bytes.clone());
        registry.register("names", "Names that were found in them", self.names.clone());
        registry.register("tagging_seconds", "Time in which a text was being tagged", self.busy.clone());
        registry.register("batch_texts", "Texts that were tagged together", self.batch.clone());
        registry.register("queue_bytes", "Bytes of text that wait or are being tagged", self.waiting.clone());
        registry.register("connections", "Connections that are open", self.connections.clone());
        registry.register("refused", "Requests and connections that there was no room for", self.refused.clone());
    }

    /// Counts an answer.
    pub(crate) fn answered(&self, route: &str, status: u16, took: Duration) {
        self.requests.get_or_create(&Answered { route: route.into(), status }).inc();
        self.seconds.get_or_create(&Route { route: route.into() }).observe(took.as_secs_f64());
    }

    /// Counts a batch.
    pub(crate) fn tagged(&self, texts: usize, bytes: usize, took: Duration) {
        self.texts.inc_by(texts as u64);
        self.bytes.inc_by(bytes as u64);
        self.busy.inc_by(took.as_secs_f64());
        self.batch.observe(texts as f64);
        let now = bytes as f64 / took.as_secs_f64().max(1e-6);
        let before = self.bytes_per_second();
        let pace = if before > 0.0 { 0.9 * before + 0.1 * now } else { now };
        self.pace.store(pace.to_bits(), Ordering::Relaxed);
    }

    /// Counts names that were handed out.
    pub(crate) fn found(&self, names: usize) {
        self.names.inc_by(names as u64);
    }

    /// Bytes that were tagged a second, of late; 0 where nothing was yet.
    pub(crate) fn bytes_per_second(&self) -> f64 {
        f64::from_bits(self.pace.load(Ordering::Relaxed))
    }

    /// All of it, in the text format of OpenMetrics.
    pub(crate) fn text(&self, waiting: usize) -> String {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        let mut text = String::new();
        // A string takes all that is written to it.
        let _ = text::encode(&mut text, &self.registry);
        text
    }
}
