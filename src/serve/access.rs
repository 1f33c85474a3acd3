//! Who may ask: whoever brings the token, where there is one.

use super::problem::Problem;
use super::service::{Service, digest};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::sync::Arc;

/// Lets through what brings the token.
pub(crate) async fn checked(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if let Some(wanted) = service.token {
        let brought = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let found = match brought.and_then(|value| value.split_once(' ')) {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => digest(token.trim()) == wanted,
            _ => false,
        };
        if !found {
            let found = if brought.is_some() { "another one" } else { "none" };
            return Err(Problem::new(
                StatusCode::UNAUTHORIZED,
                format!("authorization: wanted `Bearer` with the token of this service, found {found}"),
            ));
        }
    }
    Ok(next.run(request).await)
}
