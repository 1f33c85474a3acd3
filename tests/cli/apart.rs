//! Outputs that are inputs: refused before anything is opened, whatever the two are called.
#![cfg(unix)]

use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

const TEXT: &str = "زار محمد لندن";
const NAMES: &str = "{\"id\":\"a\",\"text\":\"زار بوتين\",\"entities\":[{\"start\":4,\"end\":9,\"label\":\"PER\",\"text\":\"بوتين\"}]}\n";

/// A text, a table of names and links to both.
fn linked() -> Sandbox {
    let sandbox = with_model();
    sandbox.file("in/my.txt", TEXT).file("in/my.jsonl", NAMES).file("own.tsv", "لندن\tLOC\n");
    for (file, kind) in [("in/my.txt", "txt"), ("in/my.jsonl", "jsonl")] {
        symlink(file, sandbox.path(&format!("soft.{kind}"))).unwrap();
        std::fs::hard_link(sandbox.path(file), sandbox.path(&format!("hard.{kind}"))).unwrap();
    }
    symlink("in", sandbox.path("folder")).unwrap();
    sandbox
}

fn unharmed(sandbox: &Sandbox) {
    assert_eq!((sandbox.read("in/my.txt"), sandbox.read("in/my.jsonl")), (TEXT.to_owned(), NAMES.to_owned()));
    assert_eq!(sandbox.read("own.tsv"), "لندن\tLOC\n");
    assert!(sandbox.path("model/tagger.json").metadata().unwrap().len() > 10);
    assert!(sandbox.files().iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn an_output_that_is_an_input_is_refused_by_every_command() {
    let sandbox = linked();
    let wanted = "alam: --output: wanted what is not an input, found";
    for output in ["in/my.txt", "./in/../in/my.txt", "soft.txt", "hard.txt", "folder/my.txt"] {
        for input in ["in/my.txt", "in", "in/*.txt", "folder"] {
            sandbox.run(&tag(&[input, "-o", output])).fails(2, wanted);
        }
    }
    for output in ["in/my.jsonl", "soft.jsonl", "hard.jsonl", "folder/my.jsonl"] {
        sandbox.run(&["convert", "in/my.jsonl", "-o", output]).fails(2, wanted);
        sandbox
            .run(&["stats", "in", "-o", output])
            .fails(2, "alam: --output: wanted the ending of a format of `stats`");
    }
    sandbox.run(&["stats", "in/my.txt", "-o", "hard.txt"]).fails(2, wanted);
    sandbox.run(&tag(&["in/my.txt", "-o", "own.tsv", "-f", "jsonl"])).fails(2, "alam: --output: wanted a name for");
    sandbox
        .run(&tag(&["in/my.txt", "--summary", "own.tsv", "--gazetteer", "own.tsv"]))
        .fails(2, "alam: --summary: wanted");
    sandbox.run(&tag(&["in/my.txt", "-q", "--summary", "soft.txt"])).fails(2, "alam: --summary: wanted what is not");
    sandbox
        .run(&tag(&["in/my.txt", "-o", "n/", "--summary", "hard.txt"]))
        .fails(2, "alam: --summary: wanted what is not");
    sandbox.run(&tag(&["in/my.txt", "-o", "model/tagger.json"])).fails(2, wanted);
    sandbox
        .run(&tag(&["in/my.txt", "-o", "x.jsonl", "--summary", "./x.jsonl"]))
        .fails(2, "alam: --summary: wanted another file than --output");
    unharmed(&sandbox);
}

#[test]
fn a_folder_that_inputs_lie_in_is_no_output() {
    let sandbox = linked();
    sandbox.file("brat/a.ann", "T1\tPER 4 9\tبوتين\n").file("brat/a.txt", "زار بوتين");
    let wanted = "alam: --output: wanted what is not an input, found";
    for output in ["brat", "./brat/", "."] {
        sandbox.run(&["convert", "brat", "--format", "brat", "-o", output]).fails(2, wanted);
    }
    sandbox.run(&tag(&["folder", "-o", "in/"])).fails(2, wanted);
    sandbox.run(&["merge", "in", "-o", "folder"]).fails(2, wanted);
    sandbox
        .run(&tag(&["in", "-o", "out/", "--summary", "out/parts.jsonl"]))
        .fails(2, "alam: --summary: wanted a file outside of the folder of --output");
    // Below an input it may lie, and is left out of it.
    sandbox.run(&tag(&["in", "-o", "in/names/", "-q"])).succeeds();
    symlink("in/names", sandbox.path("names")).unwrap();
    let again = sandbox.run(&tag(&["in", "-o", "names/", "-q"]));
    assert_eq!((again.status, again.err.as_str()), (Some(0), ""));
    std::fs::create_dir(sandbox.path("in/new")).unwrap();
    symlink("in/new", sandbox.path("new")).unwrap();
    sandbox.run(&tag(&["in", "-o", "new/", "-q"])).succeeds();
    assert!(!sandbox.read("new/inputs.jsonl").contains("parts.jsonl"), "a job is no part of its own corpus");
    unharmed(&sandbox);
}

#[test]
fn what_an_earlier_run_wrote_into_its_inputs_is_told_from_an_input_by_its_user() {
    let sandbox = linked();
    let again = tag(&["in/my.txt", "in", "-q", "-o", "in/names.csv"]);
    sandbox.run(&again).succeeds();
    let ran = sandbox.run(&again);
    ran.fails(2, "alam: --output: wanted what is not an input, found in/names.csv");
    assert!(ran.err.contains("or remove it first if an earlier run wrote it"), "{}", ran.err);
    let named = sandbox.run(&tag(&["in/names.csv", "-o", "in/names.csv"]));
    assert!(!named.err.contains("earlier run"), "{}", named.err);
    unharmed(&sandbox);
}

/// A run whose standard output goes to a file.
fn into(sandbox: &Sandbox, args: &[&str], file: File) -> Ran {
    let child = sandbox.command(args).stdout(file).stderr(Stdio::piped()).spawn().unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn standard_output_is_an_output_too() {
    let sandbox = linked();
    let append = || OpenOptions::new().append(true).open(sandbox.path("hard.jsonl")).unwrap();
    let wanted = "alam: standard output: wanted what is not an input, found";
    into(&sandbox, &tag(&["in"]), append()).fails(2, wanted);
    into(&sandbox, &["convert", "soft.jsonl", "--format", "jsonl"], append()).fails(2, wanted);
    into(&sandbox, &["stats", "in/my.jsonl"], append()).fails(2, wanted);
    into(&sandbox, &["eval", "in/my.jsonl", "in/my.jsonl"], append()).fails(2, wanted);
    unharmed(&sandbox);
    // A shell has emptied the file by now; that nothing is left of it should at least not look like success.
    into(&sandbox, &tag(&["in/my.txt"]), File::create(sandbox.path("in/my.txt")).unwrap()).fails(2, wanted);
}

#[test]
fn a_file_that_is_replaced_keeps_its_mode() {
    let sandbox = linked();
    for output in ["out.jsonl", "out.csv.gz"] {
        sandbox.file(output, "old");
        std::fs::set_permissions(sandbox.path(output), PermissionsExt::from_mode(0o600)).unwrap();
        sandbox.run(&tag(&["in/my.txt", "-q", "-o", output])).succeeds();
        assert_eq!(sandbox.path(output).metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
