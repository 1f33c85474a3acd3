//! The comparison as a page: F1 with its interval as bars, and the names that make the difference.

use super::finds::Counted;
use super::table::{NAMED, percent};
use super::{Compared, Entry};
use alam::formats::html::escaped;
use std::fmt::Write;

const STYLE: &str = include_str!("page.css");

/// One self-contained page.
pub(super) fn of(all: &[Compared]) -> String {
    let mut out = String::new();
    // Errors of writing to a string are none.
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<meta name=\"generator\" content=\"alam {}\">\n\
         <title>Runs compared</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>Runs compared</h1>\n",
        env!("CARGO_PKG_VERSION"),
    );
    all.iter().for_each(|compared| section(&mut out, compared));
    out += "</body>\n</html>\n";
    out
}

fn section(out: &mut String, compared: &Compared) {
    let _ = writeln!(out, "<section>\n<h2>{}</h2>\n<table>", escaped(&compared.set));
    *out += "<tr><th>run</th><th>P</th><th>R</th><th>F1</th><th>F1, and where it lies in 95 of 100 draws</th><th>against the first</th><th>p</th></tr>\n";
    let intervals = compared.entries.iter().map(|entry| entry.evaluation.interval);
    let (low, high) = intervals.fold((1.0_f64, 0.0_f64), |(low, high), i| (low.min(i.low), high.max(i.high)));
    compared.entries.iter().for_each(|entry| row(out, entry, (low, high)));
    *out += "</table>\n";
    for entry in &compared.entries {
        let Some((_, finds)) = &entry.against else { continue };
        let _ = writeln!(out, "<h3>{}</h3>\n<dl>", escaped(&entry.run));
        names(out, "found alone", &finds.alone);
        names(out, "missed", &finds.missed);
        *out += "</dl>\n";
    }
    *out += "</section>\n";
}

fn row(out: &mut String, entry: &Entry, (low, high): (f64, f64)) {
    let (scores, interval) = (&entry.evaluation.scores, entry.evaluation.interval);
    let place = |value: f64| if high > low { 4.0 + 192.0 * (value - low) / (high - low) } else { 100.0 };
    let (from, to, at) = (place(interval.low), place(interval.high), place(scores.micro.f1));
    let [p, r, f1] = [scores.micro.precision, scores.micro.recall, scores.micro.f1].map(percent);
    let against = entry.against.as_ref().map_or((String::new(), String::new()), |(c, _)| {
        let [difference, low, high] = [c.difference, c.interval.low, c.interval.high].map(|x| 100.0 * x);
        (format!("{difference:+.1} ({low:+.1} to {high:+.1})"), format!("{:.3}", c.p))
    });
    let _ = writeln!(
        out,
        "<tr><td>{}</td><td>{p}</td><td>{r}</td><td>{f1}</td><td><svg viewBox=\"0 0 200 16\" role=\"img\" \
         aria-label=\"{f1}, {} to {}\"><line x1=\"{from:.1}\" x2=\"{to:.1}\" y1=\"8\" y2=\"8\"/><circle cx=\"{at:.1}\" \
         cy=\"8\" r=\"4\"/></svg></td><td>{}</td><td>{}</td></tr>",
        escaped(&entry.run),
        percent(interval.low),
        percent(interval.high),
        against.0,
        against.1
    );
}

fn names(out: &mut String, what: &str, names: &[Counted]) {
    let all: usize = names.iter().map(|(_, _, count)| count).sum();
    let _ = writeln!(out, "<dt>{what}: {all}</dt>");
    for (text, label, count) in names.iter().take(3 * NAMED) {
        let _ = writeln!(
            out,
            "<dd><bdi lang=\"ar\">{}</bdi> <small>{} {count}</small></dd>",
            escaped(text),
            escaped(label)
        );
    }
}
