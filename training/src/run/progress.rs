//! How a run shows that it moves: a bar on a terminal, a line now and then elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// How progress is shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Show {
    /// A bar where standard error is a terminal, lines elsewhere.
    #[default]
    Auto,
    /// Lines.
    Plain,
    /// Nothing.
    None,
}

/// Time between two lines.
const LINE: Duration = Duration::from_secs(10);

/// What is known at a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Steps done.
    pub step: u64,
    /// Mean loss since the last moment.
    pub loss: f64,
    /// Learning rate.
    pub rate: f32,
    /// Words of this session; tokens where words are not known.
    pub units: u64,
}

/// The view of one run.
#[derive(Debug)]
pub struct Progress {
    bar: Option<ProgressBar>,
    lines: bool,
    begin: Instant,
    first_step: u64,
    steps: u64,
    unit: &'static str,
    last_line: Option<Instant>,
}

impl Progress {
    /// A view of a run that begins at step `first_step` and ends behind step `steps`.
    pub fn new(show: Show, first_step: u64, steps: u64) -> Progress {
        let bar = (show == Show::Auto && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::stderr_with_hz(4));
            if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} {msg}") {
                bar.set_style(style);
            }
            bar.set_position(first_step);
            bar
        });
        let lines = bar.is_none() && show != Show::None;
        Progress { bar, lines, begin: Instant::now(), first_step, steps, unit: "words", last_line: None }
    }

    /// Counts tokens, because words are not known.
    pub fn count_tokens(&mut self) {
        self.unit = "tokens";
    }

    /// Units a second in this session.
    pub fn speed(&self, units: u64) -> f64 {
        units as f64 / self.begin.elapsed().as_secs_f64().max(1e-9)
    }

    /// Whether a line would be shown now.
    pub fn due(&self) -> bool {
        self.bar.is_some() || (self.lines && self.last_line.is_none_or(|l| l.elapsed() >= LINE))
    }

    /// Shows how the run stands.
    pub fn show(&mut self, moment: Moment) {
        let done = moment.step.saturating_sub(self.first_step).max(1);
        let left = self.begin.elapsed().as_secs_f64() / done as f64 * self.steps.saturating_sub(moment.step) as f64;
        let message = format!(
            "loss {:.4} rate {:.2e} {:.0} {}/s eta {}",
            moment.loss,
            moment.rate,
            self.speed(moment.units),
            self.unit,
            clock(left)
        );
        if let Some(bar) = &self.bar {
            bar.set_position(moment.step);
            bar.set_message(message);
        } else if self.due() {
            self.last_line = Some(Instant::now());
            self.say(&format!("step {}/{} {message}", moment.step, self.steps));
        }
    }

    /// Says something in a line of its own.
    pub fn say(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.println(text),
            // A standard error that is closed is no reason to stop training.
            None if self.lines => drop(writeln!(std::io::stderr(), "{text}")),
            None => {}
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// Says something outside a run.
pub fn note(show: Show, text: &str) {
    if show != Show::None {
        drop(writeln!(std::io::stderr(), "{text}"));
    }
}

/// Seconds as `1:02:03` or `2:03`.
pub fn clock(seconds: f64) -> String {
    let s = seconds.round() as u64;
    match s / 3600 {
        0 => format!("{}:{:02}", s / 60, s % 60),
        hours => format!("{hours}:{:02}:{:02}", s / 60 % 60, s % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::clock;

    #[test]
    fn time_is_shown_in_hours_minutes_and_seconds() {
        assert_eq!((clock(9.6).as_str(), clock(3723.0).as_str(), clock(600.0).as_str()), ("0:10", "1:02:03", "10:00"));
    }
}
