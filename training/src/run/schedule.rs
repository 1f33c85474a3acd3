//! The learning rate of each step.

use serde::{Deserialize, Serialize};

/// How the learning rate falls behind the warm-up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decay {
    /// In a straight line.
    #[default]
    Linear,
    /// By half a cosine (Loshchilov and Hutter, 2017).
    Cosine,
    /// Not at all.
    Constant,
}

/// The learning rate by step: up in a straight line, then down.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// The highest learning rate.
    pub peak: f32,
    /// Share of the steps that the rise takes, 0 to 1.
    pub warmup: f32,
    /// How it falls.
    pub decay: Decay,
    /// Share of the peak at which the fall ends, 0 to 1.
    pub floor: f32,
    /// Steps of the whole run.
    pub steps: u64,
}

impl Schedule {
    /// The learning rate of step `step`, counted from 0.
    pub fn rate(&self, step: u64) -> f32 {
        let warmup = (f64::from(self.warmup) * self.steps as f64).round() as u64;
        if step < warmup {
            return (f64::from(self.peak) * (step + 1) as f64 / warmup as f64) as f32;
        }
        let way = (step - warmup) as f64 / self.steps.saturating_sub(warmup).max(1) as f64;
        let share = match self.decay {
            Decay::Constant => 1.0,
            Decay::Linear => 1.0 - way.min(1.0),
            Decay::Cosine => 0.5 * (1.0 + (std::f64::consts::PI * way.min(1.0)).cos()),
        };
        let floor = f64::from(self.floor);
        let share = if self.decay == Decay::Constant { 1.0 } else { floor + (1.0 - floor) * share };
        (f64::from(self.peak) * share) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::{Decay, Schedule};

    const SCHEDULE: Schedule = Schedule { peak: 1.0, warmup: 0.1, decay: Decay::Linear, floor: 0.0, steps: 100 };

    #[test]
    fn rises_to_the_peak_and_falls_to_the_floor() {
        for decay in [Decay::Linear, Decay::Cosine] {
            let schedule = Schedule { decay, floor: 0.2, ..SCHEDULE };
            let rates: Vec<f32> = (0..100).map(|s| schedule.rate(s)).collect();
            assert_eq!(rates[0], 0.1);
            assert_eq!((rates[9], rates[10]), (1.0, 1.0));
            assert!(rates[10..].windows(2).all(|r| r[1] < r[0]));
            assert!((0.2..0.21).contains(&rates[99]), "{}", rates[99]);
            assert_eq!(schedule.rate(1000), 0.2);
        }
    }

    #[test]
    fn constant_stays_and_no_warmup_begins_at_the_peak() {
        let schedule = Schedule { decay: Decay::Constant, warmup: 0.0, ..SCHEDULE };
        assert!((0..200).all(|s| schedule.rate(s) == 1.0));
    }

    #[test]
    fn half_way_down_a_line_is_half_the_peak() {
        let schedule = Schedule { warmup: 0.0, ..SCHEDULE };
        assert_eq!(schedule.rate(50), 0.5);
        assert!((Schedule { decay: Decay::Cosine, ..schedule }.rate(50) - 0.5).abs() < 1e-6);
    }
}
