//! Recipes for runs of a second or less.

/// Everything that draws random numbers, in a run of twelve steps: dropout, masks, windows, weights that are no whole
/// numbers, copies of a corpus that take turns, two conventions, parts of steps.
pub(crate) const FINETUNE: &str = r#"
types = ["PER", "LOC", "ORG"]
conventions = ["exact", "words"]

[model]
tokenizer = "words"

[model.shape]
hidden_size = 16
layers = 1
heads = 2
max_positions = 64

[augment]
copies = 2
proclitics = 0.3

[examples]
window = [16, 24]
mask = 0.1
drop_stop = 0.3
label_smoothing = 0.1

[train]
steps = 12
batch_tokens = 192
micro_tokens = 96
learning_rate = 1e-2
schedule = "cosine"
log_every = 3
evaluate_every = 4

[[corpora]]
path = "news.jsonl"
convention = "exact"
clitics = true
weight = 1.5

[[corpora]]
path = "news.conll"
convention = "words"
range = [0.0, 0.6]
join = 40

[[dev]]
name = "dev"
path = "news.jsonl"
convention = "exact"
clitics = true
"#;

/// A run that learns its corpus by heart.
pub(crate) const BY_HEART: &str = include_str!("../data/tiny.toml");

/// A pretraining of ten steps, by `mlm` or `electra`.
pub(crate) fn pretrain(objective: &str) -> String {
    let generator = if objective == "electra" { "[generator]\nhidden_size = 8\nheads = 2\n" } else { "" };
    format!(
        r#"
objective = "{objective}"
tokenizer = "words"
sequence_tokens = 32
dropout = 0.1
evaluation_tokens = 400

[[corpora]]
path = "raw.ids"

[shape]
family = "electra"
hidden_size = 16
layers = 1
heads = 2
max_positions = 64

{generator}
[train]
steps = 10
batch_tokens = 256
micro_tokens = 128
learning_rate = 1e-2
log_every = 3
evaluate_every = 4
"#
    )
}
