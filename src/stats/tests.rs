//! Counting, by hand-made documents and against a count without limits.

use super::*;
use proptest::prelude::*;

fn seen(day: &str, names: &[(&str, &str)]) -> Seen {
    let names = names.iter().map(|&(label, name)| (label.into(), name.into())).collect();
    Seen { day: Day::find(day), names, columns: None }
}

fn counted(documents: &[Seen], limits: Limits) -> Stats {
    let mut counter = Counter::new(limits).unwrap();
    documents.iter().for_each(|document| counter.add(document).unwrap());
    counter.finish().unwrap()
}

#[test]
fn spellings_and_parts_of_a_persons_name_are_one_name() {
    let documents = [
        seen("", &[("PER", "أحمد الطيب"), ("PER", "الطيب"), ("LOC", "القاهرة")]),
        seen("", &[("PER", "احمد الطيب"), ("PER", "أحمد الطيب"), ("LOC", "القاهره"), ("LOC", "القـاهرة")]),
    ];
    let stats = counted(&documents, Limits::default());
    let told: Vec<_> = stats.types.iter().map(|kind| (&*kind.label, kind.names, kind.mentions)).collect();
    assert_eq!(told, [("PER", 1, 4), ("LOC", 1, 3)]);
    let name = &stats.types[0].top[0];
    assert_eq!((name.name.as_str(), name.mentions, name.documents), ("أحمد الطيب", 4, 2));
    assert_eq!(name.spellings, ["احمد الطيب"]);
    assert_eq!((stats.names, stats.forgotten, stats.documents), (2, 0, 2));
}

#[test]
fn time_has_no_gaps_and_company_is_counted_by_documents() {
    let documents = [
        seen("2023-11-03", &[("LOC", "غزة"), ("LOC", "مصر"), ("LOC", "غزة")]),
        seen("2024-02-01", &[("LOC", "غزة"), ("LOC", "مصر")]),
        seen("2024-02-09", &[("LOC", "غزة")]),
        seen("no day", &[("LOC", "غزة")]),
    ];
    let stats = counted(&documents, Limits::default());
    let time = stats.time.unwrap();
    assert_eq!((time.step, stats.dated), (Step::Month, 3));
    assert_eq!(time.points, ["2023-11", "2023-12", "2024-01", "2024-02"]);
    assert_eq!(time.documents, [1, 0, 0, 2]);
    assert_eq!(time.names[0].course, [1, 0, 0, 2]);
    assert_eq!(time.names[1].course, [1, 0, 0, 1]);
    assert_eq!(stats.together.pairs, [Pair { names: [0, 1], documents: 2, share: 1.0 }]);
    let name = &stats.types[0].top[0];
    assert_eq!((name.first, name.last), (Day::new(2023, 11, 3), Day::new(2024, 2, 9)));
}

#[test]
fn nothing_is_a_corpus_too() {
    let stats = counted(&[], Limits::default());
    assert_eq!((stats.documents, stats.names, stats.time.is_none()), (0, 0, true));
    assert!(page::of(&stats).ends_with("</html>\n"));
}

#[test]
fn nothing_of_a_name_becomes_a_tag() {
    let page = page::of(&counted(
        &[seen("2024-01-01", &[("A\"<i>", "<script>x"), ("LOC", "\" onclick=\"x")])],
        Limits::default(),
    ));
    assert!(!page.contains("<script>x") && !page.contains("<i>") && !page.contains("\" onclick"), "{page}");
}

proptest! {
    /// A count is never too high, and never lower than by what it admits; what is told is the same whatever the limit
    /// where nothing was forgotten.
    #[test]
    fn what_is_forgotten_is_admitted(
        documents in proptest::collection::vec(proptest::collection::vec(0u32..30, 0..8), 0..60),
        limit in 2usize..40,
    ) {
        let name = |n: &u32| (Arc::from("LOC"), format!("اسم{n}"));
        let documents: Vec<Seen> =
            documents.iter().map(|names| Seen { day: None, names: names.iter().map(name).collect(), columns: None }).collect();
        let all = Limits { top: 0, ..Limits::default() };
        let (exact, bounded) = (counted(&documents, all), counted(&documents, Limits { names: limit, ..all }));
        let truth: BTreeMap<String, u64> =
            exact.types.iter().flat_map(|kind| &kind.top).map(|name| (name.name.clone(), name.mentions)).collect();
        for name in bounded.types.iter().flat_map(|kind| &kind.top) {
            prop_assert!(name.mentions <= truth[&name.name] && truth[&name.name] <= name.mentions + name.missed);
        }
        prop_assert_eq!(bounded.mentions, exact.mentions);
        if bounded.forgotten == 0 {
            prop_assert_eq!(bounded, exact);
        }
    }
}
