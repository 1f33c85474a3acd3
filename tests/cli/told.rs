//! What runs say of errors, of stops, and of what they found.
#![cfg(unix)]

use crate::jobs::{contents, corpus};
use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::process::{Command, Stdio};

/// A file whose bytes are not what they were, of the same size.
fn damage(sandbox: &Sandbox, name: &str) {
    let mut bytes = std::fs::read(sandbox.path(name)).unwrap();
    let last = bytes.len() - 3;
    bytes[last] ^= 1;
    sandbox.file(name, bytes);
}

fn first_part(sandbox: &Sandbox) -> String {
    sandbox.files().into_iter().find(|name| name.starts_with("out/part-")).unwrap()
}

#[test]
fn a_part_that_was_changed_is_made_again_and_not_read_as_it_is() {
    for format in ["jsonl", "csv"] {
        let sandbox = with_model();
        corpus(&sandbox);
        let job = tag(&["in", "-o", "out/", "--part-bytes", "3000", "-f", format]);
        sandbox.run(&job);
        let whole = contents(&sandbox, "out");
        let part = first_part(&sandbox);
        damage(&sandbox, &part);
        let place = format!("alam: {part}: wanted the part that was written (SHA-256 ");
        for reader in [&["stats", "out"][..], &["convert", "out", "-f", "jsonl"]] {
            if format == "jsonl" {
                sandbox.run(reader).fails(1, &place);
            }
        }
        let gone = sandbox.files().into_iter().rfind(|name| name.starts_with("out/part-")).unwrap();
        std::fs::remove_file(sandbox.path(&gone)).unwrap();
        let stats = sandbox.run(&["stats", "out"]);
        stats.fails(1, &format!("alam: {gone}: wanted the part that was written, found none"));
        let again = sandbox.run(&job);
        again.fails(1, &place).fails(1, "  it is made again").fails(1, "alam: out/: carrying on behind");
        assert!(!again.err.contains("nothing was left to do"), "{}", again.err);
        assert!(contents(&sandbox, "out") == whole);
    }
}

#[test]
fn error_records_beside_a_part_are_held_to_their_sum_too() {
    let sandbox = with_model();
    sandbox.file("in/a.txt", "زار محمد لندن").file("in/b.txt", b"\xFF");
    let job = tag(&["in", "-o", "out/", "-f", "conll"]);
    sandbox.run(&job);
    let whole = contents(&sandbox, "out");
    damage(&sandbox, "out/errors-000000-000000.jsonl");
    sandbox
        .run(&["merge", "out", "-o", "all"])
        .fails(2, "alam: out/errors-000000-000000.jsonl: wanted the part that was");
    sandbox.run(&job).fails(1, "alam: out/errors-000000-000000.jsonl: wanted the part that was written");
    assert!(contents(&sandbox, "out") == whole);
    sandbox.run(&job).fails(1, "alam: out/: nothing was left to do");
}

#[test]
fn error_records_keep_their_own_id() {
    let sandbox = with_model();
    let lines = [
        ("{\"id\":\"k1\",\"text\":null}", "k1"),
        ("{\"id\":2,\"text\":{}}", "2"),
        ("{\"id\":\"k3\",\"text\":\"\\ud800\"}", "k3"),
        ("{\"id\":\"k4\",\"text\":\"abc", "k4"),
        ("{\"text\":null}", "a.jsonl:5"),
    ];
    sandbox.file("a.jsonl", lines.map(|(line, _)| line).join("\n"));
    for args in [tag(&["a.jsonl"]), vec!["convert", "a.jsonl", "-f", "jsonl"]] {
        let ran = sandbox.run(&args);
        ran.fails(1, "alam: a.jsonl:2: field `text`: wanted a string, or a list of them, found an object");
        let failed: Vec<String> = ran.json()[..].iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
        if args[0] == "tag" {
            assert_eq!(failed, lines.map(|(_, id)| id));
        }
    }
    let long = format!("id,text\nk1,{}\n", "ا".repeat(100));
    sandbox.file("b.csv", long);
    sandbox.run(&["convert", "b.csv", "-q", "-o", "b.parquet"]).succeeds();
    let ran = sandbox.run(&tag(&["b.parquet", "--max-document-bytes", "50"]));
    assert_eq!(ran.json()[0]["id"], "k1");
}

#[test]
fn errors_can_be_reported_without_being_a_failure() {
    let sandbox = with_model();
    sandbox.file("in/a.jsonl", "{\"id\":\"k\",\"text\":null}\n{\"text\":\"زار محمد لندن\"}\n");
    let plain = sandbox.run(&tag(&["in"]));
    assert_eq!(plain.status, Some(1));
    let reported = sandbox.run(&tag(&["in", "--on-error", "report"]));
    assert_eq!((reported.succeeds().out.as_str(), &reported.json()[0]["id"]), (plain.out.as_str(), &"k".into()));
    reported.fails(0, "alam: in/a.jsonl:1: field `text`: wanted a string, found null");
    // Where nothing in the output tells, a run that lost a record is not one that went well.
    let csv =
        |output: &[&str]| sandbox.run(&tag(&[&["in", "--on-error", "report", "--format", "csv"], output].concat()));
    csv(&[]).fails(2, "alam: --on-error report: wanted an output with a place for error records, found --format csv");
    csv(&["-o", "tables/"]).succeeds();
    sandbox.run(&tag(&["in", "--on-error", "report", "-o", "out/"])).succeeds();
    // What is not there has no record that could tell of it.
    assert_eq!(sandbox.run(&tag(&["in", "none.txt", "--on-error", "report"])).status, Some(1));
}

#[test]
fn errors_that_are_alike_are_counted_behind_the_tenth() {
    let sandbox = with_model();
    sandbox.file("a.jsonl", "{\"id\":1}\n".repeat(25) + "nonsense\n");
    for args in
        [&tag(&["a.jsonl", "-q"])[..], &tag(&["a.jsonl", "-o", "out/", "-q"]), &["convert", "a.jsonl", "-f", "csv"]]
    {
        let ran = sandbox.run(args);
        let alike = ran.err.lines().filter(|line| line.contains(": wanted a ") && line.contains("text")).count();
        assert!((10..12).contains(&alike), "{}", ran.err);
        ran.fails(1, "alam: 15 more records failed so: wanted a ").fails(1, "alam: a.jsonl:26: wanted a JSON object");
    }
}

#[test]
fn a_stopped_job_says_so_and_what_carries_it_on() {
    let sandbox = with_model();
    corpus(&sandbox);
    assert!(Command::new("mkfifo").arg(sandbox.path("in/a.jsonl")).status().unwrap().success());
    let job = tag(&["in", "in/0/*.txt", "-o", "out/", "--part-bytes", "3000"]);
    let child = sandbox.command(&job).stderr(Stdio::piped()).spawn().unwrap();
    while !sandbox.path("out/manifest.json").exists() {
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let ran = Ran::of(child.wait_with_output().unwrap());
    ran.fails(130, "alam: out/: stopped at ");
    let last = ran.err.lines().last().unwrap();
    assert!(last.starts_with("  tip: this carries on: /"), "{last}");
    assert!(last.ends_with("alam tag --model model in 'in/0/*.txt' -o out/ --part-bytes 3000"), "{last}");
}

#[test]
fn a_job_that_goes_on_says_what_it_found() {
    let sandbox = with_model();
    corpus(&sandbox);
    let job = tag(&["in", "-o", "out/", "--part-bytes", "3000"]);
    let strict = sandbox.run(&[&job[..], &["--on-error", "fail"]].concat());
    strict.fails(1, "alam: in/broken.txt: wanted UTF-8");
    assert!(strict.err.lines().last().unwrap().starts_with("  tip: the job is stopped, and this carries on: /"));
    let again = sandbox.run(&job);
    let found = again.err.lines().find(|line| line.contains("carrying on behind")).unwrap();
    assert!(found.starts_with("alam: out/: carrying on behind ") && found.ends_with(" documents"), "{found}");
    sandbox.run(&job).fails(1, "alam: out/: nothing was left to do");
}

#[test]
fn what_a_terminal_would_obey_in_names_of_files_is_spelt_out() {
    let sandbox = with_model();
    sandbox.file("in/\u{1b}[31m\n.txt", b"\xFF");
    let ran = sandbox.run(&tag(&["in"]));
    ran.fails(1, "alam: in/\\u{1b}[31m\\u{a}.txt: wanted UTF-8");
    assert_eq!(ran.json()[0]["id"], "in/\u{1b}[31m\n.txt");
}
