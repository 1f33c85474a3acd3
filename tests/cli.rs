//! The real binary in a fresh folder: what it prints, what it leaves behind, how it exits.

#[path = "cli/apart.rs"]
mod apart;
#[path = "cli/attacked.rs"]
mod attacked;
#[path = "cli/bench.rs"]
mod bench;
#[path = "golden/cases.rs"]
mod cases;
#[cfg(unix)]
#[path = "cli/changing.rs"]
mod changing;
#[path = "cli/cluster.rs"]
mod cluster;
#[path = "cli/columns.rs"]
mod columns;
#[path = "cli/convert.rs"]
mod convert;
#[path = "cli/endings.rs"]
mod endings;
#[path = "cli/eval.rs"]
mod eval;
#[path = "cli/eval_refused.rs"]
mod eval_refused;
#[path = "cli/faults.rs"]
mod faults;
#[path = "cli/flags.rs"]
mod flags;
#[path = "cli/hostile.rs"]
mod hostile;
#[path = "cli/info.rs"]
mod info;
#[path = "cli/jobs.rs"]
mod jobs;
#[cfg(target_os = "linux")]
#[path = "cli/memory.rs"]
mod memory;
#[path = "sandbox/model.rs"]
mod model;
#[path = "cli/oracles.rs"]
mod oracles;
#[path = "cli/pages.rs"]
mod pages;
#[path = "cli/paragraphs.rs"]
mod paragraphs;
#[path = "cli/records.rs"]
mod records;
#[allow(dead_code, reason = "the tests of alam-train use the rest")]
#[path = "sandbox/folder.rs"]
mod sandbox;
#[path = "cli/stats.rs"]
mod stats;
#[path = "cli/stopped.rs"]
mod stopped;
#[path = "cli/stored.rs"]
mod stored;
#[path = "cli/tag.rs"]
mod tag;
#[path = "cli/tag_stream.rs"]
mod tag_stream;
#[cfg(unix)]
#[path = "cli/tampered.rs"]
mod tampered;
#[allow(dead_code, reason = "the tests of the tagger use the rest")]
#[path = "tagger/tiny.rs"]
mod tiny;
#[path = "cli/told.rs"]
mod told;
#[path = "cli/volumes.rs"]
mod volumes;
