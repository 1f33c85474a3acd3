//! `alam-train`: recipes in, model folders out.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(alam_training::cli::run(std::env::args_os()))
}
