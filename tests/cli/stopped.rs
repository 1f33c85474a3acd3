//! SIGTERM in a large document: an end within two seconds, records that are whole, nothing left in the making.
//!
//! With ALAM_LONG set the document has 60 MB and the signal comes at many moments of it, as RELIABILITY.md reports.
#![cfg(unix)]

use crate::jobs::{contents, long, sentence};
use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::fs::File;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What a stop may take: two seconds, and as much again on a machine that has other work.
const PATIENCE: Duration = Duration::from_secs(4);

fn megabytes() -> usize {
    if long() { 60 } else { 6 }
}

/// When signals come, in seconds, beside those moments of this command that a run without one would be at.
fn moments(whole: Duration) -> impl Iterator<Item = Duration> {
    let trials = if long() { 12 } else { 3 };
    (0..trials).map(move |trial| whole.mul_f64((f64::from(trial) + 0.5) / f64::from(trials)))
}

/// A large document as text and as a record with names, each behind a small one.
fn documents() -> Sandbox {
    let sandbox = with_model();
    let text = format!("{}.\n", sentence(1)).repeat(megabytes() * 1_000_000 / sentence(1).len());
    sandbox.file("a.txt", sentence(0)).file("b.txt", &text);
    let names: Vec<String> = (0..text.chars().count() / 50)
        .map(|i| format!("{{\"start\":{},\"end\":{},\"label\":\"PER\"}}", 50 * i, 50 * i + 3))
        .collect();
    let record = serde_json::json!({"id": "b", "text": text}).to_string();
    let names = format!(",\"entities\":[{}]}}", names.join(","));
    let small = "{\"id\":\"a\",\"text\":\"زار\",\"entities\":[]}\n";
    sandbox.file("in.jsonl", format!("{small}{}{names}\n", record.strip_suffix('}').unwrap()));
    sandbox
}

/// Runs a command with standard output to `stdout`; stopped after a while where one is given.
fn run(sandbox: &Sandbox, args: &[&str], stop: Option<Duration>) -> (Ran, Duration) {
    let out = File::create(sandbox.path("stdout")).unwrap();
    let mut child = sandbox.command(args).stdout(out).stderr(Stdio::piped()).spawn().unwrap();
    if let Some(wait) = stop {
        std::thread::sleep(wait);
        // It may have ended by itself.
        let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).stderr(Stdio::null()).status();
    }
    let begin = Instant::now();
    child.wait().unwrap();
    let took = begin.elapsed();
    (Ran::of(child.wait_with_output().unwrap()), took)
}

#[test]
fn a_stop_in_a_large_document_is_soon_and_leaves_whole_records() {
    let sandbox = documents();
    for args in [
        tag(&["a.txt", "b.txt", "-q"]),
        tag(&["a.txt", "b.txt", "-q", "-o", "out.jsonl"]),
        tag(&["a.txt", "b.txt", "-q", "-o", "out/"]),
        vec!["convert", "in.jsonl", "-q", "--format", "jsonl"],
        vec!["convert", "in.jsonl", "-q", "--format", "html", "-o", "out.html"],
        vec!["stats", "in.jsonl", "-q"],
    ] {
        let (_, whole) = run(&sandbox, &args, None);
        let mut slowest = Duration::ZERO;
        for moment in moments(whole) {
            for path in ["out.jsonl", "out.html"] {
                let _ = std::fs::remove_file(sandbox.path(path));
            }
            let _ = std::fs::remove_dir_all(sandbox.path("out"));
            let (ran, took) = run(&sandbox, &args, Some(moment));
            slowest = slowest.max(took);
            assert!(took < PATIENCE, "{args:?} at {moment:?}: {took:?} {ran:?}");
            // Before it listens, a signal ends it as any program.
            let early = moment < Duration::from_secs(1);
            assert!(matches!(ran.status, Some(0 | 130)) || (ran.status.is_none() && early), "{args:?} {ran:?}");
            let files = sandbox.files();
            assert!(files.iter().all(|name| !name.ends_with(".part")), "{args:?} at {moment:?}: {files:?}");
            if ran.status == Some(130) {
                assert!(!sandbox.path("out.jsonl").exists() && !sandbox.path("out.html").exists(), "{args:?}");
                if args[0] != "stats" {
                    let records = sandbox.read("stdout");
                    let whole = |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok();
                    assert!(records.lines().all(whole), "{args:?} at {moment:?}");
                }
            }
        }
        println!(
            "{}: {:.1} s whole, ends {:.2} s behind the signal at most",
            args.join(" "),
            whole.as_secs_f64(),
            slowest.as_secs_f64()
        );
    }
}

#[test]
fn a_stop_in_a_long_merge_is_soon_and_the_same_command_begins_it_anew() {
    let sandbox = with_model();
    let lines: String = (0..1500).map(|n| sentence(n) + "\n").collect();
    sandbox.file("a.txt", lines);
    let job = ["a.txt", "--lines", "-q", "-o", "share/", "--part-bytes", "10"];
    sandbox.run(&tag(&job)).succeeds();
    let merge = ["merge", "share", "-o", "all", "-q"];
    let (ran, whole) = run(&sandbox, &merge, None);
    ran.succeeds();
    let wanted = contents(&sandbox, "all");
    assert!(wanted.len() > 1500, "{}", wanted.len());
    let mut stopped = 0;
    for moment in moments(whole) {
        std::fs::remove_dir_all(sandbox.path("all")).unwrap();
        let (ran, took) = run(&sandbox, &merge, Some(moment));
        assert!(took < PATIENCE, "{moment:?}: {took:?}");
        if ran.status == Some(130) {
            stopped += 1;
            ran.fails(130, "alam: all: interrupted, and so it is no job's folder yet");
            assert!(!sandbox.path("all/manifest.json").exists() && ran.err.contains("begins anew"));
            sandbox.run(&merge).succeeds();
        }
        assert!(contents(&sandbox, "all") == wanted, "{moment:?} {ran:?}");
        println!("merge: {:.1} s whole, ends {:.2} s behind the signal", whole.as_secs_f64(), took.as_secs_f64());
    }
    assert!(stopped > 0);
}
