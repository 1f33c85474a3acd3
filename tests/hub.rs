//! Fetching from a hub, against a real HTTP server on loopback.

#[path = "hub/server.rs"]
mod server;

use alam::hub::{Environment, Hub, Kind, Progress, Reference};
use server::{COMMIT, Faults, Server};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The files of a small model, and one that nobody wants.
fn model() -> Vec<(&'static str, Vec<u8>)> {
    let weights = (0..100_000u32).map(|i| (i.wrapping_mul(2654435761) >> 24) as u8).collect();
    vec![
        ("config.json", b"{\"model_type\":\"bert\"}".to_vec()),
        ("model.safetensors", weights),
        ("pytorch_model.bin", vec![7; 5000]),
        ("tokenizer.json", b"{}".to_vec()),
    ]
}

struct World {
    hub: Hub,
    cache: PathBuf,
    server: Server,
    _folder: TempDir,
}

fn world(files: &[(&str, Vec<u8>)], faults: Faults) -> World {
    world_with(files, faults, |_| {})
}

fn world_with(files: &[(&str, Vec<u8>)], faults: Faults, change: impl FnOnce(&mut Environment)) -> World {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(files, faults);
    let cache = folder.path().join("hub");
    let mut environment = Environment::read(|_| None);
    environment.cache = Some(cache.clone());
    environment.endpoint = server.address.clone();
    environment.token = None;
    change(&mut environment);
    World { hub: Hub::new(environment), cache, server, _folder: folder }
}

impl World {
    fn fetch(&self, id: &str) -> Result<PathBuf, String> {
        self.hub.fetch(id, &mut |_| {}).map_err(|error| error.to_string())
    }

    fn files_under(&self, folder: &str) -> Vec<PathBuf> {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(self.cache.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }
}

fn content(files: &[(&str, Vec<u8>)], name: &str) -> Vec<u8> {
    files.iter().find(|(n, _)| *n == name).unwrap().1.clone()
}

#[test]
fn a_model_comes_into_the_cache_as_huggingface_hub_lays_it_out() {
    let world = world(&model(), Faults::default());
    let folder = world.fetch("org/name").unwrap();
    assert_eq!(folder, world.cache.join("models--org--name/snapshots").join(COMMIT));
    assert_eq!(std::fs::read(folder.join("model.safetensors")).unwrap(), content(&model(), "model.safetensors"));
    assert_eq!(std::fs::read_to_string(world.cache.join("models--org--name/refs/main")).unwrap(), COMMIT);
    assert_eq!(world.files_under("models--org--name/blobs").len(), 3);
    assert!(!folder.join("pytorch_model.bin").exists(), "a file that is not read was fetched");
    assert_eq!(world.hub.resolve("org/name").unwrap(), folder);
    #[cfg(unix)]
    {
        let link = std::fs::read_link(folder.join("config.json")).unwrap();
        assert!(link.starts_with("../../blobs"), "{}", link.display());
    }
}

#[test]
fn what_is_in_the_cache_does_not_come_again() {
    let world = world(&model(), Faults::default());
    world.fetch("org/name").unwrap();
    world.fetch("org/name").unwrap();
    world.fetch(&format!("org/name@{COMMIT}")).unwrap();
    assert_eq!(world.server.downloads("model.safetensors"), 1);
    assert_eq!(world.server.downloads("config.json"), 1);
}

#[test]
fn a_broken_download_goes_on_where_it_broke() {
    let faults = Faults { broken: 2, ..Faults::default() };
    let world = world(&model(), faults);
    let mut begun = Vec::new();
    let folder = world
        .hub
        .fetch("org/name", &mut |progress| {
            if let Progress::Begin { file: "model.safetensors", bytes, present } = progress {
                begun.push((bytes, present));
            }
        })
        .unwrap();
    assert_eq!(begun, [(100_000, 0), (100_000, 50_000), (100_000, 75_000)]);
    let ranges: Vec<String> =
        world.server.requests().iter().filter_map(|request| request.headers.get("range").cloned()).collect();
    assert_eq!(ranges, ["bytes=50000-", "bytes=75000-"]);
    assert_eq!(std::fs::read(folder.join("model.safetensors")).unwrap(), content(&model(), "model.safetensors"));
}

#[test]
fn a_download_that_stays_broken_is_kept_for_the_next_run() {
    let world = world(&model(), Faults { broken: 4, ..Faults::default() });
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.contains("tip: what came is kept"), "{error}");
    assert!(world.hub.resolve("org/name").is_err(), "half a model counts as one");
    let folder = world.fetch("org/name").unwrap();
    assert_eq!(std::fs::read(folder.join("model.safetensors")).unwrap(), content(&model(), "model.safetensors"));
    let last = world.server.requests().iter().rev().find_map(|request| request.headers.get("range").cloned());
    assert_eq!(last.as_deref(), Some("bytes=93750-"));
}

#[test]
fn a_server_without_ranges_sends_it_all_again() {
    let world = world(&model(), Faults { broken: 1, no_ranges: true, ..Faults::default() });
    let folder = world.fetch("org/name").unwrap();
    assert_eq!(std::fs::read(folder.join("model.safetensors")).unwrap(), content(&model(), "model.safetensors"));
}

#[test]
fn a_wrong_checksum_is_an_error_and_the_file_is_removed() {
    let world = world(&model(), Faults { corrupt: true, ..Faults::default() });
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.starts_with("model.safetensors: wanted SHA-256 "), "{error}");
    let blobs = world.files_under("models--org--name/blobs");
    assert_eq!(blobs.len(), 2, "{blobs:?}");
    world.server.set(Faults::default());
    world.fetch("org/name").unwrap();
}

#[test]
fn a_file_that_went_bad_in_the_cache_is_found_out() {
    let world = world(&model(), Faults::default());
    let folder = world.fetch("org/name").unwrap();
    let weights = std::fs::canonicalize(folder.join("model.safetensors")).unwrap();
    std::fs::write(&weights, vec![0; 100_000]).unwrap();
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.contains("wanted SHA-256"), "{error}");
    world.fetch("org/name").unwrap();
    assert_eq!(std::fs::read(&weights).unwrap(), content(&model(), "model.safetensors"));
}

#[test]
fn the_token_goes_to_the_hub_and_to_no_other_host() {
    let storage = Server::start(&model(), Faults::default());
    let faults = Faults { token: Some("hf_x"), elsewhere: Some(storage.address.clone()), ..Faults::default() };
    let world = world_with(&model(), faults, |environment| environment.token = Some("hf_x".into()));
    let folder = world.fetch("org/name").unwrap();
    assert_eq!(std::fs::read(folder.join("model.safetensors")).unwrap(), content(&model(), "model.safetensors"));
    assert_eq!(storage.downloads("model.safetensors"), 1);
    assert!(world.server.requests().iter().all(|request| request.headers["authorization"] == "Bearer hf_x"));
    assert!(storage.requests().iter().all(|request| !request.headers.contains_key("authorization")));
}

#[test]
fn a_model_that_needs_a_token_says_so() {
    let world = world(&model(), Faults { token: Some("hf_x"), ..Faults::default() });
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.starts_with("org/name: wanted to read it, found that its owner"), "{error}");
    assert!(error.contains("tip: set `HF_TOKEN`"), "{error}");
}

#[test]
fn refusals_are_told_apart() {
    for (refused, wanted) in [
        (
            ("/revision/main", 404, "RepoNotFound"),
            "org/name: wanted a repository of that name, found none that is public\ntip: ",
        ),
        (
            ("/revision/main", 401, "RepoNotFound"),
            "org/name: wanted a repository of that name, found none that is public\ntip: ",
        ),
        (("/revision/main", 404, "RevisionNotFound"), "org/name: wanted revision `main`, found none of that name"),
        (
            ("/revision/main", 401, ""),
            "org/name: wanted to read it, found status 401: not allowed\ntip: set `HF_TOKEN`",
        ),
        (("config.json", 403, ""), "org/name: wanted to read it, found status 403: not allowed\ntip: set `HF_TOKEN`"),
        (("config.json", 404, ""), "org/name: wanted `config.json`, found no such file"),
        (("/revision/main", 429, ""), "org/name: wanted an answer, found status 429: too many requests\ntip: "),
        (("/revision/main", 503, ""), "org/name: wanted an answer, found status 503"),
    ] {
        let world = world(&model(), Faults { refused: Some(refused), ..Faults::default() });
        let error = world.fetch("org/name").unwrap_err();
        assert!(error.starts_with(wanted), "{refused:?}: {error}");
    }
}

#[test]
fn a_repository_that_was_renamed_is_found() {
    let world = world(&model(), Faults { renamed: Some("org/name"), ..Faults::default() });
    let folder = world.fetch("old/name").unwrap();
    assert!(folder.starts_with(world.cache.join("models--old--name")));
    assert!(folder.join("model.safetensors").is_file());
}

#[test]
fn offline_nothing_is_asked() {
    let world = world_with(&model(), Faults::default(), |environment| environment.offline = Some("HF_HUB_OFFLINE"));
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.starts_with("offline, because `HF_HUB_OFFLINE` is set: org/name: "), "{error}");
    let reference = Reference::parse("org/name", Kind::Dataset).unwrap();
    let error = world.hub.fetch_files(&reference, &["*"], &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("offline, because `HF_HUB_OFFLINE` is set: `org/name` is not in the cache"), "{error}");
    assert!(world.server.requests().is_empty());
}

#[test]
fn offline_the_cache_is_enough() {
    let online = world(&model(), Faults::default());
    let folder = online.fetch("org/name").unwrap();
    let asked = online.server.requests().len();
    let mut environment = Environment::read(|_| None);
    environment.cache = Some(online.cache.clone());
    environment.endpoint = online.server.address.clone();
    environment.offline = Some("TRANSFORMERS_OFFLINE");
    let offline = Hub::new(environment);
    assert_eq!(offline.fetch("org/name", &mut |_| {}).unwrap(), folder);
    assert_eq!(online.server.requests().len(), asked);
}

#[test]
fn a_hub_that_does_not_answer_is_named() {
    // A port of the system's own: one that was free a moment ago may be another test's by now.
    let closed = "http://127.0.0.1:9";
    let world = world_with(&model(), Faults::default(), |environment| environment.endpoint = closed.into());
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.starts_with(&format!("{closed}/api/models/org/name/revision/main: wanted an answer")), "{error}");
    assert!(error.contains("tip: `HF_ENDPOINT`"), "{error}");
}

#[test]
fn weights_in_several_files_come_all() {
    let mut files = model();
    files.retain(|(name, _)| *name != "model.safetensors");
    let index = br#"{"weight_map":{"a":"model-1-of-2.safetensors","b":"model-2-of-2.safetensors"}}"#;
    files.push(("model.safetensors.index.json", index.to_vec()));
    files.push(("model-1-of-2.safetensors", vec![1; 3000]));
    files.push(("model-2-of-2.safetensors", vec![2; 3000]));
    let world = world(&files, Faults::default());
    let folder = world.fetch("org/name").unwrap();
    assert_eq!(std::fs::read(folder.join("model-2-of-2.safetensors")).unwrap(), vec![2; 3000]);
    std::fs::remove_file(folder.join("model-1-of-2.safetensors")).unwrap();
    let error = world.hub.resolve("org/name").unwrap_err().to_string();
    assert!(error.contains("without its `model-1-of-2.safetensors`\ntip: `alam fetch org/name`"), "{error}");
}

#[test]
fn files_of_a_dataset_come_by_pattern() {
    let files =
        [("README.md", vec![b'a']), ("ar/train-0.parquet", vec![3; 2000]), ("fa/train-0.parquet", vec![4; 2000])];
    let world = world(&files, Faults::default());
    let reference = Reference::parse("org/data@refs/convert/parquet", Kind::Dataset).unwrap();
    let paths = world.hub.fetch_files(&reference, &["ar/*.parquet"], &mut |_| {}).unwrap();
    let folder = world.cache.join("datasets--org--data/snapshots").join(COMMIT);
    assert_eq!(paths, [folder.join("ar/train-0.parquet")]);
    assert_eq!(std::fs::read(&paths[0]).unwrap(), vec![3; 2000]);
    let first = &world.server.requests()[0].path;
    assert_eq!(first, "/api/datasets/org/data/revision/refs%2Fconvert%2Fparquet");
    let error = world.hub.fetch_files(&reference, &["tr/*"], &mut |_| {}).unwrap_err().to_string();
    assert!(error.starts_with("org/data: wanted files like `tr/*`, found "), "{error}");
}

#[test]
fn a_listing_with_paths_that_lead_elsewhere_is_refused() {
    let mut files = model();
    files.push(("../../escape", vec![1]));
    let world = world(&files, Faults::default());
    let error = world.fetch("org/name").unwrap_err();
    assert!(error.contains("wanted file names, found `../../escape`"), "{error}");
}

#[test]
fn two_at_once_fetch_a_file_once() {
    let world = world(&model(), Faults::default());
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| world.fetch("org/name").unwrap());
        }
    });
    assert_eq!(world.server.downloads("model.safetensors"), 1);
}

#[test]
fn certificates_that_are_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "not a certificate").unwrap();
    let trust = |path: &Path| {
        let path = path.to_path_buf();
        world_with(&model(), Faults::default(), move |environment| environment.certificates = Some(path))
    };
    let error = trust(&file).fetch("org/name").unwrap_err();
    assert!(error.ends_with("ca.pem: wanted certificates (PEM), found none"), "{error}");
    let error = trust(&folder.path().join("absent.pem")).fetch("org/name").unwrap_err();
    assert!(error.contains("absent.pem: "), "{error}");
}
