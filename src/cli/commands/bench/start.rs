//! How long a user waits for the first names: from the start of the program to its first record.

use super::statistics::Figure;
use crate::cli::args::model::ModelArgs;
use crate::cli::outcome::Failure;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::time::Instant;

/// Starts that are timed, behind one that brings the files into memory: enough for an interval.
const STARTS: usize = 7;

/// Seconds that `alam tag` takes for a sentence, as a program of its own.
pub(super) fn measure(model: &ModelArgs) -> Result<Option<Figure>, Failure> {
    let mut seconds = Vec::new();
    for number in 0..=STARTS {
        let second = once(model)?;
        if number > 0 {
            seconds.push(second);
        }
    }
    Ok(Figure::of(&seconds))
}

fn once(model: &ModelArgs) -> Result<f64, Failure> {
    let failed = |reason: String| Failure::unavailable(format!("starting alam: {reason}"));
    let io = |e: std::io::Error| failed(e.to_string());
    // What stands before the command belongs to whoever starts alam: `python -m alam`, as it was called.
    let words = std::env::args_os().take_while(|word| word != "bench").collect::<Vec<_>>();
    let mut command = match words.split_first() {
        Some((interpreter, before)) if !before.is_empty() => {
            let mut command = Command::new(interpreter);
            command.args(before);
            command
        }
        _ => Command::new(std::env::current_exe().map_err(io)?),
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ALAM_")) {
        command.env_remove(name);
    }
    command.args(["tag", "-", "--quiet"]).args(model.flags());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let begin = Instant::now();
    let mut child = command.spawn().map_err(io)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends before it has read says why itself.
        let _ = stdin.write_all("وصل محمد صلاح إلى القاهرة قادما من ليفربول.".as_bytes());
    }
    let mut first = String::new();
    if let Some(stdout) = child.stdout.take() {
        BufReader::new(stdout).read_line(&mut first).map_err(io)?;
    }
    let seconds = begin.elapsed().as_secs_f64();
    let mut said = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        stderr.read_to_string(&mut said).map_err(io)?;
    }
    let status = child.wait().map_err(io)?;
    if status.success() && !first.is_empty() {
        return Ok(seconds);
    }
    Err(failed(said.lines().next().map_or_else(|| status.to_string(), |line| line.trim_start_matches("alam: ").into())))
}
