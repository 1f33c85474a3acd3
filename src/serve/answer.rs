//! Tagged documents as they are sent: the lines that `alam tag` writes.

use super::metrics::Metrics;
use super::queue::Tagged;
use super::wishes::Job;
use crate::Error;
use crate::formats::Writer;
use crate::formats::jsonl::JsonlWriter;
use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// A record, or an error record under the id, with its line feed.
pub(crate) fn line(out: &mut Vec<u8>, id: &str, tagged: Tagged, job: &Job, metrics: &Metrics) -> Result<(), Error> {
    let mut writer = JsonlWriter::new(out, job.write);
    match tagged {
        Ok(mut document) => {
            job.select(&mut document);
            metrics.found(document.entities.len());
            writer.write(&document)
        }
        Err(message) => writer.write_failed(id, &message),
    }
}

/// An answer of a type.
pub(crate) fn of(kind: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// An answer of JSON.
pub(crate) fn json(body: impl Into<Body>) -> Response {
    of("application/json", body)
}
