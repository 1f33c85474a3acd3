//! What a tagger promises whatever its model has learnt, on a model of random weights.

mod tagger {
    pub(crate) mod texts;
    pub(crate) mod tiny;

    mod copies;
    mod load;
    mod long;
    mod numbers;
    mod options;
    mod order;
    mod own_names;
    #[cfg(feature = "embed")]
    mod places;
    mod spans;
    mod stages;
    mod stale;
    mod stream;
}
