//! The graph that trains: fused against stock, and both against finite differences.

use alam_models::config::{Activation, Family};
use alam_models::encoder::{Head, Mode, Network, Path};
use alam_models::heads::{DetectionHead, Loss, MaskedHead, SampledHead};
use alam_models::weights::{Weight, Weights};
use alam_models::{Arithmetic, Config, Input, Rng};
use candle_core::{Device, Tensor};

fn config(hidden: usize, embedding: usize, dropout: f32) -> Config {
    Config {
        family: Family::Electra,
        model_type: "electra".into(),
        vocab_size: 40,
        embedding_size: embedding,
        hidden_size: hidden,
        layers: 2,
        heads: 2,
        intermediate_size: 24,
        activation: Activation::Gelu,
        max_positions: 16,
        first_position: 0,
        token_types: 2,
        norm_epsilon: 1e-5,
        dropout,
        attention_dropout: 0.0,
        classifier_dropout: dropout,
        initializer_range: 0.3,
        padding_id: 0,
        labels: vec!["O".into(), "B-X".into(), "I-X".into()],
    }
}

fn input() -> Input {
    let mut input = Input::new(1);
    input.push(&[2, 7, 9, 3]);
    input.push(&[2, 11, 3]);
    input.push(&[2, 30, 31, 32, 33, 39, 3]);
    input
}

fn network(config: &Config, path: Path) -> Network {
    let head = Head { name: "classifier".into(), outputs: 3 };
    let place = (&Device::Cpu, Arithmetic::F32);
    Network::new(config, &[head], &Weights::new(), &mut Rng::new(5), place).unwrap().on_path(path)
}

fn tag_loss(network: &Network, seed: u64) -> Tensor {
    let mut rng = Rng::new(seed);
    let mut mode = Mode::Train(&mut rng);
    let hidden = network.hidden(&input(), &mut mode).unwrap();
    let rows = [1, 2, 5, 8, 9, 9, 11];
    let logits = network.scores("classifier", &hidden, &rows, &mut mode).unwrap();
    let loss = Loss { smoothing: 0.1, class_weights: vec![0.5, 1.0, 2.0] };
    loss.cross_entropy(&logits, &[0, 1, 2, 1, 0, 0, 2], &[1.0, 2.0, 1.0, 1.0, 0.3, 1.0, 1.0]).unwrap()
}

fn gradients(network: &Network, loss: &Tensor) -> Vec<(String, Vec<f32>)> {
    network.parameters().backward(loss).unwrap();
    network.parameters().iter().map(|p| (p.name.clone(), p.gradient().unwrap().unwrap_or_default())).collect()
}

#[test]
fn fused_and_stock_give_the_same_loss_and_gradients() {
    for (hidden, embedding, dropout) in [(16, 16, 0.0), (16, 8, 0.0), (12, 16, 0.2)] {
        let config = config(hidden, embedding, dropout);
        let (fused, stock) = (network(&config, Path::Fused), network(&config, Path::Stock));
        let (a, b) = (tag_loss(&fused, 3), tag_loss(&stock, 3));
        let (x, y) = (a.to_scalar::<f32>().unwrap(), b.to_scalar::<f32>().unwrap());
        assert!((x - y).abs() < 1e-5, "{x} {y}");
        for ((name, a), (_, b)) in gradients(&fused, &a).into_iter().zip(gradients(&stock, &b)) {
            assert!(!a.is_empty() && a.len() == b.len(), "{name}");
            let size = b.iter().fold(0f32, |m, x| m.max(x.abs()));
            // A key's bias shifts all scores of a row alike: its gradient is zero, and found so up to rounding.
            assert!(size > 1e-6 || name.ends_with("key.bias"), "{name} has no gradient");
            for (i, (x, y)) in a.iter().zip(&b).enumerate() {
                assert!((x - y).abs() < 1e-4 * size.max(0.01), "{name} at {i}: {x} {y}");
            }
        }
    }
}

#[test]
fn gradients_are_finite_differences() {
    let config = config(16, 8, 0.2);
    let network = network(&config, Path::Fused);
    let loss = tag_loss(&network, 3);
    let found = gradients(&network, &loss);
    let mut rng = Rng::new(9);
    for (parameter, (name, gradient)) in network.parameters().iter().zip(found) {
        let values: Vec<f32> = parameter.var.flatten_all().unwrap().to_vec1().unwrap();
        // Along a random direction, so that one pair of losses checks a whole tensor.
        let direction: Vec<f32> = values.iter().map(|_| rng.normal()).collect();
        let slope: f32 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        let at = |step: f32| {
            let moved: Vec<f32> = values.iter().zip(&direction).map(|(v, d)| v + step * d).collect();
            parameter.var.set(&Tensor::from_vec(moved, parameter.var.shape(), &Device::Cpu).unwrap()).unwrap();
            f64::from(tag_loss(&network, 3).to_scalar::<f32>().unwrap())
        };
        let step = 2e-3;
        let difference = ((at(step) - at(-step)) / (2.0 * f64::from(step))) as f32;
        at(0.0);
        assert!((slope - difference).abs() < 0.03 * difference.abs().max(0.02), "{name}: {slope} {difference}");
    }
}

#[test]
fn attention_dropout_has_the_right_gradient() {
    let mut config = config(16, 16, 0.0);
    config.attention_dropout = 0.3;
    let network = network(&config, Path::Fused);
    let loss = tag_loss(&network, 4);
    let found = gradients(&network, &loss);
    let (name, gradient) = found.iter().find(|(n, _)| n == "layer.0.attention.query.weight").unwrap();
    let parameter = network.parameters().iter().find(|p| p.name == *name).unwrap();
    let values: Vec<f32> = parameter.var.flatten_all().unwrap().to_vec1().unwrap();
    let at = |step: f32| {
        let moved: Vec<f32> = values.iter().zip(gradient).map(|(v, d)| v + step * d).collect();
        parameter.var.set(&Tensor::from_vec(moved, parameter.var.shape(), &Device::Cpu).unwrap()).unwrap();
        f64::from(tag_loss(&network, 4).to_scalar::<f32>().unwrap())
    };
    let slope: f32 = gradient.iter().map(|g| g * g).sum();
    let step = 0.02 / slope.sqrt();
    let difference = (at(step) - at(-step)) / (2.0 * f64::from(step));
    assert!((f64::from(slope) - difference).abs() < 0.02 * difference, "{slope} {difference}");
}

#[test]
fn pretraining_heads_agree_on_both_paths() {
    let config = config(16, 8, 0.0);
    let mut results = Vec::new();
    for path in [Path::Fused, Path::Stock] {
        let mut network = network(&config, path);
        let (weights, mut rng) = (Weights::new(), Rng::new(8));
        let mut small = config.clone();
        small.hidden_size = 8;
        let mut generator = network.generator(&small, &weights, &mut rng).unwrap().on_path(path);
        let masked = MaskedHead::new(&mut generator, &weights, &mut rng).unwrap();
        let detection = DetectionHead::new(&mut network, &weights, &mut rng).unwrap();
        let mut train = Rng::new(1);
        let mut mode = Mode::Train(&mut train);
        let hidden = generator.hidden(&input(), &mut mode).unwrap();
        let (loss, guesses) = masked.loss(&generator, &hidden, (&[1, 5, 9], &[4, 6, 20]), 7).unwrap();
        assert_eq!(guesses.drawn.len(), 3);
        let hidden = network.hidden(&input(), &mut mode).unwrap();
        let replaced: Vec<f32> = (0..14).map(|i| f32::from(u8::from(i % 5 == 1))).collect();
        let (other, logits) = detection.loss(&network, &hidden, &replaced).unwrap();
        assert_eq!(logits.len(), 14);
        let total = (loss + (other * 50.0).unwrap()).unwrap();
        let all = network.parameters().union(generator.parameters());
        all.backward(&total).unwrap();
        let found: Vec<_> = all.iter().map(|p| (p.name.clone(), p.gradient().unwrap())).collect();
        results.push((total.to_scalar::<f32>().unwrap(), found));
    }
    let (stock, fused) = (results.pop().unwrap(), results.pop().unwrap());
    assert!((stock.0 - fused.0).abs() < 1e-4 * stock.0, "{} {}", stock.0, fused.0);
    assert!(fused.1.iter().any(|(name, _)| name == "generator.layer.1.ffn.up.weight"));
    for ((name, a), (_, b)) in fused.1.iter().zip(&stock.1) {
        if name.starts_with("classifier") {
            assert!(a.is_none(), "{name} took no part");
            continue;
        }
        let (a, b) = (a.as_ref().unwrap(), b.as_ref().unwrap());
        let size = b.iter().fold(0f32, |m, x| m.max(x.abs()));
        for (x, y) in a.iter().zip(b) {
            assert!((x - y).abs() < 2e-4 * size.max(0.1), "{name}: {x} {y}");
        }
    }
}

#[test]
fn guessing_among_all_pieces_is_guessing_among_the_vocabulary() {
    let config = config(16, 8, 0.0);
    let mut rng = Rng::new(3);
    let dense = Weight { shape: vec![8, 16], values: (0..128).map(|_| rng.normal()).collect() };
    let weights = ["masked", "guess"].map(|head| (format!("{head}.dense.weight"), dense.clone()));
    let weights = Weights::from(weights);
    let places = (&[1, 5, 9, 11][..], &[4, 6, 20, 6][..]);
    let of = |path: Path, drawn: Option<usize>| {
        let mut network = network(&config, path);
        let mut train = Rng::new(1);
        let mut mode = Mode::Train(&mut train);
        let loss = if let Some(drawn) = drawn {
            let counts: Vec<u64> = (0..40).map(|i| 1 + i % 7).collect();
            let head = SampledHead::new(&mut network, &weights, &mut Rng::new(8), (&counts, drawn)).unwrap();
            let hidden = network.hidden(&input(), &mut mode).unwrap();
            head.loss(&network, &hidden, places, &mut Rng::new(2)).unwrap()
        } else {
            let head = MaskedHead::new(&mut network, &weights, &mut Rng::new(8)).unwrap();
            let hidden = network.hidden(&input(), &mut mode).unwrap();
            head.loss(&network, &hidden, places, 7).unwrap().0
        };
        let gradients = gradients(&network, &loss);
        let table = gradients.into_iter().find(|(name, _)| name == "embeddings.word").unwrap().1;
        (loss.to_scalar::<f32>().unwrap(), table)
    };
    let whole = of(Path::Fused, None);
    for (wanted, found) in [
        (&whole, of(Path::Fused, Some(4000))),
        (&whole, of(Path::Stock, Some(4000))),
        (&of(Path::Stock, Some(6)), of(Path::Fused, Some(6))),
    ] {
        assert!((wanted.0 - found.0).abs() < 1e-4 * wanted.0, "{} {}", wanted.0, found.0);
        let size = wanted.1.iter().fold(0f32, |m, x| m.max(x.abs()));
        for (x, y) in wanted.1.iter().zip(&found.1) {
            assert!((x - y).abs() < 2e-3 * size, "{x} {y}");
        }
    }
}
