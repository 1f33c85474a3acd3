//! A recipe made from data: what it names, and how long it learns, follow from what is in the data, from the model that it
//! begins with, and from what this machine can do.

pub mod command;
mod convention;
mod effort;
mod kept;
mod plan;
mod types;
mod written;
