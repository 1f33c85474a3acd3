//! Types of names that are called differently in different data.

use std::collections::{BTreeMap, BTreeSet};

/// What the types of most Arabic data are called, the common name first.
const CALLED: [&[&str]; 4] = [
    &["PER", "PERS", "PERSON", "PERSONS", "PEOPLE"],
    &["LOC", "LOCATION", "LOCATIONS"],
    &["ORG", "ORGANIZATION", "ORGANISATION", "ORGANIZATIONS", "ORGANISATIONS"],
    &["MISC", "MIS", "MISCELLANEOUS"],
];

/// The common name of a type, where it has one.
fn common(label: &str) -> Option<&'static str> {
    let called = CALLED.iter().find(|names| names.iter().any(|name| name.eq_ignore_ascii_case(label)))?;
    called.first().copied()
}

/// The types of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Types {
    /// Those that the model knows first, in its order.
    pub(super) all: Vec<String>,
    /// How many it knows.
    pub(super) known: usize,
    /// What the data calls otherwise; `O` for what can only be measured.
    pub(super) renamed: BTreeMap<String, String>,
}

impl Types {
    /// Those of the model that the data has none of, where it has none that the model does not know.
    pub(super) fn absent(&self, known: &[String]) -> Vec<String> {
        let nothing_new = self.known == self.all.len();
        known.iter().filter(|label| nothing_new && !self.all.contains(label)).cloned().collect()
    }

    /// With some more of the model's, in its order.
    pub(super) fn keep(&mut self, labels: &[String], known: &[String]) {
        self.all = known.iter().filter(|label| self.all.contains(label) || labels.contains(label)).cloned().collect();
        self.known = self.all.len();
    }
}

/// The types of names that are learnt and of those that are measured, for a model that knows some: what it calls otherwise goes by its
/// name, and so do two names of one type in the data itself.
pub(super) fn of(learnt: &BTreeSet<&str>, measured: &BTreeSet<&str>, known: &[String]) -> Types {
    let is_known = |label: &str| known.iter().any(|known| known == label);
    let there: BTreeSet<&str> = learnt.union(measured).copied().collect();
    let mut renamed = BTreeMap::new();
    for label in there.iter().copied().filter(|label| !is_known(label)) {
        let Some(common) = common(label) else { continue };
        let of_model = known.iter().find(|known| self::common(known) == Some(common)).map(String::as_str);
        let of_data = there.get(common).copied();
        if let Some(name) = of_model.or(of_data).filter(|name| *name != label) {
            renamed.insert(label.to_owned(), name.to_owned());
        }
    }
    let named = |label: &str| renamed.get(label).map_or(label, String::as_str).to_owned();
    let taught: BTreeSet<String> = learnt.iter().map(|label| named(label)).collect();
    let found: BTreeSet<String> = there.iter().map(|label| named(label)).collect();
    let shared: Vec<String> = known.iter().filter(|label| found.contains(*label)).cloned().collect();
    let new = taught.iter().filter(|label| !is_known(label)).cloned();
    let all: Vec<String> = shared.iter().cloned().chain(new).collect();
    let left_out: Vec<&str> = there.into_iter().filter(|label| !all.contains(&named(label))).collect();
    renamed.extend(left_out.into_iter().map(|label| (label.to_owned(), "O".to_owned())));
    Types { known: shared.len(), all, renamed }
}

#[cfg(test)]
mod tests {
    fn of(learnt: &[&str], measured: &[&str], known: &[&str]) -> (String, usize, String) {
        let known: Vec<String> = known.iter().map(|&name| name.to_owned()).collect();
        let types = super::of(&learnt.iter().copied().collect(), &measured.iter().copied().collect(), &known);
        let renamed: Vec<String> = types.renamed.iter().map(|(from, to)| format!("{from}={to}")).collect();
        (types.all.join(" "), types.known, renamed.join(" "))
    }

    #[test]
    fn a_type_is_called_what_the_model_calls_it_and_what_it_does_not_know_comes_last() {
        let model = ["PER", "LOC", "ORG", "MISC"];
        let wanted = ("PER LOC ORG GPE".to_owned(), 3, "Location=LOC PERS=PER".to_owned());
        assert_eq!(of(&["PERS", "Location", "ORG", "GPE"], &[], &model), wanted);
        assert_eq!(of(&["PER"], &[], &["PERS"]), ("PERS".into(), 1, "PER=PERS".into()));
        assert_eq!(of(&["PERS", "GPE"], &[], &[]), ("GPE PERS".into(), 0, String::new()));
    }

    #[test]
    fn types_of_the_model_that_the_data_has_none_of_stay_in_its_order() {
        let known = ["PER", "LOC", "ORG"].map(str::to_owned);
        let of = |learnt: &[&str]| super::of(&learnt.iter().copied().collect(), &[].into(), &known);
        let mut types = of(&["ORG"]);
        assert_eq!(types.absent(&known), ["PER", "LOC"]);
        types.keep(&["LOC".to_owned()], &known);
        assert_eq!((types.all.join(" ").as_str(), types.known), ("LOC ORG", 2));
        assert!(of(&["ORG", "DRUG"]).absent(&known).is_empty(), "the data has types of its own");
    }

    #[test]
    fn two_names_of_one_type_in_the_data_become_one() {
        assert_eq!(of(&["PER", "Person", "GPE"], &[], &[]), ("GPE PER".into(), 0, "Person=PER".into()));
    }

    #[test]
    fn what_is_measured_and_neither_learnt_nor_known_is_left_out() {
        let wanted = ("PER ORG".to_owned(), 2, "GPE=O".to_owned());
        assert_eq!(of(&["PER"], &["PER", "ORG", "GPE"], &["PER", "ORG"]), wanted);
    }
}
