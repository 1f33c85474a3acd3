//! Batch jobs: parts that are whole, runs that carry on to the same bytes, and folders that are refused.

use crate::sandbox::Sandbox;
use crate::tag::{tag, with_model};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Files of a job by name, but for its summary, which knows the time.
pub(crate) fn contents(sandbox: &Sandbox, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let names =
        sandbox.files().into_iter().filter_map(|name| Some(name.strip_prefix(folder)?.strip_prefix('/')?.to_owned()));
    let read = |name: String| {
        let bytes = std::fs::read(sandbox.path(&format!("{folder}/{name}"))).unwrap();
        (name, bytes)
    };
    names.filter(|name| name != "summary.json").map(read).collect()
}

/// The parts of a job, one behind the other.
pub(crate) fn joined(sandbox: &Sandbox, folder: &str) -> String {
    let parts = contents(sandbox, folder).into_iter().filter(|(name, _)| name.starts_with("part-"));
    parts.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

/// A sentence of its own for each number.
pub(crate) fn sentence(number: usize) -> String {
    let names = ["محمد بن سلمان", "نواف سلام", "الأمم المتحدة", "حلب", "لندن"];
    let places = ["باريس", "تركيا", "القاهرة"];
    format!("وصل {} إلى {} أمس في رحلة رقمها {number}", names[number % 5], places[number % 3])
}

/// A corpus of all kinds: small files in folders, lines, a large file of lines, broken records.
pub(crate) fn corpus(sandbox: &Sandbox) {
    for number in 0..40 {
        sandbox.file(&format!("in/{}/{number:02}.txt", number % 3), sentence(number));
    }
    let lines = |from: usize, to: usize| {
        (from..to).fold(String::new(), |mut lines, n| {
            writeln!(lines, "{{\"id\":\"n{n}\",\"text\":\"{}\"}}", sentence(n)).unwrap();
            lines
        })
    };
    sandbox
        .file("in/large.jsonl", lines(100, 400))
        .file("in/small.jsonl", lines(40, 60) + "{\"id\":\"x\"}\n")
        .file("in/broken.txt", b"\xD9\x82\xFF")
        .file("in/z.conll", "قال O\nمحمد B-PER\n");
}

/// A job on that corpus, cut into many parts.
const JOB: [&str; 4] = ["in", "-o", "out/", "-q"];

fn job<'a>(more: &[&'a str]) -> Vec<&'a str> {
    tag(&[&JOB[..], &["--part-bytes", "3000"], more].concat())
}

#[test]
fn a_folder_gets_parts_that_are_together_what_a_file_would_hold() {
    let sandbox = with_model();
    corpus(&sandbox);
    let file = sandbox.run(&tag(&["in", "-q"]));
    assert_eq!(sandbox.run(&job(&[])).status, Some(1), "two records are broken");
    assert_eq!(joined(&sandbox, "out"), file.out);
    let parts = contents(&sandbox, "out").keys().filter(|name| name.starts_with("part-")).count();
    assert!(parts > 10, "{parts}");
    let summary: serde_json::Value = serde_json::from_str(&sandbox.read("out/summary.json")).unwrap();
    assert_eq!(
        (&summary["complete"], &summary["documents"], &summary["failed"]),
        (&true.into(), &361.into(), &2.into())
    );
    assert!(summary["names"]["LOC"].as_u64().is_some() && summary["this_run"]["seconds"].as_f64().is_some());
}

#[test]
fn threads_change_no_byte_of_a_job_and_a_finished_one_is_left_as_it_is() {
    let sandbox = with_model();
    corpus(&sandbox);
    sandbox.run(&job(&["--threads", "1"]));
    let first = contents(&sandbox, "out");
    let summary = sandbox.read("out/summary.json");
    let again = sandbox.run(&job(&["--max-batch-tokens", "100"]));
    assert_eq!((again.status, again.err.as_str()), (Some(1), ""));
    assert_eq!((contents(&sandbox, "out"), sandbox.read("out/summary.json")), (first.clone(), summary));
    sandbox.run(&tag(&["in", "-o", "other/", "-q", "--part-bytes", "3000", "--threads", "3"]));
    assert!(contents(&sandbox, "other") == first);
}

/// Whether to do as much as RELIABILITY.md reports.
pub(crate) fn long() -> bool {
    std::env::var_os("ALAM_LONG").is_some()
}

#[test]
fn a_job_killed_at_a_random_moment_ends_in_the_same_bytes() {
    let sandbox = with_model();
    corpus(&sandbox);
    let begin = Instant::now();
    sandbox.run(&tag(&["in", "-o", "whole", "-q", "--part-bytes", "3000"]));
    let time = begin.elapsed().as_secs_f64();
    let wanted = contents(&sandbox, "whole");
    let mut random = alam_models::Rng::new(u64::from(std::process::id()));
    let mut moments: BTreeMap<&str, u32> = BTreeMap::new();
    let trials = if long() { 100 } else { 6 };
    for trial in 0..trials {
        // Some are killed more than once.
        for _ in 0..=trial % 3 / 2 {
            let mut child = sandbox.command(&job(&[])).stderr(Stdio::null()).spawn().unwrap();
            // From before the folder is there to behind the last part.
            std::thread::sleep(Duration::from_secs_f64(time * f64::from(random.uniform())));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let parts = contents(&sandbox, "out").keys().filter(|name| name.starts_with("part-")).count();
        let moment = match parts {
            0 => "before the first part",
            _ if sandbox.path("out/summary.json").exists() => "behind the end",
            _ => "between parts",
        };
        *moments.entry(moment).or_default() += 1;
        assert_eq!(sandbox.run(&job(&[])).status, Some(1));
        assert!(contents(&sandbox, "out") == wanted, "trial {trial}, killed {moment} with {parts} parts");
        std::fs::remove_dir_all(sandbox.path("out")).unwrap();
    }
    println!("{trials} of {trials} jobs byte-equal after a kill: {moments:?}");
}
