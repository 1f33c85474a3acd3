//! The report as people read it: tables with percent in them.

use super::report::{Beginnings, CalibrationOut, ComparisonOut, NameOut, OnsetOut, Report, Row, Worst};
use std::fmt::Write;

/// The whole report. Errors of writing to a string are none.
pub(crate) fn of(report: &Report) -> String {
    let mut out = String::new();
    let Report { gold, predicted, documents, words, micro, mode, raw, .. } = report;
    let names = micro.support;
    let _ = writeln!(out, "{gold}: {documents} documents, {words} words, {names} names; scored: {predicted}");
    let mode = if *mode == "strict" { "strict (IOB2)" } else { "default (conlleval)" };
    let raw = if *raw { ", words joined into running text" } else { "" };
    let only = if report.labels.is_empty() { String::new() } else { format!(", only {}", report.labels.join(", ")) };
    let _ = writeln!(out, "mode {mode}{raw}{only}\n");
    scores(&mut out, report);
    errors(&mut out, report);
    report.calibration.iter().for_each(|calibration| thresholds(&mut out, calibration));
    report.beginnings.iter().for_each(|beginnings| onsets(&mut out, beginnings));
    report.comparison.iter().for_each(|comparison| against(&mut out, comparison, micro));
    out
}

fn percent(fraction: f64) -> String {
    format!("{:.2}", 100.0 * fraction)
}

fn scores(out: &mut String, report: &Report) {
    let types = report.types.iter().map(|(label, row)| (label.as_str(), row));
    let averages = [("micro", &report.micro), ("macro", &report.macro_average), ("weighted", &report.weighted)];
    let rows: Vec<(&str, &Row)> = types.chain(averages).collect();
    let width = rows.iter().map(|(label, _)| label.chars().count()).max().unwrap_or_default();
    let head = ["precision", "recall", "F1", "gold", "predicted", "correct"];
    let line = |out: &mut String, label: &str, cells: [String; 6]| {
        let cells: String =
            cells.iter().zip(head).map(|(cell, head)| format!("  {cell:>0$}", head.len().max(6))).collect();
        let _ = writeln!(out, "{}", format!("{label:width$}{cells}").trim_end());
    };
    line(out, "", head.map(String::from));
    for (number, (label, row)) in rows.into_iter().enumerate() {
        if number == report.types.len() {
            out.push('\n');
        }
        let count = |count: Option<usize>| count.map(|count| count.to_string()).unwrap_or_default();
        let Row { precision, recall, f1, support, predicted, correct } = *row;
        let [precision, recall, f1] = [precision, recall, f1].map(percent);
        line(out, label, [precision, recall, f1, support.to_string(), count(predicted), count(correct)]);
    }
    let (low, high) = (percent(report.interval.low), percent(report.interval.high));
    let _ = writeln!(out, "\n95 % interval of the micro F1, documents drawn again: {low} to {high}");
}

fn errors(out: &mut String, report: &Report) {
    let count = |class: &str| report.errors.get(class).map_or(0, |errors| errors.count);
    let order = ["boundary", "type", "both", "missed", "spurious"];
    let counts: Vec<String> = order.iter().map(|class| format!("{class} {}", count(class))).collect();
    let _ = writeln!(out, "errors: {}", counts.join(", "));
    for class in order {
        let worst = report.errors.get(class).map_or(&[][..], |errors| &errors.worst);
        if !worst.is_empty() {
            let _ = writeln!(out, "\nworst of {class}");
        }
        worst.iter().for_each(|worst| example(out, worst));
    }
}

fn example(out: &mut String, worst: &Worst) {
    let Worst { gold, predicted, count, score, place, context } = worst;
    let name = |name: &NameOut| format!("{} `{}`", name.label, name.text);
    let what = match (gold, predicted) {
        (Some(gold), Some(found)) => format!("wanted {}, found {}", name(gold), name(found)),
        (Some(gold), None) => format!("wanted {}", name(gold)),
        (None, Some(found)) => format!("found {}", name(found)),
        (None, None) => String::new(),
    };
    let score = score.map(|score| format!(" ({score:.2})")).unwrap_or_default();
    let _ = writeln!(out, "{:>5}  {what}{score}\n       {place}: {context}", format!("{count}x"));
}

fn thresholds(out: &mut String, calibration: &CalibrationOut) {
    let _ = writeln!(out, "\nexpected calibration error {:.4}", calibration.ece);
    let _ = writeln!(out, "from score   names  precision  recall      F1");
    for row in &calibration.thresholds {
        let [precision, recall, f1] = [row.precision, row.recall, row.f1].map(percent);
        let _ = writeln!(out, "{:>10.2}  {:>6}  {precision:>9}  {recall:>6}  {f1:>6}", row.at, row.kept);
    }
}

fn onsets(out: &mut String, beginnings: &Beginnings) {
    let _ = writeln!(out, "\nbeginnings       names   found   exact       %");
    let mut line = |what: &str, onset: &OnsetOut| {
        let OnsetOut { names, found, exact, share } = onset;
        let _ = writeln!(out, "{what:<14}  {names:>6}  {found:>6}  {exact:>6}  {:>6}", percent(*share));
    };
    line("of a word", &beginnings.bare);
    line("inside a word", &beginnings.joined);
    for (letters, onset) in &beginnings.particles {
        line(&format!("  behind {letters}"), onset);
    }
}

fn against(out: &mut String, comparison: &ComparisonOut, micro: &Row) {
    let ComparisonOut { against, micro: other, difference, interval, p } = comparison;
    let [ours, theirs, low, high] = [micro.f1, other.f1, interval.low, interval.high].map(percent);
    let _ = writeln!(out, "\nagainst {against}: micro F1 {ours} and {theirs}, difference {:+.2}", 100.0 * difference);
    let _ = writeln!(out, "95 % interval of the difference: {low} to {high}; by chance (p): {p:.4}");
}
