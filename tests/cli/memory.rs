//! Memory of reading: a stated multiple of the input, whatever is in it.

use crate::sandbox::{Ran, Sandbox};
use std::process::Command;

/// Bytes of each input.
const BYTES: usize = 4 << 20;
/// Times the input's size, and MiB for the program itself.
const TIMES: usize = 64;
const PROGRAM: usize = 160;

#[test]
fn memory_is_a_multiple_of_the_input_whatever_it_is() {
    let repeat = |piece: &str| piece.repeat(BYTES / piece.len());
    for (name, text) in [
        ("word.txt", repeat("ا")),
        ("text.jsonl", format!("{{\"text\":\"{}\"}}\n", repeat("\\u0627"))),
        ("deep.jsonl", repeat("[")),
        ("list.jsonl", format!("{{\"text\":\"x\",\"entities\":[{}1]}}\n", repeat("1,"))),
        ("other.jsonl", format!("{{\"text\":\"x\",\"more\":[{}1]}}\n", repeat("{},"))),
        ("tokens.conll", repeat("a O\n")),
        ("names.conll", repeat("a B-X\n")),
        ("columns.conll", repeat("a\t")),
        ("quote.csv", format!("id,text\n1,\"{}", repeat(",\n"))),
        ("columns.csv", format!("text{}\n", repeat(","))),
        ("names.tsv", format!("{}\n", repeat("a\t"))),
    ] {
        let sandbox = Sandbox::new();
        sandbox.file(name, text);
        let limit = (PROGRAM << 10) + TIMES * BYTES / 1024;
        let alam = sandbox.command(&["convert", name, "--format", "jsonl", "-q", "-o", "out.jsonl"]);
        let limited = format!("ulimit -v {limit} && exec \"$0\" \"$@\"");
        let mut command = Command::new("sh");
        command.current_dir(alam.get_current_dir().unwrap()).args(["-c", &limited]);
        let ran = Ran::of(command.arg(alam.get_program()).args(alam.get_args()).output().unwrap());
        // Broken records are no failure here; being killed for memory is.
        assert!(matches!(ran.status, Some(0 | 1)), "{name}: {:?} {}", ran.status, &ran.err[..ran.err.len().min(500)]);
    }
}
