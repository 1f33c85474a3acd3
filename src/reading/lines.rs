//! Text whose lines were broken near one width (a PDF, an e-mail, OCR): which of its line feeds are no more than a blank.
//!
//! A wrapped line is full: the first word of the next one had no room on it. Lists, headlines, verse and paragraphs of a
//! line each have ends that nothing forced. So breaks are counted that were forced and breaks that were not, with what
//! speaks for running text beside: a line that ends with a word that cannot end anything (`في`, `عبد`), a full stop behind
//! the last line alone. A document is looked at as a whole first, then block by block (an e-mail that quotes another).

mod headline;
mod line;
mod verdict;

use line::{Line, Long};
use std::ops::Range;
use verdict::Verdict;

/// Bytes of lines that are looked at, on average.
const SHORTEST: usize = 12;

/// The breaks of a text that part nothing, each with the blanks and the quotation marks of e-mail around it.
pub(in crate::reading) fn wraps(text: &str) -> Vec<Range<usize>> {
    // Lines of a word or two were broken by nobody; what is known of each would be more than the text.
    let breaks = text.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count();
    if breaks == 0 || text.len() / breaks < SHORTEST {
        return Vec::new();
    }
    let (blocks, long) = line::blocks(text);
    let all: Vec<&[Line]> = blocks.iter().map(Vec::as_slice).collect();
    if let Some(verdict) = Some(&all).filter(|_| long == Long::Few).and_then(|all| Verdict::of(all)) {
        return joined(text, &all, &verdict);
    }
    let mut wraps = Vec::new();
    let mut widest = None;
    let mut verdicts: Vec<Option<Verdict>> = Vec::with_capacity(all.len());
    for block in &all {
        let verdict = if block.len() >= verdict::BLOCK { Verdict::of(std::slice::from_ref(block)) } else { None };
        if let Some(found) = &verdict {
            widest = widest.max(Some(found.width));
        }
        verdicts.push(verdict);
    }
    let Some(width) = widest else { return wraps };
    // Small paragraphs beside wrapped ones were broken at the same width.
    for (block, verdict) in all.iter().zip(verdicts) {
        let verdict = verdict.unwrap_or_else(|| Verdict::strict(width));
        if block.iter().all(|line| line.width <= width + verdict::SLACK) {
            wraps.extend(joined(text, std::slice::from_ref(block), &verdict));
        }
    }
    wraps
}

/// All breaks within paragraphs, for a text that is said to be wrapped: blank lines, bullets, tables and lines that a full
/// stop ends before their width keep theirs.
pub(in crate::reading) fn all_wraps(text: &str) -> Vec<Range<usize>> {
    let (blocks, _) = line::blocks(text);
    let all: Vec<&[Line]> = blocks.iter().map(Vec::as_slice).collect();
    let verdict = Verdict::of(&all).unwrap_or_else(|| Verdict::said(&all));
    joined(text, &all, &verdict)
}

fn joined(text: &str, blocks: &[&[Line]], verdict: &Verdict) -> Vec<Range<usize>> {
    let mut wraps = Vec::new();
    for block in blocks {
        let first = text[..block[0].start].trim().is_empty();
        let headline = if first { headline::end(text, block, verdict.paragraphs(block)) } else { None };
        let items = verdict.items(block);
        for (at, pair) in block.windows(2).enumerate() {
            if headline != Some(at) && verdict.joins(block, at, items) {
                wraps.push(pair[0].end..pair[1].start);
            }
        }
    }
    wraps
}
