//! Documents that nobody would write, tagged by the real binary: none is lost, none takes long.
//!
//! The long form is `ALAM_LONG=1 cargo test --release --workspace --test cli hostile -- --nocapture`.

use crate::sandbox::Sandbox;
use crate::tag::{tag, with_model};
use crate::tiny::{self, Clitics};
use alam::{Options, Tagger};
use serde_json::{Value, json};
use std::fmt::Write;
use std::time::{Duration, Instant};

/// What documents are made of: a beginning, a piece that is repeated, an end.
const KINDS: [[&str; 3]; 26] = [
    ["", "", ""],
    ["", " ", ""],
    ["", "\u{64e}", ""],
    ["", "\u{640}", ""],
    ["", "ا", ""],
    ["و", "بال", "بوتين"],
    ["", "a", "."],
    ["", "\"", ""],
    ["", "«", "بوتين"],
    ["", "(«[\u{201c}", ")»]\u{201d}"],
    ["", "\u{202e}", "بوتين"],
    ["", "\u{2067}ا\u{2069}", ""],
    ["", "\u{200f}\u{200e}", "مصر"],
    ["", "\0", ""],
    ["", "\0بوتين\0 ", ""],
    ["\u{feff}", "\u{feff}", "مصر"],
    ["", "\r", ""],
    ["", "\n\r\n", "مصر"],
    ["", "ﷺ", ""],
    ["", "e\u{301}\u{301}\u{301}", ""],
    ["", "👩\u{200d}👩\u{200d}👧", ""],
    ["", "\u{fffd}\u{ffff}", ""],
    ["", "http://a.b/", ""],
    ["", "[SEP] [PAD] </s> ", "بوتين"],
    ["", "<script>", "بوتين & \"مصر\""],
    ["", "١٢٣٬٤٥٦٫٧٨", ""],
];
/// Lines of JSON that hold no document.
const BROKEN: [&str; 6] =
    ["{\"text\":\"\\ud800\"}", "{\"text\":\"\\udc00\\ud800\"}", "nonsense", "[]", "{\"id\":7}", "{\"text\":"];
/// What a text is made of that somebody would write.
const PLAIN: &str = "وصل محمد بن سلمان إلى لندن أمس، وقال إن الاجتماع كان جيدا في مدينة حلب. ";

/// Number of documents.
fn number() -> usize {
    if std::env::var_os("ALAM_LONG").is_some() { 5000 } else { 180 }
}

fn text([begin, piece, end]: [&str; 3], bytes: usize) -> String {
    format!("{begin}{}{end}", piece.repeat(bytes.checked_div(piece.len()).unwrap_or_default()))
}

/// The texts in turn, mostly short; `None` for a line that holds no document. One word of 300,000 letters and one line of
/// many megabytes are among them.
fn texts() -> impl Iterator<Item = Option<String>> {
    let megabytes = if number() > 1000 { 10 } else { 1 };
    (0..number()).map(move |i| match i {
        0 => Some("ا".repeat(300_000)),
        1 => Some(PLAIN.repeat((megabytes << 20) / PLAIN.len())),
        _ if i % 10 == 9 => None,
        _ => Some(text(KINDS[i % KINDS.len()], [0, 3, 70, 900, 20_000][i / KINDS.len() % 5])),
    })
}

#[test]
fn of_hostile_documents_none_is_lost() {
    let sandbox: Sandbox = with_model();
    let mut input = String::new();
    for (i, text) in texts().enumerate() {
        let line =
            text.map_or(BROKEN[i / 10 % BROKEN.len()].to_owned(), |text| json!({"id": i, "text": text}).to_string());
        let _ = writeln!(input, "{line}");
    }
    sandbox.file("a.jsonl", &input);
    let ran = sandbox.run(&tag(&["a.jsonl", "-q", "--with-text", "--group"]));
    assert_eq!(ran.status, Some(1));
    let mut records = ran.out.lines();
    for (i, text) in texts().enumerate() {
        let record: Value = serde_json::from_str(records.next().unwrap()).unwrap();
        let Some(text) = text else {
            assert!(record["error"].as_str().unwrap().starts_with("wanted"), "{record}");
            continue;
        };
        assert_eq!((&record["id"], &record["text"]), (&json!(i.to_string()), &json!(text)), "document {i}");
        let letters: Vec<char> = text.chars().collect();
        for name in record["entities"].as_array().unwrap() {
            let place = |field: &str| name[field].as_u64().unwrap() as usize;
            let there: String = letters[place("start")..place("end")].iter().collect();
            assert_eq!(name["text"], there.as_str(), "document {i}");
        }
    }
    assert_eq!(records.next(), None);
}

/// Bytes of a text whose time is taken, and how many times longer than that of a usual text it may be: marks without a
/// letter, and words that are one piece a letter, cost more than news.
const BYTES: usize = 200_000;
const TIMES: u32 = 30;

#[test]
fn of_hostile_documents_none_is_slow_out_of_proportion() {
    let tagger: Tagger = tiny::tagger(Clitics::Head, Options::default());
    let took = |text: &str| -> Duration {
        let begin = Instant::now();
        tagger.tag(text).unwrap();
        begin.elapsed()
    };
    let plain = PLAIN.repeat(BYTES / PLAIN.len());
    took(&plain);
    let usual = took(&plain).max(Duration::from_millis(10));
    let mut slowest = (0.0, "");
    for kind in KINDS {
        let time = took(&text(kind, BYTES));
        assert!(time < usual * TIMES, "{kind:?}: {time:?}, {usual:?} for as many bytes of news");
        let times = time.as_secs_f64() / usual.as_secs_f64();
        slowest = if times > slowest.0 { (times, kind[1]) } else { slowest };
    }
    println!("slowest: {:?}, {:.1} times the time of news", slowest.1, slowest.0);
}
