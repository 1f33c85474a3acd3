//! Statistics for a terminal.
//!
//! Each row begins with letters of a left-to-right script and has its name last and isolated (U+2068, U+2069), so that
//! columns stay where they are whether or not the terminal turns Arabic round.

use crate::stats::{Name, Stats};
use std::fmt::Write;

/// Pairs that are told.
const PAIRS: usize = 15;

/// The whole table. Errors of writing to a string are none.
pub(super) fn of(stats: &Stats) -> String {
    let mut out = String::new();
    let Stats { documents, failed, mentions, names, .. } = stats;
    let failed = if *failed > 0 { format!(" ({failed} failed)") } else { String::new() };
    let most = if stats.forgotten > 0 { "at most " } else { "" };
    let _ = writeln!(out, "{documents} documents{failed}, {mentions} mentions of {most}{names} names");
    let least = if stats.forgotten > 0 { "at least " } else { "" };
    for kind in &stats.types {
        let label = clean(&kind.label);
        let _ = writeln!(out, "\n{label}: {} mentions of {least}{} names", kind.mentions, kind.names);
        let _ = writeln!(out, "{label}  mentions  documents  name");
        for name in &kind.top {
            let (width, name_shown) = (label.chars().count(), isolated(&name.name));
            let _ = writeln!(out, "{label:width$}  {:>8}  {:>9}  {name_shown}", name.mentions, name.documents);
        }
    }
    over_time(&mut out, stats);
    together(&mut out, stats);
    out
}

/// A line of blocks for each name: eight heights, of its own highest point.
fn over_time(out: &mut String, stats: &Stats) {
    let Some(time) = &stats.time else { return };
    let (Some(first), Some(last)) = (time.points.first(), time.points.last()) else { return };
    let _ = writeln!(out, "\nover time, documents by {}, {first} to {last}", format!("{:?}", time.step).to_lowercase());
    let _ = writeln!(out, "all  {}", blocks(&time.documents));
    for course in &time.names {
        let _ =
            writeln!(out, "{}  {}  {}", clean(&course.name.label), blocks(&course.course), isolated(&course.name.name));
    }
}

fn blocks(counts: &[u64]) -> String {
    const BLOCKS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = counts.iter().copied().max().unwrap_or_default().max(1);
    let height = |count: &u64| BLOCKS.get((count * 8).div_ceil(most) as usize).copied().unwrap_or(' ');
    counts.iter().map(height).collect()
}

fn together(out: &mut String, stats: &Stats) {
    let together = &stats.together;
    if together.pairs.is_empty() {
        return;
    }
    let _ = writeln!(out, "\ntogether in a document");
    for pair in together.pairs.iter().take(PAIRS) {
        let shown = |name: usize| together.names.get(name).map(|name: &Name| isolated(&name.name)).unwrap_or_default();
        let [a, b] = pair.names;
        let _ = writeln!(out, "{:>8} documents  {} + {}", pair.documents, shown(a), shown(b));
    }
}

/// A name that leaves what stands around it in its place, and nothing that a terminal would obey.
fn isolated(name: &str) -> String {
    format!("\u{2068}{}\u{2069}", clean(name))
}

fn clean(text: &str) -> String {
    let turns =
        |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{61C}');
    text.chars().filter(|c| !turns(*c)).map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}
