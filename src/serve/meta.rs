//! What there is to know of the service itself.

use super::answer;
use super::problem::Problem;
use super::service::Service;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The routes, what they take and give; a test holds it against [`super::routes`].
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// `GET /healthz`: it lives.
pub(crate) async fn health() -> Response {
    answer::of("text/plain; charset=utf-8", "ok\n")
}

/// `GET /readyz`: it wants requests.
pub(crate) async fn ready(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    match service.stopping.load(Ordering::Relaxed) {
        true => Err(Problem::busy("wanted a service that goes on, found one that is being stopped", 1)),
        false => Ok(answer::of("text/plain; charset=utf-8", "ready\n")),
    }
}

/// `GET /metrics`
pub(crate) async fn metrics(State(service): State<Arc<Service>>) -> Response {
    let text = service.metrics.text(service.queue.waiting());
    answer::of("application/openmetrics-text; version=1.0.0; charset=utf-8", text)
}

/// `GET /openapi.json`
pub(crate) async fn openapi() -> Response {
    answer::json(OPENAPI)
}

#[derive(Serialize)]
struct Told<'a> {
    version: &'static str,
    model: &'a crate::tagger::ModelInfo,
}

/// `GET /v1/model`: the model, as `alam info --json` has it.
pub(crate) async fn model(State(service): State<Arc<Service>>) -> Response {
    let told = Told { version: env!("CARGO_PKG_VERSION"), model: &service.model };
    // Strings, numbers and lists of them: there is no value here without a JSON form.
    answer::json(serde_json::to_vec(&told).unwrap_or_default())
}
