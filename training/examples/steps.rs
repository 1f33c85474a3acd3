//! One step of fine-tuning for each line of standard input, and the seconds that 4,096 tokens of it took: what
//! `benches/peers` puts beside the steps of PyTorch.
//!
//!     steps RECIPE DATA

use alam_models::Rng;
use alam_training::finetune::FineTune;
use alam_training::recipe::Source;
use alam_training::run::job::{Job, Limit};
use alam_training::run::objective::Objective;
use alam_training::run::optim::Optimiser;
use alam_training::run::part::Part;
use alam_training::run::progress::Show;
use std::io::{BufRead, Write};
use std::path::Path;
use std::time::Instant;

/// Tokens that the seconds are given for.
const TOKENS: f64 = 4096.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [recipe, data] = arguments.as_slice() else { return Err("wanted RECIPE DATA".into()) };
    let job = Job {
        recipe: Source::read(Path::new(recipe))?,
        out: Path::new(data).join("steps"),
        data: data.into(),
        device: candle_core::Device::Cpu,
        limit: Limit::default(),
        show: Show::None,
        command: String::new(),
    };
    let (mut objective, train) = FineTune::prepare(&job)?;
    let mut optimiser = Optimiser::new(objective.parameters(), train.optimiser, train.arithmetic.into())?;
    let mut dropout = Rng::new(1);
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        line?;
        let begin = Instant::now();
        let Part { loss, tokens, .. } = objective.next(&mut dropout)?;
        objective.parameters().backward(&loss)?;
        optimiser.step(objective.parameters(), 1e-4, 1.0)?;
        println!("{}", begin.elapsed().as_secs_f64() * TOKENS / tokens as f64);
        std::io::stdout().flush()?;
    }
    Ok(())
}
