//! Tags, their ids, and which tag may follow which.

pub use crate::scheme::{is_plain, is_type};

use crate::Error;
use crate::scheme::{self, Asked, Detector, LONGEST, Mark, Place, Scheme};
use std::sync::Arc;

/// What one word is in a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tag {
    /// Outside every name.
    O,
    /// The first word of a name of that type.
    B(Arc<str>),
    /// A later word of a name of that type.
    I(Arc<str>),
}

/// Tags of a model at most: the tables of what may follow what grow with their square.
const MOST: usize = 2000;

impl Tag {
    /// Reads `O`, `B-PER`, `I-PER`.
    pub fn parse(tag: &str) -> Option<Tag> {
        match tag.split_once('-') {
            None => (tag == "O").then_some(Tag::O),
            Some(("B", label)) if !label.is_empty() => Some(Tag::B(label.into())),
            Some(("I", label)) if !label.is_empty() => Some(Tag::I(label.into())),
            Some(_) => None,
        }
    }

    /// The type of the name it belongs to.
    pub fn label(&self) -> Option<&Arc<str>> {
        match self {
            Tag::O => None,
            Tag::B(label) | Tag::I(label) => Some(label),
        }
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Tag::O => f.write_str("O"),
            Tag::B(label) => write!(f, "B-{label}"),
            Tag::I(label) => write!(f, "I-{label}"),
        }
    }
}

/// The tags of a model, by id (a model's `id2label`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// What each label means in IOB2: of a scheme with ends two can mean the same.
    tags: Vec<Tag>,
    /// Where in a name the word of each label stands; `None` outside.
    places: Vec<Option<Place>>,
    /// Whether the name must go on behind each label: so where its last word has a label of its own.
    goes_on: Vec<bool>,
    scheme: Scheme,
    /// Whether an `I-` may begin a name (IOB1): so in a set that has an `I-` without its `B-`.
    inside_begins: bool,
}

impl Labels {
    /// From a model's label names, in whatever [`scheme`] they are; refuses names that are no tags, doubles, and a
    /// set without `O`. Of a hub model whose labels have an `I-` without its `B-` (or IOB1 naming), an `I-` may begin a name.
    ///
    /// `origin` is the file the names come from, for the error's text.
    pub fn new(names: &[String], origin: &str) -> Result<Labels, Error> {
        if names.len() > MOST {
            return Err(Error::config(origin, format!("wanted at most {MOST} labels, found {}", names.len())));
        }
        let scheme = scheme_of(names, Asked::Auto);
        let mut marks: Vec<Mark> = Vec::with_capacity(names.len());
        for (id, name) in names.iter().enumerate() {
            let mark = scheme.parse(name).ok_or_else(|| Error::config(origin, no_tag(id, name, scheme)))?;
            if let Some(first) = marks.iter().position(|known| *known == mark) {
                return Err(Error::config(
                    origin,
                    format!("label {id}: wanted a new one, found `{name}` as label {first}"),
                ));
            }
            marks.push(mark);
        }
        if !marks.contains(&Mark::Outside) {
            return Err(Error::config(origin, format!("wanted a label `O`, found {} labels without it", marks.len())));
        }
        let begins = |label: &Arc<str>| {
            [Place::Begin, Place::Single].into_iter().any(|place| marks.contains(&Mark::In(place, label.clone())))
        };
        let inside_begins = scheme.code.inside_begins()
            || marks.iter().any(|mark| matches!(mark, Mark::In(Place::Inside | Place::End, label) if !begins(label)));
        let ends = |label: &Arc<str>| marks.contains(&Mark::In(Place::End, label.clone()));
        let goes_on = |mark: &Mark| {
            scheme.code.has_ends() && matches!(mark, Mark::In(Place::Begin | Place::Inside, label) if ends(label))
        };
        let goes_on = marks.iter().map(goes_on).collect();
        let (tags, places) = marks.into_iter().map(meaning).unzip();
        Ok(Labels { tags, places, goes_on, scheme, inside_begins })
    }

    /// For entity types in this order: `O, B-x, I-x, B-y, ...`.
    pub fn of_types<S: AsRef<str>>(types: &[S]) -> Labels {
        let (mut tags, mut places) = (vec![Tag::O], vec![None]);
        for label in types.iter().map(|label| Arc::<str>::from(label.as_ref())) {
            if !tags.contains(&Tag::B(label.clone())) {
                tags.extend([Tag::B(label.clone()), Tag::I(label)]);
                places.extend([Some(Place::Begin), Some(Place::Inside)]);
            }
        }
        let goes_on = vec![false; tags.len()];
        Labels { tags, places, goes_on, scheme: Scheme::IOB2, inside_begins: false }
    }

    /// The scheme that the names are in.
    pub fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// All tags, by id, as IOB2 has them.
    pub fn tags(&self) -> &[Tag] {
        &self.tags
    }

    /// The id of a tag.
    pub fn id(&self, tag: &Tag) -> Option<usize> {
        self.tags.iter().position(|t| t == tag)
    }

    /// Entity types, in order of first appearance.
    pub fn types(&self) -> Vec<Arc<str>> {
        let mut types: Vec<Arc<str>> = Vec::new();
        for label in self.tags.iter().filter_map(Tag::label) {
            if !types.contains(label) {
                types.push(label.clone());
            }
        }
        types
    }

    /// Whether tag `next` may stand behind tag `previous` (`None`: at the start). An id that is no tag may stand nowhere.
    pub fn may_follow(&self, previous: Option<usize>, next: usize) -> bool {
        let Some(tag) = self.tags.get(next) else { return false };
        let place = self.places.get(next).copied().flatten();
        // The name that is open before it, and whether it must go on.
        let open = previous.and_then(|id| self.unfinished(id));
        let goes_on = previous.and_then(|id| self.goes_on.get(id)) == Some(&true);
        match place {
            Some(Place::Inside | Place::End) => self.inside_begins && !goes_on || open == tag.label(),
            None | Some(Place::Begin | Place::Single) => !goes_on,
        }
    }

    /// The type of a label's name that the next word may continue.
    fn unfinished(&self, id: usize) -> Option<&Arc<str>> {
        let finished = matches!(self.places.get(id), Some(None | Some(Place::End | Place::Single)));
        self.tags.get(id).filter(|_| !finished).and_then(Tag::label)
    }
}

/// The scheme of a set of names, of which each stands for itself.
pub(crate) fn scheme_of(names: &[String], asked: Asked) -> Scheme {
    let mut detector = Detector::default();
    for name in names {
        detector.see(name);
        detector.end_sentence();
    }
    detector.scheme(asked)
}

/// What a mark is in IOB2, and where it stands.
fn meaning(mark: Mark) -> (Tag, Option<Place>) {
    match mark {
        Mark::Outside => (Tag::O, None),
        Mark::In(place @ (Place::Begin | Place::Single), label) => (Tag::B(label), Some(place)),
        Mark::In(place, label) => (Tag::I(label), Some(place)),
    }
}

fn no_tag(id: usize, name: &str, scheme: Scheme) -> String {
    if scheme.type_of(name).is_some_and(|label| !is_type(label)) {
        let found = name.chars().take(LONGEST).collect::<String>();
        return format!("label {id}: wanted a type of one plain word, found `{}`", found.escape_debug());
    }
    let wanted = format!("label {id}: wanted {}, found `{}`", scheme.shape(), name.escape_debug());
    let tip = match scheme::is_number(name) {
        true => {
            "tip: nobody has named the labels of this model; where its card tells them, --label-names O,B-PER,I-PER,... gives \
             them, in the order of their numbers, or `labels` in tagger.json"
        }
        false => "tip: a token classifier names its labels in `id2label`; --label-names gives others",
    };
    format!("{wanted}\n{tip}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Result<Labels, Error> {
        Labels::new(&names.iter().map(|n| n.to_string()).collect::<Vec<_>>(), "config.json")
    }

    fn message(names: &[&str]) -> String {
        labels(names).unwrap_err().to_string()
    }

    #[test]
    fn a_tag_is_read_as_it_is_written() {
        for tag in ["O", "B-PER", "I-LOC", "B-work-of-art"] {
            assert_eq!(Tag::parse(tag).unwrap().to_string(), tag);
        }
        for tag in ["", "o", "B", "B-", "PER", "S-PER", "LABEL_0", "-PER"] {
            assert_eq!(Tag::parse(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_labels_of_types_are_iob2() {
        let labels = Labels::of_types(&["PER", "LOC", "PER"]);
        let names: Vec<String> = labels.tags().iter().map(Tag::to_string).collect();
        assert_eq!(names, ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]);
        assert_eq!(labels, Labels::new(&names, "here").unwrap());
        assert_eq!(labels.types(), [Arc::from("PER"), Arc::from("LOC")]);
        assert_eq!(labels.id(&Tag::I("LOC".into())), Some(4));
    }

    #[test]
    fn an_inside_follows_only_its_own_name() {
        let labels = Labels::of_types(&["PER", "LOC"]);
        let (o, b_per, i_per, b_loc, i_loc) = (0, 1, 2, 3, 4);
        for next in [o, b_per, b_loc] {
            assert!(labels.may_follow(None, next));
            assert!((0..5).all(|previous| labels.may_follow(Some(previous), next)));
        }
        let before = |next| (0..5).filter(|&p| labels.may_follow(Some(p), next)).collect::<Vec<_>>();
        assert_eq!(before(i_per), [b_per, i_per]);
        assert_eq!(before(i_loc), [b_loc, i_loc]);
        assert!(!labels.may_follow(None, i_per));
        assert!(!labels.may_follow(None, 5));
    }

    #[test]
    fn an_inside_without_its_begin_may_begin_a_name() {
        let labels = labels(&["O", "I-PER", "B-LOC", "I-LOC"]).unwrap();
        assert!((0..4).all(|next| labels.may_follow(None, next)));
        assert!(labels.may_follow(Some(1), 3));
    }

    /// Which labels may stand behind which, `^` being the start.
    fn behind(names: &[&str]) -> Vec<String> {
        let labels = labels(names).unwrap();
        let next = |previous: Option<usize>| -> String {
            (0..names.len())
                .filter(|&next| labels.may_follow(previous, next))
                .map(|id| names[id])
                .collect::<Vec<_>>()
                .join(" ")
        };
        let all = (0..names.len()).map(|id| format!("{}: {}", names[id], next(Some(id))));
        std::iter::once(format!("^: {}", next(None))).chain(all).collect()
    }

    #[test]
    fn labels_of_other_schemes_mean_what_iob2_says_and_follow_their_own_rules() {
        let iobes = ["O", "B-PER", "I-PER", "E-PER", "S-PER", "S-LOC"];
        let free = "O B-PER S-PER S-LOC";
        let wanted = ["^", "O", "B-PER", "I-PER", "E-PER", "S-PER", "S-LOC"].map(|before| match before {
            "B-PER" | "I-PER" => format!("{before}: I-PER E-PER"),
            _ => format!("{before}: {free}"),
        });
        assert_eq!(behind(&iobes), wanted);
        let meant: Vec<String> = labels(&iobes).unwrap().tags().iter().map(Tag::to_string).collect();
        assert_eq!(meant, ["O", "B-PER", "I-PER", "I-PER", "B-PER", "B-LOC"]);
        assert_eq!(
            behind(&["O", "PER-B", "PER-I"]),
            ["^: O PER-B", "O: O PER-B", "PER-B: O PER-B PER-I", "PER-I: O PER-B PER-I"]
        );
        let bare = labels(&["PER", "O", "LOC"]).unwrap();
        assert!((0..3).all(|next| bare.may_follow(None, next) && bare.may_follow(Some(0), next)));
        assert_eq!(bare.tags(), [Tag::I("PER".into()), Tag::O, Tag::I("LOC".into())]);
        for (names, said) in [(&iobes[..], "IOBES"), (&["O", "B_PER", "L_PER", "U_PER"], "BILOU with `_` (B_PER)")] {
            assert_eq!(labels(names).unwrap().scheme().to_string(), said);
        }
    }

    #[test]
    fn labels_that_are_no_tags_are_refused_with_their_place() {
        assert_eq!(
            message(&["O", "PER", "B-LOC", "I-LOC"]),
            "config.json: label 1: wanted `O`, `B-TYPE` or `I-TYPE`, found `PER`\n\
             tip: a token classifier names its labels in `id2label`; --label-names gives others"
        );
        let numbered = message(&["LABEL_0", "LABEL_1"]);
        assert!(
            numbered.starts_with("config.json: label 0: wanted") && numbered.contains("tip: nobody has named"),
            "{numbered}"
        );
        assert_eq!(
            message(&["O", "B-PER", "B-PER"]),
            "config.json: label 2: wanted a new one, found `B-PER` as label 1"
        );
        for odd in ["B-A B", "B-A\tB", "I-A\nB-X", "B-\u{1b}[31m", "B-\u{202e}PER"] {
            let said = message(&["O", odd]);
            assert!(said.starts_with("config.json: label 1: wanted a type of one plain word, found `"), "{said}");
            assert!(!said.contains(['\t', '\n', '\u{1b}', '\u{202e}']), "{said}");
        }
        let many: Vec<String> = (0..100_000).map(|i| format!("B-{i}")).collect();
        let said = Labels::new(&many, "config.json").unwrap_err().to_string();
        assert_eq!(said, "config.json: wanted at most 2000 labels, found 100000");
        assert_eq!(message(&["B-PER"]), "config.json: wanted a label `O`, found 1 labels without it");
        assert_eq!(message(&[]), "config.json: wanted a label `O`, found 0 labels without it");
    }
}
