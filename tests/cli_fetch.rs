//! `alam fetch`, the real binary, against a hub on loopback; and `alam tag` with no network at all.

#[path = "hub/server.rs"]
mod server;

use server::{COMMIT, Faults, Server};
use std::path::Path;
use std::process::{Command, Output};

fn model() -> Vec<(&'static str, Vec<u8>)> {
    vec![("config.json", b"{}".to_vec()), ("model.safetensors", vec![5; 4000]), ("tokenizer.json", b"{}".to_vec())]
}

/// The binary with no variable of a hub but these.
fn alam(home: &Path, variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_alam"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HF_") || name.ends_with("_OFFLINE")) {
        command.env_remove(name);
    }
    command.env("HF_HOME", home).envs(variables.iter().copied()).args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn fetch_prints_the_folder_and_nothing_else_on_standard_output() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Server::start(&model(), Faults::default()));
    let output = alam(home.path(), &[("HF_ENDPOINT", &hub.address)], &["fetch", "org/name"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let folder = home.path().join("hub/models--org--name/snapshots").join(COMMIT);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{}\n", folder.display()));
    assert!(folder.join("model.safetensors").is_file());
    assert_eq!(hub.downloads("model.safetensors"), 1);
}

#[test]
fn fetch_sends_the_token_of_the_environment() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Server::start(&model(), Faults::default()));
    std::fs::write(home.path().join("token"), "hf_of_the_file").unwrap();
    let variables = [("HF_ENDPOINT", hub.address.as_str())];
    assert!(alam(home.path(), &variables, &["fetch", "-q", "org/name@v1"]).status.success());
    let first = &hub.requests()[0];
    assert_eq!(first.path, "/api/models/org/name/revision/v1");
    assert_eq!(first.headers["authorization"], "Bearer hf_of_the_file");
}

#[test]
fn what_cannot_be_fetched_is_status_3_with_the_reason() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Server::start(&model(), Faults::default()));
    let offline = [("HF_ENDPOINT", hub.address.as_str()), ("HF_HUB_OFFLINE", "1")];
    let output = alam(home.path(), &offline, &["fetch", "org/name"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).starts_with("alam: offline, because `HF_HUB_OFFLINE` is set: "), "{}", stderr(&output));
    assert!(hub.requests().is_empty());

    hub.set(Faults { refused: Some(("/main", 404, "RepoNotFound")), ..Faults::default() });
    let output = alam(home.path(), &[("HF_ENDPOINT", &hub.address)], &["fetch", "org/name"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("found none that is public"), "{}", stderr(&output));
}

#[test]
fn a_name_that_cannot_be_one_is_status_2() {
    let home = tempfile::tempdir().unwrap();
    let output = alam(home.path(), &[], &["fetch", "../../etc"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("wanted a name like `ORG/NAME`"), "{}", stderr(&output));
}

#[test]
fn tag_looks_for_a_model_in_the_cache_and_asks_no_hub() {
    let (home, hub) = (tempfile::tempdir().unwrap(), Server::start(&model(), Faults::default()));
    let text = home.path().join("text.txt");
    std::fs::write(&text, "وصل الوفد إلى بيروت.").unwrap();
    let arguments = ["tag", "--model", "org/name", text.to_str().unwrap()];
    let output = alam(home.path(), &[("HF_ENDPOINT", &hub.address)], &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("tip: `alam fetch org/name`"), "{}", stderr(&output));
    assert!(hub.requests().is_empty(), "tag asked the hub");
}

#[test]
#[cfg(target_os = "linux")]
fn tag_works_in_a_world_without_network() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.txt");
    std::fs::write(&text, "وصل الوفد إلى بيروت.").unwrap();
    let alone = |arguments: &[&str]| {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--net"]).args(arguments);
        command.output()
    };
    if !alone(&["true"]).is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: this system does not let `unshare --net` take the network away");
        return;
    }
    let here = Command::new(env!("CARGO_BIN_EXE_alam")).arg("tag").arg(&text).output().unwrap();
    let there = alone(&[env!("CARGO_BIN_EXE_alam"), "tag", text.to_str().unwrap()]).unwrap();
    assert_eq!(here.status.code(), there.status.code(), "{}", stderr(&there));
    assert_eq!(here.stdout, there.stdout);
}
