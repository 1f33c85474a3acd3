//! The shares of several machines, put together to the folder that one machine would have made.

use super::chunk::chunks;
use super::folder::{Folder, errors_of};
use super::journal::{ChunkLine, Journal, Line, PartLine};
use super::listing::{self, Listed};
use super::{Counts, Manifest, Shard};
use crate::formats::whole;
use crate::walk::identity::Identity;
use crate::{Error, checksum};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::iter::Peekable;
use std::path::{Path, PathBuf};

type Lines = Peekable<Box<dyn Iterator<Item = Result<Line, Error>>>>;

/// A machine's share, which no run writes to meanwhile.
struct Share {
    folder: Folder,
    manifest: Manifest,
    lines: Lines,
    lock: Journal,
}

impl Share {
    fn open(path: &Path) -> Result<Share, Error> {
        let wrong =
            |found: &str| Error::config(path.display().to_string(), format!("wanted a job's folder, found {found}"));
        if !path.is_dir() {
            return Err(wrong("none"));
        }
        let folder = Folder::open(path.to_path_buf())?;
        let manifest = Manifest::read(&folder.manifest())?.ok_or_else(|| wrong("one without a manifest"))?;
        let lock = Journal::open(&folder)?;
        let lines: Box<dyn Iterator<Item = _>> = Box::new(lock.written().lines()?);
        Ok(Share { folder, manifest, lines: lines.peekable(), lock })
    }
}

/// Puts shares together in a new folder: the same bytes as from one machine. Parts are linked where the disk can do that, else
/// copied.
///
/// A merge that was stopped has no manifest, and begins anew: what it left is what these shares hold, or is not touched. `stop` is
/// asked between parts, and `sum_up` writes what there is to say of all of them, before the manifest says that the folder is whole.
///
/// # Errors
/// Shares that do not belong together or are not finished, parts that are not what was written, a folder that is not new;
/// [`Error::Stopped`].
pub fn merge(
    shares: &[PathBuf],
    out: PathBuf,
    stop: &dyn Fn() -> bool,
    sum_up: &mut dyn FnMut(&Folder, &Counts) -> Result<(), Error>,
) -> Result<Counts, Error> {
    let mut shares = shares.iter().map(|path| Share::open(path)).collect::<Result<Vec<_>, _>>()?;
    let manifest = together(&shares)?;
    let folder = Folder::open(out)?;
    if folder.manifest().exists() {
        let message = "wanted an empty folder, found a job's";
        return Err(Error::config(folder.path().display().to_string(), message));
    }
    let mut journal = Journal::open(&folder)?;
    left_by_a_merge(&folder, &shares)?;
    journal.clear()?;
    folder.sweep()?;
    let mut counts = Counts::default();
    let files = listing::read(&shares[0].folder.listing())?;
    for chunk in chunks(files, manifest.part_bytes()?) {
        let (parts, end) = gather(&mut shares, chunk?.number)?;
        for (share, line) in parts {
            if stop() {
                return Err(Error::Stopped);
            }
            take(&shares[share].folder, &folder, &line)?;
            counts.add(&line.counts);
            journal.append(&Line::Part(line))?;
        }
        journal.append(&Line::Chunk(end))?;
    }
    if let Some((share, line)) =
        shares.iter_mut().find_map(|share| share.lines.next().map(|line| (&share.folder, line)))
    {
        let message = format!("wanted lines of the chunks of this corpus, found one of chunk {}", line?.chunk());
        return Err(Error::config(share.journal().display().to_string(), message));
    }
    whole::copy(&shares[0].folder.listing(), &folder.listing())?;
    sum_up(&folder, &counts)?;
    manifest.write(&folder.manifest())?;
    Ok(counts)
}

/// Refuses a folder with a part that is none of the shares', or another one by its name: it is no merge of these that was stopped
/// there, and what it is cannot be told.
fn left_by_a_merge(folder: &Folder, shares: &[Share]) -> Result<(), Error> {
    let mut there: BTreeSet<String> = folder.parts()?.into_iter().map(|(_, name)| name).collect();
    for share in shares {
        for line in share.lock.written().lines()? {
            let Line::Part(line) = line? else { continue };
            let (part, errors) = (line.file.clone(), errors_of(&line.file));
            let left = there.remove(&part) | (line.errors.is_some() && there.remove(&errors));
            if left && let Some(name) = [part, errors].into_iter().find(|name| !same(folder, &share.folder, name)) {
                return Err(not_ours(folder, &name));
            }
        }
    }
    there.pop_first().map_or(Ok(()), |name| Err(not_ours(folder, &name)))
}

/// Whether a file is not there, or there as in a share: a stopped merge leaves whole files.
fn same(folder: &Folder, share: &Folder, name: &str) -> bool {
    let (there, wanted) = (folder.path().join(name), share.path().join(name));
    let linked = || Identity::of(&there).is_some_and(|there| Some(there) == Identity::of(&wanted));
    let copied = || checksum::of_file(&there).is_ok_and(|there| checksum::of_file(&wanted).is_ok_and(|w| w == there));
    !there.exists() || linked() || copied()
}

fn not_ours(folder: &Folder, name: &str) -> Error {
    let message =
        format!("wanted an empty folder, or what a stopped merge of these shares left, found another `{name}`");
    Error::config(folder.path().display().to_string(), message)
}

/// What a single machine's manifest would be, of shares that are one corpus's and all of it.
fn together(shares: &[Share]) -> Result<Manifest, Error> {
    let wrong = |message: String| Error::config("merge", message);
    let [first, others @ ..] = shares else { return Err(wrong("wanted folders to merge, found none".into())) };
    for other in others {
        let alike = other.manifest.of_shard(first.manifest.shard);
        alike.check(&first.manifest, &other.folder.manifest())?;
        same_files(&first.folder, &other.folder)?;
    }
    let of = first.manifest.shard.of();
    for number in 1..=of {
        let is = |share: &&Share| share.manifest.shard.of() == of && share.manifest.shard.number() == number;
        let found = shares.iter().filter(is).count();
        if found != 1 {
            return Err(wrong(format!("wanted share {number}/{of} once among the folders, found it {found} times")));
        }
    }
    if shares.len() as u64 != of {
        return Err(wrong(format!("wanted the {of} shares of one job, found {} folders", shares.len())));
    }
    Ok(first.manifest.of_shard(Shard::WHOLE))
}

/// Compares listings, but for times: machines may have copies of a corpus.
fn same_files(one: &Folder, other: &Folder) -> Result<(), Error> {
    let (mut left, mut right) = (listing::read(&one.listing())?, listing::read(&other.listing())?);
    loop {
        let same =
            |a: &Listed, b: &Listed| a.path == b.path && a.bytes() == b.bytes() && a.state.is_ok() == b.state.is_ok();
        match (left.next().transpose()?, right.next().transpose()?) {
            (None, None) => return Ok(()),
            (Some(a), Some(b)) if same(&a, &b) => {}
            (a, b) => {
                let show = |file: Option<Listed>| {
                    file.map_or("none".into(), |f| format!("{} ({} bytes)", f.path.display(), f.bytes()))
                };
                let message = format!("wanted the files of the other shares: {}, found {}", show(a), show(b));
                return Err(Error::config(other.listing().display().to_string(), message));
            }
        }
    }
}

/// The parts of a chunk, in order, with the share that each is in.
fn gather(shares: &mut [Share], chunk: u64) -> Result<(Vec<(usize, PartLine)>, ChunkLine), Error> {
    let mut parts = BTreeMap::new();
    let mut end = None;
    for (number, share) in shares.iter_mut().enumerate() {
        while let Some(line) = share.lines.next_if(|line| line.as_ref().map_or(true, |line| line.chunk() == chunk)) {
            match line? {
                Line::Part(line) => drop(parts.insert(line.part, (number, line))),
                Line::Chunk(line) => end = Some(line),
            }
        }
    }
    match end {
        Some(end) if parts.len() as u64 == end.parts => Ok((parts.into_values().collect(), end)),
        _ => Err(Error::config(
            "merge",
            format!("wanted finished shares, found one without all parts of chunk {chunk}\ntip: run its command again"),
        )),
    }
}

/// Takes a part over, once it is sure that it is what was written.
fn take(from: &Folder, to: &Folder, line: &PartLine) -> Result<(), Error> {
    line.check(from.path()).map_err(|error| match error {
        // To a merge it is no record among others.
        Error::Record { place, message, .. } => Error::config(place, message),
        other => other,
    })?;
    link(&from.path().join(&line.file), &to.path().join(&line.file))?;
    let errors = errors_of(&line.file);
    let link_errors = || link(&from.path().join(&errors), &to.path().join(&errors));
    line.errors.as_ref().map_or(Ok(()), |_| link_errors())
}

fn link(source: &Path, target: &Path) -> Result<(), Error> {
    // What a stopped merge left there.
    let _ = fs::remove_file(target);
    Ok(fs::hard_link(source, target).or_else(|_| whole::copy(source, target))?)
}
