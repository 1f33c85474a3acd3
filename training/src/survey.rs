//! What labelled text holds, and what is odd in it: looked at before anything is learnt.

pub mod command;
mod facts;
mod set;
mod shared;

pub use facts::Facts;
pub use set::Set;
pub use shared::Shared;

use std::fmt::{self, Display, Formatter};

/// What sets hold, each alone and in common.
#[derive(Debug, Clone, PartialEq)]
pub struct Survey {
    /// Of each set.
    pub facts: Vec<Facts>,
    /// Sentences that two sets share.
    pub shared: Vec<Shared>,
}

impl Survey {
    /// Looks at them.
    pub fn of(sets: &[Set<'_>]) -> Survey {
        Survey { facts: sets.iter().map(Facts::of).collect(), shared: shared::of(sets) }
    }

    /// Types that are learnt and never measured, or measured and never learnt.
    pub fn one_sided(&self) -> Vec<String> {
        let types = |dev: bool| -> Vec<&String> {
            self.facts.iter().filter(|facts| facts.dev == dev).flat_map(|facts| facts.names.keys()).collect()
        };
        let (learnt, measured) = (types(false), types(true));
        if learnt.is_empty() || measured.is_empty() {
            return Vec::new();
        }
        let mut lines: Vec<String> = Vec::new();
        let mut say = |label: &String, how: &str| {
            let line = format!("names of type {label} are {how}");
            if !lines.contains(&line) {
                lines.push(line);
            }
        };
        learnt.iter().filter(|label| !measured.contains(label)).for_each(|l| say(l, "learnt, and in no dev set"));
        measured.iter().filter(|label| !learnt.contains(label)).for_each(|l| say(l, "in a dev set, and never learnt"));
        lines
    }
}

impl Display for Survey {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.facts.iter().try_for_each(|facts| writeln!(f, "{facts}"))?;
        self.shared.iter().try_for_each(|shared| writeln!(f, "{shared}"))?;
        self.one_sided().iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}
