//! The one loop: parts to gradients, gradients to steps, and whatever a run owes to the disk in between.

use crate::Error;
use crate::files::whole_text;
use crate::recipe::Source;
use crate::run::checkpoint::Checkpoints;
use crate::run::curve;
use crate::run::job::Job;
use crate::run::metrics::{Metrics, Training};
use crate::run::objective::Objective;
use crate::run::optim::Optimiser;
use crate::run::ownership::{self, Alone, RECIPE};
use crate::run::part::Part;
use crate::run::progress::{Moment, Progress};
use crate::run::schedule::Schedule;
use crate::run::state::{Best, Losses, State, Tensors};
use crate::run::summary::Summary;
use crate::run::train::{MOST_STEPS, Train};
use alam_models::Rng;
use candle_core::Tensor;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Set by Ctrl-C: a run that sees it ends with a checkpoint.
pub static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How a session of a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// All steps are done, or the score no longer grew; the model of the best evaluation is in the output folder.
    Finished {
        /// The best evaluation.
        best: Option<Best>,
    },
    /// A limit or Ctrl-C came first; the same command carries on.
    Stopped {
        /// Steps done so far.
        step: u64,
        /// Steps of the whole run.
        steps: u64,
    },
}

/// Trains, or carries on where the checkpoint in the output folder stands.
pub fn run(objective: impl Objective, train: &Train, job: &Job) -> Result<Ending, Error> {
    Trainer::new(objective, train, job)?.run()
}

struct Trainer<'a, O> {
    objective: O,
    train: &'a Train,
    job: &'a Job,
    optimiser: Optimiser,
    schedule: Schedule,
    state: State,
    checkpoints: Checkpoints,
    metrics: Metrics,
    progress: Progress,
    session: Session,
    window: Window,
    _alone: Alone,
}

/// What this process has done so far.
struct Session {
    begin: Instant,
    first_step: u64,
    seconds_before: f64,
    units: u64,
    last_checkpoint: Instant,
    saved_step: Option<u64>,
}

/// Losses that nobody has looked at yet, left on the device.
#[derive(Default)]
struct Window {
    losses: Vec<(Tensor, f32)>,
    norm: f32,
}

impl Window {
    fn settle(&mut self, losses: &mut Losses) -> Result<(), Error> {
        for (loss, weight) in self.losses.drain(..) {
            losses.add(loss.to_scalar()?, weight);
        }
        Ok(())
    }
}

impl<'a, O: Objective> Trainer<'a, O> {
    fn new(mut objective: O, train: &'a Train, job: &'a Job) -> Result<Trainer<'a, O>, Error> {
        let steps = objective.steps(train)?;
        if steps > MOST_STEPS {
            let key = if train.steps.is_some() { "train.steps" } else { "train.passes" };
            let message = format!("wanted a run of at most {MOST_STEPS} steps, found {steps}");
            return Err(job.recipe.error(key, message));
        }
        let alone = ownership::alone(&job.out)?;
        // Another run may have filled it while this one read its data.
        ownership::claim_run(&job.out, &job.recipe)?;
        let checkpoints = Checkpoints::of(&job.out);
        checkpoints.sweep(&job.out)?;
        let mut optimiser = Optimiser::new(objective.parameters(), train.optimiser, train.arithmetic.into())?;
        let mut told = Vec::new();
        let found = checkpoints.newest(&mut |line| told.push(line.to_owned()))?;
        let state = match found {
            Some((state, tensors)) => {
                refuse_changes(&job.recipe, &state)?;
                objective.restore(&state.objective)?;
                objective.parameters().set(&tensors.weights)?;
                optimiser.restore(objective.parameters(), &tensors.optimiser, state.optimiser_steps)?;
                told.push(format!("carrying on behind step {} of {steps}", state.step));
                state
            }
            None => {
                if let Some(run) = &train.after {
                    let (state, tensors) = predecessor(run, job, &mut told)?;
                    objective.restore(&state.objective)?;
                    objective.parameters().set(&tensors.weights)?;
                    optimiser.restore(objective.parameters(), &tensors.optimiser, state.optimiser_steps)?;
                    told.push(format!("going on from step {} of {run}", state.step));
                }
                State::new(train, &objective, &job.recipe)?
            }
        };
        whole_text(&job.out.join(RECIPE), &job.recipe.text)?;
        let metrics = Metrics::open(&job.out, state.step)?;
        let progress = Progress::new(job.show, state.step, steps);
        told.iter().for_each(|line| progress.say(line));
        let now = Instant::now();
        let session = Session {
            begin: now,
            first_step: state.step,
            seconds_before: state.seconds,
            units: 0,
            last_checkpoint: now,
            saved_step: None,
        };
        let schedule = train.schedule(steps);
        let window = Window::default();
        Ok(Trainer {
            objective,
            train,
            job,
            optimiser,
            schedule,
            state,
            checkpoints,
            metrics,
            progress,
            session,
            window,
            _alone: alone,
        })
    }

    fn run(mut self) -> Result<Ending, Error> {
        let steps = self.schedule.steps;
        if self.is_over() {
            self.progress.say("the run is at its end already; its model is written again");
            self.finish()?;
        } else if self.train.evaluate_first && self.state.step == 0 {
            self.evaluate()?;
        }
        while !self.is_over() {
            if self.must_stop() {
                self.checkpoint()?;
                self.progress.finish();
                return Ok(Ending::Stopped { step: self.state.step, steps });
            }
            self.step()?;
            self.report()?;
            let last = self.state.step >= steps;
            let every = self.train.evaluate_every;
            if last || (every > 0 && self.state.step.is_multiple_of(every)) {
                self.evaluate()?;
            }
            if self.is_over() {
                self.finish()?;
            } else if self.checkpoint_is_due() {
                self.checkpoint()?;
            }
        }
        self.progress.finish();
        Ok(Ending::Finished { best: self.state.best })
    }

    /// One step of the optimiser over all its parts. Each part's mean loss counts by its weight, so that the step is one
    /// over the mean of all its targets, however they were divided.
    fn step(&mut self) -> Result<(), Error> {
        let mut total = 0.0;
        for _ in 0..self.train.parts() {
            let Part { loss, weight, tokens, words } = self.objective.next(&mut self.state.dropout)?;
            self.objective.parameters().backward(&(&loss * f64::from(weight))?)?;
            self.window.losses.push((loss.detach(), weight));
            total += weight;
            self.state.tokens += tokens as u64;
            self.state.words += words as u64;
            if words == 0 {
                self.progress.count_tokens();
            }
            self.session.units += if words == 0 { tokens } else { words } as u64;
        }
        let rate = self.schedule.rate(self.state.step);
        self.window.norm = self.optimiser.step(self.objective.parameters(), rate, 1.0 / total)?;
        self.state.step += 1;
        if !self.window.norm.is_finite() {
            self.window.settle(&mut self.state.losses)?;
            let (step, loss) = (self.state.step, self.state.losses.mean());
            return Err(Error::Run(format!(
                "step {step}: wanted finite gradients, found norm {} at loss {loss}\ntip: lower `train.learning_rate`, \
                 or lengthen `train.warmup`; the last checkpoint is untouched",
                self.window.norm
            )));
        }
        self.state.seconds = self.session.seconds_before + self.session.begin.elapsed().as_secs_f64();
        Ok(())
    }

    /// Reading a loss waits for the device, so it happens only when somebody looks. What the metrics hold depends on steps
    /// alone, never on the clock.
    fn report(&mut self) -> Result<(), Error> {
        let log = self.state.step.is_multiple_of(self.train.log_every.max(1));
        let waiting = self.progress.due() && self.window.losses.len() >= 256;
        if !(log || waiting) {
            return Ok(());
        }
        let rate = self.schedule.rate(self.state.step - 1);
        self.window.settle(&mut self.state.losses)?;
        let loss = self.state.losses.mean();
        self.progress.show(Moment { step: self.state.step, loss, rate, units: self.session.units });
        if !log {
            return Ok(());
        }
        self.state.losses = Losses::default();
        let speed = self.progress.speed(self.session.units);
        self.metrics.training(Training {
            step: self.state.step,
            loss,
            rate,
            norm: self.window.norm,
            tokens: self.state.tokens,
            speed,
            seconds: self.state.seconds,
        })
    }

    fn evaluate(&mut self) -> Result<(), Error> {
        let evaluation = self.objective.evaluate()?;
        self.metrics.evaluation(self.state.step, self.state.seconds, &evaluation)?;
        let better = self.state.best.as_ref().is_none_or(|best| evaluation.score > best.evaluation.score);
        let sign = if better { "the best so far" } else { "no better" };
        let score = evaluation.score;
        self.progress.say(&format!("step {}/{} score {score:.4}, {sign}", self.state.step, self.schedule.steps));
        if better {
            self.state.misses = 0;
            self.state.best = Some(Best { step: self.state.step, evaluation });
            self.checkpoints.write_best(self.state.step, &self.objective.parameters().to_weights()?)?;
            let summary = Summary { job: self.job, state: &self.state, steps: self.schedule.steps, finished: false };
            self.objective.save(&self.job.out, &summary)?;
        } else {
            self.state.misses += 1;
        }
        Ok(())
    }

    /// The state of the run's end is written before the model folder: a kill in between costs nothing but the folder,
    /// which the same command then writes again.
    fn finish(&mut self) -> Result<(), Error> {
        self.checkpoint()?;
        if let Some(best) = &self.state.best {
            self.objective.parameters().set(&self.checkpoints.read_best(best.step)?)?;
        }
        let summary = Summary { job: self.job, state: &self.state, steps: self.schedule.steps, finished: true };
        self.objective.save(&self.job.out, &summary)?;
        curve::write(&self.job.out)
    }

    fn is_over(&self) -> bool {
        let tired = self.train.patience > 0 && self.state.misses >= self.train.patience;
        tired || self.state.step >= self.schedule.steps
    }

    fn must_stop(&self) -> bool {
        let late = self.job.limit.time.is_some_and(|limit| self.session.begin.elapsed() >= limit);
        let done = self.job.limit.steps.is_some_and(|n| self.state.step - self.session.first_step >= n);
        late || done || INTERRUPTED.load(Ordering::Relaxed)
    }

    fn checkpoint_is_due(&self) -> bool {
        let every = self.train.checkpoint_every;
        let minutes = self.session.last_checkpoint.elapsed().as_secs_f64() / 60.0;
        (every > 0 && self.state.step.is_multiple_of(every)) || minutes >= self.train.checkpoint_minutes
    }

    fn checkpoint(&mut self) -> Result<(), Error> {
        if self.session.saved_step == Some(self.state.step) {
            return Ok(());
        }
        self.window.settle(&mut self.state.losses)?;
        let parameters = self.objective.parameters();
        let (optimiser, optimiser_steps) = self.optimiser.state(parameters)?;
        self.state.optimiser_steps = optimiser_steps;
        self.state.objective = self.objective.state()?;
        self.checkpoints.write(&self.state, &Tensors { weights: parameters.to_weights()?, optimiser })?;
        self.session.last_checkpoint = Instant::now();
        self.session.saved_step = Some(self.state.step);
        curve::write(&self.job.out)
    }
}

impl State {
    fn new(train: &Train, objective: &impl Objective, recipe: &Source) -> Result<State, Error> {
        Ok(State {
            step: 0,
            optimiser_steps: 0,
            dropout: Rng::new(train.seed).fork(DROPOUT),
            objective: objective.state()?,
            best: None,
            misses: 0,
            seconds: 0.0,
            tokens: 0,
            words: 0,
            losses: Losses::default(),
            recipe: recipe.text.clone(),
        })
    }
}

/// The stream of a run's seed that dropout draws from.
const DROPOUT: u64 = 0xd409;

/// The newest checkpoint of another run.
fn predecessor(run: &str, job: &Job, told: &mut Vec<String>) -> Result<(State, Tensors), Error> {
    let folder = job.find(run, "train.after")?;
    Checkpoints::of(&folder).newest(&mut |line| told.push(line.to_owned()))?.ok_or_else(|| {
        job.recipe.error("train.after", format!("wanted a run with checkpoints at {}, found none", folder.display()))
    })
}

fn refuse_changes(recipe: &Source, state: &State) -> Result<(), Error> {
    let changes = recipe.changes(&state.recipe);
    if changes.is_empty() {
        return Ok(());
    }
    Err(Error::recipe(
        recipe.path.display().to_string(),
        format!(
            "wanted the recipe that the run in the output folder began with, found changes: {}\ntip: give another \
             `--out`, or delete that folder to begin again",
            changes.join("; ")
        ),
    ))
}
