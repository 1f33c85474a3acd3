//! How much memory runs take at most, as Linux tells it.

#![cfg(target_os = "linux")]

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use crate::sandbox::Ran;
use crate::text;
use std::process::Child;
use std::time::Duration;

/// The most memory that a process had while it ran, in KiB.
fn peak(mut child: Child) -> u64 {
    let path = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        let status = std::fs::read_to_string(&path).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        if let Some(kib) = line.and_then(|line| line.trim().strip_suffix("kB")?.trim().parse().ok()) {
            peak = peak.max(kib);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ran::of(child.wait_with_output().unwrap()).succeeds();
    assert!(peak > 0);
    peak
}

#[test]
fn a_small_run_stays_below_sixty_four_megabytes() {
    let place = Place::with_ids();
    let long = FINETUNE.replace("steps = 12", "steps = 200");
    let found = peak(place.spawn("finetune", &long, &[]));
    assert!(found < 64 << 10, "{found} KiB");
    place.remove("out");
    let found = peak(place.spawn("pretrain", &pretrain("electra").replace("steps = 10\n", "steps = 100\n"), &[]));
    assert!(found < 64 << 10, "{found} KiB");
}

#[test]
fn pretraining_takes_no_more_memory_for_twelve_times_the_text() {
    let place = Place::new();
    let mut peaks = Vec::new();
    // The smaller text fills a pool of blocks already.
    for documents in [4_000, 48_000] {
        place.file("data/raw.txt", text::raw(documents));
        let args = ["corpus", "data/raw.txt", "--tokenizer", "words", "--out", "data/raw.ids", "--held-out", "0.01"];
        place.run(&args).succeeds();
        let recipe = pretrain("mlm").replace("steps = 10\n", "steps = 60\n");
        peaks.push(peak(place.spawn("pretrain", &recipe, &[])));
        place.remove("out");
    }
    let size = place.bytes("data/raw.ids").len() as u64 >> 10;
    assert!(peaks[1] < peaks[0] + size / 4, "{peaks:?} KiB for a file of {size} KiB");
}
