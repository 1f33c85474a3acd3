//! Batch jobs over much: short articles by the thousand, files and documents that are large, memory that stays.
//!
//! With ALAM_LONG set, these tests are what RELIABILITY.md reports: minutes to an hour, not seconds.

use crate::jobs::{contents, long, sentence};
use crate::sandbox::Sandbox;
use crate::tag::{tag, with_model};
use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::{Duration, Instant};

/// Short articles: most of them in files of lines, some in files of their own.
fn articles(sandbox: &Sandbox, count: usize) {
    for file in 0..10 {
        sandbox.file(&format!("in/{file}/x.jsonl"), "");
        let mut out = BufWriter::new(File::create(sandbox.path(&format!("in/{file}/x.jsonl"))).unwrap());
        for number in (file * count / 10)..((file + 1) * count / 10) {
            let text = (0..3 + number % 5).fold(String::new(), |mut text, line| {
                write!(text, "{}. ", sentence(7 * number + line)).unwrap();
                text
            });
            if number % 20 == 0 {
                sandbox.file(&format!("in/{file}/{number:07}.txt"), &text);
            } else {
                writeln!(out, "{{\"id\":\"{number}\",\"text\":\"{text}\"}}").unwrap();
            }
        }
        out.flush().unwrap();
    }
}

#[test]
fn thousands_of_articles_are_tagged_killed_resumed_and_equal() {
    let (sandbox, count) = (with_model(), if long() { 100_000 } else { 1_500 });
    articles(&sandbox, count);
    let bytes = if long() { "1000000" } else { "30000" };
    let begin = Instant::now();
    sandbox.run(&tag(&["in", "-o", "whole", "-q", "--part-bytes", bytes])).succeeds();
    let time = begin.elapsed();
    let mut kills = 0;
    loop {
        let mut child = sandbox.command(&tag(&["in", "-o", "out", "-q", "--part-bytes", bytes])).spawn().unwrap();
        let begin = Instant::now();
        while begin.elapsed() < time / 7 && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        if kills == 5 {
            assert!(child.wait().unwrap().success());
            break;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    let whole = contents(&sandbox, "whole");
    assert!(contents(&sandbox, "out") == whole);
    let summary: serde_json::Value = serde_json::from_str(&sandbox.read("out/summary.json")).unwrap();
    assert_eq!((&summary["documents"], &summary["failed"]), (&count.into(), &0.into()));
    let parts = whole.keys().filter(|name| name.starts_with("part-")).count();
    println!(
        "{count} articles in {parts} parts: {kills} kills, byte-equal ({:.0} s without a stop)",
        time.as_secs_f64()
    );
}

/// The most memory that a job on `in` has held, in MiB; it ends with this status.
#[cfg(target_os = "linux")]
fn peak(sandbox: &Sandbox, status: i32, flags: &[&str]) -> f64 {
    let flags = [&["in", "-o", "out/", "-q", "--threads", "2"], flags].concat();
    let mut child = sandbox.command(&tag(&flags)).spawn().unwrap();
    let mut peak = 0.0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
        if let Some(line) = status.lines().find(|line| line.starts_with("VmHWM:")) {
            peak = line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    assert_eq!(child.wait().unwrap().code(), Some(status));
    std::fs::remove_dir_all(sandbox.path("out")).unwrap();
    peak
}

/// A file of so many copies of a line.
#[cfg(target_os = "linux")]
fn repeated(sandbox: &Sandbox, name: &str, line: &str, count: usize) {
    sandbox.file(name, "");
    let mut out = BufWriter::new(File::create(sandbox.path(name)).unwrap());
    (0..count).for_each(|_| out.write_all(line.as_bytes()).unwrap());
    out.flush().unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_a_file_or_with_the_number_of_documents() {
    // As dumps are: the text is a tenth of the record.
    let text = [sentence(1), sentence(2), sentence(3)].join(". ").repeat(2);
    let article = format!("{{\"page\":\"{}\",\"text\":\"{text}\"}}\n", "<p>x</p>".repeat(text.len() / 8 * 9));
    let megabytes = if long() { 1000 } else { 80 };
    let tiny = if long() { 10_000_000 } else { 120_000 };
    // What is read ahead fills up in the first of each pair.
    for (what, line, few, many) in [
        ("a large file", article.as_str(), 40_000_000 / article.len(), megabytes * 1_000_000 / article.len()),
        ("tiny documents", "{\"text\":\"حلب\"}\n", 60_000, tiny),
    ] {
        let sandbox = with_model();
        repeated(&sandbox, "in/a.jsonl", line, few);
        let first = peak(&sandbox, 0, &["--part-bytes", "1000000"]);
        repeated(&sandbox, "in/a.jsonl", line, many);
        let begin = Instant::now();
        let second = peak(&sandbox, 0, &["--part-bytes", "1000000"]);
        let (bytes, time) = (many * line.len() / 1_000_000, begin.elapsed().as_secs_f64());
        println!("{what}: {first:.1} MiB for {few} documents, {second:.1} MiB for {many} ({bytes} MB, {time:.0} s)");
        assert!(second - first < 8.0, "{what}: {first} MiB for {few} documents, {second} MiB for {many}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_is_a_small_multiple_of_the_largest_document_and_a_larger_one_is_refused() {
    let sandbox = with_model();
    let text = format!("{}.\n", sentence(1));
    let of = |megabytes: usize| {
        repeated(&sandbox, "in/a.txt", &text, megabytes * 1_000_000 / text.len());
        peak(&sandbox, 0, &[])
    };
    let megabytes = if long() { 50 } else { 3 };
    let begin = Instant::now();
    let (few, many) = (of(1), of(megabytes));
    let times = (many - few) * 1.048_576 / (megabytes - 1) as f64;
    let time = begin.elapsed().as_secs_f64();
    println!("one document: {few:.0} MiB for 1 MB, {many:.0} MiB for {megabytes} MB, {times:.1} a byte ({time:.0} s)");
    // Of a model that finds a name in every few words: most of it is what is known of them.
    assert!(times < 24.0, "{few} MiB for 1 MB, {many} MiB for {megabytes} MB");
    let ran = sandbox.run(&tag(&["in", "-o", "out/", "-q", "--max-document-bytes", "900000"]));
    ran.fails(1, "alam: in/a.txt: wanted a document of at most 900000 bytes, found a longer one");
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_is_refused_is_not_held() {
    let sandbox = with_model();
    let word = "زار بوتين حلب ";
    // The same word for ever: in one line, in a quote that is not closed, in one sentence.
    for (name, head, piece) in [
        ("in/a.txt", "", word.to_owned()),
        ("in/a.jsonl", "{\"text\":\"", word.to_owned()),
        ("in/a.csv", "text\n\"", format!("{word}\n")),
        ("in/a.tsv", "id\ttext\n1\t", word.to_owned()),
        ("in/a.conll", "", "زار\tO\n".to_owned()),
    ] {
        let of = |megabytes: usize| {
            repeated(&sandbox, name, head, 1);
            let mut file = BufWriter::new(File::options().append(true).open(sandbox.path(name)).unwrap());
            (0..megabytes * 1_000_000 / piece.len()).for_each(|_| file.write_all(piece.as_bytes()).unwrap());
            file.flush().unwrap();
            peak(&sandbox, 1, &["--max-document-bytes", "1000000"])
        };
        let (few, many) = (of(2), of(60));
        println!("{name}: {few:.1} MiB for 2 MB, {many:.1} MiB for 60 MB");
        assert!(many - few < 8.0, "{name}: {few} MiB for 2 MB, {many} MiB for 60 MB");
        std::fs::remove_file(sandbox.path(name)).unwrap();
    }
}
