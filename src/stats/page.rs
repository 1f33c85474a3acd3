//! One self-contained right-to-left page of what is known of a corpus: names by type, over time, and together.
//!
//! It speaks Arabic, as its readers do. Pictures are inline SVG with whole numbers, so that the same counts are the same bytes.

mod bars;
mod company;
mod course;
mod shown;

use super::Stats;
use crate::formats::html;
use shown::number;
use std::fmt::Write;

/// The page.
pub fn of(stats: &Stats) -> String {
    let mut out = String::new();
    // Errors of writing to a string are none.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"ar\" dir=\"rtl\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"alam {}\">\n<title>أسماء المجموعة</title>\n<style>\n{}{}</style>\n</head>\n<body>\n",
        env!("CARGO_PKG_VERSION"),
        html::PALETTE,
        include_str!("page/page.css"),
    );
    head(&mut out, stats);
    bars::section(&mut out, stats);
    if let Some(time) = &stats.time {
        course::section(&mut out, time);
    }
    company::section(&mut out, &stats.together);
    let _ = write!(out, "<script>\n{}</script>\n</body>\n</html>\n", html::SCRIPT);
    out
}

fn head(out: &mut String, stats: &Stats) {
    let _ = writeln!(out, "<header>\n<h1>أسماء المجموعة</h1>\n<dl>");
    let mut tile = |what: &str, value: String| {
        let _ = writeln!(out, "<div><dt>{what}</dt><dd>{value}</dd></div>");
    };
    tile("وثيقة", number(stats.documents));
    tile("ذكر لاسم", number(stats.mentions));
    tile("اسم مختلف", number(stats.names));
    if let Some(time) = &stats.time
        && let (Some(first), Some(last)) = (time.points.first(), time.points.last())
    {
        tile("المدة", format!("<bdi dir=\"ltr\">{first} – {last}</bdi>"));
    }
    if stats.failed > 0 {
        tile("لم تُقرأ", number(stats.failed));
    }
    let _ = writeln!(out, "</dl>\n</header>");
}
