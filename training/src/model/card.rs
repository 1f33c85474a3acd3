//! Model cards (`README.md`): the front matter that a Hugging Face hub reads, and the parts that all cards have
//! (<https://huggingface.co/docs/hub/model-cards>).

use crate::run::state::State;
use crate::run::summary::Summary;
use std::fmt::{self, Display, Formatter};

/// What a hub reads of a card.
#[derive(Debug, Clone, Default)]
pub(crate) struct Front {
    /// The model's name.
    pub(crate) name: String,
    /// The licence's identifier, `cc-by-sa-4.0` say.
    pub(crate) licence: Option<String>,
    /// What the model does, `token-classification` say; none for an encoder.
    pub(crate) task: Option<&'static str>,
    /// What it learnt from.
    pub(crate) datasets: Vec<String>,
    /// What was measured, a data set each.
    pub(crate) results: Vec<Measured>,
}

/// What was measured on a data set, in fractions.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    /// The data set.
    pub(crate) dataset: String,
    /// Names of metrics with their values.
    pub(crate) metrics: Vec<(&'static str, f64)>,
}

impl Display for Front {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let licence = self.licence.as_deref().unwrap_or("unknown");
        writeln!(f, "---\nlanguage: ar\nlicense: {}\nlibrary_name: transformers", scalar(licence))?;
        if let Some(task) = self.task {
            writeln!(f, "pipeline_tag: {task}")?;
        }
        if !self.datasets.is_empty() {
            writeln!(f, "datasets:")?;
            self.datasets.iter().try_for_each(|name| writeln!(f, "- {}", scalar(name)))?;
        }
        let mut metrics: Vec<&str> = self.results.iter().flat_map(|r| r.metrics.iter().map(|m| m.0)).collect();
        metrics.sort_unstable();
        metrics.dedup();
        if !metrics.is_empty() {
            writeln!(f, "metrics:")?;
            metrics.iter().try_for_each(|name| writeln!(f, "- {name}"))?;
            writeln!(f, "model-index:\n- name: {}\n  results:", scalar(&self.name))?;
        }
        for result in &self.results {
            let (task, set) = (self.task.unwrap_or("other"), scalar(&result.dataset));
            writeln!(
                f,
                "  - task:\n      type: {task}\n    dataset:\n      name: {set}\n      type: {set}\n    metrics:"
            )?;
            for (name, value) in &result.metrics {
                writeln!(f, "    - type: {name}\n      value: {value:.4}")?;
            }
        }
        writeln!(f, "---")
    }
}

/// A string as YAML: bare where nothing in it has a meaning, else as JSON, which is YAML too.
fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_/.".contains(c);
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(plain) && !is_word_of_yaml(text) {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}

fn is_word_of_yaml(text: &str) -> bool {
    ["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_lowercase().as_str())
}

/// A table of Markdown; columns behind the first are numbers.
pub(crate) fn table(head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.iter().map(|c| cell(c)).collect::<Vec<_>>().join(" | "));
    let head: Vec<String> = head.iter().map(|&h| h.to_owned()).collect();
    let lines: Vec<String> = (0..head.len()).map(|i| if i == 0 { "---" } else { "--:" }.to_owned()).collect();
    let mut table = row(&head) + &row(&lines);
    rows.into_iter().for_each(|cells| table += &row(&cells));
    table
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace(['\n', '\r'], " ")
}

/// How the model came about: the command, the steps, the curve.
pub(crate) fn training(summary: &Summary<'_>) -> String {
    let State { step, best, seconds, tokens, .. } = summary.state;
    let chosen = best.as_ref().map_or(String::new(), |best| format!(", the best of them step {}", best.step));
    let tokens = *tokens as f64 / 1e6;
    format!(
        "## Training\n\n```sh\n{}\n```\n\n{step} of {} steps{chosen}; {tokens:.1} million tokens in {:.0} minutes. The \
         recipe is `recipe.toml`, what was measured on the way `metrics.jsonl`.\n\n![Loss and scores over steps](curve.svg)\n",
        summary.job.command,
        summary.steps,
        seconds / 60.0,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_front_matter_is_what_a_hub_reads() {
        let front = Front {
            name: "نموذج: 1".into(),
            licence: Some("cc-by-sa-4.0".into()),
            task: Some("token-classification"),
            datasets: vec!["unimelb-nlp/wikiann".into(), "no".into()],
            results: vec![Measured { dataset: "dev".into(), metrics: vec![("f1", 0.5)] }],
        };
        assert_eq!(
            front.to_string(),
            "---\nlanguage: ar\nlicense: cc-by-sa-4.0\nlibrary_name: transformers\npipeline_tag: token-classification\n\
             datasets:\n- unimelb-nlp/wikiann\n- \"no\"\nmetrics:\n- f1\nmodel-index:\n- name: \"نموذج: 1\"\n  results:\n  \
             - task:\n      type: token-classification\n    dataset:\n      name: dev\n      type: dev\n    metrics:\n    \
             - type: f1\n      value: 0.5000\n---\n"
        );
    }

    #[test]
    fn an_encoder_without_scores_has_a_short_front() {
        assert_eq!(
            Front::default().to_string(),
            "---\nlanguage: ar\nlicense: unknown\nlibrary_name: transformers\n---\n"
        );
    }

    #[test]
    fn a_table_survives_what_stands_in_its_cells() {
        let rows = vec![vec!["a|b\nc".to_owned(), "1".to_owned()]];
        assert_eq!(table(&["x", "n"], rows), "| x | n |\n| --- | --: |\n| a\\|b c | 1 |\n");
    }
}
