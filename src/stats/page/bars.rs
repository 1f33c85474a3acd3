//! The most frequent names of each type, a bar each.

use super::shown::{colour, key, kind, number};
use crate::formats::html::escaped;
use crate::stats::{Kind, Name, Stats};
use std::fmt::Write;

/// All types, side by side where there is room.
pub(super) fn section(out: &mut String, stats: &Stats) {
    let _ = writeln!(out, "<section class=\"kinds\">");
    for kind in &stats.types {
        card(out, kind);
    }
    let _ = writeln!(out, "</section>");
}

fn card(out: &mut String, of: &Kind) {
    let class = of.top.first().map(colour).unwrap_or_default();
    let (title, names, mentions) = (kind(&of.label), number(of.names), number(of.mentions));
    let _ = writeln!(
        out,
        "<article class=\"{class}\">\n<h2>{title}</h2>\n<p class=\"faint\">{names} اسم، {mentions} ذكر</p>\n<table>"
    );
    let most = of.top.first().map_or(1, |name| name.mentions.max(1));
    of.top.iter().for_each(|name| row(out, name, most));
    let _ = writeln!(out, "</table>\n</article>");
}

fn row(out: &mut String, name: &Name, most: u64) {
    // Of a thousand, from the right, as the page is read.
    let width = (name.mentions * 1000).div_ceil(most);
    let spelt = if name.spellings.is_empty() { String::new() } else { format!(" ({})", name.spellings.join("، ")) };
    let title = escaped(&format!("{}{spelt}: {} وثيقة", name.name, number(name.documents)));
    let _ = writeln!(
        out,
        "<tr {} title=\"{title}\"><th><bdi>{}</bdi></th><td><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\">\
         <rect x=\"{}\" width=\"{width}\" height=\"10\"/></svg></td><td class=\"n\">{}</td></tr>",
        key(name),
        escaped(&name.name),
        1000 - width,
        number(name.mentions),
    );
}
