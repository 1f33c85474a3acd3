use super::Pretrain;
use crate::recipe::Source;
use crate::run::job::{Job, Limit};
use crate::run::objective::Objective;
use crate::run::progress::Show;
use crate::run::trainer::{self, Ending};
use crate::text::corpus::make;
use crate::text::tokenizer::{self, count::Counts, files};
use alam_models::{Config, Rng, weights};

const SHAPE: &str = "[shape]\nfamily = \"electra\"\nhidden_size = 16\nlayers = 1\nheads = 2\nmax_positions = 64\n";
const CORPUS: &str = "[[corpora]]\npath = \"text.ids\"\n";
const TRAIN: &str =
    "[train]\nsteps = 6\nbatch_tokens = 256\nmicro_tokens = 128\nlearning_rate = 0.01\nevaluate_every = 3\n";
const GENERATOR: &str = "[generator]\nhidden_size = 8\nheads = 2\n";

/// A folder with a vocabulary and a file of token ids.
struct Place {
    folder: tempfile::TempDir,
}

/// A recipe whose table `shape` has some more lines.
fn shaped(goal: &str, more: &str) -> String {
    recipe(goal, "").replace(SHAPE, &format!("{SHAPE}{more}"))
}

fn recipe(goal: &str, more: &str) -> String {
    let generator = if goal == "electra" { GENERATOR } else { "" };
    format!(
        "objective = \"{goal}\"\ntokenizer = \"words\"\nsequence_tokens = 32\ndropout = 0.1\n{more}{CORPUS}{SHAPE}{generator}{TRAIN}"
    )
}

impl Place {
    fn new() -> Place {
        let folder = tempfile::tempdir().unwrap();
        let words =
            ["قال", "الوزير", "إن", "مدينة", "القاهرة", "ستستضيف", "مؤتمر", "السلام", "في", "الربيع", "القادم", "."];
        let mut rng = Rng::new(4);
        let line = |rng: &mut Rng| (0..12).map(|_| words[rng.below(words.len())]).collect::<Vec<_>>().join(" ");
        let text: String = (0..600).map(|_| line(&mut rng) + "\n\n").collect();
        std::fs::write(folder.path().join("text.txt"), &text).unwrap();
        let options = tokenizer::Options { text: Vec::new(), vocab_size: 420, min_count: 1, cut_proclitics: false };
        let tokenizer = tokenizer::from_counts(&Counts::of_text(&text), &options).unwrap();
        files::save(&tokenizer, &folder.path().join("words"), 64).unwrap();
        let (encoder, vocabulary) = files::encoder(&folder.path().join("words")).unwrap();
        let options = make::Options { text: vec![folder.path().join("text.txt")], held_out: 0.1 };
        make::make(&options, &encoder, &vocabulary, &folder.path().join("text.ids")).unwrap();
        Place { folder }
    }

    fn job(&self, name: &str, text: &str, steps: Option<u64>) -> Job {
        Job {
            recipe: Source { path: "r.toml".into(), text: text.into() },
            out: self.folder.path().join(name),
            data: self.folder.path().into(),
            device: candle_core::Device::Cpu,
            limit: Limit { time: None, steps },
            show: Show::None,
            command: "alam-train pretrain r.toml".into(),
        }
    }

    fn run(&self, name: &str, text: &str, steps: Option<u64>) -> Ending {
        let job = self.job(name, text, steps);
        let (pretrain, train) = Pretrain::prepare(&job).unwrap();
        trainer::run(pretrain, &train, &job).unwrap()
    }

    fn weights(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.path().join(name).join("model.safetensors")).unwrap()
    }

    fn complaint(&self, text: &str) -> String {
        Pretrain::prepare(&self.job("out", text, None)).unwrap_err().to_string()
    }
}

#[test]
fn a_stopped_run_ends_with_the_same_bytes_as_one_that_was_not() {
    let place = Place::new();
    for (goal, muon) in [("mlm", 0), ("mlm", 4), ("electra", 0)] {
        let (whole, parts) = (format!("{goal}-{muon}-whole"), format!("{goal}-{muon}-parts"));
        let recipe = recipe(goal, "") + &format!("[train.optimiser]\nmuon = {muon}\n");
        assert!(matches!(place.run(&whole, &recipe, None), Ending::Finished { .. }));
        assert_eq!(place.run(&parts, &recipe, Some(2)), Ending::Stopped { step: 2, steps: 6 });
        assert_eq!(place.run(&parts, &recipe, Some(3)), Ending::Stopped { step: 5, steps: 6 });
        assert!(matches!(place.run(&parts, &recipe, None), Ending::Finished { .. }));
        assert!(place.weights(&whole) == place.weights(&parts), "{goal} {muon}");
    }
    assert!(place.weights("mlm-0-whole") != place.weights("mlm-4-whole"));
}

#[test]
fn a_run_goes_on_from_the_checkpoint_of_another_at_its_own_rate() {
    let place = Place::new();
    // Nothing moves at a rate of nearly nothing, so what the second run ends with is what the first one ended with.
    assert!(matches!(place.run("long", &recipe("mlm", ""), Some(4)), Ending::Stopped { step: 4, .. }));
    let text = recipe("mlm", "").replace("[train]", "[train]\nafter = \"long\"");
    let Ending::Finished { best: Some(best) } = place.run("short", &text.replace("0.01", "1e-12"), None) else {
        panic!("the run is finished and was evaluated")
    };
    // Its own six steps have no more than 1,536 tokens; those of the first run are counted with them.
    assert!(best.step == 6 && best.evaluation.score > 0.001_536, "{best:?}");
    let loss = best.evaluation.numbers["masked/loss"];
    let (mut first, _) = Pretrain::prepare(&place.job("new", &recipe("mlm", ""), None)).unwrap();
    assert!(loss < first.evaluate().unwrap().numbers["masked/loss"] - 0.05, "{loss}");
    let job = place.job("none", &text.replace("\"long\"", "\"words\""), None);
    let (pretrain, train) = Pretrain::prepare(&job).unwrap();
    let error = trainer::run(pretrain, &train, &job).unwrap_err().to_string();
    assert!(error.contains("`train.after`: wanted a run with checkpoints at"), "{error}");
}

#[test]
fn neighbours_are_seen_from_the_first_step() {
    let place = Place::new();
    let text = |neighbours: &str| shaped("mlm", neighbours).replace("hidden_size = 16", "hidden_size = 32");
    let job = place.job("out", &text("neighbours = {dimensions = 16, reach = 1, blocks = 1}\n"), None);
    let weights = Pretrain::prepare(&job).unwrap().0.parameters().to_weights().unwrap();
    let last = &weights["embeddings.position"].values[16..32];
    assert!(last.iter().step_by(2).all(|&x| x > 0.05) && last.iter().skip(1).step_by(2).all(|&x| x == 0.0));
    for (neighbours, part) in [
        ("{dimensions = 18}", "r.toml:13: `shape.neighbours.dimensions`: wanted an even number up to 16"),
        ("{blocks = 2, dimensions = 16}", "`shape.neighbours.blocks`: wanted at most 1, found 2"),
        ("{blocks = 1, dimensions = 16, reach = 2}", "`shape.neighbours.reach`: wanted at most 1"),
        ("{blocks = 1, dimensions = 16, reach = 1, sharpness = 0}", "`shape.neighbours.sharpness`: wanted a positive"),
    ] {
        let found = place.complaint(&text(&format!("neighbours = {neighbours}\n")));
        assert!(found.contains(part), "{part}: {found}");
    }
}

#[test]
fn the_folder_holds_an_encoder_with_its_tokenizer_and_begins_another_run() {
    let place = Place::new();
    place.run("first", &recipe("electra", ""), None);
    let folder = place.folder.path().join("first");
    let config = Config::open(&folder).unwrap();
    assert_eq!((config.model_type.as_str(), config.hidden_size, config.dropout), ("electra", 16, 0.1));
    let weights = weights::read(&folder, &config).unwrap();
    assert_eq!(weights["embeddings.word"].shape, [config.vocab_size, 16]);
    assert!(folder.join("tokenizer.json").is_file() && folder.join("tagger.json").is_file());
    assert!(std::fs::read_to_string(folder.join("README.md")).unwrap().contains("| masked/accuracy |"));
    let job = place.job("second", &recipe("mlm", "init = \"first\"\n"), None);
    let (second, _) = Pretrain::prepare(&job).unwrap();
    assert_eq!(second.parameters().to_weights().unwrap()["embeddings.word"], weights["embeddings.word"]);
}

#[test]
fn word_vectors_are_the_first_value_of_the_word_table() {
    let place = Place::new();
    place.run("first", &recipe("mlm", ""), None);
    let text = shaped("electra", "vectors = \"first/model.safetensors\"\n");
    let complaint = place.complaint(&text);
    assert!(complaint.contains("wanted the tensor `embeddings.word`"), "{complaint}");
    let table: Vec<u8> = (0..16u32).flat_map(|i| (i as f32).to_le_bytes()).collect();
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![1, 16], &table).unwrap();
    let file = safetensors::serialize([("embeddings.word", view)], None).unwrap();
    std::fs::write(place.folder.path().join("small"), file).unwrap();
    let complaint = place.complaint(&shaped("electra", "vectors = \"small\"\n"));
    assert!(complaint.contains("`shape.vectors`: wanted a table of [") && complaint.ends_with("found [1, 16]"));
    let both = place
        .complaint(&shaped("electra", "vectors = \"small\"\n").replace("objective", "init = \"first\"\nobjective"));
    assert!(both.contains("wanted `init` or `shape.vectors`, found both"), "{both}");
    let config = Config::open(&place.folder.path().join("first")).unwrap();
    let rows = config.vocab_size;
    let table: Vec<u8> = (0..rows * 16).flat_map(|i| (i as f32 * 1e-4).to_le_bytes()).collect();
    let view = safetensors::tensor::TensorView::new(safetensors::Dtype::F32, vec![rows, 16], &table).unwrap();
    let file = safetensors::serialize([("embeddings.word", view)], None).unwrap();
    std::fs::write(place.folder.path().join("large"), file).unwrap();
    let job = place.job("out", &shaped("electra", "vectors = \"large\"\n"), None);
    let (pretrain, _) = Pretrain::prepare(&job).unwrap();
    assert_eq!(pretrain.parameters().to_weights().unwrap()["embeddings.word"].values[17], 17.0 * 1e-4);
}

#[test]
fn both_objectives_learn_a_text_of_twelve_words() {
    let place = Place::new();
    for goal in ["mlm", "electra"] {
        let text = recipe(goal, "").replace("steps = 6", "steps = 60");
        let job = place.job(goal, &text, None);
        let (mut pretrain, train) = Pretrain::prepare(&job).unwrap();
        let before = pretrain.evaluate().unwrap().numbers;
        let Ending::Finished { best: Some(best) } = trainer::run(pretrain, &train, &job).unwrap() else {
            panic!("the run is finished and was evaluated")
        };
        let after = best.evaluation.numbers;
        assert!(after["masked/loss"] < before["masked/loss"] - 1.0, "{before:?} {after:?}");
        if goal == "electra" {
            assert!(after["replaced/loss"] < before["replaced/loss"] && after["replaced/accuracy"] > 0.7, "{after:?}");
        }
    }
}

#[test]
fn a_recipe_that_cannot_work_is_refused_with_its_line() {
    let place = Place::new();
    let swap = |from: &str, to: &str| recipe("electra", "").replace(from, to);
    for (text, part) in [
        (recipe("mlm", "") + GENERATOR, "`generator`: wanted none for `mlm`"),
        (swap(GENERATOR, ""), "r.toml:1: `objective`: wanted a table `generator`"),
        (swap("hidden_size = 8\nheads = 2", "hidden_size = 8\nheads = 3"), "`generator.heads`: wanted a divisor of"),
        (recipe("mlm", "masked = 1.5\n"), "r.toml:5: `masked`: wanted a share between 0 and 1, found 1.5"),
        (swap("dropout = 0.1", "dropout = 1.0"), "`dropout`: wanted a share below 1"),
        (recipe("mlm", "detection_weight = 0\n"), "`detection_weight`: wanted a positive number"),
        (swap("sequence_tokens = 32", "sequence_tokens = 65"), "r.toml:3: `sequence_tokens`: wanted 8 to"),
        (swap("micro_tokens = 128", "micro_tokens = 16"), "`train.micro_tokens`: wanted room for a sequence"),
        (swap(CORPUS, "corpora = []\n"), "`corpora`: wanted at least one file"),
        (swap("text.ids\"", "text.ids\"\nweight = 0"), "`corpora.0.weight`: wanted a weight above 0"),
        (swap("text.ids", "none.ids"), "`corpora.0.path`: wanted one of "),
        (swap("\"words\"", "\"none\""), "r.toml:2: `tokenizer`: wanted one of "),
        (recipe("mlm", "init = \"none\"\n"), "`init`: wanted one of "),
        (swap("text.ids", "text.txt"), "text.txt: wanted a file of token ids, found something else"),
        (recipe("mlm", "maskd = 0.1\n"), "r.toml:5: "),
    ] {
        let found = place.complaint(&text);
        assert!(found.contains(part), "{part}: {found}");
    }
}

#[test]
fn a_vocabulary_without_a_mask_is_refused() {
    let place = Place::new();
    let path = place.folder.path().join("words/tokenizer.json");
    let text = std::fs::read_to_string(&path).unwrap().replace("[MASK]", "[GAP]");
    std::fs::write(&path, text).unwrap();
    let found = place.complaint(&recipe("mlm", ""));
    assert!(found.contains("wanted a vocabulary with [CLS], [SEP] and [MASK]"), "{found}");
}

#[test]
fn the_state_of_another_objective_is_refused() {
    let place = Place::new();
    let (mut pretrain, _) = Pretrain::prepare(&place.job("out", &recipe("mlm", ""), None)).unwrap();
    let error = pretrain.restore(&serde_json::json!({"epoch": 1})).unwrap_err().to_string();
    assert!(error.contains("wanted the state of a pretraining"), "{error}");
}
