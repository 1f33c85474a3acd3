//! The whole encoder on the CPU: tokens a second, effective GFLOP/s and their share of the machine's peak, f32 and int8.
//!
//!     cargo bench -p alam-models --bench encoder -- [mini] [small] [base] [f32] [int8] [seconds]
//!
//! `ALAM_KERNEL` picks the instruction set. The work is what Arabic sentences are: 256 sequences whose lengths are
//! exp(N(3.6, 0.6)), from 6 to 256, 43 on average. Effective means the products and the attention of the real tokens,
//! whatever else is computed (in the int8 encoder attention is f32 too, and counts like the rest). The peak is measured
//! anew before every pass, so that a busy machine is busy for both.

mod peak;

use alam_models::config::Activation;
use alam_models::cpu::CpuEncoder;
use alam_models::quant::QuantWeights;
use alam_models::weights::{Weight, Weights, encoder_shapes};
use alam_models::{Config, Family, Input, Rng, kernels};
use peak::Peak;
use std::time::{Duration, Instant};

fn config(layers: usize, hidden: usize, heads: usize) -> Config {
    Config {
        family: Family::Bert,
        model_type: "bert".to_owned(),
        vocab_size: 32_000,
        embedding_size: hidden,
        hidden_size: hidden,
        layers,
        heads,
        intermediate_size: 4 * hidden,
        activation: Activation::Gelu,
        max_positions: 512,
        first_position: 0,
        token_types: 2,
        norm_epsilon: 1e-12,
        dropout: 0.0,
        attention_dropout: 0.0,
        classifier_dropout: 0.0,
        initializer_range: 0.02,
        padding_id: 0,
        labels: (0..9).map(|i| format!("L{i}")).collect(),
    }
}

fn weights(config: &Config) -> Weights {
    let mut rng = Rng::new(1);
    let mut shapes = encoder_shapes(config);
    shapes.push(("classifier.weight".to_owned(), vec![config.labels.len(), config.hidden_size]));
    shapes.push(("classifier.bias".to_owned(), vec![config.labels.len()]));
    let mut weight = |(name, shape): (String, Vec<usize>)| {
        let centre = if name.ends_with("norm.weight") { 1.0 } else { 0.0 };
        let values = (0..shape.iter().product()).map(|_| centre + 0.02 * rng.normal()).collect();
        (name, Weight { shape, values })
    };
    shapes.into_iter().map(&mut weight).collect()
}

fn input(vocabulary: usize) -> Input {
    let mut rng = Rng::new(2);
    let mut input = Input::new(0);
    for _ in 0..256 {
        let length = (3.6 + 0.6 * rng.normal()).exp().clamp(6.0, 256.0) as usize;
        input.push(&(0..length).map(|_| rng.below(vocabulary) as u32).collect::<Vec<_>>());
    }
    input
}

fn flops(config: &Config, input: &Input) -> f64 {
    let (h, f, l) = (config.hidden_size as f64, config.intermediate_size as f64, config.layers as f64);
    let attention: f64 = input.bounds.windows(2).map(|b| 4.0 * ((b[1] - b[0]) as f64).powi(2) * h).sum();
    l * (input.ids.len() as f64 * 2.0 * (4.0 * h * h + 2.0 * h * f) + attention)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let seconds = arguments.iter().find_map(|a| a.parse().ok()).unwrap_or(2.0);
    let kernels = kernels::name()?;
    for (name, config) in [("mini", config(4, 256, 4)), ("small", config(6, 384, 6)), ("base", config(12, 768, 12))] {
        let asked = |what: &str| arguments.iter().any(|a| a == what);
        if !asked(name) && (name == "base" || asked("mini") || asked("small") || asked("base")) {
            continue;
        }
        let (input, weights) = (input(config.vocab_size), weights(&config));
        let quant = QuantWeights::quantise(&weights)?;
        let start = Instant::now();
        let bytes = CpuEncoder::quantised(&config, &quant)?;
        let packing = start.elapsed();
        let mut encoders = vec![("f32", CpuEncoder::new(&config, &weights)?), ("int8", bytes)];
        encoders.retain(|(kind, _)| asked(kind) || !asked("f32") && !asked("int8"));
        let peaks = |kind: &str| if kind == "f32" { Peak::f32(kernels) } else { Peak::int8(kernels) };
        let mut times = [vec![], vec![]];
        let mut shares = [vec![], vec![]];
        for (_, encoder) in &encoders {
            encoder.forward(&input)?;
        }
        let work = flops(&config, &input);
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        while times[0].len() < 3 || Instant::now() < end {
            for (i, (kind, encoder)) in encoders.iter().enumerate() {
                let peak = peaks(kind).map(|peak| peak.measure(rayon::current_num_threads()));
                let start = Instant::now();
                encoder.forward(&input)?;
                let time = start.elapsed().as_secs_f64();
                shares[i].extend(peak.map(|peak| (work / time / peak, peak)));
                times[i].push(time);
            }
        }
        for (i, (kind, _)) in encoders.iter().enumerate() {
            let time = median(times[i].clone());
            print!(
                "{name} L{} H{} {kind:4} {kernels:8}: {:9.0} tokens/s {:8.1} GFLOP/s effective",
                config.layers,
                config.hidden_size,
                input.ids.len() as f64 / time,
                work / time / 1e9,
            );
            if !shares[i].is_empty() {
                let (share, peak) = shares[i].iter().copied().unzip();
                print!(", {:.1} % of {:.1} at most", 100.0 * median(share), median(peak) / 1e9);
            }
            println!(" (int8 packed in {:.1} ms)", 1e3 * packing.as_secs_f64());
        }
    }
    Ok(())
}
