//! Which proclitic may stand before a name, by what stands before it.

use alam_models::Rng;

/// What stands before a name's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Context<'a> {
    /// Nothing: the sentence begins.
    Start,
    /// Another name.
    Name,
    /// A word that is part of no name.
    Word {
        /// Its letters.
        word: &'a str,
        /// Whether one space alone stands between them.
        adjacent: bool,
    },
}

/// A choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    /// The proclitics.
    pub(super) letters: String,
    /// Whether they stand for the word before, a preposition that is left out.
    pub(super) merges: bool,
}

/// Letters and how often they are drawn. Corpora have few of ك and ف, and few of two particles together.
type Weights = &'static [(&'static str, u32)];

/// Before a new clause.
const OPENING: Weights = &[
    ("و", 20),
    ("ف", 20),
    ("ل", 8),
    ("ب", 8),
    ("ك", 8),
    ("ول", 8),
    ("وب", 6),
    ("وك", 3),
    ("فل", 4),
    ("فب", 4),
    ("فك", 2),
];
/// Behind a word.
const BEHIND: Weights =
    &[("ل", 26), ("ب", 16), ("ك", 26), ("و", 14), ("ف", 4), ("ول", 6), ("وب", 4), ("وك", 4), ("فل", 2), ("فب", 2)];
/// Behind another name.
const LISTED: Weights = &[("و", 10), ("ف", 3), ("ول", 3), ("وب", 2), ("ل", 2), ("ك", 2)];

/// Prepositions and what may be written instead, joined to the name.
const PREPOSITIONS: [(&str, &str, &str); 12] = [
    ("في", "", "ب"),
    ("فى", "", "ب"),
    ("إلى", "", "ل"),
    ("الى", "", "ل"),
    ("مثل", "", "ك"),
    ("مع", "", "ب"),
    ("وفي", "و", "ب"),
    ("وإلى", "و", "ل"),
    ("والى", "و", "ل"),
    ("ومثل", "و", "ك"),
    ("ومع", "و", "ب"),
    ("لدى", "", "ل"),
];
/// Words that have their noun behind them and allow no particle between.
const GOVERNING: [&str; 27] = [
    "من", "على", "علي", "عن", "بين", "ضد", "عند", "منذ", "حتى", "خلال", "أن", "ان", "إن", "لكن", "بأن", "كان", "كل",
    "بعض", "قبل", "بعد", "تحت", "فوق", "نحو", "حول", "ومن", "وعن", "وعلى",
];

/// The proclitics among the letters before a name, and whether the article stands there too: `لل` is ل and ال.
pub(super) fn written(letters: &str, class: usize) -> (String, bool) {
    let mut plain: String = letters.chars().filter(|c| "وفبلك".contains(*c)).take(class).collect();
    let article = plain.ends_with("لل");
    if article {
        plain.pop();
    }
    (plain, article)
}

/// Other proclitics for a name that has `old`; `None` where none fits.
pub(super) fn choose(old: &str, context: &Context<'_>, rng: &mut Rng) -> Option<Choice> {
    let joined = |letters: String| Choice { letters, merges: false };
    if let Some(last) = old.chars().next_back() {
        // One particle for another of its kind: a conjunction has the same place as a conjunction.
        let rest = &old[..old.len() - last.len_utf8()];
        let kind: Weights = match last {
            'و' | 'ف' => &[("و", 1), ("ف", 2)],
            _ => &[("ب", 1), ("ل", 2), ("ك", 2)],
        };
        let conjunction = if rest == "و" && rng.below(3) == 0 { "ف" } else { rest };
        return Some(joined(format!("{conjunction}{}", draw(kind, rng))));
    }
    let weights = match context {
        Context::Start => OPENING,
        Context::Name => LISTED,
        Context::Word { word, adjacent } => {
            if let Some((_, conjunction, particle)) = PREPOSITIONS.iter().find(|(p, ..)| p == word) {
                let letters = format!("{conjunction}{particle}");
                return adjacent.then_some(Choice { letters, merges: true });
            }
            if GOVERNING.contains(word) || !adjacent && word.chars().all(char::is_alphanumeric) {
                return None;
            }
            match word.chars().next_back() {
                Some('.' | ':' | '،' | '؛' | '!' | '؟' | '"' | '«' | '(' | '-' | '–') => OPENING,
                Some(c) if c.is_alphabetic() => BEHIND,
                _ => return None,
            }
        }
    };
    Some(joined(draw(weights, rng).to_owned()))
}

fn draw(weights: Weights, rng: &mut Rng) -> &'static str {
    let sum: u32 = weights.iter().map(|w| w.1).sum();
    let mut at = rng.below(sum as usize) as u32;
    for &(letters, weight) in weights {
        match at.checked_sub(weight) {
            Some(rest) => at = rest,
            None => return letters,
        }
    }
    weights[0].0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_article_behind_two_lams_is_found_again() {
        assert_eq!(written("وَلِل", 3), ("ول".into(), true));
        assert_eq!(written("ل", 1), ("ل".into(), false));
        assert_eq!(written("", 0), (String::new(), false));
    }

    #[test]
    fn a_preposition_is_merged_and_a_word_that_governs_gets_none() {
        let mut rng = Rng::new(1);
        let behind = |word| Context::Word { word, adjacent: true };
        for _ in 0..50 {
            let choice = Choice { letters: "وب".into(), merges: true };
            assert_eq!(choose("", &behind("وفي"), &mut rng), Some(choice));
            assert_eq!(choose("", &behind("بين"), &mut rng), None);
            assert_eq!(choose("", &Context::Word { word: "في", adjacent: false }, &mut rng), None);
            let other = choose("ول", &behind("بين"), &mut rng).unwrap().letters;
            assert!(["وب", "ول", "وك", "فب", "فل", "فك"].contains(&&*other), "{other}");
            let other = choose("و", &Context::Name, &mut rng).unwrap().letters;
            assert!(["و", "ف"].contains(&&*other), "{other}");
        }
    }

    #[test]
    fn every_particle_is_drawn_as_often_as_it_weighs() {
        let mut rng = Rng::new(2);
        let draws: Vec<&str> = (0..20_000).map(|_| draw(BEHIND, &mut rng)).collect();
        let sum: u32 = BEHIND.iter().map(|w| w.1).sum();
        for (letters, weight) in BEHIND {
            let share = draws.iter().filter(|d| *d == letters).count() as f64 / draws.len() as f64;
            assert!((share - f64::from(*weight) / f64::from(sum)).abs() < 0.02, "{letters}: {share}");
        }
    }
}
