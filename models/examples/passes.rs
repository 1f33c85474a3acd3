//! One pass through a model for each line of standard input, and the seconds it took: what `benches/peers` puts beside the
//! passes of other runtimes.
//!
//!     passes FOLDER IDS f32|int8 LOGITS
//!
//! IDS has a sequence a line, numbers with spaces between them. The logits of all tokens are written to LOGITS (f32,
//! little-endian) before the first line is read.

use alam_models::{Device, Input, Model, Precision};
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

/// Tokens that go through together: the default of `alam tag`.
const BATCH: usize = 4096;

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, ids, precision, logits] = arguments.as_slice() else {
        return Err("wanted FOLDER IDS f32|int8 LOGITS".into());
    };
    let precision = match precision.as_str() {
        "f32" => Precision::F32,
        "int8" => Precision::Int8,
        other => return Err(format!("wanted `f32` or `int8`, found `{other}`").into()),
    };
    let model = Model::open(Path::new(folder), Device::Cpu, precision)?;
    let batches = batches(&std::fs::read_to_string(ids)?)?;
    let mut bytes = Vec::new();
    for batch in &batches {
        bytes.extend(model.forward(batch)?.tags.values.iter().flat_map(|x| x.to_le_bytes()));
    }
    std::fs::write(logits, bytes)?;
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        line?;
        let begin = Instant::now();
        for batch in &batches {
            model.forward(batch)?;
        }
        println!("{}", begin.elapsed().as_secs_f64());
        std::io::stdout().flush()?;
    }
    Ok(())
}

/// The sequences in their order, in groups of [`BATCH`] tokens.
fn batches(text: &str) -> Result<Vec<Input>, Failure> {
    let mut batches = vec![Input::new(0)];
    for line in text.lines() {
        let ids = line.split_whitespace().map(str::parse).collect::<Result<Vec<u32>, _>>()?;
        match batches.last_mut() {
            Some(batch) if batch.ids.is_empty() || batch.ids.len() + ids.len() <= BATCH => batch.push(&ids),
            _ => {
                let mut batch = Input::new(0);
                batch.push(&ids);
                batches.push(batch);
            }
        }
    }
    Ok(batches)
}
