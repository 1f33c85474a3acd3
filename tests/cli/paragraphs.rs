//! What the model in the program finds in twenty paragraphs of news, written for this and marked by hand.

use crate::sandbox::Sandbox;

/// Some points below what the model reaches, so that a build that reads, cuts or decodes it wrongly fails.
const LEAST: &str = "0.7";

#[test]
fn the_model_in_the_program_finds_most_names_of_twenty_paragraphs() {
    let sandbox = Sandbox::new();
    sandbox.file("paragraphs.jsonl", include_str!("../golden/paragraphs.jsonl"));
    sandbox.run(&["eval", "paragraphs.jsonl", "--fail-under", LEAST]).succeeds();
}
