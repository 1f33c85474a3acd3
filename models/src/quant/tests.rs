use super::*;
use crate::cpu::tests::{config, random_weights};
use crate::{Family, Rng};

fn small() -> (Config, Weights) {
    let config = config(Family::Electra, crate::config::Activation::Gelu);
    let weights = random_weights(&config, &mut Rng::new(1));
    (config, weights)
}

/// The file's bytes after a change of its parts.
fn changed(change: impl FnOnce(&mut file::Parts)) -> QuantWeights {
    let quant = QuantWeights::quantise(&small().1).unwrap();
    let part = |t: &Tensor| (t.dtype, t.shape.clone(), quant.bytes[t.range.clone()].to_vec());
    let mut parts = quant.tensors.iter().map(|(name, t)| (name.clone(), part(t))).collect();
    change(&mut parts);
    QuantWeights::from_bytes(file::serialise(&parts).unwrap().into(), "x.safetensors").unwrap()
}

#[test]
fn every_number_is_within_half_a_step_of_its_row() {
    let (config, weights) = small();
    let quant = QuantWeights::quantise(&weights).unwrap();
    quant.check(&config).unwrap();
    for (name, weight) in &weights {
        if !quant.has_bytes(name) {
            assert_eq!(quant.floats(name).unwrap(), weight.values, "{name}");
            continue;
        }
        let table = quant.table(name).unwrap();
        let width = weight.shape[1];
        for (i, (byte, x)) in table.values().iter().zip(&weight.values).enumerate() {
            let scale = table.scales[i / width];
            assert!((f32::from(*byte) * scale - x).abs() <= 0.501 * scale, "{name}");
        }
        assert!(table.values().iter().all(|byte| *byte != -128));
    }
}

#[test]
fn the_weights_of_a_deeper_encoder_are_refused() {
    let (config, weights) = small();
    let layers = config.layers - 1;
    let error = QuantWeights::quantise(&weights).unwrap().check(&Config { layers, ..config }).unwrap_err();
    assert!(
        error.to_string().contains(&format!("found more: there is `layer.{layers}.attention.query.weight`")),
        "{error}"
    );
}

#[test]
fn what_is_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.int8.safetensors");
    let quant = QuantWeights::quantise(&small().1).unwrap();
    quant.write(&path).unwrap();
    let read = QuantWeights::read(&path).unwrap();
    assert_eq!((read.bytes, read.tensors), (quant.bytes, quant.tensors));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn bytes_of_the_program_are_not_copied() {
    let quant = QuantWeights::quantise(&small().1).unwrap();
    let bytes: &'static [u8] = Box::leak(quant.bytes.to_vec().into_boxed_slice());
    let table = QuantWeights::from_bytes(bytes.into(), "program").unwrap().table("embeddings.word").unwrap();
    assert!(bytes.as_ptr_range().contains(&table.values().as_ptr().cast()));
}

#[test]
fn every_defect_is_named() {
    let (config, _) = small();
    let message = changed(|parts| {
        parts.remove("layer.1.ffn.up.bias");
        parts.remove("layer.0.ffn.up.weight.scale");
        parts.insert("embeddings.type".into(), (Dtype::F32, vec![1], 1f32.to_le_bytes().to_vec()));
        parts.insert("classifier.bias".into(), (Dtype::I8, vec![7], vec![0; 7]));
        parts.get_mut("clitics.bias").unwrap().2[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    });
    let message = message.check(&config).unwrap_err().to_string();
    assert_eq!(
        message,
        "x.safetensors: `embeddings.type`: expected F32 [2, 24], found F32 [1]; \
         `layer.0.ffn.up.weight.scale`: expected F32 [72], found nothing; \
         `layer.1.ffn.up.bias`: expected F32 [72], found nothing; \
         `classifier.bias`: expected F32 [7], found I8 [7]; \
         `clitics.bias`: expected finite numbers, found NaN"
    );
}

#[test]
fn half_a_head_is_a_defect() {
    let message = changed(|parts| drop(parts.remove("clitics.weight"))).check(&small().0).unwrap_err().to_string();
    assert_eq!(message, "x.safetensors: `clitics.weight`: expected F32 [4, 40], found nothing");
}

#[test]
fn files_that_are_cut_off_or_something_else_are_refused() {
    let whole = QuantWeights::quantise(&small().1).unwrap().bytes.to_vec();
    for bytes in [vec![], b"[package]".to_vec(), whole[..whole.len() - 1].to_vec()] {
        let message = QuantWeights::from_bytes(bytes.into(), "x.safetensors").unwrap_err().to_string();
        assert!(message.starts_with("x.safetensors: expected a safetensors file, found "), "{message}");
    }
    let message = QuantWeights::read(Path::new("/nowhere/x.safetensors")).unwrap_err().to_string();
    assert!(message.starts_with("/nowhere/x.safetensors: "), "{message}");
}

#[test]
fn numbers_that_are_not_finite_are_refused() {
    let (_, mut weights) = small();
    weights.get_mut("classifier.bias").unwrap().values[2] = f32::INFINITY;
    let message = QuantWeights::quantise(&weights).unwrap_err().to_string();
    assert_eq!(message, "weights: `classifier.bias`: expected finite numbers, found inf");
}

#[test]
fn a_tensor_that_was_not_checked_for_is_an_error_and_no_panic() {
    let quant = changed(|parts| drop(parts.remove("layer.0.ffn.up.weight")));
    let message = crate::cpu::CpuEncoder::quantised(&small().0, &quant).unwrap_err().to_string();
    assert_eq!(message, "x.safetensors: `layer.0.ffn.up.weight`: expected I8 [72, 40], found nothing");
    let message = quant.table("layer.0.ffn.up.weight").unwrap_err().to_string();
    assert_eq!(message, "x.safetensors: `layer.0.ffn.up.weight`: expected a tensor of I8, found none");
}
