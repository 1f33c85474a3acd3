//! Which of the most frequent names are in documents together: a square of squares, and the pairs said in words.

use super::shown::{colour, key, number};
use crate::formats::html::escaped;
use crate::stats::Together;
use std::collections::HashMap;
use std::fmt::Write;

/// Side of a square, and the room for names beside and above.
const SIDE: usize = 22;
const NAMES: usize = 170;
/// Pairs said in words.
const PAIRS: usize = 15;

/// The square and the pairs; nothing where no two names are together.
pub(super) fn section(out: &mut String, together: &Together) {
    if together.pairs.is_empty() {
        return;
    }
    let _ = writeln!(
        out,
        "<section>\n<h2>معاً في وثيقة</h2>\n<p class=\"faint\">كلما اشتد لون المربع زاد اقتران الاسمين: نصيب الوثائق المشتركة \
         من وثائق أقلّهما ذكراً</p>\n<div class=\"company\">"
    );
    square(out, together);
    pairs(out, together);
    let _ = writeln!(out, "</div>\n</section>");
}

fn square(out: &mut String, together: &Together) {
    let shares: HashMap<[usize; 2], (u64, f64)> =
        together.pairs.iter().map(|pair| (pair.names, (pair.documents, pair.share))).collect();
    let names = &together.names;
    let side = names.len() * SIDE;
    let _ = writeln!(out, "<svg class=\"square\" viewBox=\"0 0 {0} {0}\" direction=\"rtl\">", side + NAMES);
    for (row, name) in names.iter().enumerate() {
        let middle = NAMES + row * SIDE + SIDE * 2 / 3;
        let (key, text) = (key(name), escaped(&name.name));
        // From the right: names, and in each row the squares from right to left.
        let column = side - row * SIDE - SIDE * 2 / 3;
        let _ = writeln!(out, "<text {key} x=\"{}\" y=\"{middle}\">{text}</text>", side + NAMES - 4);
        let up = NAMES - 6;
        let _ = writeln!(
            out,
            "<text {key} class=\"up\" x=\"{column}\" y=\"{up}\" transform=\"rotate(90 {column} {up})\">{text}</text>"
        );
        for (other, with) in names.iter().enumerate().filter(|(other, _)| *other != row) {
            let (documents, share) = shares.get(&[row.min(other), row.max(other)]).copied().unwrap_or_default();
            let (x, y) = (side - (other + 1) * SIDE, NAMES + row * SIDE);
            let strength = (share * 100.0).round();
            let title = escaped(&format!("{} و{}: {}", name.name, with.name, number(documents)));
            let _ = writeln!(
                out,
                "<rect class=\"{}\" x=\"{x}\" y=\"{y}\" width=\"{1}\" height=\"{1}\" fill-opacity=\"{strength}%\">\
                 <title>{title}</title></rect>",
                colour(name),
                SIDE - 1
            );
        }
    }
    let _ = writeln!(out, "</svg>");
}

fn pairs(out: &mut String, together: &Together) {
    let most = together.pairs.first().map_or(1, |pair| pair.documents.max(1));
    let _ = writeln!(out, "<table>");
    for pair in together.pairs.iter().take(PAIRS) {
        let [a, b] = pair.names.map(|name| &together.names[name]);
        let width = (pair.documents * 1000).div_ceil(most);
        let _ = writeln!(
            out,
            "<tr><th><bdi {}>{}</bdi> · <bdi {}>{}</bdi></th><td><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\">\
             <rect x=\"{}\" width=\"{width}\" height=\"10\"/></svg></td><td class=\"n\">{}</td></tr>",
            key(a),
            escaped(&a.name),
            key(b),
            escaped(&b.name),
            1000 - width,
            number(pair.documents)
        );
    }
    let _ = writeln!(out, "</table>");
}
