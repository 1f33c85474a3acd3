//! Two finished runs side by side.

use crate::place::Place;
use crate::recipes::BY_HEART;

#[test]
fn a_run_that_learnt_is_told_from_one_that_did_not() {
    let place = Place::new();
    place.train("finetune", BY_HEART, &[]).succeeds();
    place.rename("out", "good");
    place.train("finetune", &BY_HEART.replace("steps = 150", "steps = 2"), &[]).succeeds();
    place.rename("out", "poor");
    let ran = place.run(&["compare", "poor", "good", "good", "--data", "data", "--page", "page.html"]);
    ran.succeeds();
    let row = |name: &str| ran.out.lines().find(|line| line.starts_with(&format!("| {name} |"))).unwrap().to_owned();
    assert!(row("good").contains("| 100.0 | 100.0 | 100.0 | 100.0 to 100.0 |"), "{}", ran.out);
    let p: f64 = row("good").trim_end_matches(" |").rsplit("| ").next().unwrap().parse().unwrap();
    assert!(p < 0.05, "{}", ran.out);
    assert!(ran.out.contains("\ngood misses nothing\n") && ran.out.contains("\ngood alone finds "), "{}", ran.out);
    let page = place.read("page.html");
    assert!(page.contains("<h2>dev</h2>") && page.ends_with("</html>\n") && !page.contains("http"), "{page}");
    place.run(&["compare", "good"]).fails_with(2, "2 values required");
    place.remove("poor");
    place.run(&["compare", "good", "poor", "--data", "data"]).fails_with(3, "poor/config.json");
}
