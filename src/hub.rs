//! Fetching models and datasets from a Hugging Face hub.
