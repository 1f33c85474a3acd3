//! Answers to what no route is for.

use super::problem::Problem;
use axum::http::{Method, StatusCode, Uri};

/// A path that is none of the service's.
pub(crate) async fn no_route(uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(100).collect();
    Problem::new(StatusCode::NOT_FOUND, format!("wanted a path of /openapi.json, found `{}`", path.escape_debug()))
}

/// A method that a path does not know.
pub(crate) async fn no_method(method: Method, uri: Uri) -> Problem {
    let path: String = uri.path().chars().take(100).collect();
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, format!("`{path}`: wanted a method of /openapi.json, found {method}"))
}
