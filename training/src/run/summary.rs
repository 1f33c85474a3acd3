//! How a run stands.

use crate::run::job::Job;
use crate::run::state::State;

/// How a run stands, for those who write a model folder.
#[derive(Debug, Clone, Copy)]
pub struct Summary<'a> {
    /// What the run was started with.
    pub job: &'a Job,
    /// How far it is.
    pub state: &'a State,
    /// Steps of the whole run.
    pub steps: u64,
    /// Whether this is the last call, with the best parameters in place.
    pub finished: bool,
}
