use super::pack::PartI8;
use super::*;
use crate::config::Activation;
use proptest::prelude::*;

/// Numbers that look random and depend on nothing but `seed`.
fn numbers(seed: u64, n: usize) -> Vec<f32> {
    let mut rng = crate::Rng::new(seed);
    (0..n).map(|_| rng.normal()).collect()
}

fn bytes(seed: u64, n: usize, least: i8) -> Vec<i8> {
    let mut rng = crate::Rng::new(seed);
    // a third of them at the ends
    let mut one = || match rng.below(6) {
        0 => least,
        1 => 127,
        _ => (rng.below(255) as i32 - 127) as i8,
    };
    (0..n).map(|_| one()).collect()
}

fn assert_close(found: &[f32], wanted: &[f32], tolerance: f32) {
    assert_eq!(found.len(), wanted.len());
    for (i, (found, wanted)) in found.iter().zip(wanted).enumerate() {
        let most = tolerance * (1.0 + wanted.abs());
        assert!((found - wanted).abs() <= most, "element {i}: expected {wanted}, found {found}");
    }
}

/// Activations of -127..=127 in the form of `kernels`.
fn quantised(kernels: &Kernels, values: &[i8], inputs: usize, scales: &[f32]) -> Quantised {
    // rows whose greatest magnitude is 127 come back as they were
    let mut floats: Vec<f32> = Vec::new();
    for row in values.chunks(inputs) {
        floats.extend(row.iter().map(|x| f32::from(*x)));
        let last = floats.len() - 1;
        floats[last] = 127.0;
    }
    let mut quantised = Quantised::default();
    kernels.quantise(&floats, inputs, &mut quantised);
    quantised.scales.copy_from_slice(scales);
    quantised
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn products_of_bytes_have_the_same_bits_everywhere(
        rows in 1usize..70, inputs in 1usize..200, outputs in 1usize..90, seed: u64, extreme: bool,
    ) {
        let least = if extreme { -128 } else { -127 };
        let weights = if extreme { bytes(seed, inputs * outputs, least).iter().map(|x| if *x < 0 { least } else { 127 }).collect() }
            else { bytes(seed, inputs * outputs, least) };
        let (scales, bias) = (numbers(seed ^ 1, outputs), numbers(seed ^ 2, outputs));
        let packed = PackedI8::new(inputs, &[PartI8 { values: &weights, scales: &scales, bias: &bias }]);
        let mut values = bytes(seed ^ 3, rows * inputs, -127);
        if extreme {
            values.iter_mut().for_each(|x| *x = if *x < 0 { -127 } else { 127 });
        }
        values.chunks_mut(inputs).for_each(|row| row[inputs - 1] = 127);
        let row_scales = numbers(seed ^ 4, rows);
        let other = numbers(seed ^ 5, rows * outputs);
        let wanted: Vec<f32> = (0..rows * outputs).map(|at| {
            let (row, output) = (at / outputs, at % outputs);
            let pairs = values[row * inputs..][..inputs].iter().zip(&weights[output * inputs..][..inputs]);
            let sum: i32 = pairs.map(|(a, b)| i32::from(*a) * i32::from(*b)).sum();
            sum as f32 * (row_scales[row] * scales[output]) + bias[output] + other[at]
        }).collect();
        for kernels in all() {
            let mut out = vec![f32::NAN; rows * outputs];
            kernels.product_i8(&quantised(kernels, &values, inputs, &row_scales), &packed, &mut out, Epilogue::Add(&other));
            prop_assert_eq!(&out, &wanted, "{:?}", kernels);
        }
    }

    #[test]
    fn products_agree_with_their_definition(
        rows in 1usize..40, inputs in 1usize..150, outputs in 1usize..90, seed: u64, kind in 0usize..5,
    ) {
        let weights = numbers(seed, inputs * outputs);
        let bias = numbers(seed ^ 1, outputs);
        let packed = PackedF32::new(inputs, &[(&weights, &bias)]);
        let a = numbers(seed ^ 2, rows * inputs);
        let other = numbers(seed ^ 3, rows * outputs);
        let after = [
            Epilogue::Bias,
            Epilogue::Add(&other),
            Epilogue::Activate(Activation::Gelu),
            Epilogue::Activate(Activation::GeluTanh),
            Epilogue::Activate(Activation::Relu),
        ][kind];
        let run = |kernels: &Kernels| {
            let mut out = vec![f32::NAN; rows * outputs];
            kernels.product(&a, &packed, &mut out, after);
            out
        };
        let wanted = run(&PORTABLE);
        for kernels in all() {
            assert_close(&run(kernels), &wanted, 2e-5);
        }
    }

    #[test]
    fn a_row_has_the_same_bits_wherever_it_stands(rows in 1usize..40, row in 0usize..40, seed: u64) {
        let (inputs, outputs) = (37, 50);
        let row = row % rows;
        let bias = numbers(seed, outputs);
        let weights = numbers(seed ^ 1, inputs * outputs);
        let packed = PackedF32::new(inputs, &[(&weights, &bias)]);
        let a = numbers(seed ^ 2, rows * inputs);
        for kernels in all() {
            let (mut together, mut alone) = (vec![0.0; rows * outputs], vec![0.0; outputs]);
            kernels.product(&a, &packed, &mut together, Epilogue::Bias);
            kernels.product(&a[row * inputs..][..inputs], &packed, &mut alone, Epilogue::Bias);
            prop_assert_eq!(&together[row * outputs..][..outputs], &alone[..]);
        }
    }

    #[test]
    fn attention_agrees_with_its_definition(tokens in 1usize..100, heads in 1usize..4, size in 1usize..70, seed: u64) {
        let shape = Heads { hidden: heads * size, heads };
        let qkv = numbers(seed, tokens * 3 * shape.hidden);
        let run = |kernels: &Kernels| {
            let mut out = vec![f32::NAN; tokens * shape.hidden];
            kernels.attention(&qkv, &mut out, shape, &mut Workspace::default());
            out
        };
        let wanted = run(&PORTABLE);
        for kernels in all() {
            assert_close(&run(kernels), &wanted, 2e-5);
        }
    }

    #[test]
    fn layer_norm_and_quantising_agree_with_their_definition(rows in 1usize..40, width in 1usize..150, seed: u64) {
        let (gain, bias) = (numbers(seed, width), numbers(seed ^ 1, width));
        let x = numbers(seed ^ 2, rows * width);
        let run = |kernels: &Kernels| {
            let mut x = x.clone();
            kernels.layer_norm(&mut x, &gain, &bias, 1e-5);
            x
        };
        let wanted = run(&PORTABLE);
        let flip = |kernels: &Kernels| {
            let mut quantised = Quantised::default();
            kernels.quantise(&x, width, &mut quantised);
            let plain = if kernels.flips { -128i8 } else { 0 };
            let values: Vec<i8> = quantised.to_rows(width).iter().map(|x| x ^ plain).collect();
            (values, quantised.scales)
        };
        let wanted_bytes = flip(&PORTABLE);
        for kernels in all() {
            assert_close(&run(kernels), &wanted, 1e-4);
            prop_assert_eq!(flip(kernels), wanted_bytes.clone());
        }
    }
}

#[test]
fn gelu_is_the_exact_one() {
    let inputs: Vec<f32> = (-1200..=1200).map(|i| i as f32 / 100.0).collect();
    let packed = PackedF32::new(1, &[(&[1.0], &[0.0])]);
    // Phi(x) by integrating the density from 0 with Simpson's rule
    let density = |t: f64| (-t * t / 2.0).exp() / std::f64::consts::TAU.sqrt();
    let phi = |x: f64| {
        let h = x / 2000.0;
        let inner: f64 = (1..2000).map(|i| if i % 2 == 1 { 4.0 } else { 2.0 } * density(f64::from(i) * h)).sum();
        0.5 + h / 3.0 * (density(0.0) + inner + density(x))
    };
    for kernels in all() {
        let mut out = vec![0.0; inputs.len()];
        kernels.product(&inputs, &packed, &mut out, Epilogue::Activate(Activation::Gelu));
        for (x, found) in inputs.iter().zip(&out) {
            let wanted = f64::from(*x) * phi(f64::from(*x));
            assert!(
                (f64::from(*found) - wanted).abs() < 1e-6,
                "{kernels:?}: gelu({x}): expected {wanted}, found {found}"
            );
        }
    }
}

#[test]
fn rows_of_zeros_and_of_great_numbers_quantise() {
    let x = [0.0, 0.0, 0.0, 3e38, -3e38, 1e30, 1e-38, -1e-38, 0.0];
    for kernels in all() {
        let mut quantised = Quantised::default();
        kernels.quantise(&x, 3, &mut quantised);
        let flip = if kernels.flips { -128i8 } else { 0 };
        let found: Vec<i8> = quantised.to_rows(3).iter().map(|x| x ^ flip).collect();
        assert_eq!(found, [0, 0, 0, 127, -127, 0, 0, 0, 0], "{kernels:?}");
    }
}

#[test]
fn an_unknown_name_is_refused_with_the_names_there_are() {
    let message = named("sse9").unwrap_err().to_string();
    assert!(message.starts_with("ALAM_KERNEL: expected one of `"), "{message}");
    assert!(message.ends_with("`portable` on this processor, found `sse9`"), "{message}");
    assert_eq!(named("portable").unwrap().name, "portable");
    assert!(named("").is_ok());
}
