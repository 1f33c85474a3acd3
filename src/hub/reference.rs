//! What is fetched: a repository at a revision.

use crate::Error;
use hf_hub::{Repo, RepoType};

/// What a repository holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A model folder.
    Model,
    /// Files of a dataset.
    Dataset,
}

/// A repository at a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// `ORG/NAME`, or `NAME` alone.
    pub id: String,
    /// What it holds.
    pub kind: Kind,
    /// A branch, a tag or a commit; `main` if none is named.
    pub revision: String,
}

impl Reference {
    /// Reads `ORG/NAME` or `ORG/NAME@REVISION`.
    pub fn parse(text: &str, kind: Kind) -> Result<Reference, Error> {
        let (id, revision) = text.split_once('@').unwrap_or((text, "main"));
        let reference = Reference { id: id.into(), kind, revision: revision.into() };
        reference.check()?;
        Ok(reference)
    }

    /// Refuses what no hub would accept, before it becomes part of a path or an address.
    pub(super) fn check(&self) -> Result<(), Error> {
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with(['.', '-'])
                && !part.contains("..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
        };
        let parts: Vec<&str> = self.id.split('/').collect();
        if parts.len() > 2 || !parts.iter().all(|part| plain(part)) {
            return Err(Error::config("hub", format!("wanted a name like `ORG/NAME`, found `{}`", self.id)));
        }
        if !self.revision.split('/').all(plain) {
            let message = format!("wanted a branch, a tag or a commit behind `@`, found `{}`", self.revision);
            return Err(Error::config("hub", message));
        }
        Ok(())
    }

    /// As hf-hub names it.
    pub(super) fn repo(&self) -> Repo {
        let kind = match self.kind {
            Kind::Model => RepoType::Model,
            Kind::Dataset => RepoType::Dataset,
        };
        Repo::with_revision(self.id.clone(), kind, self.revision.clone())
    }

    /// What follows `alam fetch` to get it.
    pub(super) fn command(&self) -> String {
        if self.revision == "main" { self.id.clone() } else { format!("{}@{}", self.id, self.revision) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_carry_its_revision() {
        let reference = Reference::parse("org/name@refs/convert/parquet", Kind::Dataset).unwrap();
        assert_eq!((reference.id.as_str(), reference.revision.as_str()), ("org/name", "refs/convert/parquet"));
        assert_eq!(Reference::parse("name", Kind::Model).unwrap().revision, "main");
    }

    #[test]
    fn names_that_would_leave_the_cache_are_refused() {
        for name in ["", "/", "a/b/c", "../x", "a/..", "a b", "a/b@", "a/b@../x", "a/b@/x", "a\\b", "-a/b", "نموذج"]
        {
            let error = Reference::parse(name, Kind::Model).unwrap_err().to_string();
            assert!(error.starts_with("hub: wanted a "), "{name}: {error}");
        }
    }
}
