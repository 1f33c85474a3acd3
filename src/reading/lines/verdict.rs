//! Whether lines were broken by a width, and which breaks that one forced.

use super::headline::Paragraphs;
use super::line::{Begins, Line};

/// Lines that a block has at least to be judged by itself.
pub(super) const BLOCK: usize = 4;
/// Characters by which a line may pass the width: marks take no room, and letters of print differ.
pub(super) const SLACK: usize = 2;
/// Widths that text is broken at.
const WIDTHS: std::ops::RangeInclusive<usize> = 18..=150;
/// Width below which lines could be halves of verses.
const NARROW: usize = 36;
/// Full lines that are no chance.
const SURE: usize = 8;
/// What must speak for a width.
const ENOUGH: f32 = 3.0;

/// The width that lines were broken at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Verdict {
    /// In characters.
    pub(super) width: usize,
    /// Whether all lines but the last of paragraphs are full, as a program breaks them.
    exact: bool,
    /// Whether a break that was not forced parts paragraphs; else only one behind a full stop does.
    strict: bool,
}

/// Breaks by what they look like.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Count {
    breaks: usize,
    /// Those that a width forced, not behind a full stop.
    forced: usize,
    /// Those that nothing forced, not behind a full stop.
    free: usize,
    /// Of those the ones that little would have forced.
    near: usize,
    /// Those behind a word that goes on.
    going_on: usize,
    /// Lines with a mark in them.
    marked: usize,
}

impl Verdict {
    /// The width of some blocks together; `None` where their lines are what somebody ended.
    pub(super) fn of(blocks: &[&[Line]]) -> Option<Verdict> {
        let width = width_of(blocks)?;
        let count = Count::of(blocks, width);
        let Count { breaks, forced, free, near, going_on, marked } = count;
        let words: usize = blocks.iter().flat_map(|b| b.iter()).map(|line| line.words).sum();
        let lines: usize = blocks.iter().map(|b| b.len()).sum();
        let ended = blocks.last().and_then(|b| b.last()).is_some_and(|line| line.stops);
        // Verse has its phrases end where its lines do.
        let sure = free == 0 && forced >= SURE || 8 * going_on >= lines;
        if words < 3 * lines || forced == 0 || !sure && rhymes(blocks) {
            return None;
        }
        let score = forced as f32 + 2.0 * going_on as f32 - free as f32
            + if ended { 1.0 } else { 0.0 }
            + (0.25 * marked as f32).min(1.0);
        // Where no line ends amid a phrase, nearly all must be full; lines as short as half a verse must be so at least.
        let most = forced >= 3 * free + usize::from(4 * marked < lines);
        let plain =
            if width < NARROW { forced >= 5 * free && going_on > 0 && forced >= SURE } else { most || going_on > 0 };
        let enough = match breaks {
            1 => going_on == 1 && ended,
            _ => score >= ENOUGH && forced >= 2 && score >= 0.3 * breaks as f32,
        };
        (enough && plain).then(|| Verdict { width, exact: forced >= 6 * free, strict: forced >= 3 * (free - near) })
    }

    /// What is said of a text that somebody says was wrapped.
    pub(super) fn said(blocks: &[&[Line]]) -> Verdict {
        let width = blocks.iter().flat_map(|b| b.iter()).map(|line| line.width).max().unwrap_or(0);
        Verdict { width, exact: false, strict: false }
    }

    /// Lines broken at this width.
    pub(super) fn strict(width: usize) -> Verdict {
        Verdict { width, exact: true, strict: true }
    }

    /// Whether paragraphs of a block end on lines of their own, as its headline then does.
    pub(super) fn paragraphs(&self, block: &[Line]) -> Paragraphs {
        let ends = |pair: &[Line]| pair[0].stops && Fit::of(&pair[0], &pair[1], self.width) == Fit::Free;
        if block.windows(2).any(ends) { Paragraphs::Parted } else { Paragraphs::Unseen }
    }

    /// What the bullets of a block are.
    pub(super) fn items(&self, block: &[Line]) -> Items {
        Items::of(block, self.width)
    }

    /// Whether line `at` of a block, with such bullets, goes on in the next one.
    pub(super) fn joins(&self, block: &[Line], at: usize, items: Items) -> bool {
        let (line, next) = (&block[at], &block[at + 1]);
        let fit = Fit::of(line, next, self.width);
        if items.begins(line, next, fit) {
            return false;
        }
        let full = fit == Fit::Forced || fit == Fit::Near && !self.exact;
        if line.goes_on || full && !line.stops {
            return true;
        }
        if fit == Fit::Forced {
            return next.indent < line.indent + 2;
        }
        if self.strict || line.stops || next.indent >= line.indent + 2 && line.begins == Begins::Nothing {
            return false;
        }
        let headline = at == 0 && is_narrow(line, self.width);
        !headline && !block.iter().all(|line| is_narrow(line, self.width))
    }
}

impl Count {
    fn of(blocks: &[&[Line]], width: usize) -> Count {
        let mut count = Count::default();
        for (number, block) in blocks.iter().enumerate() {
            let items = Items::of(block, width);
            count.marked += block.iter().filter(|line| line.marks).count();
            for (at, pair) in block.windows(2).enumerate() {
                let (line, next) = (&pair[0], &pair[1]);
                let fit = Fit::of(line, next, width);
                if items.begins(line, next, fit) {
                    continue;
                }
                count.breaks += 1;
                let headline = at == 0 && (number == 0 || is_narrow(line, width));
                match (fit, line.stops) {
                    (Fit::Forced, false) => count.forced += 1,
                    (_, false) if !line.goes_on && !headline => {
                        count.free += 1;
                        count.near += usize::from(fit == Fit::Near);
                    }
                    _ => {}
                }
                count.going_on += usize::from(line.goes_on && line.width * 2 > width);
            }
        }
        count
    }
}

/// What bullets of a block are that several lines begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Items {
    /// Bullets of a list.
    Listed,
    /// Dashes of running text: each happens to stand behind a full line that no mark ends.
    Dashes,
}

impl Items {
    fn of(block: &[Line], width: usize) -> Items {
        let listed = |pair: &[Line]| {
            let [line, next] = pair else { return false };
            next.begins == Begins::Item && (line.stops || Fit::of(line, next, width) != Fit::Forced)
        };
        let listed = block[0].begins == Begins::Item || block.windows(2).any(listed);
        if listed { Items::Listed } else { Items::Dashes }
    }

    /// Whether the next line begins an item. What looks like a bullet or a number but is the only one of its block, behind a
    /// full line, is a dash or a number of the text.
    fn begins(self, line: &Line, next: &Line, fit: Fit) -> bool {
        match next.begins {
            Begins::Nothing => false,
            Begins::Item => self == Items::Listed,
            Begins::Perhaps => fit != Fit::Forced || line.stops,
        }
    }
}

/// Whether a line is too short to be a wrapped one.
fn is_narrow(line: &Line, width: usize) -> bool {
    line.width * 5 < width * 3
}

/// How a line and the next one's first word fit into the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// The word had no room.
    Forced,
    /// It had little: letters of print differ in width, and people do not count.
    Near,
    /// It had room.
    Free,
}

impl Fit {
    fn of(line: &Line, next: &Line, width: usize) -> Fit {
        let wanted = line.width + 1 + next.first;
        match wanted > width {
            _ if line.width > width + SLACK => Fit::Free,
            true => Fit::Forced,
            false if wanted + width / NEAR > width => Fit::Near,
            false => Fit::Free,
        }
    }
}

/// Part of the width that is little.
const NEAR: usize = 12;

/// The width of the longest lines, a few that are longer by far (a link) left aside.
fn width_of(blocks: &[&[Line]]) -> Option<usize> {
    let mut widths: Vec<usize> =
        blocks.iter().flat_map(|b| b.iter()).filter(|line| line.words > 1).map(|line| line.width).collect();
    widths.sort_unstable();
    let aside = widths.len() / 30;
    let mut width = *widths.last()?;
    for &next in widths.iter().rev().skip(1).take(aside) {
        if next * 10 < width * 9 {
            width = next;
        }
    }
    WIDTHS.contains(&width).then_some(width)
}

/// Whether lines end alike, each with the next or with the one behind it: verse.
fn rhymes(blocks: &[&[Line]]) -> bool {
    // Of a long text its first lines tell.
    let ends: Vec<_> = blocks.iter().flat_map(|b| b.iter()).take(64).map(|line| line.rhyme).collect();
    let alike = |from: usize, step: usize| {
        let lines: Vec<_> = ends.iter().skip(from).step_by(step).collect();
        let (pairs, same) = (lines.len().saturating_sub(1), lines.windows(2).filter(|pair| pair[0] == pair[1]).count());
        pairs >= 3 && same * 3 >= pairs * 2 && (pairs > 3 || same == 3)
    };
    alike(0, 1) || alike(0, 2) || alike(1, 2)
}
