//! The real binary in a fresh folder: runs that learn, are stopped, killed, carried on and refused.

#[path = "runs/change.rs"]
mod change;
#[path = "runs/columns.rs"]
mod columns;
#[path = "runs/compare.rs"]
mod compare;
#[path = "runs/draft.rs"]
mod draft;
#[path = "runs/kill.rs"]
mod kill;
#[path = "runs/learn.rs"]
mod learn;
#[path = "runs/memory.rs"]
mod memory;
#[path = "runs/own.rs"]
mod own;
#[path = "runs/place.rs"]
mod place;
#[path = "runs/progress.rs"]
mod progress;
#[path = "runs/recipes.rs"]
mod recipes;
#[path = "runs/refuse.rs"]
mod refuse;
#[path = "runs/resume.rs"]
mod resume;
#[path = "runs/same.rs"]
mod same;
#[allow(dead_code, reason = "the tests of alam use the rest")]
#[path = "../../tests/sandbox/folder.rs"]
mod sandbox;
#[path = "runs/stop.rs"]
mod stop;
#[path = "runs/text.rs"]
mod text;
#[path = "runs/transformers.rs"]
mod transformers;
#[path = "runs/window.rs"]
mod window;
