//! A teacher's probabilities beside the labels: distillation (Hinton, Vinyals and Dean, 2015). The teacher reads what the
//! student's noise hides from it (Xie, Luong, Hovy and Le, "Self-training with Noisy Student", 2020).

use super::start::{Beginning, find, settings};
use super::{Batch, recipe};
use crate::Error;
use crate::examples::{NONE, Stretch};
use crate::objective::Job;
use alam::encode::Encoder;
use alam_models::heads::Loss;
use alam_models::{Device, Model, Precision, side};
use candle_core::Tensor;
use std::path::PathBuf;

/// Pieces of a word at most, and a little more.
const LONGEST: usize = 512;

/// One or several models whose mean probabilities a student learns.
#[derive(Debug)]
pub(super) struct Teacher {
    models: Vec<Model>,
    /// What cuts words into their pieces, where these are not the student's.
    encoder: Option<Encoder>,
    share: f64,
    temperature: f32,
}

/// A window as a teacher reads it.
#[derive(Debug)]
pub(super) struct Read {
    /// Its tokens, special ones included.
    pub(super) ids: Vec<u32>,
    /// Where each of its words begins in them.
    pub(super) heads: Vec<u32>,
}

impl Teacher {
    /// Opens the models; they must know the same labels as the student, and all read the same pieces, the student's or others.
    pub(super) fn open(teacher: &recipe::Teacher, job: &Job, student: &Beginning) -> Result<Teacher, Error> {
        let mut models = Vec::new();
        let mut vocabulary: Option<(Vec<u8>, PathBuf)> = None;
        for (i, name) in teacher.models.iter().enumerate() {
            let key = format!("teacher.models.{i}");
            let wrong = |wanted: &str| Err(job.recipe.error(&key, format!("wanted {wanted}, found others")));
            let folder = find(job, name, &key, "config.json")?;
            let device = match job.device.location() {
                candle_core::DeviceLocation::Cuda { gpu_id } => Device::Cuda(gpu_id),
                _ => Device::Cpu,
            };
            let model = Model::open(&folder, device, Precision::Int8)?;
            if model.config().labels != student.config.labels {
                return wrong("a teacher with the student's labels");
            }
            let path = folder.join("tokenizer.json");
            let bytes = side::read(&path, side::LIST).map_err(Error::io(&path))?;
            match &vocabulary {
                Some((first, _)) if *first != bytes => return wrong("teachers with one vocabulary"),
                Some(_) => {}
                None => vocabulary = Some((bytes, folder)),
            }
            models.push(model);
        }
        let other = vocabulary.filter(|(bytes, _)| *bytes != student.tokenizer);
        let encoder = other.map(|(bytes, folder)| {
            let origin = folder.join("tokenizer.json").display().to_string();
            let normaliser = settings(&folder)?.normaliser;
            // Windows are the student's; this only cuts words.
            Encoder::new(&bytes, &origin, normaliser, LONGEST, 0).map_err(Error::from)
        });
        let encoder = encoder.transpose()?;
        Ok(Teacher { models, encoder, share: f64::from(teacher.share), temperature: teacher.temperature })
    }

    /// What cuts words into the teacher's pieces; `None` where they are the student's.
    pub(super) fn encoder(&self) -> Option<&Encoder> {
        self.encoder.as_ref()
    }

    /// Words `first..end` of a stretch for the teacher. `pieces` and `special` are the student's.
    pub(super) fn window(
        &self,
        stretch: &Stretch,
        pieces: &[u32],
        (first, end): (usize, usize),
        special: (&[u32], &[u32]),
    ) -> Read {
        let (pieces, (before, behind)) = match &self.encoder {
            Some(encoder) => (stretch.taught.pieces(first, end), encoder.special()),
            None => (pieces, special),
        };
        let place = |word: usize| match &self.encoder {
            Some(_) => stretch.taught.first(word),
            None => stretch.words[word].first,
        };
        let heads = (first..end).map(|word| before.len() as u32 + place(word) - place(first)).collect();
        Read { ids: [before, pieces, behind].concat(), heads }
    }

    /// The student's loss at the rows of a batch: of a word with a label the teacher's share and, for the rest, what `labels`
    /// makes of the label; of a word without one the teacher's alone.
    pub(super) fn loss(&self, batch: &Batch, logits: &Tensor, labels: &Loss) -> Result<Tensor, Error> {
        let classes = logits.dim(1)?;
        let mut targets = vec![0.0; batch.rows.len() * classes];
        for model in &self.models {
            let output = model.forward(&batch.clean)?;
            for (target, row) in targets.chunks_exact_mut(classes).zip(&batch.clean_rows) {
                add_softmax(target, output.tags.row(*row as usize), self.temperature, self.models.len());
            }
        }
        let words = batch.rows.len() as f64;
        let labelled = |tag: &u32| *tag != u32::from(NONE);
        let weights: Vec<f32> =
            batch.tags.iter().map(|tag| if labelled(tag) { self.share as f32 } else { 1.0 }).collect();
        let softened = (logits / f64::from(self.temperature))?;
        let soft = Loss::default().soft_cross_entropy(&softened, &targets, &weights)?;
        // The square keeps the gradient's size whatever the temperature. A mean by weight goes back to one by words.
        let factor = f64::from(self.temperature).powi(2) * f64::from(weights.iter().sum::<f32>()) / words;
        let loss = (soft * factor)?;
        let known = batch.tags.iter().filter(|tag| labelled(tag)).count() as f64;
        if known == 0.0 || self.share >= 1.0 {
            return Ok(loss);
        }
        let tags: Vec<u32> = batch.tags.iter().map(|tag| if labelled(tag) { *tag } else { 0 }).collect();
        let weights: Vec<f32> = batch.tags.iter().map(|tag| f32::from(u8::from(labelled(tag)))).collect();
        let hard = labels.cross_entropy(logits, &tags, &weights)?;
        Ok((loss + (hard * ((1.0 - self.share) * known / words))?)?)
    }
}

fn add_softmax(target: &mut [f32], row: &[f32], temperature: f32, models: usize) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = row.iter().map(|v| ((v - largest) / temperature).exp()).collect();
    let sum: f32 = powers.iter().sum::<f32>() * models as f32;
    target.iter_mut().zip(powers).for_each(|(t, p)| *t += p / sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::model;
    use alam_models::Input;

    #[test]
    fn probabilities_of_an_ensemble_add_up_to_one() {
        let mut target = [0.0; 3];
        add_softmax(&mut target, &[1000.0, 1000.0, -1000.0], 2.0, 2);
        add_softmax(&mut target, &[0.0, -1000.0, -1000.0], 2.0, 2);
        assert_eq!(target, [0.75, 0.25, 0.0]);
    }

    /// The loss of a student that gives all five tags the same probability, and that of its labels alone.
    fn losses(share: f64, tags: &[u32]) -> (f32, f32) {
        let folder = model();
        let models = vec![Model::open(folder.path(), Device::Cpu, Precision::F32).unwrap()];
        let teacher = Teacher { models, encoder: None, share, temperature: 1.0 };
        let mut input = Input::new(0);
        input.push(&[2, 7, 8, 9, 3]);
        let batch = Batch {
            clean: input.clone(),
            input,
            rows: vec![1, 2, 3],
            clean_rows: vec![1, 2, 3],
            tags: tags.to_vec(),
            clitic_rows: Vec::new(),
            clitics: Vec::new(),
        };
        let logits = Tensor::zeros((3, 5), candle_core::DType::F32, &candle_core::Device::Cpu).unwrap();
        let loss = |labels: &Loss| teacher.loss(&batch, &logits, labels).unwrap().to_scalar::<f32>().unwrap();
        (loss(&Loss::default()), 5f32.ln())
    }

    #[test]
    fn every_word_counts_once_whoever_labels_it() {
        let none = u32::from(NONE);
        for (share, tags) in [(0.5, [0, 1, 3]), (0.5, [none; 3]), (0.25, [none, 1, none]), (1.0, [0, none, 2])] {
            // A student that knows nothing has the same cross-entropy against any distribution: ln 5.
            let (loss, wanted) = losses(share, &tags);
            assert!((loss - wanted).abs() < 1e-4, "{share} {tags:?}: {loss}");
        }
    }
}
