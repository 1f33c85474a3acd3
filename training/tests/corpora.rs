//! Corpora from elsewhere, by the real binary: from a dataset repository on loopback, and text that a teacher labels.

#[path = "../../tests/hub/server.rs"]
// The hub's own tests use all of it.
#[allow(dead_code)]
mod server;

use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use server::{Faults, Server};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;

type Sentence = &'static [(&'static str, i64)];

/// Sentences with the numbers of WikiANN's labels.
const TRAIN: &[Sentence] = &[
    &[("زار", 0), ("سامي", 1), ("النجار", 2), ("عمان", 5), (".", 0)],
    &[("عادت", 0), ("ليلى", 1), ("من", 0), ("بيروت", 5)],
    &[("قالت", 0), ("وزارة", 3), ("المالية", 4), ("أمس", 0)],
];
const DEV: &[Sentence] = &[&[("سافر", 0), ("سامي", 1), ("إلى", 0), ("بيروت", 5)]];
const LABELS: [&str; 7] = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC"];
const CONLL: &str = "زار O\nسامي B-PER\nعمان B-LOC\n\nعادت O\nليلى B-PER\nمن O\nبيروت B-LOC\n";
const TEXT: &str = "سافر سامي إلى بيروت.\n\nوصلت ليلى أمس إلى عمان.\n";
const RECIPE: &str = "types = [\"PER\", \"LOC\"]\n[model]\ntokenizer = \"words\"\n[model.shape]\nfamily = \"electra\"\n\
                      hidden_size = 16\nlayers = 1\nheads = 2\nmax_positions = 64\n[examples]\nwindow = [16, 32]\n\
                      [train]\nsteps = 2\nbatch_tokens = 64\nlearning_rate = 0.001\n";

const DEV_SET: &str = "[[dev]]\nname = \"dev\"\npath = \"train.conll\"\n";

/// A Parquet file as `datasets` writes it; with `labels` in its metadata where they are given.
fn parquet(sentences: &[Sentence], labels: Option<&[&str]>) -> Vec<u8> {
    let schema = "message schema {
        OPTIONAL GROUP tokens (LIST) { REPEATED GROUP list { OPTIONAL BYTE_ARRAY element (UTF8); } }
        OPTIONAL GROUP ner_tags (LIST) { REPEATED GROUP list { OPTIONAL INT64 element; } }
    }";
    let metadata = labels.map(|names| {
        let features = serde_json::json!({"ner_tags": {"feature": {"names": names, "_type": "ClassLabel"}}});
        let info = serde_json::json!({"info": {"features": features}});
        vec![KeyValue::new("huggingface".to_owned(), info.to_string())]
    });
    let properties =
        WriterProperties::builder().set_compression(Compression::SNAPPY).set_key_value_metadata(metadata).build();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let repetition: Vec<i16> = sentences.iter().flat_map(|s| (0..s.len()).map(|i| i16::from(i > 0))).collect();
    let definition = vec![3; repetition.len()];
    let words = || sentences.iter().copied().flatten();
    let tokens: Vec<ByteArray> = words().map(|word| ByteArray::from(word.0)).collect();
    let tags: Vec<i64> = words().map(|word| word.1).collect();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&tokens, Some(&definition), Some(&repetition)).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&tags, Some(&definition), Some(&repetition)).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

/// A dataset's card that names the labels of `ar`.
fn card() -> Vec<u8> {
    let names: String = LABELS.iter().enumerate().map(|(i, name)| format!("          '{i}': {name}\n")).collect();
    let tags = "  - name: ner_tags\n    sequence:\n      class_label:\n        names:\n";
    format!("---\ndataset_info:\n- config_name: ar\n  features:\n{tags}{names}---\n").into_bytes()
}

/// A folder with a vocabulary, data and recipes.
struct Place {
    folder: TempDir,
    hub: Option<Server>,
}

impl Place {
    fn new(files: &[(&str, Vec<u8>)]) -> Place {
        let hub = (!files.is_empty()).then(|| Server::start(files, Faults::default()));
        let place = Place { folder: tempfile::tempdir().unwrap(), hub };
        place.write("words.toml", "text = [\"text.txt\"]\nvocab_size = 420\nmin_count = 1\n");
        place.write("text.txt", TEXT);
        place.write("train.conll", CONLL);
        let output = place.run(&["tokenizer", "words.toml", "--out", "words"], &[]);
        assert!(output.status.success(), "{}", stderr(&output));
        place
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path().join(name)).unwrap()
    }

    /// The binary in the folder, with no variable of a hub but these.
    fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_alam-train"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("HF_") || name.ends_with("_OFFLINE")) {
            command.env_remove(name);
        }
        let endpoint = self.hub.as_ref().map_or("http://127.0.0.1:9", |hub| &hub.address);
        command.env("HF_HOME", self.path().join("home")).env("HF_ENDPOINT", endpoint);
        command.envs(variables.iter().copied()).args(arguments).current_dir(self.path()).output().unwrap()
    }

    /// `finetune` or `distil` with the recipe and these corpora, and a dev set if there is none among them.
    fn learn(&self, command: &str, out: &str, corpora: &str) -> Output {
        let dev = if corpora.contains("[[dev]]") { "" } else { DEV_SET };
        self.write("recipe.toml", &format!("{RECIPE}{corpora}{dev}"));
        self.run(&[command, "recipe.toml", "--out", out, "--progress", "plain"], &[])
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn wikiann(more: &str) -> String {
    let corpus = "hub = \"unimelb-nlp/wikiann\"\nconfig = \"ar\"\nlabels = { ORG = \"O\" }\n";
    format!("[[corpora]]\n{corpus}{more}[[dev]]\nname = \"dev\"\nsplit = \"validation\"\n{corpus}{more}")
}

#[test]
fn wikiann_comes_from_the_hub_and_a_second_time_from_the_cache() {
    let place = Place::new(&[
        ("README.md", card()),
        ("ar/train-00000-of-00001.parquet", parquet(TRAIN, None)),
        ("ar/validation-00000-of-00001.parquet", parquet(DEV, None)),
        ("fr/train-00000-of-00001.parquet", b"no".to_vec()),
    ]);
    let output = place.learn("finetune", "model", &wikiann(""));
    assert!(output.status.success(), "{}", stderr(&output));
    let told = stderr(&output);
    assert!(told.contains("fetching ar/train-00000-of-00001.parquet of unimelb-nlp/wikiann, 0.0 MiB\n"), "{told}");
    assert!(told.contains("unimelb-nlp/wikiann: 3 documents, 13 words, 4 names"), "{told}");
    let card = place.read("model/README.md");
    assert!(card.contains("datasets:\n- unimelb-nlp/wikiann\n") && card.contains("- name: model\n"), "{card}");
    assert!(card.contains("| dev | 1 | 4 | 2 | measured on |"), "{card}");
    let hub = place.hub.as_ref().unwrap();
    assert_eq!(
        (hub.downloads("train-00000-of-00001.parquet"), hub.downloads("fr/train-00000-of-00001.parquet")),
        (1, 0)
    );
    let arguments = ["finetune", "recipe.toml", "--out", "again"];
    let output = place.run(&arguments, &[("HF_HUB_OFFLINE", "1"), ("HF_ENDPOINT", "http://127.0.0.1:9")]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn labels_come_from_the_file_or_from_the_recipe_where_there_is_no_card() {
    let place = Place::new(&[
        ("ar/train.parquet", parquet(TRAIN, Some(&LABELS))),
        ("ar/validation.parquet", parquet(DEV, Some(&LABELS))),
        ("bare/train.parquet", parquet(TRAIN, None)),
    ]);
    let output = place.learn("finetune", "model", &wikiann(""));
    assert!(output.status.success(), "{}", stderr(&output));
    let bare = "[[corpora]]\nhub = \"a/b\"\nconfig = \"bare\"\nlabels = { ORG = \"O\" }\n";
    let output = place.learn("finetune", "bare", bare);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("recipe.toml:16: `corpora.0.names`: wanted the labels of `ner_tags`"),
        "{}",
        stderr(&output)
    );
    let names = format!("names = {LABELS:?}\n");
    let output = place.learn("finetune", "bare", &format!("{bare}{names}"));
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn a_table_on_disk_has_its_labels_in_itself_or_in_the_recipe() {
    let place = Place::new(&[]);
    std::fs::write(place.path().join("told.parquet"), parquet(TRAIN, Some(&LABELS))).unwrap();
    std::fs::write(place.path().join("bare.parquet"), parquet(TRAIN, None)).unwrap();
    let names = format!("names = {LABELS:?}\n");
    for (file, more) in [("told", ""), ("bare", names.as_str())] {
        let corpus = format!("[[corpora]]\npath = \"{file}.parquet\"\nlabels = {{ ORG = \"O\" }}\n{more}");
        let output = place.learn("finetune", file, &corpus);
        assert!(output.status.success(), "{}", stderr(&output));
        let said = format!("{file}.parquet: 3 documents, 13 words, 4 names");
        assert!(stderr(&output).contains(&said), "{}", stderr(&output));
    }
    let output = place.learn("finetune", "none", "[[corpora]]\npath = \"bare.parquet\"\n");
    assert_eq!(output.status.code(), Some(3));
    let said = "bare.parquet:1: wanted tags as `ner_tags` or their labels in the file's metadata, found 0";
    assert!(stderr(&output).contains(said), "{}", stderr(&output));
}

#[test]
fn conll_files_come_from_a_dataset_repository() {
    let files = [("data/a.conll", CONLL.as_bytes().to_vec()), ("data/b.conll", CONLL.as_bytes().to_vec())];
    let place = Place::new(&files);
    let output = place.learn("finetune", "model", "[[corpora]]\nhub = \"org/news@v1\"\nfile = \"data/*.conll\"\n");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("org/news@v1: 4 documents, 14 words, 8 names"), "{}", stderr(&output));
    assert_eq!(place.hub.as_ref().unwrap().requests()[0].path, "/api/datasets/org/news/revision/v1");
    let output = place.learn("finetune", "none", "[[corpora]]\nhub = \"org/news\"\n");
    assert_eq!(output.status.code(), Some(3));
    assert!(stderr(&output).contains("wanted files like `*train*.parquet`, found data/a.conll"), "{}", stderr(&output));
}

#[test]
fn a_broken_row_is_named() {
    let names = format!("names = {LABELS:?}\n");
    let rows: [(Sentence, &str); 3] = [
        (&[("سامي", 9)], "wanted numbers from 0 to 6 as `ner_tags`, found 9"),
        (&[("سامي", -1)], "wanted numbers from 0 to 6 as `ner_tags`, found -1"),
        (&[("زار", 0), ("سامي", 2)], "wanted IOB2 tags, found `I-PER` behind no name"),
    ];
    for (row, wanted) in rows {
        let place = Place::new(&[("ar/train.parquet", parquet(&[TRAIN[0], row], None))]);
        let output = place.learn("finetune", "model", &wikiann(&names));
        assert_eq!(output.status.code(), Some(3));
        assert!(stderr(&output).contains(&format!("ar/train.parquet:2: {wanted}")), "{}", stderr(&output));
    }
    let place = Place::new(&[("ar/train.parquet", b"PAR1 no".to_vec())]);
    let output = place.learn("finetune", "model", &wikiann(&names));
    assert!(stderr(&output).contains("ar/train.parquet: wanted a Parquet file, found one that"), "{}", stderr(&output));
}

#[test]
fn what_belongs_to_a_hub_is_refused_beside_a_path() {
    let place = Place::new(&[]);
    for (corpus, wanted) in [
        (
            "path = \"train.conll\"\nsplit = \"train\"\n",
            "recipe.toml:18: `corpora.0.split`: wanted `hub` beside `split`",
        ),
        (
            "path = \"train.conll\"\nhub = \"a/b\"\n",
            "recipe.toml:18: `corpora.0.hub`: wanted `path` or `hub`, found both",
        ),
        ("name = \"x\"\n", "`corpora.0.path`: wanted `path` or `hub`, found neither"),
        ("hub = \"../b\"\n", "hub: wanted a "),
        ("path = \"text.txt\"\n", "wanted a .conll, .conllu, .jsonl, .json or .parquet file, found `text.txt`"),
        ("path = \"text.txt\"\nunlabelled = true\n", "`corpora.0.unlabelled`: wanted a `[teacher]` table"),
        ("path = \"train.conll\"\nsample = 0\n", "`corpora.0.sample`: wanted a share above 0 up to 1, found 0"),
    ] {
        let output = place.learn("finetune", "model", &format!("[[corpora]]\n{corpus}"));
        assert!(stderr(&output).contains(wanted), "{corpus}: {}", stderr(&output));
    }
}

#[test]
fn a_student_learns_from_its_teacher_on_text_without_labels() {
    let place = Place::new(&[]);
    let labelled = "[[corpora]]\npath = \"train.conll\"\n";
    let output = place.learn("distil", "student", labelled);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("`teacher`: wanted a `[teacher]` table with the models"), "{}", stderr(&output));
    assert!(place.learn("finetune", "teacher", labelled).status.success());
    let teacher = "[teacher]\nmodels = [\"teacher\"]\nshare = 0.5\n";
    let text = "[[corpora]]\nname = \"news\"\npath = \"text.txt\"\nunlabelled = true\n";
    let output = place.learn("distil", "student", &format!("{teacher}{labelled}{text}"));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("news: 2 documents, 11 words, 0 names"), "{}", stderr(&output));
    assert!(place.read("student/README.md").contains("labelled by the teacher"));
    let lines = "نص قصير\n".repeat(1000);
    place.write("text.txt", &lines);
    let output = place.learn("distil", "sampled", &format!("{teacher}{labelled}{text}sample = 0.2\n"));
    let said = stderr(&output);
    let documents = said.lines().find_map(|line| line.strip_prefix("news: ")?.split(' ').next()?.parse::<u32>().ok());
    assert!(documents.is_some_and(|n| (150..250).contains(&n)), "{said}");
    // The teacher alone is enough, whatever types it knows.
    let output = place.learn("distil", "other", &format!("{teacher}{text}"));
    assert!(output.status.success(), "{}", stderr(&output));
    let output = place.learn("distil", "wrong", &format!("{teacher}{labelled}{DEV_SET}unlabelled = true\n"));
    assert!(stderr(&output).contains("`dev.0.unlabelled`: wanted text to learn from"), "{}", stderr(&output));
}

#[test]
fn a_student_learns_from_a_teacher_with_other_pieces() {
    let place = Place::new(&[]);
    let labelled = "[[corpora]]\npath = \"train.conll\"\n";
    assert!(place.learn("finetune", "teacher", labelled).status.success());
    place.write("text.txt", "والتقى سامي وليلى بالمدينة.\n\nوصلت ليلى والوزير إلى عمان.\n");
    place.write("cut.toml", "text = [\"text.txt\"]\nvocab_size = 420\nmin_count = 1\ncut_proclitics = true\n");
    assert!(place.run(&["tokenizer", "cut.toml", "--out", "cut"], &[]).status.success());
    let recipe = RECIPE.replace("\"words\"", "\"cut\"");
    let text = "[[corpora]]\nname = \"news\"\npath = \"text.txt\"\nunlabelled = true\n";
    let teach = |models: &str| {
        let teacher = format!("[teacher]\nmodels = [{models}]\nshare = 0.5\n");
        place.write("cut-recipe.toml", &format!("{recipe}{teacher}{labelled}{text}{DEV_SET}"));
        place.run(&["distil", "cut-recipe.toml", "--out", "student", "--progress", "plain"], &[])
    };
    let output = teach("\"teacher\"");
    assert!(output.status.success(), "{}", stderr(&output));
    // One reads the student's pieces, the other its own: they are not read together.
    let output = teach("\"student\", \"teacher\"");
    assert!(stderr(&output).contains("`teacher.models.1`: wanted teachers with one vocabulary"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn a_limit_to_the_size_of_files_is_an_error_that_is_told() {
    let place = Place::new(&[]);
    let script = "ulimit -f 2; exec \"$0\" tokenizer words.toml --out other";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_alam-train")]).current_dir(place.folder.path());
    let output = command.output().unwrap();
    assert!(output.status.code().is_some_and(|code| code > 0), "no signal ends it: {output:?}");
    assert!(stderr(&output).contains("File too large"), "{}", stderr(&output));
}
