//! A teacher's probabilities beside the labels: distillation (Hinton, Vinyals and Dean, 2015). The teacher reads what the
//! student's noise hides from it (Xie, Luong, Hovy and Le, "Self-training with Noisy Student", 2020).

use super::batch::Batch;
use super::recipe;
use super::start::{Beginning, REMEMBERED};
use crate::Error;
use crate::data::stretch::{NONE, Stretch};
use crate::model::origin::Origin;
use crate::run::job::Job;
use alam::encode::{Encoder, SMALLEST_WINDOW, Window, sources};
use alam::settings::Settings;
use alam_models::heads::Loss;
use alam_models::{Device, Model};
use candle_core::Tensor;

/// One or several models whose mean probabilities a student learns.
#[derive(Debug)]
pub(super) struct Teacher {
    models: Vec<Member>,
    /// What cuts words into their pieces, and a text into windows as long as they have learnt.
    encoder: Encoder,
    /// Whether these pieces are not the student's.
    own_pieces: bool,
    /// For each of the student's token types the one that the teachers know by its convention's name; where they do not, that of the
    /// convention which new ones begin as, or their first.
    types: Vec<u32>,
    share: f64,
    temperature: f32,
}

/// A model, and for each of its labels the student's.
#[derive(Debug)]
struct Member {
    model: Model,
    classes: Vec<usize>,
}

impl Member {
    /// What the student does not know is no name to it. `None` where it knows a label that the model does not.
    fn new(model: Model, student: &[String]) -> Option<Member> {
        let labels = &model.config().labels;
        if !student.iter().all(|label| labels.contains(label)) {
            return None;
        }
        let place = |label: &str| student.iter().position(|known| known == label);
        let outside = place("O")?;
        let classes = labels.iter().map(|label| place(label).unwrap_or(outside)).collect();
        Some(Member { model, classes })
    }
}

/// A window as a teacher reads it: in several where it is longer than what the teacher has learnt, so that it sees names at
/// its end as well.
#[derive(Debug)]
pub(super) struct Read {
    /// Its windows.
    pub(super) windows: Vec<Window>,
    /// For each of its words, the window and the token in it whose row counts.
    pub(super) sources: Vec<(usize, u32)>,
}

impl Teacher {
    /// Opens the models; they must know the labels of the student, and all read the same pieces, the student's or others. What
    /// follows none of their conventions is taught by `begins`.
    pub(super) fn open(
        teacher: &recipe::Teacher,
        begins: Option<&str>,
        job: &Job,
        student: &Beginning,
    ) -> Result<Teacher, Error> {
        let mut models = Vec::new();
        let mut vocabulary: Option<(Vec<u8>, Origin)> = None;
        let mut window = usize::MAX;
        for (i, name) in teacher.models.iter().enumerate() {
            let key = format!("teacher.models.{i}");
            let wrong = |wanted: &str| Err(job.recipe.error(&key, format!("wanted {wanted}, found others")));
            let origin = Origin::find(job, name, &key, "config.json")?;
            let device = match job.device.location() {
                candle_core::DeviceLocation::Cuda { gpu_id } => Device::Cuda(gpu_id),
                _ => Device::Cpu,
            };
            let model = origin.open(device)?;
            window = window.min(origin.learnt(model.config())?);
            let bytes = origin.tokenizer()?;
            match &vocabulary {
                Some((first, _)) if *first != bytes => return wrong("teachers with one vocabulary"),
                Some(_) => {}
                None => vocabulary = Some((bytes, origin)),
            }
            match Member::new(model, &student.config.labels) {
                Some(model) => models.push(model),
                None => return wrong("a teacher that knows the student's labels"),
            }
        }
        let Some((bytes, origin)) = vocabulary else {
            return Err(job.recipe.error("teacher.models", "wanted at least one model folder, found none"));
        };
        let window = window.max(SMALLEST_WINDOW);
        let place = origin.place("tokenizer.json");
        let Settings { normaliser, conventions, .. } = origin.settings()?;
        let place_of = |name: &str| conventions.iter().position(|known| known == name);
        let known = |name: &String| place_of(name).or_else(|| place_of(begins?)).unwrap_or(0) as u32;
        let types = student.settings.conventions.iter().map(known).collect();
        let encoder = Encoder::new(&bytes, &place, normaliser, window, window / 3)?.remembering(REMEMBERED);
        let own_pieces = bytes != student.tokenizer;
        Ok(Teacher {
            models,
            encoder,
            own_pieces,
            types,
            share: f64::from(teacher.share),
            temperature: teacher.temperature,
        })
    }

    /// The token type that stands for one of the student's.
    pub(super) fn token_type(&self, of_student: u32) -> u32 {
        self.types.get(of_student as usize).copied().unwrap_or(0)
    }

    /// What cuts words into the teacher's pieces; `None` where they are the student's.
    pub(super) fn encoder(&self) -> Option<&Encoder> {
        self.own_pieces.then_some(&self.encoder)
    }

    /// Words `first..end` of a stretch for the teacher; `pieces` are the student's.
    pub(super) fn window(&self, stretch: &Stretch, pieces: &[u32], (first, end): (usize, usize)) -> Read {
        let own = self.own_pieces;
        let pieces = if own { stretch.taught.pieces(first, end) } else { pieces };
        let place = |word: usize| if own { stretch.taught.first(word) } else { stretch.words[word].first };
        let begins = (first..end).map(|word| (place(word) - place(first)) as usize);
        let bounds: Vec<usize> = begins.chain([pieces.len()]).collect();
        let room = self.encoder.room();
        let fits = pieces.len() <= room || bounds.windows(2).any(|word| word[1] - word[0] > room);
        let windows = if fits { vec![self.whole(pieces, &bounds)] } else { self.encoder.windows(pieces, &bounds) };
        let found = sources(&windows, end - first).into_iter();
        // Every word has a piece, so every word has a row.
        Read { sources: found.map(Option::unwrap_or_default).collect(), windows }
    }

    /// All words as one window.
    fn whole(&self, pieces: &[u32], bounds: &[usize]) -> Window {
        let (before, behind) = self.encoder.special();
        let heads = bounds[..bounds.len() - 1].iter().map(|begin| Some((before.len() + begin) as u32)).collect();
        Window { ids: [before, pieces, behind].concat(), heads, first_word: 0 }
    }

    /// The student's loss at the rows of a batch: of a word with a label the teacher's share and, for the rest, what `labels`
    /// makes of the label; of a word without one the teacher's alone.
    pub(super) fn loss(&self, batch: &Batch, logits: &Tensor, labels: &Loss) -> Result<Tensor, Error> {
        let classes = logits.dim(1)?;
        let mut targets = vec![0.0; batch.rows.len() * classes];
        for Member { model, classes: of_student } in &self.models {
            let output = model.forward(&batch.clean)?;
            for (target, row) in targets.chunks_exact_mut(classes).zip(&batch.clean_rows) {
                add_softmax(target, output.tags.row(*row as usize), of_student, (self.temperature, self.models.len()));
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

/// Adds the share of one of several models to the probabilities of the student's classes.
fn add_softmax(target: &mut [f32], row: &[f32], classes: &[usize], (temperature, models): (f32, usize)) {
    let largest = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = row.iter().map(|v| ((v - largest) / temperature).exp()).collect();
    let sum: f32 = powers.iter().sum::<f32>() * models as f32;
    classes.iter().zip(powers).for_each(|(class, p)| target[*class] += p / sum);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::stretch::{Taught, Word};
    use crate::model::samples::model;
    use alam::normalise::Normaliser;
    use alam_models::{Input, Precision};

    #[test]
    fn probabilities_of_an_ensemble_add_up_to_one() {
        let mut target = [0.0; 3];
        add_softmax(&mut target, &[1000.0, 1000.0, -1000.0], &[0, 1, 2], (2.0, 2));
        add_softmax(&mut target, &[0.0, -1000.0, -1000.0], &[0, 1, 2], (2.0, 2));
        assert_eq!(target, [0.75, 0.25, 0.0]);
    }

    #[test]
    fn what_a_student_does_not_know_is_no_name_to_it() {
        let mut target = [0.0; 2];
        add_softmax(&mut target, &[0.0, 0.0, 0.0, 0.0], &[0, 0, 1, 0], (1.0, 1));
        assert_eq!(target, [0.75, 0.25]);
        let folder = model();
        let open = || Model::open(folder.path(), Device::Cpu, Precision::F32).unwrap();
        let labels = open().config().labels.clone();
        let taught = |labels: &[String]| Member::new(open(), labels).map(|taught| taught.classes);
        assert_eq!(taught(&labels), Some((0..labels.len()).collect()));
        let fewer = [labels[0].clone(), labels[2].clone(), labels[1].clone()];
        assert_eq!(taught(&fewer).unwrap()[..4], [0, 2, 1, 0]);
        assert_eq!(taught(&[labels[0].clone(), "B-NEW".into()]), None);
    }

    /// The loss of a student that gives all five tags the same probability, and that of its labels alone.
    fn losses(share: f64, tags: &[u32]) -> (f32, f32) {
        let folder = model();
        let model = Model::open(folder.path(), Device::Cpu, Precision::F32).unwrap();
        let models = vec![Member { classes: (0..model.config().labels.len()).collect(), model }];
        let bytes = std::fs::read(folder.path().join("tokenizer.json")).unwrap();
        let encoder = Encoder::new(&bytes, "t", Normaliser::FULL, 64, 0).unwrap();
        let teacher = Teacher { models, encoder, own_pieces: false, types: Vec::new(), share, temperature: 1.0 };
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
            hidden: Vec::new(),
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

    #[test]
    fn a_teacher_reads_no_longer_windows_than_it_has_learnt() {
        let folder = model();
        let bytes = std::fs::read(folder.path().join("tokenizer.json")).unwrap();
        let encoder = Encoder::new(&bytes, "t", Normaliser::FULL, 16, 5).unwrap();
        let teacher =
            Teacher { models: Vec::new(), encoder, own_pieces: false, types: Vec::new(), share: 1.0, temperature: 1.0 };
        let ids: Vec<u32> = (100..160).collect();
        let word = |first: u32| Word { first, tag: 0, clitic: NONE, opens: true };
        let words: Vec<Word> = (0..30).map(|i| word(2 * i)).collect();
        let stretch = Stretch { ids: ids.clone(), words, taught: Taught::default() };
        for (first, end, windows) in [(0, 30, 6), (3, 10, 1), (25, 30, 1), (0, 8, 2)] {
            let pieces = stretch.pieces(first, end).to_vec();
            let read = teacher.window(&stretch, &pieces, (first, end));
            assert_eq!((read.windows.len(), read.sources.len()), (windows, end - first));
            assert!(read.windows.iter().all(|window| window.ids.len() <= 16));
            for (word, (window, row)) in read.sources.iter().enumerate() {
                assert_eq!(read.windows[*window].ids[*row as usize], ids[2 * (first + word)]);
            }
        }
    }
}
