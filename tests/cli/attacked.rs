//! Files, names and limits that nobody would choose: each is done or refused with its cause, none is waited for.
#![cfg(unix)]

use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const TEXT: &str = "زار محمد لندن";

pub(crate) fn pipe(sandbox: &Sandbox, name: &str) {
    assert!(Command::new("mkfifo").arg(sandbox.path(name)).status().unwrap().success());
}

/// A run that ends within a minute.
#[track_caller]
pub(crate) fn ends(mut command: Command) -> Ran {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if begin.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("wanted an end, found none within a minute");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Ran::of(child.wait_with_output().unwrap())
}

/// The binary in a shell, behind `ulimit` say.
fn shell(sandbox: &Sandbox, script: &str) -> Ran {
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(sandbox.path("")).env("ALAM", env!("CARGO_BIN_EXE_alam"));
    command.stdin(Stdio::null());
    ends(command)
}

#[test]
fn names_that_are_no_text_are_tagged_and_shown_escaped() {
    let sandbox = with_model();
    std::fs::create_dir(sandbox.path("in")).unwrap();
    for name in [&b"\xCE\xC8\xD1.txt"[..], b"\xCE\xC8\xD2.txt"] {
        std::fs::write(sandbox.path("in").join(OsStr::from_bytes(name)), TEXT).unwrap();
    }
    for input in ["in", "in/*.txt", "in/???.txt", "**/*.txt"] {
        let ran = ends(sandbox.command(&tag(&[input, "-q"])));
        let ids: Vec<String> = ran.succeeds().json().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, ["in/\\xCE\\xC8\\xD1.txt", "in/\\xCE\\xC8\\xD2.txt"], "{input}");
    }
    for _ in 0..2 {
        ends(sandbox.command(&tag(&["in/*", "-q", "-o", "out/"]))).succeeds();
    }
}

#[test]
fn what_is_no_file_is_passed_over_in_folders_and_refused_as_a_file_of_a_model() {
    let sandbox = with_model();
    sandbox.file("in/b.txt", TEXT).file("own.tsv", "لندن\tLOC\n");
    pipe(&sandbox, "in/a.txt");
    let _socket = std::os::unix::net::UnixListener::bind(sandbox.path("in/c.txt")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", sandbox.path("in/d.txt")).unwrap();
    std::os::unix::fs::symlink(".", sandbox.path("in/circle")).unwrap();
    for flags in [&[][..], &["-o", "out/"]] {
        let ran = ends(sandbox.command(&tag(&[&["in", "-q"], flags].concat())));
        ran.fails(1, "alam: in/a.txt: wanted a file, found a named pipe, which is passed over");
        ran.fails(1, "alam: in/c.txt: wanted a file, found a socket")
            .fails(1, "alam: in/d.txt: wanted a file, found a device");
    }
    for name in ["config.json", "tokenizer.json", "tagger.json", "model.int8.safetensors"] {
        let there = std::fs::read(sandbox.path("model").join(name)).unwrap();
        std::fs::remove_file(sandbox.path("model").join(name)).unwrap();
        pipe(&sandbox, &format!("model/{name}"));
        ends(sandbox.command(&tag(&["in/b.txt"]))).fails(3, "alam: model");
        std::fs::remove_file(sandbox.path("model").join(name)).unwrap();
        std::os::unix::fs::symlink("/dev/zero", sandbox.path("model").join(name)).unwrap();
        ends(sandbox.command(&tag(&["in/b.txt"]))).fails(3, "alam: model");
        std::fs::remove_file(sandbox.path("model").join(name)).unwrap();
        sandbox.file(&format!("model/{name}"), there);
    }
    pipe(&sandbox, "names");
    let gazetteer = |path: &str| ends(sandbox.command(&tag(&["in/b.txt", "--gazetteer", path])));
    gazetteer("names").fails(3, "alam: names: wanted a file, found a named pipe");
    gazetteer("/dev/zero").fails(3, "alam: /dev/zero: wanted a file, found a device");
    sandbox.file("zeros", vec![0; 1 << 20]);
    gazetteer("zeros").fails(2, "alam: zeros:1: wanted lines of at most 65536 bytes, found a longer one");
}

#[test]
fn threads_beyond_reason_are_refused() {
    let sandbox = with_model();
    sandbox.file("a.txt", TEXT);
    let wanted = "wanted a number from 0 to 1024";
    let typed = ends(sandbox.command(&tag(&["a.txt", "-j", "100000"])));
    typed.fails(2, &format!("alam: invalid value '100000' for '--threads <N>': {wanted}"));
    let mut command = sandbox.command(&tag(&["a.txt"]));
    command.env("RAYON_NUM_THREADS", "100000");
    ends(command).fails(2, &format!("alam: RAYON_NUM_THREADS: {wanted}, found 100000"));
}

#[test]
fn without_a_home_no_model_is_looked_for_where_another_user_may_have_put_one() {
    let sandbox = with_model();
    sandbox.file("a.txt", TEXT);
    for command in [&["tag", "a.txt", "--model", "org/name"][..], &["fetch", "org/name"]] {
        let mut command = sandbox.command(command);
        for name in ["HOME", "USERPROFILE", "HF_HOME", "XDG_CACHE_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"] {
            command.env_remove(name);
        }
        let ran = ends(command);
        assert_eq!(ran.status, Some(3), "{ran:?}");
        assert!(
            ran.err.contains("the cache of models: wanted HOME, HF_HOME, XDG_CACHE_HOME or HF_HUB_CACHE"),
            "{ran:?}"
        );
    }
}

#[test]
fn an_output_that_cannot_be_is_refused_before_the_work() {
    let sandbox = with_model();
    // Were it read, the run would wait for the pipe.
    pipe(&sandbox, "pipe.txt");
    sandbox.file("folder/x", "");
    let long = "a".repeat(256);
    for flags in [
        ["--summary", "none/summary.json"],
        ["--summary", "folder"],
        ["--summary", &long],
        ["-o", "none/out.jsonl"],
        ["-o", &long],
    ] {
        let ran = ends(sandbox.command(&tag(&[&["pipe.txt", "-q"], &flags[..]].concat())));
        assert!(matches!(ran.status, Some(2 | 3)), "{flags:?} {ran:?}");
        ran.fails(ran.status.unwrap(), &format!("alam: {}: ", flags[1]));
    }
    let stats = |path| ends(sandbox.command(&["stats", "pipe.txt", "-o", path]));
    stats("none/stats.txt").fails(3, "alam: none/stats.txt: No such file");
    stats("folder").fails(2, "alam: folder: wanted a file, found a directory");
    assert!(sandbox.files().iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_name_of_255_bytes_is_written() {
    let sandbox = with_model();
    sandbox.file("a.txt", TEXT);
    let name = format!("{}.jsonl", "a".repeat(249));
    ends(sandbox.command(&tag(&["a.txt", "-q", "-o", &name]))).succeeds();
    assert!(sandbox.read(&name).contains("a.txt"));
}

#[test]
fn a_limit_to_the_size_of_files_is_an_error_with_a_name_and_leaves_nothing() {
    let sandbox = with_model();
    sandbox.file("a.txt", format!("{TEXT}\n").repeat(2000));
    let file = shell(&sandbox, "ulimit -f 8; $ALAM tag --model model --lines a.txt -q -o out.jsonl");
    file.fails(3, "alam: out.jsonl: File too large");
    assert!(!file.err.contains(".part"), "{file:?}");
    shell(&sandbox, "ulimit -f 8; $ALAM tag --model model --lines a.txt -q -o out/").fails(3, "alam: out/");
    assert!(sandbox.files().iter().all(|name| !name.ends_with(".part") && name != "out.jsonl"));
}

#[test]
fn descriptors_that_are_closed_or_full_end_no_run_badly() {
    let sandbox = with_model();
    sandbox.file("a.txt", TEXT);
    for (script, status) in [
        ("$ALAM tag --model model a.txt none 2>&-", 1),
        ("$ALAM tag --model model none 2>/dev/full", 3),
        ("$ALAM --nonsense 2>/dev/full", 2),
        ("$ALAM tag --model model a.txt >/dev/full", 3),
        ("$ALAM info --model model >/dev/full", 3),
        ("$ALAM completions bash >/dev/full", 3),
        ("$ALAM tag --model model a.txt -o /dev/full", 3),
        ("$ALAM tag --model model a.txt -q >&-", 0),
        ("$ALAM tag --model model -q <&-", 0),
    ] {
        let ran = shell(&sandbox, script);
        assert_eq!(ran.status, Some(status), "{script} {ran:?}");
        assert!(!ran.err.contains("panicked") && !ran.err.contains("bug"), "{script} {ran:?}");
    }
}

#[test]
fn a_broken_pattern_is_told_from_a_file_of_that_name() {
    let sandbox = with_model();
    let wanted = "alam: ar[x.txt: wanted a file or a pattern, found no file of that name and a `[` without its `]`";
    ends(sandbox.command(&tag(&["ar[x.txt"]))).fails(3, wanted);
    sandbox.file("ar[x.txt", TEXT);
    ends(sandbox.command(&tag(&["ar[x.txt", "-q"]))).succeeds();
    // Neither this folder nor the one above it.
    ends(sandbox.command(&tag(&[".*"]))).fails(3, "alam: .*: wanted files that match this pattern, found none");
}

#[test]
fn a_file_that_may_not_be_read_is_reported_and_the_others_are_tagged() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_model();
    sandbox.file("in/a.txt", TEXT).file("in/b.txt", TEXT).file("in/c/d.txt", TEXT);
    let close = |name: &str| std::fs::set_permissions(sandbox.path(name), PermissionsExt::from_mode(0o000)).unwrap();
    close("in/a.txt");
    close("in/c");
    let mut first = [0];
    if std::fs::File::open(sandbox.path("in/a.txt")).and_then(|mut file| file.read(&mut first)).is_ok() {
        println!("skipped: this user may read everything");
    } else {
        let ran = ends(sandbox.command(&tag(&["in", "-q"])));
        ran.fails(1, "alam: in/a.txt: Permission denied").fails(1, "alam: in/c: Permission denied");
        assert!(ran.out.contains("in/b.txt"));
    }
    std::fs::set_permissions(sandbox.path("in/c"), PermissionsExt::from_mode(0o755)).unwrap();
}

#[test]
fn without_a_folder_for_temporary_files_that_folder_is_named() {
    let sandbox = with_model();
    let script = "printf 'قال O\\n' | TMPDIR=/nonexistent $ALAM convert - --input-format conll --format jsonl";
    let wanted = "alam: -: wanted a temporary file in /nonexistent (TMPDIR says where), found: No such file";
    shell(&sandbox, script).fails(1, wanted);
}
