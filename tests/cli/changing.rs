//! Inputs that change while they are read: what was read of them is neither the old nor the new, and that is said.

use crate::sandbox::{Ran, Sandbox};
use crate::tag::{tag, with_model};
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::{Child, Stdio};

const SAID: &str = "the file was written to while it was read";
/// Records of a file: far more than are read ahead of what is written.
const RECORDS: usize = 30_000;

/// A file of each kind that is read record by record.
fn files() -> Sandbox {
    let sandbox = with_model();
    let text = |n: usize| format!("{n} زار محمد لندن أمس في المساء ثم عاد إلى القاهرة مع الوفد");
    let all = |record: &dyn Fn(usize) -> String| (0..RECORDS).map(record).collect::<String>();
    let json = |n: usize| format!("{{\"id\":\"{n}\",\"text\":\"{}\",\"entities\":[]}}\n", text(n));
    sandbox.file("a.txt", all(&|n| text(n) + "\n")).file("a.jsonl", all(&json));
    sandbox.file("a.csv", format!("id,text\n{}", all(&|n| format!("{n},{}\n", text(n)))));
    sandbox.file("a.conll", all(&|n| text(n).replace(' ', " O\n") + " O\n\n"));
    sandbox.run(&["convert", "a.jsonl", "-o", "a.parquet", "-q"]).succeeds();
    sandbox
}

/// A run that waits, in the middle of its input, for whoever reads its output.
fn waiting(sandbox: &Sandbox, args: &[&str], stdin: Stdio) -> (Child, BufReader<std::process::ChildStdout>) {
    let mut command = sandbox.command(args);
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::with_capacity(16, child.stdout.take().unwrap());
    out.read_until(b'\n', &mut Vec::new()).unwrap();
    (child, out)
}

fn ended(child: Child, mut out: impl Read) -> Ran {
    let mut rest = Vec::new();
    out.read_to_end(&mut rest).unwrap();
    let mut output = child.wait_with_output().unwrap();
    output.stdout = rest;
    Ran::of(output)
}

fn open(path: &Path) -> File {
    OpenOptions::new().write(true).open(path).unwrap()
}

fn cut(path: &Path) {
    let bytes = path.metadata().unwrap().len();
    open(path).set_len(bytes / 4 * 3).unwrap();
}

/// Other bytes in the place of some, as many as before.
fn overwritten(path: &Path) {
    let mut file = open(path);
    file.seek(SeekFrom::End(-40)).unwrap();
    file.write_all(b"x").unwrap();
}

#[test]
fn a_file_that_is_cut_off_or_overwritten_while_it_is_read_is_an_error_with_its_place() {
    let sandbox = files();
    for (name, change) in [
        ("a.txt", cut as fn(&Path)),
        ("a.jsonl", cut),
        ("a.jsonl", overwritten),
        ("a.csv", cut),
        ("a.conll", cut),
        ("a.parquet", cut),
        ("a.parquet", overwritten),
    ] {
        let before = std::fs::read(sandbox.path(name)).unwrap();
        let (child, out) = waiting(&sandbox, &tag(&[name, "--lines", "-q"]), Stdio::null());
        change(&sandbox.path(name));
        let ran = ended(child, out);
        ran.fails(1, &format!("alam: {name}:"));
        let last = ran.out.lines().last().unwrap();
        assert!(ran.err.contains(SAID) && last.contains("\"error\"") && last.contains(SAID), "{name} {last}");
        sandbox.file(name, before);
    }
}

#[test]
fn standard_input_from_a_file_that_is_cut_off_is_an_error_too() {
    let sandbox = files();
    let stdin = File::open(sandbox.path("a.txt")).unwrap();
    let (child, out) = waiting(&sandbox, &tag(&["-", "--lines", "-q"]), stdin.into());
    cut(&sandbox.path("a.txt"));
    let ran = ended(child, out);
    ran.fails(1, "alam: -:");
    assert!(ran.err.contains(SAID), "{}", ran.err);
}
