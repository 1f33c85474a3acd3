//! Days of the calendar: as sources write them, counted, and put together into months and years.

use serde::Serialize;
use std::fmt::{Display, Formatter};
use std::ops::RangeInclusive;

/// A day, as the number of days since 1 January 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Years that can be the date of a document; other numbers are something else.
const YEARS: RangeInclusive<i64> = 1000..=2999;

impl Day {
    /// A day by year, month and day.
    pub fn new(year: i64, month: i64, day: i64) -> Option<Day> {
        let possible = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        // Days from civil, Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = year - i64::from(month <= 2);
        let era = shifted.div_euclid(400);
        let of_era = shifted.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let number = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        let day_of = possible.then(|| i32::try_from(number).ok().map(Day))??;
        // 31 April would be 1 May.
        (day_of.civil().2 == day).then_some(day_of)
    }

    /// Year, month and day.
    pub fn civil(self) -> (i64, i64, i64) {
        let number = i64::from(self.0) + 719_468;
        let era = number.div_euclid(146_097);
        let of_era = number.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        (year + era * 400 + i64::from(month <= 2), month, of_year - (153 * shifted + 2) / 5 + 1)
    }

    /// The first date in a text: `2024-05-01`, `2024/5`, `20240501`, `20240501123000`, `1/5/2024`, `11 Aug 2017`, `11 أغسطس 2017`,
    /// `2024`, or seconds (milli-, micro-, nanoseconds) since 1970. A month stands for its first day, a year for its first; a day
    /// that no month has is no date. Arabic digits are digits.
    pub fn find(text: &str) -> Option<Day> {
        let digits: String = text.chars().take(64).map(plain).collect();
        if let Some(day) = spelt(&digits) {
            return day;
        }
        if let Some(day) = digits.trim().get(..8).filter(|_| digits.trim().len() == 14).and_then(compact) {
            return Some(day);
        }
        if let Ok(number) = digits.trim().parse::<i64>()
            && number.unsigned_abs() >= 100_000_000
        {
            let scale = [10_000_000_000, 10_000_000_000_000, 10_000_000_000_000_000, u64::MAX];
            let power = scale.iter().position(|limit| number.unsigned_abs() < *limit)? as u32;
            let day = number.div_euclid(86_400 * 1000_i64.pow(power));
            return i32::try_from(day).ok().map(Day).filter(|day| YEARS.contains(&day.civil().0));
        }
        let numbers: Vec<&str> = digits.split(|c: char| !c.is_ascii_digit()).collect();
        // An empty piece between two parts is a second separator: in `2024/5/a-17` 17 is no day.
        let part = |index: Option<usize>| -> Option<i64> {
            let number = numbers.get(index?)?;
            (1..=2).contains(&number.len()).then(|| number.parse().ok())?
        };
        numbers.iter().enumerate().find_map(|(at, number)| match number.len() {
            8 => Some(compact(number)),
            4 => {
                let year = number.parse().ok().filter(|year| YEARS.contains(year))?;
                if let Some(month) = part(Some(at + 1)) {
                    return Some(Day::new(year, month, part(Some(at + 2)).unwrap_or(1)));
                }
                let before = part(at.checked_sub(1)).zip(part(at.checked_sub(2)));
                // `05/13/2024` is what Americans write: there is no thirteenth month.
                let either = |(month, day)| Day::new(year, month, day).or_else(|| Day::new(year, day, month));
                Some(before.map_or_else(|| Day::new(year, 1, 1), either))
            }
            _ => None,
        })?
    }

    pub(super) fn number(self) -> i32 {
        self.0
    }

    pub(super) fn of_number(number: i32) -> Day {
        Day(number)
    }
}

/// `20240501`.
fn compact(digits: &str) -> Option<Day> {
    Day::new(digits.get(..4)?.parse().ok()?, digits.get(4..6)?.parse().ok()?, digits.get(6..)?.parse().ok()?)
}

/// Months by their English names, which may be cut short, and by the Arabic ones of Egypt and the Gulf, the Levant and the Maghreb.
const MONTHS: [&[&str]; 12] = [
    &["january", "يناير", "جانفي"],
    &["february", "فبراير", "شباط", "فيفري"],
    &["march", "مارس", "آذار", "اذار"],
    &["april", "أبريل", "ابريل", "إبريل", "نيسان", "أفريل", "افريل"],
    &["may", "مايو", "أيار", "ايار", "ماي"],
    &["june", "يونيو", "يونيه", "حزيران", "جوان"],
    &["july", "يوليو", "يوليه", "يوليوز", "تموز", "جويلية"],
    &["august", "أغسطس", "اغسطس", "آب", "غشت", "أوت", "اوت"],
    &["september", "سبتمبر", "أيلول", "ايلول", "شتنبر"],
    &["october", "أكتوبر", "اكتوبر"],
    &["november", "نوفمبر", "نونبر"],
    &["december", "ديسمبر", "دجنبر"],
];

/// The month that a word is, or the word and the next one are.
fn month(word: &str, next: Option<&str>) -> Option<i64> {
    match (word, next) {
        ("كانون", Some("الثاني")) => Some(1),
        ("كانون", Some("الأول" | "الاول")) => Some(12),
        ("تشرين", Some("الأول" | "الاول")) => Some(10),
        ("تشرين", Some("الثاني")) => Some(11),
        _ => {
            let english = (word.len() >= 3 && word.is_ascii()).then(|| word.to_lowercase());
            let is = |name: &str| name == word || english.as_deref().is_some_and(|word| name.starts_with(word));
            MONTHS.iter().position(|names| names.iter().any(|name| is(name))).map(|at| at as i64 + 1)
        }
    }
}

/// A date whose month is a word between or before its numbers; `Some(None)` where there is no such day.
fn spelt(text: &str) -> Option<Option<Day>> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let number = |at: Option<usize>, lengths: RangeInclusive<usize>| -> Option<i64> {
        words.get(at?).filter(|word| lengths.contains(&word.len()))?.parse().ok()
    };
    words.iter().enumerate().find_map(|(at, word)| {
        let month = month(word, words.get(at + 1).copied())?;
        let (before, behind) = (at.checked_sub(1), Some(at + 1));
        let year = (at + 1..at + 4).find_map(|at| number(Some(at), 4..=4)).or_else(|| number(before, 4..=4))?;
        Some(Day::new(year, month, number(before, 1..=2).or_else(|| number(behind, 1..=2)).unwrap_or(1)))
    })
}

fn plain(c: char) -> char {
    let digit = |zero: char| char::from_digit(c as u32 - zero as u32, 10).unwrap_or(c);
    match c {
        '٠'..='٩' => digit('٠'),
        '۰'..='۹' => digit('۰'),
        _ => c,
    }
}

impl Display for Day {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a point of a course over time stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A day.
    Day,
    /// A month.
    Month,
    /// A year.
    Year,
}

impl Step {
    /// The finest step with which a period has about a hundred points at most.
    pub fn of(first: Day, last: Day) -> Step {
        match last.0 - first.0 {
            ..=92 => Step::Day,
            93..=3660 => Step::Month,
            _ => Step::Year,
        }
    }

    /// The number of a day's step.
    pub fn number(self, day: Day) -> i64 {
        let (year, month, _) = day.civil();
        match self {
            Step::Day => day.0.into(),
            Step::Month => year * 12 + month - 1,
            Step::Year => year,
        }
    }

    /// What a step is called: `2024-05-01`, `2024-05`, `2024`.
    pub fn name(self, number: i64) -> String {
        match self {
            Step::Day => Day(number as i32).to_string(),
            Step::Month => format!("{:04}-{:02}", number.div_euclid(12), number.rem_euclid(12) + 1),
            Step::Year => format!("{number:04}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_go_there_and_back() {
        for number in (-354_285..376_200).step_by(13) {
            let (year, month, day) = Day(number).civil();
            assert_eq!(Day::new(year, month, day), Some(Day(number)));
        }
        assert_eq!(Day::new(1970, 1, 1), Some(Day(0)));
        assert_eq!(Day::new(2000, 3, 1), Some(Day(11_017)));
        assert_eq!(Day::new(2023, 2, 29), None);
    }

    #[test]
    fn dates_are_found_as_sources_write_them() {
        for (text, found) in [
            ("2024-05-01T10:00:00Z", Some("2024-05-01")),
            ("archive/2024/5/a-17.txt", Some("2024-05-01")),
            ("٢٠٢٤/٠٥/٠٢", Some("2024-05-02")),
            ("17/3/2011", Some("2011-03-17")),
            ("20110317", Some("2011-03-17")),
            ("سنة 1998", Some("1998-01-01")),
            ("1300320000", Some("2011-03-17")),
            ("1300320000000", Some("2011-03-17")),
            ("1300320000000000000", Some("2011-03-17")),
            ("2024-13-77", None),
            ("2024-02-30", None),
            ("05/13/2024", Some("2024-05-13")),
            ("20240501123000", Some("2024-05-01")),
            ("Fri, 11 Aug 2017 15:24:04 GMT", Some("2017-08-11")),
            ("August 11, 2017", Some("2017-08-11")),
            ("11 أغسطس 2017", Some("2017-08-11")),
            ("الجمعة ١١ كانون الثاني ٢٠١٧", Some("2017-01-11")),
            ("17 تشرين الأول/أكتوبر 2011", Some("2011-10-17")),
            ("31 Feb 2017", None),
            ("Marrakech 1977", Some("1977-01-01")),
            ("السادات 1977", Some("1977-01-01")),
            ("article 17", None),
            ("-9223372036854775808", Some("1677-09-21")),
            ("0000-00-00", None),
            ("", None),
        ] {
            assert_eq!(Day::find(text).map(|day| day.to_string()).as_deref(), found, "{text}");
        }
    }

    #[test]
    fn a_period_has_steps_that_can_be_drawn() {
        let day = |text| Day::find(text).unwrap();
        for (first, last, step, name) in [
            ("2024-05-01", "2024-05-20", Step::Day, "2024-05-20"),
            ("2020-05-01", "2024-12-20", Step::Month, "2024-12"),
            ("1990-05-01", "2024-12-20", Step::Year, "2024"),
        ] {
            assert_eq!(Step::of(day(first), day(last)), step);
            assert_eq!(step.name(step.number(day(last))), name);
        }
    }
}
