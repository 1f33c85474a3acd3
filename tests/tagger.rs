//! What a tagger promises whatever its model has learnt, on a model of random weights.

mod tagger {
    pub(crate) mod tiny;

    mod load;
}
