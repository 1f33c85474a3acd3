use super::*;
use crate::Rng;
use crate::config::{Activation, Family};
use crate::weights::Weight;

/// A small configuration of each family.
pub(crate) fn config(family: Family, activation: Activation) -> Config {
    let (embedding_size, first_position, token_types) = match family {
        Family::Bert => (40, 0, 2),
        Family::Roberta => (40, 2, 1),
        Family::DistilBert => (40, 0, 0),
        Family::Electra => (24, 0, 2),
    };
    Config {
        family,
        model_type: String::new(),
        vocab_size: 50,
        embedding_size,
        hidden_size: 40,
        layers: 2,
        heads: 2,
        intermediate_size: 72,
        activation,
        max_positions: 64,
        first_position,
        token_types,
        norm_epsilon: 1e-12,
        dropout: 0.1,
        attention_dropout: 0.1,
        classifier_dropout: 0.1,
        initializer_range: 0.02,
        padding_id: 0,
        labels: (0..7).map(|i| format!("L{i}")).collect(),
    }
}

pub(crate) fn random_weights(c: &Config, rng: &mut Rng) -> Weights {
    let mut all = Weights::new();
    let mut add = |name: String, shape: &[usize]| {
        let values = (0..shape.iter().product()).map(|_| 0.3 * rng.normal()).collect();
        all.insert(name, Weight { shape: shape.to_vec(), values });
    };
    let mut linear = |name: &str, outputs: usize, inputs: usize| {
        add(format!("{name}.weight"), &[outputs, inputs]);
        add(format!("{name}.bias"), &[outputs]);
    };
    let (e, h) = (c.embedding_size, c.hidden_size);
    for i in 0..c.layers {
        for part in ["query", "key", "value", "output"] {
            linear(&format!("layer.{i}.attention.{part}"), h, h);
        }
        linear(&format!("layer.{i}.ffn.up"), c.intermediate_size, h);
        linear(&format!("layer.{i}.ffn.down"), h, c.intermediate_size);
    }
    linear("embeddings.project", h, e);
    linear("classifier", c.labels.len(), h);
    linear("clitics", 4, h);
    add("embeddings.word".into(), &[c.vocab_size, e]);
    add("embeddings.position".into(), &[c.max_positions, e]);
    add("embeddings.type".into(), &[c.token_types.max(1), e]);
    let mut norm = |name: String, width: usize| {
        add(format!("{name}.weight"), &[width]);
        add(format!("{name}.bias"), &[width]);
    };
    norm("embeddings.norm".into(), e);
    for i in 0..c.layers {
        norm(format!("layer.{i}.attention.norm"), h);
        norm(format!("layer.{i}.ffn.norm"), h);
    }
    all
}

/// The encoder as its papers write it, one number at a time in f64.
mod definition {
    use super::*;

    type Rows = Vec<Vec<f64>>;

    fn linear(w: &Weights, name: &str, x: &Rows) -> Rows {
        let (weight, bias) = (&w[&format!("{name}.weight")], &w[&format!("{name}.bias")]);
        let inputs = weight.shape[1];
        let one = |row: &Vec<f64>, o: usize| {
            let weights = &weight.values[o * inputs..][..inputs];
            row.iter().zip(weights).map(|(x, w)| x * f64::from(*w)).sum::<f64>() + f64::from(bias.values[o])
        };
        x.iter().map(|row| (0..weight.shape[0]).map(|o| one(row, o)).collect()).collect()
    }

    fn norm(w: &Weights, name: &str, epsilon: f32, x: Rows) -> Rows {
        let (gain, bias) = (&w[&format!("{name}.weight")].values, &w[&format!("{name}.bias")].values);
        let one = |row: Vec<f64>| {
            let mean = row.iter().sum::<f64>() / row.len() as f64;
            let variance = row.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / row.len() as f64;
            let scaled = row.iter().map(|x| (x - mean) / (variance + f64::from(epsilon)).sqrt());
            scaled.zip(gain).zip(bias).map(|((x, g), b)| x * f64::from(*g) + f64::from(*b)).collect()
        };
        x.into_iter().map(one).collect()
    }

    fn add(a: &Rows, b: &Rows) -> Rows {
        a.iter().zip(b).map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + b).collect()).collect()
    }

    /// erf by its Taylor series, good for the small arguments here.
    fn erf(x: f64) -> f64 {
        let mut term = x;
        let mut sum = x;
        for n in 1..200 {
            term *= -x * x / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        2.0 / std::f64::consts::PI.sqrt() * sum
    }

    pub(super) fn activate(x: f64, activation: Activation) -> f64 {
        match activation {
            Activation::Gelu if x.abs() > 7.0 => x.max(0.0),
            Activation::Gelu => 0.5 * x * (1.0 + erf(x / 2f64.sqrt())),
            Activation::GeluTanh => {
                0.5 * x * (1.0 + ((2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3))).tanh())
            }
            Activation::Relu => x.max(0.0),
        }
    }

    fn attention(c: &Config, q: &Rows, k: &Rows, v: &Rows) -> Rows {
        let size = c.hidden_size / c.heads;
        let mut out = vec![vec![0.0; c.hidden_size]; q.len()];
        for head in 0..c.heads {
            let part = head * size..(head + 1) * size;
            for (i, q) in q.iter().enumerate() {
                let dot = |k: &Vec<f64>| q[part.clone()].iter().zip(&k[part.clone()]).map(|(a, b)| a * b).sum::<f64>();
                let e: Vec<f64> = k.iter().map(|k| (dot(k) / (size as f64).sqrt()).exp()).collect();
                let total: f64 = e.iter().sum();
                for j in part.clone() {
                    out[i][j] = e.iter().zip(v).map(|(e, v)| e / total * v[j]).sum();
                }
            }
        }
        out
    }

    /// Tag and clitic logits of one sequence.
    pub(super) fn encode(c: &Config, w: &Weights, ids: &[u32], token_type: u32) -> [Rows; 2] {
        let row = |name: &str, i: usize| -> Vec<f64> {
            w[name].values[i * c.embedding_size..][..c.embedding_size].iter().map(|x| f64::from(*x)).collect()
        };
        let rows = |name: &str, of: &dyn Fn(usize) -> usize| (0..ids.len()).map(|i| row(name, of(i))).collect::<Rows>();
        let mut x = rows("embeddings.word", &|i| ids[i] as usize);
        x = add(&x, &rows("embeddings.position", &|i| i + c.first_position));
        if c.token_types > 0 {
            x = add(&x, &rows("embeddings.type", &|_| token_type as usize));
        }
        x = norm(w, "embeddings.norm", c.norm_epsilon, x);
        if c.embedding_size != c.hidden_size {
            x = linear(w, "embeddings.project", &x);
        }
        for i in 0..c.layers {
            let part = |name: &str, x: &Rows| linear(w, &format!("layer.{i}.{name}"), x);
            let [q, k, v] = ["query", "key", "value"].map(|name| part(&format!("attention.{name}"), &x));
            x = add(&x, &part("attention.output", &attention(c, &q, &k, &v)));
            x = norm(w, &format!("layer.{i}.attention.norm"), c.norm_epsilon, x);
            let mut up = part("ffn.up", &x);
            up.iter_mut().flatten().for_each(|x| *x = activate(*x, c.activation));
            x = norm(w, &format!("layer.{i}.ffn.norm"), c.norm_epsilon, add(&x, &part("ffn.down", &up)));
        }
        ["classifier", "clitics"].map(|head| linear(w, head, &x))
    }
}

fn random_input(lengths: &[usize], rng: &mut Rng) -> Input {
    let mut input = Input::new(0);
    for n in lengths {
        input.push(&(0..*n).map(|_| rng.below(50) as u32).collect::<Vec<_>>());
    }
    input
}

fn close(scores: &Scores, rows: &[Vec<f64>], first: usize) {
    for (i, row) in rows.iter().enumerate() {
        for (found, wanted) in scores.row(first + i).iter().zip(row) {
            assert!((f64::from(*found) - wanted).abs() < 1e-4, "row {i}: expected {wanted}, found {found}");
        }
    }
}

#[test]
fn every_family_and_activation_scores_as_its_definition_says() {
    let mut rng = Rng::new(3);
    for family in [Family::Bert, Family::Roberta, Family::DistilBert, Family::Electra] {
        for activation in [Activation::Gelu, Activation::GeluTanh, Activation::Relu] {
            let config = config(family, activation);
            let weights = random_weights(&config, &mut rng);
            let encoder = CpuEncoder::new(&config, &weights).unwrap();
            let input = random_input(&[1, 5, 37, 62], &mut rng);
            let output = encoder.forward(&input).unwrap();
            for b in input.bounds.windows(2) {
                let [tags, clitics] = definition::encode(&config, &weights, &input.ids[b[0]..b[1]], 0);
                close(&output.tags, &tags, b[0]);
                close(output.clitics.as_ref().unwrap(), &clitics, b[0]);
            }
        }
    }
}

#[test]
fn a_quantised_encoder_scores_close_to_the_one_it_comes_from() {
    let mut rng = Rng::new(8);
    for family in [Family::Bert, Family::Electra] {
        let config = config(family, Activation::Gelu);
        let weights = random_weights(&config, &mut rng);
        let quant = QuantWeights::quantise(&weights).unwrap();
        let input = random_input(&[1, 5, 37, 62], &mut rng);
        let wanted = CpuEncoder::new(&config, &weights).unwrap().forward(&input).unwrap().tags.values;
        let found = CpuEncoder::quantised(&config, &quant).unwrap().forward(&input).unwrap().tags.values;
        let error: f32 = found.iter().zip(&wanted).map(|(a, b)| (a - b).powi(2)).sum();
        let power: f32 = wanted.iter().map(|x| x * x).sum();
        assert!(error < 1e-3 * power, "{}", error / power);
    }
}

#[test]
fn a_sequence_scores_the_same_bits_in_any_company_and_on_any_number_of_threads() {
    let mut rng = Rng::new(4);
    let config = config(Family::Bert, Activation::Gelu);
    let weights = random_weights(&config, &mut rng);
    let floats = CpuEncoder::new(&config, &weights).unwrap();
    let bytes = CpuEncoder::quantised(&config, &QuantWeights::quantise(&weights).unwrap()).unwrap();
    let lengths: Vec<usize> = (0..60).map(|_| 1 + rng.below(60)).collect();
    let input = random_input(&lengths, &mut rng);
    for encoder in [floats, bytes] {
        let together = encoder.forward(&input).unwrap();
        for b in input.bounds.windows(2) {
            let mut one = Input::new(0);
            one.push(&input.ids[b[0]..b[1]]);
            let alone = encoder.forward(&one).unwrap();
            assert_eq!(alone.tags.values, together.tags.values[b[0] * 7..b[1] * 7]);
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
        assert_eq!(pool.install(|| encoder.forward(&input).unwrap()), together);
    }
}

#[test]
fn inputs_that_fit_no_table_are_refused() {
    let mut rng = Rng::new(5);
    let config = config(Family::Roberta, Activation::Gelu);
    let encoder = CpuEncoder::new(&config, &random_weights(&config, &mut rng)).unwrap();
    let message = |input: Input| encoder.forward(&input).unwrap_err().to_string();
    let input = |ids: Vec<u32>, token_type| Input { bounds: vec![0, ids.len()], ids, token_type };
    assert_eq!(message(input(vec![1, 50], 0)), "token 1: expected an id below 50, found 50");
    assert_eq!(message(input(vec![1; 63], 0)), "sequence: expected at most 62 tokens, found 63");
    assert_eq!(message(input(vec![1], 1)), "token type: expected one below 1, found 1");
    let message = message(Input { ids: vec![1, 2], bounds: vec![0, 1], token_type: 0 });
    assert_eq!(message, "bounds: expected to rise from 0 to the number of ids, 2, found [0, 1]");
}

#[test]
fn no_sequence_and_empty_sequences_give_no_rows() {
    let mut rng = Rng::new(6);
    let config = config(Family::Bert, Activation::Gelu);
    let encoder = CpuEncoder::new(&config, &random_weights(&config, &mut rng)).unwrap();
    assert!(encoder.forward(&Input::new(0)).unwrap().tags.values.is_empty());
    assert!(encoder.forward(&random_input(&[0, 0], &mut rng)).unwrap().tags.values.is_empty());
    assert_eq!(encoder.forward(&random_input(&[0, 3, 0], &mut rng)).unwrap().tags.values.len(), 21);
}

#[test]
fn a_weight_that_is_missing_or_misshapen_is_named() {
    let mut rng = Rng::new(7);
    let config = config(Family::Bert, Activation::Gelu);
    let mut weights = random_weights(&config, &mut rng);
    weights.get_mut("layer.1.ffn.up.bias").unwrap().shape = vec![3];
    let message = CpuEncoder::new(&config, &weights).unwrap_err().to_string();
    assert_eq!(message, "weights: `layer.1.ffn.up.bias`: expected [72], found [3] with 72 numbers");
    weights.remove("layer.1.ffn.up.bias");
    let message = CpuEncoder::new(&config, &weights).unwrap_err().to_string();
    assert_eq!(message, "weights: `layer.1.ffn.up.bias`: expected [72], found nothing");
}

#[test]
fn blocks_hold_whole_sequences_and_are_a_multiple_of_the_threads() {
    assert!(blocks(&[0], 2).is_empty());
    assert!(blocks(&[], 2).is_empty());
    assert_eq!(blocks(&[0, 0, 0], 2), vec![0..2]);
    assert_eq!(blocks(&[0, 10, 20], 2), vec![0..2], "too little for two threads");
    assert_eq!(blocks(&[0, 300, 301, 310], 1), vec![0..3]);
    assert_eq!(blocks(&[0, 300, 301, 310], 2), vec![0..1, 1..3]);
    assert_eq!(blocks(&[0, 100, 200, 300], 2), vec![0..2, 2..3]);
    let mut rng = Rng::new(8);
    for threads in [1, 2, 7, 64] {
        let mut bounds = vec![0];
        (0..400).for_each(|_| bounds.push(bounds[bounds.len() - 1] + rng.below(60)));
        let all = blocks(&bounds, threads);
        assert_eq!(all.len() % threads, 0, "{threads} threads, {} blocks", all.len());
        assert!(all.iter().map(|block| block.clone().count()).sum::<usize>() == 400 && all[0].start == 0);
        assert!(all.windows(2).all(|pair| pair[0].end == pair[1].start));
        let sizes = all.iter().map(|block| bounds[block.end] - bounds[block.start]);
        let (least, most) = (sizes.clone().min().unwrap(), sizes.max().unwrap());
        assert!(most - least <= 120 && most <= MOST + 60, "{threads} threads: {least} to {most} tokens");
    }
}
