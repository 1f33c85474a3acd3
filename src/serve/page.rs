//! `GET /`: one self-contained page to find names with, and to correct them.
//!
//! Nothing of it comes from anywhere else, which its policy makes sure of, and no text leaves the browser but to this service.

use super::answer;
use axum::http::{HeaderValue, header};
use axum::response::Response;

/// What the page may do: run and look as it is written, and ask this service.
const POLICY: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE: &str = concat!(
    "<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">\n<head>\n<meta charset=\"utf-8\">\n",
    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"alam ",
    env!("CARGO_PKG_VERSION"),
    "\">\n<link rel=\"icon\" href=\"data:,\">\n<title>عَلَم</title>\n<style>\n",
    include_str!("../formats/html/palette.css"),
    include_str!("page/page.css"),
    "</style>\n</head>\n<body>\n",
    include_str!("page/page.html"),
    "<script>\n\"use strict\";\n{\n",
    include_str!("page/text.js"),
    include_str!("page/words.js"),
    include_str!("page/names.js"),
    include_str!("page/view.js"),
    include_str!("page/editor.js"),
    include_str!("page/documents.js"),
    include_str!("page/page.js"),
    "}\n</script>\n</body>\n</html>\n",
);

/// See the module.
pub(crate) async fn page() -> Response {
    let mut response = answer::of("text/html; charset=utf-8", PAGE);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_names_no_other_host() {
        for sign in ["http:", "https:", "//cdn", "src=", "@import", "url("] {
            assert!(!PAGE.contains(sign), "{sign}");
        }
        assert_eq!(PAGE.matches("<script").count(), 1);
        assert_eq!(PAGE.matches("</script").count(), 1, "the script has none within");
    }

    #[test]
    fn every_word_is_there_in_both_languages() {
        let words = include_str!("page/words.js");
        let (arabic, english) = words.split_once("\n  en: {").unwrap();
        let html = include_str!("page/page.html");

        let keys = html.split("data-").skip(1).filter_map(|rest| {
            let (kind, value) = rest.split_once("=\"")?;
            ["t", "l", "p"].contains(&kind).then(|| value.split('"').next()).flatten()
        });
        for key in keys {
            let there = |half: &str| half.contains(&format!(" {key}: ")) || half.contains(&format!("\"{key}\": "));
            assert!(there(arabic) && there(english), "{key}");
        }
    }
}
