//! `alam tag` in a pipe: readers that go away, Ctrl-C, memory, and a system without a network.

use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const SENTENCE: &str = "وصل محمد بن سلمان إلى لندن أمس وقال إن الاجتماع كان جيدا في مدينة حلب\n";

/// `alam tag --lines -` with open ends.
fn open(sandbox: &Sandbox, flags: &[&str]) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut command = sandbox.command(&tag(&[&["--lines", "-"], flags].concat()));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    (child, stdin, BufReader::new(stdout))
}

fn line(out: &mut impl BufRead) -> String {
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    line
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = with_model();
    let (child, mut stdin, mut out) = open(&sandbox, &[]);
    stdin.write_all(SENTENCE.as_bytes()).unwrap();
    assert!(line(&mut out).contains("\"entities\""));
    drop(out);
    // It may end before it has read all of this.
    let _ = stdin.write_all(SENTENCE.repeat(2000).as_bytes());
    drop(stdin);
    let ran = Ran::of(child.wait_with_output().unwrap());
    assert_eq!((ran.status, ran.err.as_str()), (Some(0), ""));
}

#[test]
fn a_record_is_there_as_soon_as_its_line_is() {
    let sandbox = with_model();
    let (child, mut stdin, mut out) = open(&sandbox, &["-q"]);
    for number in 1..=3 {
        stdin.write_all(SENTENCE.as_bytes()).unwrap();
        assert!(line(&mut out).starts_with(&format!("{{\"id\":\"-:{number}\"")));
    }
    drop(stdin);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_with_valid_records_and_no_file() {
    let sandbox = with_model();
    for file in [None, Some("names.jsonl")] {
        let flags: Vec<&str> = file.iter().flat_map(|file| ["-o", *file]).collect();
        let (child, mut stdin, mut out) = open(&sandbox, &flags);
        stdin.write_all(SENTENCE.repeat(50).as_bytes()).unwrap();
        if file.is_none() {
            line(&mut out);
        } else {
            // Its file is hidden until it is whole; that it is there says that the run has begun.
            while !sandbox.files().iter().any(|f| f.contains("names.jsonl")) {
                std::thread::yield_now();
            }
        }
        let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
        assert!(killed.success());
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert!(rest.lines().all(|l| serde_json::from_str::<serde_json::Value>(l).is_ok()), "{rest}");
        drop(stdin);
        assert_eq!(child.wait_with_output().unwrap().status.code(), Some(130));
        assert!(!sandbox.files().iter().any(|f| f.contains("names.jsonl")));
    }
}

/// The most memory that the process has held, in KiB.
#[cfg(target_os = "linux")]
fn peak(child: &Child) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_documents() {
    let sandbox = with_model();
    let (child, mut stdin, mut out) = open(&sandbox, &["-q", "--threads", "2"]);
    let mut feed = |documents: usize| {
        std::thread::scope(|scope| {
            scope.spawn(|| stdin.write_all(SENTENCE.repeat(documents).as_bytes()).unwrap());
            (0..documents).for_each(|_| assert!(line(&mut out).ends_with('\n')));
        });
        peak(&child)
    };
    // What is read ahead is bounded, and full after the first of these.
    let few = feed(25_000);
    let many = feed(50_000);
    // 60 bytes kept for each document would be seen.
    assert!(many - few < 3_000.0, "{few} KiB after 25,000 documents, {many} KiB after 75,000");
    drop(stdin);
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn no_network_is_needed() {
    let without_network = |command: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(["--user", "--map-root-user", "--net"]).args(command).stdin(Stdio::null());
        unshare
    };
    // A system may not let us make a namespace; then there is nothing to be seen here.
    if !without_network(&["true"]).output().is_ok_and(|o| o.status.success()) {
        return;
    }
    let sandbox = with_model();
    sandbox.file("a.txt", SENTENCE);
    let args = [&[env!("CARGO_BIN_EXE_alam")], &tag(&["a.txt"])[..]].concat();
    let output = without_network(&args).current_dir(sandbox.path("")).output().unwrap();
    assert_eq!(Ran::of(output).succeeds().out, sandbox.run(&tag(&["a.txt"])).out);
}
