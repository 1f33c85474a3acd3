//! Folders of jobs that somebody changed by hand: each is refused by name, or put right; none is waited for or read wrongly.
#![cfg(unix)]

use crate::attacked::{ends, pipe};
use crate::jobs::{contents, corpus};
use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::process::Command;

/// A finished job of many parts, in `out`.
fn finished() -> Sandbox {
    let sandbox = with_model();
    corpus(&sandbox);
    assert_eq!(job(&sandbox).status, Some(1), "two records are broken");
    sandbox
}

fn job(sandbox: &Sandbox) -> Ran {
    ends(sandbox.command(&tag(&["in", "-o", "out", "-q", "--part-bytes", "3000"])))
}

fn stats(sandbox: &Sandbox) -> Ran {
    ends(sandbox.command(&["stats", "out", "-q"]))
}

#[test]
fn what_a_job_that_is_not_finished_holds_is_not_taken_for_all() {
    let sandbox = finished();
    assert!(!ends(sandbox.command(&["stats", "out"])).err.contains("wanted a finished job"));
    let summary = sandbox.read("out/summary.json");
    let said = "out: wanted a finished job, found one that is not, so that these are some of its documents";
    for summary in [None, Some(summary.replace("\"complete\": true", "\"complete\": false"))] {
        match summary {
            None => std::fs::remove_file(sandbox.path("out/summary.json")).unwrap(),
            Some(summary) => drop(sandbox.file("out/summary.json", summary)),
        }
        let ran = ends(sandbox.command(&["stats", "out"]));
        assert!(ran.status == Some(1) && ran.err.contains(said) && ran.out.contains("documents"), "{ran:?}");
    }
}

#[test]
fn a_journal_whose_lines_are_not_those_that_were_written_is_refused_before_anything_is() {
    let sandbox = finished();
    let journal = sandbox.read("out/parts.jsonl");
    let lines: Vec<&str> = journal.lines().collect();
    let is_part = |line: &&str| line.contains("\"file\"");
    let part = lines.iter().rposition(is_part).unwrap();
    let end = lines.iter().position(|line| !is_part(line)).unwrap();
    let edited = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines.iter().map(|line| (*line).to_owned()).collect();
        edit(&mut lines);
        lines.join("\n") + "\n"
    };
    let renamed = |line: &mut String, name: &str| {
        let begin = line.find("part-").unwrap();
        let end = begin + line[begin..].find('"').unwrap();
        line.replace_range(begin..end, name);
    };
    for (what, journal) in [
        ("swapped", edited(&|lines| lines.swap(0, 1))),
        ("backwards", edited(&|lines| lines.reverse())),
        ("twice", edited(&|lines| lines.insert(part, lines[part].clone()))),
        ("without a part", edited(&|lines| drop(lines.remove(part)))),
        ("without an end", edited(&|lines| drop(lines.remove(end)))),
        ("another's name", edited(&|lines| renamed(&mut lines[part], "part-000000-000000.jsonl"))),
        ("outside", edited(&|lines| renamed(&mut lines[part], "../in/large.jsonl"))),
        ("more", edited(&|lines| lines.push("{\"chunk\":999999,\"parts\":1}".into()))),
        ("of many", edited(&|lines| lines[end] = format!("{{\"chunk\":0,\"parts\":{}}}", u64::MAX))),
        ("no lines", "\n\n".into()),
    ] {
        sandbox.file("out/parts.jsonl", &journal);
        let before = contents(&sandbox, "out");
        let ran = job(&sandbox);
        assert_eq!(ran.status, Some(2), "{what}: {ran:?}");
        assert!(ran.err.starts_with("alam: out/parts.jsonl"), "{what}: {}", ran.err);
        assert!(contents(&sandbox, "out") == before, "{what}");
    }
    // As the tip says.
    std::fs::remove_file(sandbox.path("out/parts.jsonl")).unwrap();
    assert_eq!(job(&sandbox).status, Some(1));
    assert_eq!(sandbox.read("out/parts.jsonl"), journal);
}

#[test]
fn a_part_that_somebody_copied_is_not_taken_for_one_of_the_job() {
    let sandbox = finished();
    let part = sandbox.read("out/part-000000-000000.jsonl");
    let counted = stats(&sandbox);
    for name in ["part-000000-000001.jsonl", "part-999999-000000.jsonl", "part-000000-000000.csv"] {
        let known = sandbox.path("out").join(name).exists();
        assert!(!known, "{name}");
        let name = format!("out/{name}");
        sandbox.file(&name, &part);
        let ran = job(&sandbox);
        ran.fails(2, &format!("alam: {name}: wanted the parts of this job, found one more"));
        let read = stats(&sandbox);
        read.fails(1, &format!("alam: {name}: wanted a part that the job's journal knows"));
        assert!(sandbox.path(&name).exists());
        std::fs::remove_file(sandbox.path(&name)).unwrap();
    }
    sandbox.file("out/part-000000-000000 (copy).jsonl", &part);
    job(&sandbox).fails(2, "alam: out: wanted an empty folder, or one that this job was begun in, found `part-0");
    std::fs::remove_file(sandbox.path("out/part-000000-000000 (copy).jsonl")).unwrap();
    assert_eq!(job(&sandbox).status, Some(1));
    assert_eq!(stats(&sandbox).out, counted.out);
}

#[test]
fn a_pipe_or_a_folder_in_the_place_of_a_file_of_a_job_is_named_and_not_waited_for() {
    let sandbox = finished();
    for name in ["part-000000-000000.jsonl", "parts.jsonl", "inputs.jsonl", "manifest.json", "summary.json"] {
        let path = sandbox.path("out").join(name);
        let there = std::fs::read(&path).unwrap();
        for kind in ["a named pipe", "a directory"] {
            std::fs::remove_file(&path).unwrap();
            match kind {
                "a directory" => std::fs::create_dir(&path).unwrap(),
                _ => pipe(&sandbox, &format!("out/{name}")),
            }
            job(&sandbox).fails(2, &format!("alam: out/{name}: wanted a file of this job or none, found {kind}"));
            let ran = ends(sandbox.command(&["merge", "-q", "-o", "all", "out"]));
            assert_eq!(ran.status, Some(2), "{name} {kind} {ran:?}");
            // Whoever only reads does without the summary, and a folder without a manifest is one like others.
            let ran = stats(&sandbox);
            assert!(name == "summary.json" || ran.status == Some(1), "{name} {kind} {ran:?}");
            assert!(!name.starts_with("part-") || ran.err.contains(kind), "{kind} {ran:?}");
            if kind == "a directory" { std::fs::remove_dir(&path) } else { std::fs::remove_file(&path) }.unwrap();
            std::fs::write(&path, &there).unwrap();
        }
    }
    assert_eq!(job(&sandbox).status, Some(1));
}

#[test]
fn a_summary_that_was_emptied_or_edited_is_written_again() {
    let sandbox = finished();
    let value = || serde_json::from_str::<serde_json::Value>(&sandbox.read("out/summary.json")).unwrap();
    let whole = value();
    for emptied in ["", "{}", "nothing", "{\"complete\":true}"] {
        sandbox.file("out/summary.json", emptied);
        job(&sandbox);
        let mut now = value();
        assert!(now["this_run"]["documents"] == 0, "{now}");
        now["this_run"] = whole["this_run"].clone();
        assert_eq!(now, whole);
    }
    sandbox.file("out/summary.json", whole.to_string());
    job(&sandbox);
    assert_eq!(sandbox.read("out/summary.json"), whole.to_string(), "one that says what is so stays");
}

/// Both shares of a corpus.
fn shares(sandbox: &Sandbox) {
    corpus(sandbox);
    for share in ["1/2", "2/2"] {
        let folder = format!("share-{}", &share[..1]);
        sandbox.run(&tag(&["in", "-o", &folder, "--shard", share, "--part-bytes", "3000", "-q"]));
    }
}

#[test]
fn a_merge_that_was_stopped_begins_anew_and_touches_nothing_that_it_did_not_leave() {
    let sandbox = with_model();
    shares(&sandbox);
    let merge = || ends(sandbox.command(&["merge", "-q", "-o", "all", "share-1", "share-2"]));
    assert_eq!(merge().status, Some(1));
    let whole = contents(&sandbox, "all");
    let parts: Vec<&String> = whole.keys().filter(|name| name.starts_with("part-")).collect();
    // Linked or copied, with half of the journal, before the listing and the manifest.
    let stopped = || {
        for name in ["manifest.json", "inputs.jsonl", "summary.json"] {
            let _ = std::fs::remove_file(sandbox.path("all").join(name));
        }
        let journal = String::from_utf8(whole["parts.jsonl"].clone()).unwrap();
        let half = journal.lines().count() / 2;
        sandbox.file("all/parts.jsonl", journal.split_inclusive('\n').take(half).collect::<String>());
        let copied = sandbox.path("all").join(parts[1]);
        std::fs::remove_file(&copied).unwrap();
        std::fs::write(&copied, &whole[parts[1]]).unwrap();
        let _ = std::fs::remove_file(sandbox.path("all").join(parts[2]));
    };
    stopped();
    assert_eq!(merge().status, Some(1));
    assert!(contents(&sandbox, "all") == whole);
    for (name, bytes) in [("part-000777-000000.jsonl", "{}\n"), (parts[1].as_str(), "another\n")] {
        stopped();
        let path = sandbox.path("all").join(name);
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, bytes).unwrap();
        let before = contents(&sandbox, "all");
        let said = "alam: all: wanted an empty folder, or what a stopped merge of these shares left, found another `";
        merge().fails(2, &format!("{said}{name}`"));
        assert!(contents(&sandbox, "all") == before, "{name}");
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, whole.get(name).map_or(&b""[..], |bytes| bytes)).unwrap();
        if !whole.contains_key(name) {
            std::fs::remove_file(&path).unwrap();
        }
    }
    assert_eq!(merge().status, Some(1));
    assert!(contents(&sandbox, "all") == whole);
}

#[test]
fn a_merge_that_is_killed_at_any_moment_ends_in_the_same_bytes_when_it_is_begun_again() {
    let sandbox = with_model();
    shares(&sandbox);
    let merge = || sandbox.command(&["merge", "-q", "-o", "all", "share-1", "share-2"]);
    assert_eq!(ends(merge()).status, Some(1));
    let whole = contents(&sandbox, "all");
    for trial in 0..8u64 {
        std::fs::remove_dir_all(sandbox.path("all")).unwrap();
        let mut child = merge().spawn().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(3 * trial));
        Command::new("kill").args(["-KILL", &child.id().to_string()]).status().unwrap();
        child.wait().unwrap();
        if sandbox.path("all/manifest.json").exists() {
            println!("it was done before it was killed");
        } else {
            assert_eq!(ends(merge()).status, Some(1));
        }
        assert!(contents(&sandbox, "all") == whole, "{trial}");
    }
}
