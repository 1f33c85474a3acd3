//! A small model's weights in a larger one, which then says nearly what the small one said.
//!
//! Wider: a new unit is a copy of an old one, and what reads both of them halves its weights (Chen, Goodfellow and Shlens,
//! "Net2Net", 2016; Chen et al., "bert2BERT", 2022). Deeper: a new block adds nothing at first. Another vocabulary: a piece that
//! the old one lacks gets what a linear map from word vectors, fitted on the pieces that both have, says of it.

use alam_models::Config;
use alam_models::weights::{Weight, Weights};
use rayon::prelude::*;
use std::collections::HashMap;

/// Mass on the diagonal of the fit: more than rounding, less than any direction of the vectors.
const RIDGE: f64 = 1e-3;

/// Which old unit each new one is a copy of.
struct Copies {
    of: Vec<usize>,
    /// How many copies there are of each old one.
    count: Vec<f32>,
}

impl Copies {
    /// The old units in their order, and behind them copies of some, evenly spread.
    fn new(old: usize, new: usize) -> Copies {
        let of: Vec<usize> = (0..new).map(|j| if j < old { j } else { (j - old) * old / (new - old) }).collect();
        Copies::from(of, old)
    }

    /// Each unit a run of `width` numbers.
    fn wide(&self, width: usize) -> Copies {
        let of = self.of.iter().flat_map(|unit| unit * width..(unit + 1) * width).collect();
        Copies::from(of, self.count.len() * width)
    }

    fn from(of: Vec<usize>, old: usize) -> Copies {
        let mut count = vec![0.0; old];
        of.iter().for_each(|&unit| count[unit] += 1.0);
        Copies { of, count }
    }

    fn vector(&self, weight: &Weight) -> Weight {
        Weight { shape: vec![self.of.len()], values: self.of.iter().map(|&unit| weight.values[unit]).collect() }
    }
}

/// A matrix whose rows and columns are units; where nobody copies columns they stay.
fn matrix(weight: &Weight, rows: &Copies, columns: Option<&Copies>) -> Weight {
    let width = weight.shape[1];
    let mut values = Vec::new();
    for &row in &rows.of {
        let row = &weight.values[row * width..(row + 1) * width];
        match columns {
            Some(columns) => values.extend(columns.of.iter().map(|&c| row[c] / columns.count[c])),
            None => values.extend_from_slice(row),
        }
    }
    Weight { shape: vec![rows.of.len(), columns.map_or(width, |c| c.of.len())], values }
}

/// Why a model cannot become one of another shape; `None` if it can.
pub(crate) fn misfit(old: &Config, new: &Config) -> Option<String> {
    let wrong =
        |what: &str, (old, new): (usize, usize)| Some(format!("wanted {what} of {old} as in `init`, found {new}"));
    let smaller = |what: &str, (old, new): (usize, usize)| Some(format!("wanted at least {old} {what}, found {new}"));
    let head = |config: &Config| config.hidden_size / config.heads.max(1);
    match () {
        () if old.embedding_size != new.embedding_size => {
            wrong("an `embedding_size`", (old.embedding_size, new.embedding_size))
        }
        () if head(old) != head(new) => wrong("heads with a width", (head(old), head(new))),
        () if old.max_positions != new.max_positions => {
            wrong("a `max_positions`", (old.max_positions, new.max_positions))
        }
        () if old.hidden_size > new.hidden_size => smaller("`hidden_size`", (old.hidden_size, new.hidden_size)),
        () if old.layers > new.layers => smaller("`layers`", (old.layers, new.layers)),
        () if old.intermediate_size > new.intermediate_size => {
            smaller("`intermediate_size`", (old.intermediate_size, new.intermediate_size))
        }
        () => None,
    }
}

/// The weights of a model of the shape `new` that begins as one of the shape `old`; word table and heads included.
pub(crate) fn grow(weights: &Weights, (old, new): (&Config, &Config)) -> Weights {
    let hidden = Copies::new(old.hidden_size, new.hidden_size);
    let inner = Copies::new(old.intermediate_size, new.intermediate_size);
    let heads = Copies::new(old.heads, new.heads).wide(old.hidden_size / old.heads);
    let mut grown = Weights::new();
    for (name, weight) in weights.iter().filter(|(name, _)| !name.starts_with("layer.")) {
        let weight = match name.as_str() {
            "embeddings.project.weight" => matrix(weight, &hidden, None),
            "embeddings.project.bias" => hidden.vector(weight),
            name if name.starts_with("embeddings.") || name.ends_with(".bias") => weight.clone(),
            _ => matrix(weight, &Copies::new(weight.shape[0], weight.shape[0]), Some(&hidden)),
        };
        grown.insert(name.clone(), weight);
    }
    if old.embedding_size == old.hidden_size && new.embedding_size != new.hidden_size {
        let mut values = vec![0.0; new.hidden_size * old.hidden_size];
        hidden.of.iter().enumerate().for_each(|(row, &unit)| values[row * old.hidden_size + unit] = 1.0);
        let shape = vec![new.hidden_size, old.hidden_size];
        grown.insert("embeddings.project.weight".into(), Weight { shape, values });
    }
    for (layer, from) in layers(old.layers, new.layers).into_iter().enumerate() {
        let (source, adds) = from;
        let part = |name: &str| &weights[&format!("layer.{source}.{name}")];
        let mut put = |name: &str, weight: Weight| grown.insert(format!("layer.{layer}.{name}"), weight);
        for name in ["query", "key", "value"] {
            let name = format!("attention.{name}");
            put(&format!("{name}.weight"), matrix(part(&format!("{name}.weight")), &heads, Some(&hidden)));
            put(&format!("{name}.bias"), heads.vector(part(&format!("{name}.bias"))));
        }
        put("ffn.up.weight", matrix(part("ffn.up.weight"), &inner, Some(&hidden)));
        put("ffn.up.bias", inner.vector(part("ffn.up.bias")));
        for (name, columns) in [("attention.output", &heads), ("ffn.down", &inner)] {
            let (mut weight, mut bias) = (
                matrix(part(&format!("{name}.weight")), &hidden, Some(columns)),
                hidden.vector(part(&format!("{name}.bias"))),
            );
            if !adds {
                weight.values.fill(0.0);
                bias.values.fill(0.0);
            }
            put(&format!("{name}.weight"), weight);
            put(&format!("{name}.bias"), bias);
        }
        for name in ["attention.norm", "ffn.norm"] {
            // A block that adds nothing only repeats the norm that came before it.
            let name_of = if adds { name } else { "ffn.norm" };
            for end in ["weight", "bias"] {
                put(&format!("{name}.{end}"), hidden.vector(part(&format!("{name_of}.{end}"))));
            }
        }
    }
    grown
}

/// For each new block the old one that it is or follows, and whether it adds something.
fn layers(old: usize, new: usize) -> Vec<(usize, bool)> {
    let extra = new - old;
    let behind: Vec<usize> = (0..extra).map(|k| ((k + 1) * old / (extra + 1)).max(1) - 1).collect();
    let with_new = |layer: usize| {
        let new = behind.iter().filter(move |&&b| b == layer).map(move |_| (layer, false));
        std::iter::once((layer, true)).chain(new)
    };
    (0..old).flat_map(with_new).collect()
}

/// A vocabulary: its tokens by id.
pub(crate) type Tokens = [String];

/// The word table for another vocabulary, and how many of its pieces the old one lacked. `vectors` has a row for each new
/// piece; without it every new piece must be an old one (`Err` with one that is not).
pub(crate) fn word_table(
    table: &Weight,
    (old, new): (&Tokens, &Tokens),
    vectors: Option<&Weight>,
) -> Result<(Weight, usize), String> {
    let width = table.shape[1];
    let ids: HashMap<&str, usize> = old.iter().enumerate().map(|(id, token)| (token.as_str(), id)).collect();
    let known: Vec<Option<usize>> = new.iter().map(|token| ids.get(token.as_str()).copied()).collect();
    let mut values = vec![0.0; new.len() * width];
    for (row, id) in values.chunks_mut(width).zip(&known) {
        if let Some(id) = id {
            row.copy_from_slice(&table.values[id * width..(id + 1) * width]);
        }
    }
    let lacked = known.iter().filter(|id| id.is_none()).count();
    let shape = vec![new.len(), width];
    let Some(example) = known.iter().position(Option::is_none) else { return Ok((Weight { shape, values }, 0)) };
    let Some(vectors) = vectors else { return Err(new[example].clone()) };
    let inputs = vectors.shape[1];
    let row = |id: usize| &vectors.values[id * inputs..(id + 1) * inputs];
    let pairs: Vec<(&[f32], &[f32])> = (0..new.len())
        .filter_map(|id| known[id].map(|old| (row(id), &table.values[old * width..(old + 1) * width])))
        .collect();
    let map = fit(&pairs, (inputs, width));
    // The fit shrinks what it is not sure of; new rows are to be as long as old ones.
    let length = |row: &[f32]| f64::from(row.iter().map(|x| x * x).sum::<f32>()).sqrt();
    let (mut wanted, mut found) = (0.0, 0.0);
    for (input, output) in &pairs {
        wanted += length(output);
        found += length(&map.apply(input));
    }
    let scale = if found > 0.0 { (wanted / found) as f32 } else { 1.0 };
    values.par_chunks_mut(width).enumerate().filter(|(id, _)| known[*id].is_none()).for_each(|(id, to)| {
        to.iter_mut().zip(map.apply(row(id))).for_each(|(to, x)| *to = x * scale);
    });
    Ok((Weight { shape, values }, lacked))
}

/// A linear map: a row an output, the last number of each its constant.
struct Linear {
    rows: Vec<Vec<f64>>,
}

impl Linear {
    fn apply(&self, input: &[f32]) -> Vec<f32> {
        let one = |row: &Vec<f64>| {
            let sum: f64 = row.iter().zip(input).map(|(w, x)| w * f64::from(*x)).sum();
            (sum + row[input.len()]) as f32
        };
        self.rows.iter().map(one).collect()
    }
}

/// Least squares with a little ridge, by the normal equations.
fn fit(pairs: &[(&[f32], &[f32])], (inputs, outputs): (usize, usize)) -> Linear {
    let n = inputs + 1;
    let at = |input: &[f32], i: usize| if i < inputs { f64::from(input[i]) } else { 1.0 };
    let mut square: Vec<Vec<f64>> = (0..n)
        .into_par_iter()
        .map(|i| {
            let mut row = vec![0.0; n + outputs];
            for (input, output) in pairs {
                let x = at(input, i);
                (0..n).for_each(|j| row[j] += x * at(input, j));
                row[n..].iter_mut().zip(*output).for_each(|(to, y)| *to += x * f64::from(*y));
            }
            row
        })
        .collect();
    let trace: f64 = (0..n).map(|i| square[i][i]).sum::<f64>() / n as f64;
    (0..n).for_each(|i| square[i][i] += RIDGE * trace.max(1e-12));
    // Gauss and Jordan: the matrix is positive definite, so no pivot is zero.
    for i in 0..n {
        let pivot = square[i][i];
        square[i].iter_mut().for_each(|x| *x /= pivot);
        let row = square[i].clone();
        square.par_iter_mut().enumerate().filter(|(k, _)| *k != i).for_each(|(_, other)| {
            let factor = other[i];
            other.iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
        });
    }
    Linear { rows: (0..outputs).map(|o| (0..n).map(|i| square[i][n + o]).collect()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::shape::Shape;
    use crate::recipe::Source;
    use alam_models::encoder::{Head, Mode, Network};
    use alam_models::{Arithmetic, Input, Rng};

    fn config(hidden: usize, layers: usize) -> Config {
        let text = format!(
            "family = \"electra\"\nhidden_size = {hidden}\nembedding_size = 16\nlayers = {layers}\nheads = {}\n\
             initializer_range = 0.3\ndropout = 0.0\nattention_dropout = 0.0\n",
            hidden / 4
        );
        let source = Source { path: "r.toml".into(), text };
        source.parse::<Shape>().unwrap().config(30, 1, (&source, "shape")).unwrap()
    }

    fn network(config: &Config, weights: &Weights) -> Network {
        let head = Head { name: "classifier".into(), outputs: 3 };
        let place = (&candle_core::Device::Cpu, Arithmetic::F32);
        Network::new(config, &[head], weights, &mut Rng::new(5), place).unwrap()
    }

    fn scores(network: &Network) -> Vec<f32> {
        let mut input = Input::new(0);
        input.push(&[2, 7, 9, 11, 25, 3]);
        let hidden = network.hidden(&input, &mut Mode::Eval).unwrap();
        let scores = network.scores("classifier", &hidden, &[1, 2, 3, 4], &mut Mode::Eval).unwrap();
        scores.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn a_model_of_twice_the_width_says_the_same() {
        let (small, large) = (config(16, 2), config(32, 2));
        let old = network(&small, &Weights::new());
        let weights = grow(&old.parameters().to_weights().unwrap(), (&small, &large));
        assert!(weights.contains_key("embeddings.project.weight"));
        let new = network(&large, &weights);
        for (a, b) in scores(&old).into_iter().zip(scores(&new)) {
            assert!((a - b).abs() < 1e-3, "{a} {b}");
        }
        let again = grow(&weights, (&large, &config(48, 3)));
        assert_eq!(again["layer.2.ffn.up.weight"].shape, [192, 48]);
    }

    #[test]
    fn a_new_block_says_nearly_what_the_one_before_it_said() {
        assert_eq!(layers(4, 6), [(0, true), (0, false), (1, true), (1, false), (2, true), (3, true)]);
        assert_eq!(layers(1, 3), [(0, true), (0, false), (0, false)]);
        let (small, large) = (config(16, 1), config(16, 2));
        let old = network(&small, &Weights::new());
        let new = network(&large, &grow(&old.parameters().to_weights().unwrap(), (&small, &large)));
        for (a, b) in scores(&old).into_iter().zip(scores(&new)) {
            assert!((a - b).abs() < 0.01, "{a} {b}");
        }
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let small = config(16, 2);
        assert_eq!(misfit(&small, &config(32, 3)), None);
        assert!(misfit(&small, &config(8, 2)).unwrap().contains("at least 16 `hidden_size`"));
        assert!(misfit(&small, &config(16, 1)).unwrap().contains("at least 2 `layers`"));
        let other = Config { heads: 2, ..config(16, 2) };
        assert!(misfit(&small, &other).unwrap().contains("heads with a width of 4"));
    }

    #[test]
    fn new_pieces_follow_the_map_of_the_old_ones() {
        let mut rng = Rng::new(3);
        let mut row = |n: usize| -> Vec<f32> { (0..n).map(|_| rng.normal()).collect() };
        let (map, new): (Vec<Vec<f32>>, Vec<Vec<f32>>) =
            ((0..3).map(|_| row(4)).collect(), (0..40).map(|_| row(4)).collect());
        let of = |x: &[f32]| -> Vec<f32> {
            map.iter().map(|w| w.iter().zip(x).map(|(w, x)| w * x).sum::<f32>() + 0.5).collect()
        };
        let tokens = |range: std::ops::Range<usize>| -> Vec<String> { range.map(|i| format!("w{i}")).collect() };
        let table = Weight { shape: vec![30, 3], values: new[..30].iter().flat_map(|x| of(x)).collect() };
        let vectors = Weight { shape: vec![40, 4], values: new.concat() };
        let (found, lacked) = word_table(&table, (&tokens(0..30), &tokens(0..40)), Some(&vectors)).unwrap();
        assert_eq!((lacked, found.shape), (10, vec![40, 3]));
        assert_eq!(found.values[..90], table.values);
        for (x, row) in new[30..].iter().zip(found.values[90..].chunks(3)) {
            assert!(of(x).iter().zip(row).all(|(a, b)| (a - b).abs() < 0.05), "{row:?}");
        }
        assert_eq!(word_table(&table, (&tokens(0..30), &tokens(5..31)), None).unwrap_err(), "w30");
    }
}
