//! `curve.svg`: the loss, the scores and the learning rate of a run over its steps.
//!
//! Two charts over one axis of steps: the loss with the scores on held-out data, and the learning rate below. The picture
//! says its colours twice, for a light page and for a dark one.

mod scale;

use crate::Error;
use crate::files::whole_text;
use crate::run::evaluation::JOINED;
use crate::run::metrics::{self, Line};
use scale::Scale;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// Size of the picture and where its charts stand, in pixels: left, right, and the tops and bottoms of both.
const SIZE: (f64, f64) = (900.0, 565.0);
const LEFT: f64 = 70.0;
const RIGHT: f64 = 830.0;
const UPPER: (f64, f64) = (70.0, 370.0);
const LOWER: (f64, f64) = (425.0, 520.0);
/// Points of a line at most: neighbours are averaged, as a loss is noisy.
const POINTS: usize = 250;
/// Lines of scores at most.
const SCORES: usize = 5;
/// Width of a letter of the legend, about.
const LETTER: f64 = 7.2;

const STYLE: &str = "<style>\
text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:13px;font-weight:600}\
.page{fill:#ffffff}.grid{stroke:#d8dee4;stroke-width:1}.line{fill:none;stroke-width:1.8;stroke-linejoin:round}\
.c0{stroke:#57606a;fill:#57606a}.c1{stroke:#0969da;fill:#0969da}.c2{stroke:#bc4c00;fill:#bc4c00}.c3{stroke:#1a7f37;fill:#1a7f37}\
.c4{stroke:#8250df;fill:#8250df}.c5{stroke:#bf3989;fill:#bf3989}.line.c0,.line.c1,.line.c2,.line.c3,.line.c4,.line.c5{fill:none}\
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.grid{stroke:#30363d}\
.c0{stroke:#9198a1;fill:#9198a1}.c1{stroke:#4493f8;fill:#4493f8}.c2{stroke:#f0883e;fill:#f0883e}.c3{stroke:#3fb950;fill:#3fb950}\
.c4{stroke:#ab7df8;fill:#ab7df8}.c5{stroke:#db61a2;fill:#db61a2}}\
</style>";

/// Points of a line, by step.
type Points = Vec<(f64, f64)>;

/// Draws what the run in `out` has measured so far; nothing where it has measured nothing.
pub(crate) fn write(out: &Path) -> Result<(), Error> {
    match draw(&metrics::read(out)?) {
        Some(picture) => whole_text(&out.join("curve.svg"), &picture),
        None => Ok(()),
    }
}

/// The picture; `None` if there is no step in it.
fn draw(lines: &[Line]) -> Option<String> {
    let moments = || lines.iter().filter_map(|line| if let Line::Training(t) = line { Some(t) } else { None });
    let loss = averaged(moments().map(|t| (t.step as f64, t.loss)).collect());
    let rate = averaged(moments().map(|t| (t.step as f64, f64::from(t.rate))).collect());
    let scores = scores(lines);
    let last = lines.iter().map(Line::step).max()?;
    let steps = Scale::new((0.0, last as f64), (LEFT, RIGHT));
    let mut picture = Picture::new();
    let mut legend = vec![("training loss", 0)];
    picture.grid(&steps, (UPPER.1, UPPER.0), Side::Below);
    if let Some(scale) = Scale::of(&loss, (UPPER.1, UPPER.0)) {
        picture.grid(&scale, (LEFT, RIGHT), Side::Left);
        picture.line(&loss, (&steps, &scale), 0);
    }
    let all: Points = scores.iter().flat_map(|(_, points)| points.clone()).collect();
    if let Some(scale) = Scale::of(&all, (UPPER.1, UPPER.0)) {
        picture.labels(&scale, RIGHT);
        for (i, (name, points)) in scores.iter().enumerate() {
            picture.line(points, (&steps, &scale), i + 1);
            picture.dots(points, (&steps, &scale), i + 1);
            legend.push((name, i + 1));
        }
    }
    picture.grid(&steps, (LOWER.1, LOWER.0), Side::Below);
    if let Some(scale) = Scale::of(&rate, (LOWER.1, LOWER.0)) {
        picture.grid(&scale, (LEFT, RIGHT), Side::Left);
        picture.line(&rate, (&steps, &scale), 0);
    }
    picture.text((LEFT, LOWER.0 - 9.0), "title", "learning rate");
    picture.text((RIGHT, SIZE.1 - 8.0), "title end", "steps");
    picture.legend(&legend);
    Some(picture.finish())
}

/// Held-out scores by name: F1 of every dev set, or how well pieces are guessed; the run's own score where neither is.
fn scores(lines: &[Line]) -> Vec<(String, Points)> {
    let mut found: BTreeMap<String, Points> = BTreeMap::new();
    let mut chosen = Points::new();
    for line in lines {
        let Line::Evaluation { step, evaluation, .. } = line else { continue };
        chosen.push((*step as f64, evaluation.score));
        for (name, value) in &evaluation.numbers {
            let name = match (name.strip_suffix("/micro/f1"), name.strip_suffix("/accuracy")) {
                (Some(set), _) if set.ends_with(JOINED) => continue,
                (Some(set), _) => format!("F1 on {set}"),
                (_, Some(what)) => format!("accuracy, {what} pieces"),
                _ => continue,
            };
            found.entry(name).or_default().push((*step as f64, *value));
        }
    }
    match found.is_empty() {
        true if chosen.is_empty() => Vec::new(),
        true => vec![("dev score".into(), chosen)],
        false => found.into_iter().take(SCORES).collect(),
    }
}

/// Neighbours averaged until there are few enough.
fn averaged(points: Points) -> Points {
    let size = points.len().div_ceil(POINTS).max(1);
    let mean = |part: &[(f64, f64)]| {
        let n = part.len() as f64;
        (part.iter().map(|p| p.0).sum::<f64>() / n, part.iter().map(|p| p.1).sum::<f64>() / n)
    };
    points.chunks(size).map(mean).filter(|point| point.1.is_finite()).collect()
}

/// On which side of a chart an axis is named.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Below,
}

/// SVG in the making.
struct Picture {
    text: String,
}

impl Picture {
    fn new() -> Picture {
        let (width, height) = SIZE;
        let text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-label=\"Loss, scores and learning rate over steps\">{STYLE}\n\
             <rect class=\"page\" width=\"{width}\" height=\"{height}\"/>\n"
        );
        Picture { text }
    }

    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(part);
        self.text.push('\n');
    }

    /// Lines across the chart at every tick, with their numbers.
    fn grid(&mut self, scale: &Scale, (from, to): (f64, f64), side: Side) {
        for (at, label) in scale.ticks() {
            match side {
                Side::Left => {
                    self.add(format_args!(
                        "<line class=\"grid\" x1=\"{from}\" x2=\"{to}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>"
                    ));
                    self.text((from - 8.0, at + 4.0), "end", &label);
                }
                Side::Below => {
                    self.add(format_args!(
                        "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{from}\" y2=\"{to}\"/>"
                    ));
                    self.text((at, from + 18.0), "middle", &label);
                }
            }
        }
    }

    /// The numbers of a second axis, on the right.
    fn labels(&mut self, scale: &Scale, x: f64) {
        scale.ticks().into_iter().for_each(|(at, label)| self.text((x + 8.0, at + 4.0), "", &label));
    }

    fn line(&mut self, points: &Points, (x, y): (&Scale, &Scale), colour: usize) {
        let at = |p: &(f64, f64)| format!("{:.1},{:.1}", x.at(p.0), y.at(p.1));
        let path: Vec<String> = points.iter().map(at).collect();
        self.add(format_args!("<polyline class=\"line c{colour}\" points=\"{}\"/>", path.join(" ")));
    }

    fn dots(&mut self, points: &Points, (x, y): (&Scale, &Scale), colour: usize) {
        for p in points.iter().filter(|_| points.len() <= 60) {
            let (x, y) = (x.at(p.0), y.at(p.1));
            self.add(format_args!("<circle class=\"c{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2.6\"/>"));
        }
    }

    /// `class` may hold `title`, and `middle` or `end` for what stands at `x`.
    fn text(&mut self, (x, y): (f64, f64), class: &str, text: &str) {
        let anchor = ["middle", "end"].into_iter().find(|a| class.ends_with(a)).unwrap_or("start");
        let style = if class.starts_with("title") { " class=\"title\"" } else { "" };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        self.add(format_args!("<text{style} x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"));
    }

    /// In rows above the charts. The loss has the left axis, scores the right one.
    fn legend(&mut self, names: &[(&str, usize)]) {
        let (mut x, mut y) = (LEFT, 22.0);
        for &(name, colour) in names {
            let axis = if colour == 0 { "left" } else { "right" };
            let name = format!("{} ({axis})", shortened(name));
            let width = 34.0 + LETTER * name.chars().count() as f64;
            if x > LEFT && x + width > RIGHT {
                (x, y) = (LEFT, y + 18.0);
            }
            let (end, middle) = (x + 20.0, y - 4.0);
            self.add(format_args!(
                "<line class=\"line c{colour}\" x1=\"{x:.1}\" x2=\"{end:.1}\" y1=\"{middle}\" y2=\"{middle}\"/>"
            ));
            self.text((x + 26.0, y), "", &name);
            x += width + 12.0;
        }
    }

    fn finish(self) -> String {
        self.text + "</svg>\n"
    }
}

/// A name of at most 44 letters: of a long path its end.
fn shortened(name: &str) -> String {
    let letters = name.chars().count();
    if letters <= 44 {
        return name.to_owned();
    }
    format!("…{}", name.chars().skip(letters - 43).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::evaluation::Evaluation;
    use crate::run::metrics::Training;

    fn moment(step: u64, loss: f64) -> Line {
        Line::Training(Training { step, loss, rate: 1e-4, norm: 1.0, tokens: 9, speed: 1.0, seconds: 1.0 })
    }

    fn evaluation(step: u64, numbers: &[(&str, f64)]) -> Line {
        let numbers = numbers.iter().map(|(name, value)| ((*name).to_owned(), *value)).collect();
        Line::Evaluation { step, seconds: 1.0, evaluation: Evaluation { score: 0.25, numbers } }
    }

    #[test]
    fn a_run_is_drawn_with_all_its_scores() {
        let lines = [
            moment(10, 3.0),
            evaluation(10, &[("a/micro/f1", 0.5), ("a<b/micro/f1", 0.25), ("a/PER/f1", 0.75)]),
            moment(20, 1.0),
            evaluation(20, &[("a/micro/f1", 0.75), ("a<b/micro/f1", 0.5)]),
        ];
        let picture = draw(&lines).unwrap();
        assert!(picture.contains(">F1 on a (right)<") && picture.contains(">F1 on a&lt;b (right)<"), "{picture}");
        assert!(!picture.contains("PER"));
        assert_eq!(picture.matches("<polyline").count(), 4, "loss, rate and two scores");
        // The loss falls from the top of its chart to the bottom, between steps 10 and 20 of 20.
        assert!(picture.contains("points=\"450.0,70.0 830.0,370.0\""), "{picture}");
        assert!(!picture.contains("NaN") && picture.ends_with("</svg>\n"));
    }

    #[test]
    fn a_pretraining_shows_how_well_pieces_are_guessed() {
        let picture =
            draw(&[moment(1, 3.0), evaluation(1, &[("masked/accuracy", 0.5), ("masked/loss", 3.0)])]).unwrap();
        assert!(picture.contains("accuracy, masked pieces") && !picture.contains("dev score"));
        let picture = draw(&[moment(1, 3.0), evaluation(1, &[])]).unwrap();
        assert!(picture.contains("dev score"));
    }

    #[test]
    fn a_run_without_a_step_has_no_picture_and_one_of_one_step_has() {
        assert_eq!(draw(&[]), None);
        assert!(!draw(&[moment(1, 0.0)]).unwrap().contains("NaN"));
        assert!(!draw(&[moment(1, f64::NAN), moment(2, 1.0)]).unwrap().contains("NaN"));
    }

    #[test]
    fn a_long_run_is_averaged() {
        let points: Points = (0..10_000).map(|i| (f64::from(i), f64::from(i % 2))).collect();
        let few = averaged(points);
        assert_eq!(few.len(), POINTS);
        assert!(few.iter().all(|point| (point.1 - 0.5).abs() < 1e-9));
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        assert_eq!(shortened("dev"), "dev");
        let name = "F1 on ".to_owned() + &"x/".repeat(40) + "dev.jsonl";
        assert_eq!(shortened(&name).chars().count(), 44);
        assert!(shortened(&name).ends_with("dev.jsonl"));
    }
}
