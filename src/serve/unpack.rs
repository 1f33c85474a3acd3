//! Bodies that come packed with gzip. Of several members one behind the other all are read, as `alam tag` reads them from files: whoever
//! appends to a packed file makes such ones.

use super::problem::Problem;
use async_compression::tokio::bufread::GzipDecoder;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::TryStreamExt;
use std::io;
use tokio_util::io::{ReaderStream, StreamReader};

/// The request with its body unpacked; refused in an encoding that is not read.
pub(super) async fn unpacked(request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let encoding = parts.headers.get(header::CONTENT_ENCODING).map(HeaderValue::as_bytes);
    let body = match encoding.map(<[u8]>::to_ascii_lowercase).as_deref() {
        None | Some(b"" | b"identity") => body,
        Some(b"gzip" | b"x-gzip") => {
            let mut decoder = GzipDecoder::new(StreamReader::new(body.into_data_stream().map_err(io::Error::other)));
            decoder.multiple_members(true);
            parts.headers.remove(header::CONTENT_ENCODING);
            parts.headers.remove(header::CONTENT_LENGTH);
            Body::from_stream(ReaderStream::new(decoder))
        }
        Some(other) => {
            let found = String::from_utf8_lossy(other).escape_debug().to_string();
            let detail = format!("content-encoding: wanted gzip or identity, found `{found}`");
            let mut refused = Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).into_response();
            refused.headers_mut().insert(header::ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
            return refused;
        }
    };
    next.run(Request::from_parts(parts, body)).await
}
