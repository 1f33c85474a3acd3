//! Products and attention as the encoders of 256 and of 384 have them, one thread: operations a second ("elem/s").
//!
//!     cargo bench -p alam-models --bench kernels -- [product|attention]
//!
//! Before a product is measured its share of the machine's peak is printed; the peak is measured beside it.

mod peak;

use alam_models::kernels::alone::{Attention, Product};
use alam_models::{Precision, kernels};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use peak::Peak;
use std::time::Instant;

/// Tokens of a block of work.
const ROWS: usize = 256;
const PRODUCTS: [(&str, usize, usize); 4] =
    [("256 to 768", 256, 768), ("1024 to 256", 1024, 256), ("384 to 1536", 384, 1536), ("1536 to 384", 1536, 384)];

fn products(c: &mut Criterion) {
    let name = kernels::name().expect("kernels that this processor has");
    let mut group = c.benchmark_group("product");
    for (precision, kind, peak) in
        [(Precision::F32, "f32", Peak::f32(name)), (Precision::Int8, "int8", Peak::int8(name))]
    {
        for (shape, inputs, outputs) in PRODUCTS {
            let mut product =
                Product::new(ROWS, (inputs, outputs), precision).expect("kernels that this processor has");
            let operations = 2 * ROWS * inputs * outputs;
            if let Some(peak) = peak {
                let share = share(peak, operations as f64, || product.run());
                println!("product/{kind} {shape}, {name}: {:.1} % of the peak", 100.0 * share);
            }
            group.throughput(Throughput::Elements(operations as u64));
            group.bench_function(format!("{kind} {shape}"), |b| b.iter(|| product.run()));
        }
    }
    group.finish();
}

/// What of the peak of one thread some work reaches: the median of eleven pairs.
fn share(peak: Peak, operations: f64, mut work: impl FnMut() -> f32) -> f64 {
    let mut shares: Vec<f64> = (0..11)
        .map(|_| {
            let most = peak.measure(1);
            let (begin, mut times) = (Instant::now(), 0.0);
            while begin.elapsed().as_secs_f64() < 0.02 {
                std::hint::black_box(work());
                times += 1.0;
            }
            times * operations / begin.elapsed().as_secs_f64() / most
        })
        .collect();
    shares.sort_by(f64::total_cmp);
    shares[shares.len() / 2]
}

fn attention(c: &mut Criterion) {
    let mut group = c.benchmark_group("attention");
    for (hidden, heads) in [(256, 4), (384, 6)] {
        for tokens in [16, 43, 128, 512] {
            let mut attention = Attention::new(tokens, hidden, heads).expect("kernels that this processor has");
            group.throughput(Throughput::Elements((4 * tokens * tokens * hidden) as u64));
            group.bench_function(format!("{tokens} tokens of {hidden}"), |b| b.iter(|| attention.run()));
        }
    }
    group.finish();
}

criterion_group!(benches, products, attention);
criterion_main!(benches);
