//! Tags of every scheme become names and names tags; what a file is in is found out, and slips do not change it.

use super::*;
use proptest::prelude::*;

fn detected(sentences: &str) -> Scheme {
    let mut detector = Detector::default();
    for sentence in sentences.split('|') {
        sentence.split_whitespace().for_each(|tag| detector.see(tag));
        detector.end_sentence();
    }
    detector.scheme(Asked::Auto)
}

/// Names as `label:from-to`, or the stray.
fn names(scheme: Scheme, tags: &str, strays: Strays) -> Result<Vec<String>, String> {
    let marks: Vec<Mark> = tags.split(' ').map(|tag| scheme.parse(tag).unwrap()).collect();
    let show = |(range, label): Name| format!("{label}:{}-{}", range.start, range.end);
    let found = scheme.names(&marks, strays).map(|names| names.into_iter().map(show).collect());
    found.map_err(|stray| format!("{}: {}", stray.at, stray.message.lines().next().unwrap()))
}

const NAMES: [&str; 3] = ["PER:1-3", "LOC:4-5", "ORG:6-9"];

#[test]
fn each_scheme_is_found_by_its_tags_and_read_to_the_same_names() {
    for (tags, said) in [
        ("O B-PER I-PER O B-LOC O B-ORG I-ORG I-ORG", "IOB2"),
        ("O I-PER I-PER O I-LOC O I-ORG I-ORG I-ORG", "IOB1"),
        ("O I-PER E-PER O E-LOC O I-ORG I-ORG E-ORG", "IOE"),
        ("O B-PER E-PER O S-LOC O B-ORG I-ORG E-ORG", "IOBES"),
        ("O B-PER L-PER O U-LOC O B-ORG I-ORG L-ORG", "BILOU"),
        ("O B-PER E-PER O W-LOC O B-ORG M-ORG E-ORG", "BMEWO"),
        ("BB_O_PER B_PER E_PER WW_O_LOC W_LOC O B_ORG M_ORG E_ORG", "BMEWO with `_` (B_PER)"),
        ("O PER-B PER-I O LOC-B O ORG-B ORG-I ORG-I", "IOB2 behind types (PER-B)"),
        ("O PER.B PER.E O LOC.S O ORG.B ORG.I ORG.E", "IOBES behind types (PER.B)"),
        ("O B.PER I.PER O B.LOC O B.ORG I.ORG I.ORG", "IOB2 with `.` (B.PER)"),
        ("O PER PER O LOC O ORG ORG ORG", "bare types, whose neighbours are one name"),
    ] {
        let scheme = detected(tags);
        assert_eq!(scheme.to_string(), said, "{tags}");
        for strays in [Strays::Refuse, Strays::Begin, Strays::PassOver] {
            assert_eq!(names(scheme, tags, strays).unwrap(), NAMES, "{tags}");
        }
    }
}

#[test]
fn slips_do_not_change_what_a_file_is_in() {
    let good = "O B-PER I-PER O B-LOC|".repeat(10);
    assert_eq!(detected(&(good.clone() + "O I-PER O")).code, Code::Iob2);
    assert_eq!(detected(&(good.clone() + "O S-PER O")).code, Code::Iob2);
    assert_eq!(detected(&(good + "O PER X o O")).code, Code::Iob2);
    assert_eq!(detected(&("O I-PER I-PER O I-LOC|".repeat(10) + "B-PER O")).code, Code::Iob1);
    assert_eq!(detected("O I-PER B-PER O").code, Code::Iob1);
    assert_eq!(detected("O B-PER O I-PER").code, Code::Iob2);
}

#[test]
fn tags_that_are_none_are_in_no_scheme() {
    // Parts of speech have no `O`; `o`, `0` and numbered labels are no types.
    for tags in ["NOUN VERB", "O o o", "O 0 _", "O LABEL_1 LABEL_2", ""] {
        assert_eq!(detected(tags), Scheme::IOB2, "{tags}");
    }
    let bare = Scheme { code: Code::Bare, ..Scheme::IOB2 };
    for tag in ["", "o", "0", "_", "A B", "LABEL_1", "PER\u{85}LOC", "(PER*", "*)"] {
        assert_eq!(bare.parse(tag), None, "{tag}");
    }
    for tag in ["B-", "-PER", "B-A B", "B", "S-PER", "b-PER", "PER", "B_PER"] {
        assert_eq!(Scheme::IOB2.parse(tag), None, "{tag}");
    }
    assert_eq!(Scheme::IOB2.parse("B-work-of-art"), Some(Mark::In(Place::Begin, "work-of-art".into())));
}

#[test]
fn what_is_asked_for_goes_before_what_is_seen() {
    let mut detector = Detector::default();
    ["O", "I-PER", "I-LOC"].iter().for_each(|tag| detector.see(tag));
    assert_eq!(detector.scheme(Asked::Auto).code, Code::Iob1);
    assert_eq!(detector.scheme(Asked::Code(Code::Iob2)), Scheme::IOB2);
    assert_eq!(detector.scheme(Asked::Code(Code::Bare)).code, Code::Bare);
    assert_eq!(detector.scheme(Asked::Suffixed).side, Side::Behind);
    for (asked, name) in Asked::ALL {
        assert_eq!(Asked::named(name), Some(*asked));
    }
    assert_eq!(Asked::named("conll"), None);
}

#[test]
fn strays_are_refused_begin_names_or_are_passed_over() {
    let iobes = Scheme { code: Code::Iobes, ..Scheme::IOB2 };
    for (scheme, tags, refused, begun, passed) in [
        (Scheme::IOB2, "O I-PER", "1: wanted IOB2 tags, found `I-PER` behind no name", "PER:1-2", ""),
        (
            Scheme::IOB2,
            "B-LOC I-PER",
            "1: wanted IOB2 tags, found `I-PER` behind a name of type LOC",
            "LOC:0-1 PER:1-2",
            "LOC:0-1",
        ),
        (iobes, "E-PER O", "0: wanted IOBES tags, found `E-PER` behind no name", "PER:0-1", ""),
        (iobes, "B-PER O", "0: wanted `S-PER` at the end of a name in IOBES, found `B-PER`", "PER:0-1", ""),
        (iobes, "B-PER I-PER", "1: wanted `E-PER` at the end of a name in IOBES, found `I-PER`", "PER:0-2", ""),
        (
            iobes,
            "B-PER S-LOC",
            "0: wanted `S-PER` at the end of a name in IOBES, found `B-PER`",
            "PER:0-1 LOC:1-2",
            "LOC:1-2",
        ),
    ] {
        assert_eq!(names(scheme, tags, Strays::Refuse).unwrap_err(), refused);
        assert_eq!(names(scheme, tags, Strays::Begin).unwrap().join(" "), begun);
        assert_eq!(names(scheme, tags, Strays::PassOver).unwrap().join(" "), passed);
    }
}

#[test]
fn tags_are_read_as_they_are_spelt() {
    let read = |tags: &[&str]| Scheme::IOB2.read(tags, Strays::Refuse);
    assert_eq!(read(&["O", "B-PER", "I-PER"]), Ok(vec![(1..3, "PER".into())]));
    let stray = read(&["O", "S-PER"]).unwrap_err();
    assert_eq!((stray.at, stray.message.as_str()), (1, "wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `S-PER`"));
}

fn schemes() -> Vec<Scheme> {
    let codes =
        [Code::Iob1, Code::Iob2, Code::Ioe, Code::Iobes, Code::Bilou, Code::Bmewo].into_iter().flat_map(|code| {
            [Side::Before, Side::Behind]
                .into_iter()
                .flat_map(move |side| SEPARATORS.map(|separator| Scheme { code, side, separator }))
        });
    codes.chain([Scheme { code: Code::Bare, ..Scheme::IOB2 }]).collect()
}

proptest! {
    #[test]
    fn names_come_back_from_the_tags_of_any_scheme(
        parts in prop::collection::vec((0usize..3, 1usize..4, prop::sample::select(vec!["PER", "LOC", "work-of-art"])), 1..12),
    ) {
        let (mut at, mut all): (usize, Vec<Name>) = (0, Vec::new());
        for (gap, length, label) in parts {
            at += gap;
            all.push((at..at + length, label.into()));
            at += length;
        }
        for scheme in schemes() {
            let mut wanted = all.clone();
            if scheme.code == Code::Bare {
                // Names that touch cannot be told apart where their type is one.
                wanted.dedup_by(|name, before| {
                    let one = before.0.end == name.0.start && before.1 == name.1;
                    before.0.end = if one { name.0.end } else { before.0.end };
                    one
                });
            }
            let tags = scheme.tags(at, &all);
            let marks: Vec<Mark> = tags.iter().map(|tag| scheme.parse(tag).unwrap()).collect();
            prop_assert_eq!(&scheme.names(&marks, Strays::Refuse).unwrap(), &wanted, "{}: {:?}", scheme, tags);
            let mut detector = Detector::default();
            tags.iter().for_each(|tag| detector.see(tag));
            let found = detector.scheme(Asked::Code(scheme.code));
            let marks: Vec<Mark> = tags.iter().map(|tag| found.parse(tag).unwrap()).collect();
            prop_assert_eq!(&found.names(&marks, Strays::Refuse).unwrap(), &wanted, "{}: {:?}", found, tags);
        }
    }

    #[test]
    fn no_tags_make_it_panic(tags in prop::collection::vec("[BIESLUWMO\\-_. A-Zا-ي]{0,8}", 0..12)) {
        let mut detector = Detector::default();
        tags.iter().for_each(|tag| detector.see(tag));
        for (asked, _) in Asked::ALL {
            let scheme = detector.scheme(*asked);
            let marks: Vec<Mark> = tags.iter().filter_map(|tag| scheme.parse(tag)).collect();
            for strays in [Strays::Refuse, Strays::Begin, Strays::PassOver] {
                let found = scheme.names(&marks, strays).unwrap_or_default();
                prop_assert!(found.windows(2).all(|pair| pair[0].0.end <= pair[1].0.start));
            }
        }
    }
}
