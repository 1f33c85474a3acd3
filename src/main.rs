//! `alam`: the command line, [`alam::cli`].

#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    alam::cli::main(std::env::args_os())
}
