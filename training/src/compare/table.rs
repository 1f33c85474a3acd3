//! The comparison as tables in Markdown.

use super::Compared;
use super::finds::Counted;
use std::fmt::{self, Display, Formatter};

/// Names that are listed at most.
pub(super) const NAMED: usize = 10;

impl Display for Compared {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let types: Vec<&str> = match self.entries.first() {
            Some(entry) => entry.evaluation.scores.types.keys().map(|label| &**label).collect(),
            None => Vec::new(),
        };
        writeln!(f, "### {}\n", self.set)?;
        let heads: String = types.iter().map(|label| format!(" {label} |")).collect();
        writeln!(f, "| run | P | R | F1 | 95 % |{heads} against the first | 95 % | p |")?;
        writeln!(f, "| --- | --: | --: | --: | --- |{} --: | --- | --: |", " --: |".repeat(types.len()))?;
        for entry in &self.entries {
            let (scores, interval) = (&entry.evaluation.scores, entry.evaluation.interval);
            let [p, r, f1] = [scores.micro.precision, scores.micro.recall, scores.micro.f1].map(percent);
            let cells: String = types
                .iter()
                .map(|label| {
                    format!(" {} |", scores.types.get(*label).map_or(String::new(), |score| percent(score.f1)))
                })
                .collect();
            let against = match &entry.against {
                None => " | |".to_owned(),
                Some((c, _)) => format!(
                    "{:+.1} | {:+.1} to {:+.1} | {:.3}",
                    100.0 * c.difference,
                    100.0 * c.interval.low,
                    100.0 * c.interval.high,
                    c.p
                ),
            };
            let (low, high) = (percent(interval.low), percent(interval.high));
            writeln!(f, "| {} | {p} | {r} | {f1} | {low} to {high} |{cells} {against} |", entry.run)?;
        }
        for entry in &self.entries {
            let Some((_, finds)) = &entry.against else { continue };
            writeln!(f, "\n{} alone finds {}", entry.run, listed(&finds.alone))?;
            writeln!(f, "\n{} misses {}", entry.run, listed(&finds.missed))?;
        }
        Ok(())
    }
}

pub(super) fn percent(share: f64) -> String {
    format!("{:.1}", 100.0 * share)
}

fn listed(names: &[Counted]) -> String {
    let all: usize = names.iter().map(|(_, _, count)| count).sum();
    let some: Vec<String> =
        names.iter().take(NAMED).map(|(text, label, count)| format!("{text} ({label}, {count})")).collect();
    let more = if names.len() > NAMED { ", ..." } else { "" };
    if all == 0 { "nothing".to_owned() } else { format!("{all} names: {}{more}", some.join(", ")) }
}
