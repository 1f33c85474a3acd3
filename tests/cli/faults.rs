//! What happens to batch jobs: changed inputs and options, full and read-only disks, a second run, Ctrl-C.
#![cfg(unix)]

use crate::jobs::{contents, corpus, joined};
use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::fs::OpenOptions;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

/// A run that has begun and waits for `pipe.jsonl`, which nobody has written to yet.
fn waiting(sandbox: &Sandbox, flags: &[&str]) -> Child {
    assert!(Command::new("mkfifo").arg(sandbox.path("pipe.jsonl")).status().unwrap().success());
    let mut command = sandbox.command(&tag(&[&["pipe.jsonl", "in", "-o", "out/", "-q"], flags].concat()));
    let child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    while !sandbox.path("out/manifest.json").exists() {
        std::thread::sleep(Duration::from_millis(2));
    }
    child
}

/// Writes nothing into the pipe, and so lets the run go on.
fn release(sandbox: &Sandbox) {
    drop(OpenOptions::new().write(true).open(sandbox.path("pipe.jsonl")).unwrap());
}

fn ended(child: Child) -> Ran {
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn a_changed_option_or_model_is_refused_by_name() {
    let sandbox = with_model();
    sandbox.file("in/a.txt", "زار محمد لندن").file("own.tsv", "لندن\tLOC\n");
    sandbox.run(&tag(&["in", "-o", "out/", "-q", "--gazetteer", "own.tsv"])).succeeds();
    let before = contents(&sandbox, "out");
    let again =
        |flags: &[&str]| sandbox.run(&tag(&[&["in", "-o", "out/", "-q", "--gazetteer", "own.tsv"], flags].concat()));
    for (flags, wanted) in [
        (&["--min-score", "0.5"][..], "  --min-score: wanted none, found 0.5"),
        (&["--labels", "PER"], "  --labels: wanted none, found PER"),
        (&["--format", "conll"], "  --format: wanted jsonl, found conll"),
        (&["--shard", "1/2"], "  --shard: wanted 1/1, found 1/2"),
        (&["--with-text"], "  --with-text: wanted none, found yes"),
        (&["--lines"], "  --lines: wanted none, found yes"),
    ] {
        again(flags).fails(2, "alam: out/manifest.json: wanted this job to go on as it began").fails(2, wanted);
    }
    again(&["--threads", "1", "--on-error", "fail", "--max-batch-tokens", "7"]).succeeds();
    sandbox.file("own.tsv", "لندن\tORG\n");
    again(&[]).fails(2, "  --gazetteer: wanted sha256:");
    sandbox.file("own.tsv", "لندن\tLOC\n");
    let settings = sandbox.read("model/tagger.json");
    sandbox.file("model/tagger.json", settings.replace("1.5", "1.25"));
    again(&[]).fails(2, "  --model: wanted sha256:");
    assert!(contents(&sandbox, "out") == before);
}

#[test]
fn a_changed_corpus_is_refused_and_the_file_named() {
    let sandbox = with_model();
    sandbox.file("in/b.txt", "زار محمد لندن").file("in/c.txt", "في حلب");
    let again = || sandbox.run(&tag(&["in", "-o", "out/", "-q"]));
    again().succeeds();
    let time = sandbox.path("in/b.txt").metadata().unwrap().modified().unwrap();
    sandbox.file("in/b.txt", "زار محمد باريس");
    again().fails(2, "alam: in/b.txt: wanted 24 bytes as when this job began, found 26");
    sandbox.file("in/b.txt", "زار محمد حلبا");
    again().fails(2, "alam: in/b.txt: wanted the file as it was when this job began, found it written since");
    sandbox.file("in/b.txt", "زار محمد لندن");
    let file = OpenOptions::new().write(true).open(sandbox.path("in/b.txt")).unwrap();
    file.set_modified(time).unwrap();
    again().succeeds();
    sandbox.file("in/a.txt", "جديد");
    again().fails(2, "alam: in/a.txt: wanted the files that were there when this job began, found one more");
    std::fs::remove_file(sandbox.path("in/a.txt")).unwrap();
    std::fs::remove_file(sandbox.path("in/c.txt")).unwrap();
    again().fails(2, "alam: in/c.txt: wanted a file that was there when this job began, found none");
}

#[test]
fn a_file_that_vanishes_or_changes_while_the_job_runs_is_an_error_record() {
    let sandbox = with_model();
    sandbox
        .file("in/b.txt", "زار محمد لندن")
        .file("in/c.txt", "في حلب")
        .file("in/d.jsonl", "{\"id\":\"d1\",\"text\":\"في حلب\"}\n{\"id\":\"d2\",\"text\":\"في باريس\"}\n")
        .file("in/e.txt", "من تركيا");
    let child = waiting(&sandbox, &[]);
    sandbox.file("in/b.txt", "شيء آخر");
    std::fs::remove_file(sandbox.path("in/c.txt")).unwrap();
    let file = OpenOptions::new().append(true).open(sandbox.path("in/d.jsonl")).unwrap();
    file.set_modified(SystemTime::now() + Duration::from_secs(5)).unwrap();
    release(&sandbox);
    let ran = ended(child);
    ran.fails(1, "alam: in/b.txt: wanted the file as it was listed (24 bytes), found it changed (13)");
    ran.fails(1, "alam: in/c.txt: No such file").fails(1, "alam: in/d.jsonl: wanted the file as it was listed");
    let records = joined(&sandbox, "out");
    let ids: Vec<String> = records
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|record| {
            format!("{}{}", record["id"].as_str().unwrap(), if record["error"].is_string() { "!" } else { "" })
        })
        .collect();
    assert_eq!(ids, ["in/b.txt!", "in/c.txt!", "d1", "d2", "in/d.jsonl!", "in/e.txt"]);
    let again = sandbox.run(&tag(&["pipe.jsonl", "in", "-o", "out/", "-q"]));
    again.fails(2, "alam: in/b.txt: wanted 24 bytes as when this job began");
}

#[test]
fn a_second_run_on_a_folder_is_refused_while_the_first_lives() {
    let sandbox = with_model();
    sandbox.file("in/b.txt", "زار محمد لندن");
    let first = waiting(&sandbox, &[]);
    let second = sandbox.run(&tag(&["pipe.jsonl", "in", "-o", "out/", "-q"]));
    second.fails(2, "alam: out/: wanted a folder that no other run writes to, found one that does");
    release(&sandbox);
    ended(first).succeeds();
}

#[test]
fn ctrl_c_leaves_whole_parts_and_the_same_command_carries_on() {
    let sandbox = with_model();
    corpus(&sandbox);
    let first = waiting(&sandbox, &["--part-bytes", "3000"]);
    assert!(Command::new("kill").args(["-INT", &first.id().to_string()]).status().unwrap().success());
    assert_eq!(ended(first).status, Some(130));
    assert!(sandbox.files().iter().all(|name| !name.ends_with(".part")));
    let summary: serde_json::Value = serde_json::from_str(&sandbox.read("out/summary.json")).unwrap();
    assert_eq!(summary["complete"], false);
    std::fs::write(sandbox.path("free"), "").unwrap();
    let flags = ["pipe.jsonl", "in", "-o", "out/", "-q", "--part-bytes", "3000"];
    let mut again = sandbox.command(&tag(&flags)).spawn().unwrap();
    release(&sandbox);
    assert_eq!(again.wait().unwrap().code(), Some(1));
    let mut one = sandbox.command(&tag(&["pipe.jsonl", "in", "-q"])).stdout(Stdio::piped()).spawn().unwrap();
    release(&sandbox);
    let mut all = String::new();
    std::io::Read::read_to_string(&mut one.stdout.take().unwrap(), &mut all).unwrap();
    one.wait().unwrap();
    assert_eq!(joined(&sandbox, "out"), all);
}

#[test]
fn on_error_fail_stops_at_the_record_and_skip_carries_on_from_there() {
    let sandbox = with_model();
    corpus(&sandbox);
    let flags = ["in", "-o", "out/", "-q", "--part-bytes", "3000"];
    let ran = sandbox.run(&tag(&[&flags[..], &["--on-error", "fail"]].concat()));
    ran.fails(1, "alam: in/broken.txt: wanted UTF-8, found 0xFF at byte 2");
    sandbox.run(&tag(&flags)).fails(1, "alam: in/broken.txt: wanted UTF-8");
    assert_eq!(joined(&sandbox, "out"), sandbox.run(&tag(&["in", "-q"])).out);
}

#[test]
fn error_records_stand_beside_parts_whose_format_has_no_place_for_them() {
    let sandbox = with_model();
    sandbox.file("in/a.txt", "زار محمد لندن").file("in/b.txt", b"\xFF");
    assert_eq!(sandbox.run(&tag(&["in", "-o", "out/", "-q", "--format", "conll"])).status, Some(1));
    let error = "{\"id\":\"in/b.txt\",\"error\":\"wanted UTF-8, found 0xFF at byte 0\"}\n";
    assert_eq!(sandbox.read("out/errors-000000-000000.jsonl"), error);
    assert!(sandbox.read("out/part-000000-000000.conll").contains("محمد"));
    // Whoever reads the parts is told of what is not in them.
    let said = "alam: out/errors-000000-000000.jsonl: wanted documents, found 1 that failed";
    for command in [&["stats", "out"][..], &["convert", "out", "--format", "jsonl"]] {
        let ran = sandbox.run(command);
        assert!(ran.status == Some(1) && ran.err.contains(said) && ran.out.contains("محمد"), "{ran:?}");
    }
}

#[test]
fn folders_that_cannot_be_a_jobs_are_refused() {
    let sandbox = with_model();
    sandbox.file("in/a.txt", "زار محمد لندن").file("file", "").file("full/thesis.txt", "");
    sandbox.run(&tag(&["in", "-o", "file/", "-q"])).fails(3, "alam: file/: ");
    sandbox.run(&tag(&["in", "-o", "full", "-q"])).fails(2, "alam: full: wanted an empty folder, or one that this job");
    sandbox
        .run(&tag(&["in", "-o", "a.jsonl", "--shard", "1/2"]))
        .fails(2, "alam: --shard: wanted a folder as --output");
    sandbox.run(&tag(&["in", "--part-bytes", "10"])).fails(2, "alam: --part-bytes: wanted a folder as --output");
    sandbox
        .run(&tag(&["in", "-o", "out/", "--shard", "3/2"]))
        .fails(2, "alam: invalid value '3/2' for '--shard <K/N>'");
    sandbox.run_with(&tag(&["-", "-o", "out/"]), "زار").fails(2, "alam: --output: wanted a file for standard input");
    sandbox.run(&tag(&["none", "in", "-o", "out/"])).fails(3, "alam: none: No such file");
    sandbox
        .run(&tag(&["in/*.csv", "-o", "out/"]))
        .fails(3, "alam: in/*.csv: wanted files that match this pattern, found none");
    assert!(!sandbox.path("out").exists());
}

/// Runs a shell with mounts of its own and without a network, which a job has no need of; `None` where the system does not
/// let us.
fn with_mounts(sandbox: &Sandbox, script: &str) -> Option<Ran> {
    let unshare = |script: &str| {
        let mut command = Command::new("unshare");
        command
            .args(["--user", "--map-root-user", "--mount", "--net", "sh", "-c", script])
            .current_dir(sandbox.path(""));
        command.env("ALAM", env!("CARGO_BIN_EXE_alam")).stdin(Stdio::null());
        command.output()
    };
    std::fs::create_dir(sandbox.path("out")).unwrap();
    if !unshare("mount -t tmpfs none out").is_ok_and(|output| output.status.success()) {
        println!("skipped: this system does not let us mount a file system");
        return None;
    }
    Some(Ran::of(unshare(script).unwrap()))
}

#[test]
fn a_full_disk_is_named_leaves_nothing_half_written_and_room_lets_the_job_carry_on() {
    let sandbox = with_model();
    corpus(&sandbox);
    let script = "job() { $ALAM tag --model model in -o out -q --part-bytes 3000; echo $?; }
        mount -t tmpfs -o size=40k none out && job && ls -A out > stopped
        mount -o remount,size=9m out && job && cp -r out after";
    let Some(ran) = with_mounts(&sandbox, script) else { return };
    assert_eq!(ran.out, "3\n1\n", "{ran:?}");
    ran.fails(0, "alam: out/");
    assert!(ran.err.contains("No space left on device"), "{}", ran.err);
    let stopped = sandbox.read("stopped");
    assert!(stopped.contains("part-") && !stopped.contains("summary.json"), "{stopped}");
    assert!(stopped.lines().all(|name| !name.ends_with(".part")), "{stopped}");
    sandbox.run(&tag(&["in", "-o", "whole", "-q", "--part-bytes", "3000"]));
    assert!(contents(&sandbox, "after") == contents(&sandbox, "whole"));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_named() {
    let sandbox = with_model();
    sandbox.file("in/a.txt", "زار محمد لندن");
    let script = "mount -t tmpfs -o ro none out; $ALAM tag --model model in -o out -q; echo $?";
    let Some(ran) = with_mounts(&sandbox, script) else { return };
    assert_eq!(ran.out, "3\n", "{ran:?}");
    ran.fails(0, "alam: out/parts.jsonl: Read-only file system");
}
