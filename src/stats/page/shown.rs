//! Names, types and numbers as the page shows them.

use crate::formats::html::{self, escaped};
use crate::stats::Name;

/// What a type is called on the page.
pub(super) fn kind(label: &str) -> String {
    match label {
        "PER" => "أشخاص".into(),
        "LOC" => "أماكن".into(),
        "ORG" => "مؤسسات".into(),
        "MISC" => "أسماء أخرى".into(),
        other => escaped(other),
    }
}

/// Digits in groups of three.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// The attributes that let the mentions of a name on the page light up together.
pub(super) fn key(name: &Name) -> String {
    format!("data-n=\"{} {}\"", escaped(&name.label), escaped(&name.name))
}

/// The palette's class of a name.
pub(super) fn colour(name: &Name) -> String {
    format!("t{}", html::colour(&name.label, 0))
}
