//! An axis: values to pixels, with ticks at round numbers.

/// Ticks of an axis, about.
const TICKS: f64 = 5.0;

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
    pixels: (f64, f64),
}

impl Scale {
    /// From the least to the greatest value, over these pixels.
    pub(super) fn new((low, high): (f64, f64), pixels: (f64, f64)) -> Scale {
        // One value alone stands in the middle of something.
        let pad = if high > low { 0.0 } else { (low.abs() * 0.5).max(1e-9) };
        let (low, high) = (low - pad, high + pad);
        Scale { low, high, step: round((high - low) / TICKS), pixels }
    }

    /// Over the values of some points, the ends of the axis at ticks; `None` if there are no points.
    pub(super) fn of(points: &[(f64, f64)], pixels: (f64, f64)) -> Option<Scale> {
        let values = || points.iter().map(|point| point.1);
        let (low, high) = (values().reduce(f64::min)?, values().reduce(f64::max)?);
        let scale = Scale::new((low, high), pixels);
        let (first, last) = ((scale.low / scale.step).floor(), (scale.high / scale.step).ceil());
        Some(Scale { low: first * scale.step, high: last * scale.step, ..scale })
    }

    /// Where a value stands.
    pub(super) fn at(&self, value: f64) -> f64 {
        let (from, to) = self.pixels;
        from + (value - self.low) / (self.high - self.low) * (to - from)
    }

    /// Ticks with their numbers.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let slack = 1e-6;
        let (first, last) =
            ((self.low / self.step - slack).ceil() as i64, (self.high / self.step + slack).floor() as i64);
        (first..=last).map(|n| (self.at(n as f64 * self.step), self.label(n))).collect()
    }

    /// The number of a tick with as many digits as tell it from its neighbours.
    fn label(&self, tick: i64) -> String {
        let value = tick as f64 * self.step;
        if tick == 0 {
            return "0".into();
        }
        let digits = (-self.step.log10().floor()).max(0.0) as usize;
        if digits > 4 {
            return format!("{value:.1e}");
        }
        let text = format!("{value:.digits$}");
        match value {
            v if v >= 1e6 && v % 1e5 < 1e-3 => format!("{}M", v / 1e6),
            v if v >= 1e4 && v % 1e2 < 1e-3 => format!("{}k", v / 1e3),
            _ => text,
        }
    }
}

/// The next 1, 2 or 5 times a power of ten.
fn round(step: f64) -> f64 {
    let power = 10f64.powf(step.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|factor| step <= factor * power * (1.0 + 1e-9));
    factor.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(scale: &Scale) -> Vec<String> {
        scale.ticks().into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        let scale = Scale::of(&[(0.0, 0.31), (1.0, 0.93)], (0.0, 100.0)).unwrap();
        assert_eq!(labels(&scale), ["0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!((scale.at(0.2), scale.at(1.0)), (0.0, 100.0));
        assert_eq!(labels(&Scale::new((0.0, 52_000.0), (0.0, 1.0))), ["0", "20k", "40k"]);
        assert_eq!(labels(&Scale::new((0.0, 3e-4), (0.0, 1.0))), ["0", "0.0001", "0.0002", "0.0003"]);
        assert_eq!(labels(&Scale::new((0.0, 2.5e6), (0.0, 1.0))), ["0", "500k", "1M", "1.5M", "2M", "2.5M"]);
    }

    #[test]
    fn one_value_and_none_are_no_trouble() {
        assert_eq!(Scale::of(&[], (0.0, 1.0)), None);
        for value in [0.0, 2.0, -3.0] {
            let scale = Scale::of(&[(1.0, value)], (10.0, 20.0)).unwrap();
            assert!((10.0..=20.0).contains(&scale.at(value)), "{value}");
            assert!((2..12).contains(&scale.ticks().len()), "{value}");
        }
    }
}
