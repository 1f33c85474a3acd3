//! What is counted and said of every request, whatever becomes of it.

use super::problem::Problem;
use super::service::Service;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Counts an answer and says it; a panic on the way to it is one, too.
pub(crate) async fn watched(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let begin = Instant::now();
    let method = request.method().to_string();
    // What is none of the service's paths is all one.
    let route = request.extensions().get::<MatchedPath>().map_or("other", MatchedPath::as_str).to_owned();
    let peer = request.extensions().get::<Peer>().map(|Peer(address)| address.ip().to_string());
    // What a handler leaves behind at a panic are its own values.
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered
        .unwrap_or_else(|_| Problem::bug("this is a bug: the handler of this request panicked").into_response());
    if service.stopping.load(Ordering::Relaxed) {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    let (status, took) = (response.status().as_u16(), begin.elapsed());
    service.metrics.answered(&route, status, took);
    service.log.request([
        ("method", method.into()),
        ("route", route.into()),
        ("status", status.into()),
        ("ms", (took.as_micros() as f64 / 1e3).into()),
        ("peer", peer.into()),
    ]);
    response
}
