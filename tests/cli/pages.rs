//! The pages in a real browser, where there is one: what is lit, what is filtered, and that nothing of a text runs.

use crate::sandbox::Sandbox;
use serde_json::{Value, json};
use std::process::{Command, Stdio};

/// The same name in two spellings of its word, another, and a text that would like to be a page.
const TEXT: &str = "زار بوتين مصر، ولبوتين <script>document.title='hacked'</script> رأي في مصر";

/// Does what a reader would do, and leaves what is then to be seen in the page.
const READER: &str = r##"<script>
const out = {}, all = [...document.querySelectorAll("[data-n]")];
const lit = () => all.filter((e) => e.classList.contains("lit")).map((e) => e.textContent.replaceAll("\u200d", "").trim());
const over = (e) => e.dispatchEvent(new MouseEvent("mouseover", { bubbles: true }));
over(all[0]); out.over = lit();
over(document.body); out.away = lit();
all[0].click(); over(all[1]); out.held = lit();
document.body.click(); out.released = lit();
const box = document.getElementById("f0");
if (box) { box.click(); out.filtered = [...document.querySelectorAll("mark")].map((m) => getComputedStyle(m).backgroundColor === "rgba(0, 0, 0, 0)"); }
out.direction = getComputedStyle(document.body).direction; out.title = document.title;
const result = document.createElement("pre"); result.id = "result"; result.textContent = JSON.stringify(out);
document.body.append(result);
</script>"##;

/// What the reader sees; `None` where no browser is.
fn seen(sandbox: &Sandbox, page: &str) -> Option<Value> {
    let text = sandbox.read(page);
    sandbox.file("read.html", text.replace("</body>", &format!("{READER}</body>")));
    let address = format!("file://{}", sandbox.path("read.html").display());
    let flags = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"];
    let browser = ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(|name| {
        let profile = format!("--user-data-dir={}", sandbox.path("profile").display());
        Command::new(name).args(flags).args([profile, address.clone()]).stderr(Stdio::null()).output().ok()
    });
    let Some(output) = browser.filter(|output| output.status.success()) else {
        println!("no browser here: the page was not looked at");
        return None;
    };
    let page = String::from_utf8(output.stdout).unwrap();
    let start = page.find("<pre id=\"result\">").unwrap() + "<pre id=\"result\">".len();
    let result = &page[start..start + page[start..].find("</pre>").unwrap()];
    Some(serde_json::from_str(result).unwrap())
}

fn with_record() -> Sandbox {
    let sandbox = Sandbox::new();
    let name = |label: &str, name: &str, nth: usize| {
        let byte = TEXT.match_indices(name).nth(nth).unwrap().0;
        let start = TEXT[..byte].chars().count();
        json!({"start": start, "end": start + name.chars().count(), "label": label, "text": name, "score": 0.9})
    };
    let names = [name("PER", "بوتين", 0), name("LOC", "مصر", 0), name("PER", "بوتين", 1), name("LOC", "مصر", 1)];
    sandbox.file("a.jsonl", json!({"id": "a", "text": TEXT, "entities": names}).to_string() + "\n");
    sandbox
}

#[test]
fn mentions_of_a_name_are_lit_together_and_types_can_be_put_out() {
    let sandbox = with_record();
    sandbox.run(&["convert", "a.jsonl", "--format", "html", "-o", "page.html"]).succeeds();
    let Some(seen) = seen(&sandbox, "page.html") else { return };
    let wanted = json!({
        "over": ["بوتين", "بوتين"], "away": [], "held": ["بوتين", "بوتين"], "released": [],
        "filtered": [true, false, true, false], "direction": "rtl", "title": "عَلَم",
    });
    assert_eq!(seen, wanted);
}

#[test]
fn a_name_is_lit_in_all_pictures_of_the_statistics() {
    let sandbox = with_record();
    sandbox.run(&["stats", "a.jsonl", "--format", "html", "-o", "page.html"]).succeeds();
    let Some(seen) = seen(&sandbox, "page.html") else { return };
    // A bar, two sides of the square and a pair; the bar's row says the number of mentions too.
    let lit: Vec<&str> = seen["over"].as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect();
    assert_eq!(lit.len(), 4, "{seen}");
    assert!(lit.iter().all(|text| text.contains(lit[1])), "{seen}");
    assert_eq!((&seen["direction"], &seen["away"]), (&json!("rtl"), &json!([])));
}
