//! `config.json` of BERT, RoBERTa/XLM-R, ELECTRA and DistilBERT as one struct: families differ in data, not in files.

mod json;

/// The values of `model_type` that [`Config::from_json`] takes.
pub const MODEL_TYPES: [&str; 5] = ["bert", "distilbert", "electra", "roberta", "xlm-roberta"];

/// The families of encoders that this crate runs; they differ in tensor names and in how positions count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// BERT.
    Bert,
    /// RoBERTa and XLM-RoBERTa: positions begin behind the padding id.
    Roberta,
    /// DistilBERT: no token types.
    DistilBert,
    /// ELECTRA: embeddings may be narrower than the blocks.
    Electra,
}

/// The non-linearity between the two products of a block's feed-forward part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// GELU with the error function.
    Gelu,
    /// GELU by its tanh approximation (`gelu_new`, `gelu_pytorch_tanh`).
    GeluTanh,
    /// ReLU.
    Relu,
}

/// Everything about an encoder that is not a weight.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Which family it belongs to.
    pub family: Family,
    /// The `model_type` that was read, written back unchanged (`xlm-roberta` and `roberta` are one family).
    pub model_type: String,
    /// Number of token ids.
    pub vocab_size: usize,
    /// Width of the embeddings; differs from `hidden_size` only for ELECTRA.
    pub embedding_size: usize,
    /// Width of the blocks.
    pub hidden_size: usize,
    /// Number of blocks.
    pub layers: usize,
    /// Attention heads a block.
    pub heads: usize,
    /// Width between the two products of a block's feed-forward part.
    pub intermediate_size: usize,
    /// The non-linearity.
    pub activation: Activation,
    /// Rows of the position table.
    pub max_positions: usize,
    /// Row of the position table that the first token takes: 0, or behind the padding id for RoBERTa.
    pub first_position: usize,
    /// Rows of the token type table; 0 where there is none.
    pub token_types: usize,
    /// Added to the variance in layer norm.
    pub norm_epsilon: f32,
    /// Dropout on embeddings and on what each half of a block adds.
    pub dropout: f32,
    /// Dropout on attention probabilities.
    pub attention_dropout: f32,
    /// Dropout before the classifier.
    pub classifier_dropout: f32,
    /// Standard deviation of initial weights.
    pub initializer_range: f32,
    /// Padding id.
    pub padding_id: u32,
    /// Names of the classifier's outputs (`id2label`), in order.
    pub labels: Vec<String>,
}

impl Config {
    /// Longest sequence of tokens, special tokens included, that the position table can serve.
    pub fn max_tokens(&self) -> usize {
        self.max_positions - self.first_position
    }
}
