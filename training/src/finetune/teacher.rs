//! A teacher's probabilities beside the labels: distillation (Hinton, Vinyals and Dean, 2015).

use super::recipe;
use super::start::find;
use crate::Error;
use crate::objective::Job;
use alam_models::heads::Loss;
use alam_models::{Config, Device, Input, Model, Precision};
use candle_core::Tensor;

/// One or several models whose mean probabilities a student learns.
#[derive(Debug)]
pub(super) struct Teacher {
    models: Vec<Model>,
    share: f64,
    temperature: f32,
}

impl Teacher {
    /// Opens the models; they must read the same pieces and know the same labels as the student.
    pub(super) fn open(teacher: &recipe::Teacher, job: &Job, student: &Config) -> Result<Teacher, Error> {
        let mut models = Vec::new();
        for (i, name) in teacher.models.iter().enumerate() {
            let key = format!("teacher.models.{i}");
            let folder = find(job, name, &key, "config.json")?;
            let device = match job.device.location() {
                candle_core::DeviceLocation::Cuda { gpu_id } => Device::Cuda(gpu_id),
                _ => Device::Cpu,
            };
            let model = Model::open(&folder, device, Precision::F32)?;
            if model.config().labels != student.labels || model.config().vocab_size != student.vocab_size {
                return Err(job
                    .recipe
                    .error(&key, "wanted a teacher with the student's labels and vocabulary, found others"));
            }
            models.push(model);
        }
        Ok(Teacher { models, share: f64::from(teacher.share), temperature: teacher.temperature })
    }

    /// The student's loss with the teacher's share in it; `(logits, loss)` are the student's at `rows`.
    pub(super) fn loss(
        &self,
        input: &Input,
        rows: &[u32],
        (logits, loss): (&Tensor, &Tensor),
    ) -> Result<Tensor, Error> {
        let classes = logits.dim(1)?;
        let mut targets = vec![0.0; rows.len() * classes];
        for model in &self.models {
            let output = model.forward(input)?;
            for (target, row) in targets.chunks_exact_mut(classes).zip(rows) {
                add_softmax(target, output.tags.row(*row as usize), self.temperature, self.models.len());
            }
        }
        let softened = (logits / f64::from(self.temperature))?;
        let soft = Loss::default().soft_cross_entropy(&softened, &targets, &[])?;
        // The square keeps the gradient's size whatever the temperature.
        let factor = f64::from(self.temperature).powi(2) * self.share;
        Ok(((soft * factor)? + (loss * (1.0 - self.share))?)?)
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
    use super::add_softmax;

    #[test]
    fn probabilities_of_an_ensemble_add_up_to_one() {
        let mut target = [0.0; 3];
        add_softmax(&mut target, &[1000.0, 1000.0, -1000.0], 2.0, 2);
        add_softmax(&mut target, &[0.0, -1000.0, -1000.0], 2.0, 2);
        assert_eq!(target, [0.75, 0.25, 0.0]);
    }
}
