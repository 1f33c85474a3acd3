//! One corpus on several machines: shares, what puts them together, and the examples that show it.
#![cfg(unix)]

use crate::jobs::{contents, corpus};
use crate::sandbox::Sandbox;
use crate::tag::{tag, with_model};
use std::path::Path;
use std::process::Command;

/// Shares of that corpus, each in a folder of its own.
fn shares(sandbox: &Sandbox, of: u32) -> Vec<String> {
    let share = |k| {
        let (folder, shard) = (format!("share-{k}"), format!("{k}/{of}"));
        let ran = sandbox.run(&tag(&["in", "-o", &folder, "--shard", &shard, "--part-bytes", "3000", "-q"]));
        assert!(ran.status.is_some_and(|status| status < 2), "{ran:?}");
        folder
    };
    (1..=of).map(share).collect()
}

fn merge<'a>(folders: &'a [String], out: &'a str) -> Vec<&'a str> {
    ["merge", "-q", "-o", out].into_iter().chain(folders.iter().map(String::as_str)).collect()
}

#[test]
fn shares_put_together_are_what_one_machine_makes() {
    let sandbox = with_model();
    corpus(&sandbox);
    sandbox.run(&tag(&["in", "-o", "whole", "--part-bytes", "3000", "-q"]));
    let folders = shares(&sandbox, 3);
    let parts = |folder: &str| contents(&sandbox, folder).keys().filter(|name| name.starts_with("part-")).count();
    let sizes: Vec<usize> = folders.iter().map(|folder| parts(folder)).collect();
    assert!(sizes.iter().all(|size| *size > 1) && sizes.iter().sum::<usize>() == parts("whole"), "{sizes:?}");
    let ran = sandbox.run(&merge(&folders, "all"));
    assert_eq!((ran.status, ran.err.as_str()), (Some(1), ""), "two records are broken");
    assert!(contents(&sandbox, "all") == contents(&sandbox, "whole"));
    let summary: serde_json::Value = serde_json::from_str(&sandbox.read("all/summary.json")).unwrap();
    assert_eq!((&summary["documents"], &summary["failed"]), (&361.into(), &2.into()));
    sandbox.run(&merge(&folders, "all")).fails(2, "alam: all: wanted an empty folder, found a job's");
}

#[test]
fn a_merge_into_one_of_its_shares_is_refused() {
    let sandbox = with_model();
    corpus(&sandbox);
    let folders = shares(&sandbox, 2);
    std::os::unix::fs::symlink("share-2", sandbox.path("link")).unwrap();
    for out in ["share-1/all", "./share-2/new/all/", "link/all"] {
        sandbox.run(&merge(&folders, out)).fails(2, "alam: --output: wanted a folder outside of those that are merged");
    }
    shares(&sandbox, 2);
    assert_eq!(sandbox.run(&merge(&folders, "all")).status, Some(1), "the shares are as they were");
}

#[test]
fn shares_that_do_not_make_a_whole_are_refused() {
    let sandbox = with_model();
    corpus(&sandbox);
    let folders = shares(&sandbox, 2);
    sandbox
        .run(&merge(&folders[..1], "all"))
        .fails(2, "alam: merge: wanted share 2/2 once among the folders, found it 0");
    let twice = [&folders[..], &folders[1..]].concat();
    sandbox.run(&merge(&twice, "all")).fails(2, "alam: wanted each folder once, found share-2 again");
    sandbox.run(&merge(&["model".into()], "all")).fails(2, "alam: model: wanted an empty folder, or one that this job");
    sandbox.run(&merge(&["none".into()], "all")).fails(2, "alam: none: wanted a job's folder, found none");
    sandbox.run(&tag(&["in", "-o", "other", "--shard", "2/2", "--part-bytes", "4000", "-q"]));
    let mixed = [folders[0].clone(), "other".into()];
    sandbox.run(&merge(&mixed, "all")).fails(2, "  --part-bytes: wanted 3000, found 4000");
    let name = sandbox.files().into_iter().rfind(|name| name.starts_with("share-2/part-")).unwrap();
    let part = sandbox.read(&name);
    sandbox.file(&name, part.replacen('{', "[", 1));
    sandbox.run(&merge(&folders, "all")).fails(2, &format!("alam: {name}: wanted the part that was written"));
    sandbox.file(&name, part);
    // The lines of the last parts, as if it had been stopped before them.
    std::fs::remove_dir_all(sandbox.path("all")).unwrap();
    let journal = sandbox.read("share-1/parts.jsonl");
    sandbox.file("share-1/parts.jsonl", &journal[..journal.len() / 2]);
    sandbox.run(&merge(&folders, "all")).fails(2, "alam: merge: wanted finished shares");
    assert!(!sandbox.path("all/manifest.json").exists(), "no job may look finished that is not");
    shares(&sandbox, 2);
    assert_eq!(sandbox.run(&merge(&folders, "all")).status, Some(1));
}

/// Runs a script of the examples as a scheduler would on one machine.
fn scheduled(sandbox: &Sandbox, script: &str, variables: &[(&str, String)]) {
    let program = Path::new(env!("CARGO_BIN_EXE_alam")).parent().unwrap().display().to_string();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-c", script]).current_dir(sandbox.path("")).env("PATH", path);
    command.env("ALAM_MODEL", "model").env("ALAM_QUIET", "1").env("ALAM_PART_BYTES", "3000");
    command.env("CORPUS", "in").env("NAMES", ".").envs(variables.iter().map(|(name, value)| (name, value)));
    let output = command.output().unwrap();
    // Broken records are no failure of a share.
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn example(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/cluster").join(name)).unwrap()
}

#[test]
fn the_slurm_array_and_the_kubernetes_job_make_what_one_machine_makes() {
    let sandbox = with_model();
    corpus(&sandbox);
    sandbox.run(&tag(&["in", "-o", "whole", "--part-bytes", "3000", "-q"]));
    let wanted = contents(&sandbox, "whole");
    let folders: Vec<String> = (1..=8).map(|k| format!("share-{k}")).collect();

    let slurm = example("slurm.sh");
    assert!(slurm.lines().any(|line| line == "#SBATCH --array=1-8"));
    for k in 1..=8 {
        let variables = [("SLURM_ARRAY_TASK_ID", k.to_string()), ("SLURM_ARRAY_TASK_COUNT", "8".into())];
        scheduled(&sandbox, &slurm, &variables);
    }
    assert_eq!(sandbox.run(&merge(&folders, "slurm")).status, Some(1));
    assert!(contents(&sandbox, "slurm") == wanted);
    folders.iter().for_each(|folder| std::fs::remove_dir_all(sandbox.path(folder)).unwrap());

    let kubernetes = example("kubernetes.yaml");
    assert!(kubernetes.contains("completionMode: Indexed\n  completions: 8\n"));
    let script = kubernetes.split_once("- |\n").unwrap().1.split_once("          resources:").unwrap().0;
    for index in 0..8 {
        scheduled(&sandbox, script, &[("JOB_COMPLETION_INDEX", index.to_string()), ("SHARES", "8".into())]);
    }
    assert_eq!(sandbox.run(&merge(&folders, "kubernetes")).status, Some(1));
    assert!(contents(&sandbox, "kubernetes") == wanted);
}
