//! Help, versions, and command lines that cannot be meant.

use crate::sandbox::Sandbox;

#[test]
fn help_goes_to_standard_output_with_the_environment_it_listens_to() {
    let ran = Sandbox::new().run(&["tag", "--help"]);
    ran.succeeds();
    assert!(ran.out.contains("[env: ALAM_MODEL=]") && ran.out.contains("--offset-unit") && ran.err.is_empty());
    assert!(Sandbox::new().run(&["--version"]).succeeds().out.starts_with("alam 0."));
}

#[test]
fn nothing_typed_is_help_and_status_2() {
    let ran = Sandbox::new().run(&[]);
    assert_eq!(ran.status, Some(2));
    assert!(ran.out.is_empty() && ran.err.contains("Usage: alam <COMMAND>"));
}

#[test]
fn ten_bad_command_lines_are_named_and_refused() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "زار بوتين مصر");
    for (args, wanted) in [
        (&["tga", "a.txt"][..], "alam: unrecognized subcommand 'tga'"),
        (&["tag", "--formt", "jsonl", "a.txt"], "alam: unexpected argument '--formt' found"),
        (&["tag", "--format", "xml", "a.txt"], "alam: invalid value 'xml' for '--format <FORMAT>'"),
        (
            &["tag", "--min-score", "2", "a.txt"],
            "alam: invalid value '2' for '--min-score <SCORE>': wanted a number from 0 to 1",
        ),
        (&["tag", "--offset-unit", "word", "a.txt"], "alam: invalid value 'word' for '--offset-unit <UNIT>'"),
        (
            &["tag", "--device", "gpu", "a.txt"],
            "alam: invalid value 'gpu' for '--device <DEVICE>': wanted auto, cpu, cuda or cuda:N",
        ),
        (&["tag", "--threads", "many", "a.txt"], "alam: invalid value 'many' for '--threads <N>'"),
        (
            &["tag", "--max-batch-tokens", "0", "a.txt"],
            "alam: invalid value '0' for '--max-batch-tokens <N>': wanted a number from 1 up",
        ),
        (
            &["tag", "--pretokenized", "--input-format", "text", "a.txt"],
            "alam: --pretokenized: wanted --input-format conll",
        ),
        (&["tag", "--format"], "alam: a value is required for '--format <FORMAT>'"),
        (&["convert", "a.txt"], "alam: the following required arguments were not provided"),
        (&["convert", "a.txt", "--format", "brat"], "alam: --format brat: wanted a folder with --output, found none"),
        (
            &["tag", "a.txt", "--format", "brat", "-o", "ann", "--part-bytes", "10"],
            "alam: --part-bytes: wanted a format that a batch job writes, found --format brat",
        ),
        (&["completions", "tcsh"], "alam: invalid value 'tcsh' for '<SHELL>'"),
    ] {
        let ran = sandbox.run(args);
        ran.fails(2, wanted);
        assert!(ran.out.is_empty(), "data only on standard output: {}", ran.out);
    }
    assert_eq!(sandbox.files(), ["a.txt"]);
}

#[test]
fn a_model_that_is_not_there_is_status_3() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "زار بوتين مصر");
    sandbox.run(&["tag", "--model", "no/such", "a.txt"]).fails(3, "alam: ");
}

#[test]
fn a_gazetteer_that_cannot_be_used_is_named_with_its_line() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "زار بوتين مصر").file("names.tsv", "بوتين\tPER\nمصر LOC\n");
    sandbox
        .run(&["tag", "--gazetteer", "names.tsv", "a.txt"])
        .fails(2, "alam: names.tsv:2: wanted 2 columns, `name<TAB>type`, found 1");
    sandbox.run(&["tag", "--gazetteer", "none.tsv", "a.txt"]).fails(3, "alam: none.tsv: No such file");
}

#[test]
fn inputs_that_are_not_there_are_status_3() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["tag", "a.txt", "b/c.txt"]);
    ran.fails(3, "alam: a.txt: No such file").fails(3, "alam: b/c.txt: No such file");
}

#[test]
fn completions_are_written_for_each_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Sandbox::new().run(&["completions", shell]);
        assert!(ran.succeeds().out.contains("offset-unit"), "{shell}");
    }
}

#[test]
fn flags_can_come_from_the_environment() {
    let sandbox = Sandbox::new();
    sandbox.file("a.jsonl", "{\"text\":\"a😀b\",\"entities\":[{\"start\":2,\"end\":3,\"label\":\"PER\"}]}\n");
    let mut command = sandbox.command(&["convert", "a.jsonl", "--format", "jsonl"]);
    let output = command.env("ALAM_OFFSET_UNIT", "utf16").env("ALAM_QUIET", "1").output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    assert!(out.contains("\"start\":3,\"end\":4"), "{out}");
    assert!(output.stderr.is_empty());
}
