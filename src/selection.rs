//! Which names of a tagged document are wanted: a user's own beside the model's, of some types, sure enough, grouped.

use crate::Document;
use crate::gazetteer::Gazetteer;
use crate::group::group;
use crate::labels::Labels;
use std::sync::Arc;

/// See the module. By default every name is, as the model found it.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Lists of a user's own names; where two disagree, the later one is right.
    pub gazetteers: Vec<Arc<Gazetteer>>,
    /// Names with a lower score are left out, 0 to 1. Those without a score stay.
    pub min_score: f32,
    /// Types to keep; all where empty.
    pub labels: Vec<String>,
    /// Whether mentions of one name get one number.
    pub group: bool,
}

impl Selection {
    /// Refuses types that neither the model nor a list knows: nothing would ever be found.
    ///
    /// # Errors
    /// What was wanted and what was found.
    pub fn check(&self, labels: &Labels) -> Result<(), String> {
        let types = labels.types();
        let own = |label: &str| self.gazetteers.iter().any(|names| names.types().contains(&label));
        match self.labels.iter().find(|label| !types.iter().any(|known| **known == ***label) && !own(label)) {
            None => Ok(()),
            Some(label) => Err(format!("wanted types of the model ({}), found `{label}`", types.join(", "))),
        }
    }

    /// Makes the names of a document those that are wanted.
    pub fn apply(&self, document: &mut Document) {
        self.gazetteers.iter().for_each(|names| names.apply(document));
        document.entities.retain(|name| {
            name.score.is_none_or(|score| score >= self.min_score)
                && (self.labels.is_empty() || self.labels.iter().any(|label| **label == *name.label))
        });
        if self.group {
            group(&mut document.entities, &document.text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entity, Span};

    fn names(list: &[(&str, &str)]) -> Arc<Gazetteer> {
        Arc::new(Gazetteer::of(list.iter().copied()).unwrap())
    }

    fn document(text: &str, found: &[(&str, &str, f32)]) -> Document {
        let name = |(letters, label, score): &(&str, &str, f32)| {
            let start = text.find(letters).unwrap();
            Entity::new(Span::new(text, start, start + letters.len()).unwrap(), *label).with_score(*score)
        };
        Document { text: text.into(), entities: found.iter().map(name).collect(), ..Document::default() }
    }

    fn shown(document: &Document) -> Vec<(&str, &str)> {
        document.entities.iter().map(|name| (name.span.of(&document.text), &*name.label)).collect()
    }

    #[test]
    fn names_are_kept_by_score_and_type_and_ones_own_have_no_score() {
        let mut found = document("زار بوتين مصر مع شركة نور", &[("بوتين", "PER", 0.9), ("مصر", "LOC", 0.4)]);
        let selection = Selection {
            gazetteers: vec![names(&[("نور", "ORG")])],
            min_score: 0.5,
            group: true,
            ..Selection::default()
        };
        selection.apply(&mut found);
        assert_eq!(shown(&found), [("بوتين", "PER"), ("نور", "ORG")]);
        assert_eq!(found.entities[1].group, Some(1));
        Selection { labels: vec!["ORG".into()], ..Selection::default() }.apply(&mut found);
        assert_eq!(shown(&found), [("نور", "ORG")]);
    }

    #[test]
    fn of_two_lists_the_later_one_is_right() {
        let mut found = document("زار بوتين مصر", &[]);
        let gazetteers = vec![names(&[("مصر", "LOC")]), names(&[("مصر", "ORG")])];
        Selection { gazetteers, ..Selection::default() }.apply(&mut found);
        assert_eq!(shown(&found), [("مصر", "ORG")]);
    }

    #[test]
    fn a_type_that_nothing_brings_is_refused() {
        let labels = Labels::new(&["O", "B-PER", "I-PER"].map(String::from), "config.json").unwrap();
        let selection = |label: &str| Selection {
            gazetteers: vec![names(&[("نور", "CLUB")])],
            labels: vec![label.into()],
            ..Selection::default()
        };
        assert_eq!(selection("CLUB").check(&labels), Ok(()));
        assert_eq!(selection("GPE").check(&labels), Err("wanted types of the model (PER), found `GPE`".into()));
    }
}
