//! Which request goes where.

use super::service::Service;
use super::{access, bounds, errors, hugging_face, label_studio, meta, page, tag, unpack, watch};
use axum::Router;
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{from_fn, from_fn_with_state, map_response};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;
use tower_http::cors::CorsLayer;

/// Whether a route wants the token, where there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    /// Probes, and what tells nothing but how to ask.
    Open,
    Token,
}

/// A path, its methods, whom it is for, and what answers.
type Route = (&'static str, &'static [&'static str], Access, fn() -> MethodRouter<Arc<Service>>);

const ROUTES: &[Route] = &[
    ("/v1/tag", &["post"], Access::Token, || post(tag::tag)),
    ("/", &["post"], Access::Token, || post(hugging_face::classify)),
    ("/v1/bounds", &["post"], Access::Token, || post(bounds::bounds)),
    ("/v1/model", &["get"], Access::Token, || get(meta::model)),
    ("/metrics", &["get"], Access::Token, || get(meta::metrics)),
    ("/predict", &["post"], Access::Token, || post(label_studio::predict)),
    ("/setup", &["post"], Access::Token, || post(label_studio::setup)),
    ("/health", &["get"], Access::Open, || get(label_studio::health)),
    ("/", &["get"], Access::Open, || get(page::page)),
    ("/healthz", &["get"], Access::Open, || get(meta::health)),
    ("/readyz", &["get"], Access::Open, || get(meta::ready)),
    ("/openapi.json", &["get"], Access::Open, || get(meta::openapi)),
];

/// All of it.
pub(crate) fn router(service: &Arc<Service>) -> Router {
    let of = |access: Access| {
        let routes = ROUTES.iter().filter(|route| route.2 == access);
        routes.fold(Router::new(), |router, (path, _, _, handler)| router.route(path, handler()))
    };
    let guarded = of(Access::Token).route_layer(from_fn_with_state(service.clone(), access::checked));
    let router = guarded
        .merge(of(Access::Open))
        .fallback(errors::no_route)
        .method_not_allowed_fallback(errors::no_method)
        .layer(from_fn(unpack::unpacked))
        .layer(CompressionLayer::new())
        .layer(map_response(sniffed_by_nobody));
    let origins: Vec<HeaderValue> = service.origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    let router = match origins.is_empty() {
        true => router,
        false => {
            let headers = [header::AUTHORIZATION, header::CONTENT_TYPE, header::CONTENT_ENCODING];
            let cors = CorsLayer::new().allow_origin(origins);
            router.layer(cors.allow_methods([Method::GET, Method::POST]).allow_headers(headers))
        }
    };
    router.layer(from_fn_with_state(service.clone(), watch::watched)).with_state(service.clone())
}

/// An answer is of the type that it says, and no text of it is kept on the way.
async fn sniffed_by_nobody(mut response: axum::response::Response) -> axum::response::Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeSet;

    #[test]
    fn the_description_has_these_routes_and_no_others() {
        let described: Value = serde_json::from_str(meta::OPENAPI).unwrap();
        let paths = described["paths"].as_object().unwrap();
        let told: BTreeSet<(String, String)> = paths
            .iter()
            .flat_map(|(path, methods)| methods.as_object().unwrap().keys().map(move |m| (path.clone(), m.clone())))
            .collect();
        let there =
            ROUTES.iter().flat_map(|(path, methods, ..)| methods.iter().map(|m| (path.to_string(), m.to_string())));
        assert_eq!(told, there.collect());
        assert_eq!(described["info"]["version"], env!("CARGO_PKG_VERSION"));
        for (path, methods, access, _) in ROUTES {
            for method in *methods {
                let open = described["paths"][path][method]["security"] == serde_json::json!([]);
                assert_eq!(open, *access == Access::Open, "{method} {path}");
            }
        }
    }
}
