//! The body of a request, read whole within its limits.

use super::limits::Limits;
use super::problem::Problem;
use crate::formats::jsonl;
use axum::body::Body;
use axum::http::StatusCode;
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde_json::{Map, Value};
use std::error::Error;

/// All of a body.
///
/// # Errors
/// One that is too long, too slow, or breaks off.
pub(crate) async fn whole(body: Body, limits: &Limits) -> Result<Bytes, Problem> {
    let read = tokio::time::timeout(limits.time, Limited::new(body, limits.body).collect()).await;
    let Ok(read) = read else {
        let seconds = limits.time.as_secs_f64();
        return Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            format!("body: wanted all of it within {seconds} s, found less"),
        ));
    };
    read.map(|collected| collected.to_bytes()).map_err(|error| broken(&*error, limits))
}

/// What is said of a body that cannot be read on.
pub(crate) fn broken(error: &(dyn Error + 'static), limits: &Limits) -> Problem {
    let mut reason = Some(error);
    while let Some(error) = reason {
        if error.is::<LengthLimitError>() {
            return Problem::large(format!("body: wanted at most {} bytes, unpacked, found more", limits.body));
        }
        reason = error.source();
    }
    Problem::bad(format!("body: wanted all of it, found: {error}"))
}

/// The JSON object that a body is.
///
/// # Errors
/// Anything else.
pub(crate) fn object(body: &[u8]) -> Result<Map<String, Value>, Problem> {
    match jsonl::parsed(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => {
            let kind = match other {
                Value::Array(_) => "a list",
                Value::String(_) => "a string",
                Value::Number(_) => "a number",
                _ => "something else",
            };
            Err(Problem::bad(format!("body: wanted a JSON object, found {kind}")))
        }
        Err(error) => Err(Problem::bad(format!("body: wanted a JSON object, found: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_stands_twice_is_refused_wherever_it_does() {
        assert!(object(br#"{"text": "a", "labels": ["PER"]}"#).is_ok());
        for body in [&br#"{"text": "a", "text": "b"}"#[..], br#"{"texts": [{"id": 1, "id": 2}]}"#] {
            assert!(object(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }
}
