//! The card of a fine-tuned model: what it learnt from, what it scores, what its probabilities are worth.

use super::FineTune;
use super::report::{Report, SetReport};
use super::window::Windows;
use crate::data::corpora::Loaded;
use crate::data::corpus::Corpus;
use crate::model::card::{Front, Measured, table, training};
use crate::model::reach::ONE_IN;
use crate::run::summary::Summary;
use alam::evaluate::calibration::Calibration;
use alam::metrics::Score;
use alam::segment;

/// The text of `README.md`.
pub(super) fn card(run: &FineTune, report: &Report, summary: &Summary<'_>) -> String {
    let name = run.recipe.card.name.clone().unwrap_or_else(|| folder_name(summary));
    let front = Front {
        name: name.clone(),
        licence: run.recipe.card.licence.clone(),
        task: Some("token-classification"),
        datasets: run.sources.iter().map(|s| dataset(&s.corpus)).collect(),
        results: report.plain().map(measured).collect(),
    };
    let parts = [
        front.to_string() + &format!("\n# {name}\n\n{}", about(run)),
        data(run),
        scores(report, run.windows.window),
        probabilities(report),
        training(summary),
        limits(run, report),
    ];
    parts.join("\n")
}

/// What a hub knows the corpus by, where it has it.
fn dataset(corpus: &Corpus) -> String {
    corpus.hub.as_deref().unwrap_or_else(|| corpus.name()).to_owned()
}

fn folder_name(summary: &Summary<'_>) -> String {
    summary.job.out.file_name().map_or_else(|| "model".into(), |name| name.to_string_lossy().into_owned())
}

fn measured(set: &SetReport) -> Measured {
    let Score { precision, recall, f1, .. } = set.evaluation.scores.micro;
    Measured { dataset: set.name.clone(), metrics: vec![("precision", precision), ("recall", recall), ("f1", f1)] }
}

fn about(run: &FineTune) -> String {
    let config = &run.beginning.config;
    let weights: usize = run.network.parameters().iter().map(|p| p.len()).sum();
    let mut text = run.recipe.card.about.as_ref().map_or(String::new(), |about| format!("{}\n\n", about.trim()));
    text += &format!(
        "Finds names in Arabic text: {}. An encoder ({}) of {} blocks of width {} over {} word pieces, {:.1} million weights, \
         with tags at the first piece of each word.\n\n",
        run.recipe.types.join(", "),
        config.model_type,
        config.layers,
        config.hidden_size,
        config.vocab_size,
        weights as f64 / 1e6,
    );
    if !run.recipe.conventions.is_empty() {
        text += &format!(
            "Annotation conventions: `{}`; the first is the default, `--convention` chooses another.\n\n",
            run.recipe.conventions.join("`, `")
        );
    }
    let Windows { window, overlap, learnt } = run.windows;
    text += &format!(
        "A text is read in windows of {window} tokens, of which neighbours share {overlap}: one in {ONE_IN} of the sequences in \
         training, or in that of the model it began with, had {learnt} or more.\n\n"
    );
    if let Some(teacher) = &run.recipe.teacher {
        text += &format!(
            "Of the loss on labelled words, {:.0} per cent was against the probabilities of {} at temperature {}.\n\n",
            100.0 * teacher.share,
            teacher.models.join(", "),
            teacher.temperature
        );
    }
    text += "```sh\nalam tag --model . article.txt\n```\n\n`transformers.pipeline(\"token-classification\")` opens it too, but \
             without what `tagger.json` says of spelling, overlapping windows and which tag may follow which";
    if run.recipe.has_clitics() {
        text += ", and without `clitics.safetensors`, which says where a name begins inside its first word";
    }
    text + ".\n"
}

fn data(run: &FineTune) -> String {
    let dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    let row = |set: &Loaded, weight: String| {
        let corpus = &set.corpus;
        let names: usize = set.documents.iter().map(|d| d.entities.len()).sum();
        vec![
            corpus.name().to_owned(),
            set.documents.len().to_string(),
            words(set).to_string(),
            names.to_string(),
            weight,
            dash(&corpus.convention),
            dash(&corpus.licence),
            dash(&corpus.source.clone().or_else(|| corpus.hub.clone())),
        ]
    };
    let learnt = |corpus: &Corpus| {
        let who = if corpus.unlabelled { ", labelled by the teacher" } else { "" };
        format!("learnt from, weight {}{who}", corpus.weight)
    };
    let rows = run.sources.iter().map(|set| row(set, learnt(&set.corpus)));
    let rows = rows.chain(run.dev.iter().filter(|set| !set.joined).map(|set| row(set, "measured on".into())));
    let head = ["corpus", "documents", "words", "names", "use", "convention", "licence", "source"];
    format!("## Data\n\n{}", table(&head, rows))
}

/// Words as the tagger sees them.
fn words(set: &Loaded) -> usize {
    set.documents.iter().map(|d| segment::sentences(d).iter().map(|s| s.words.len()).sum::<usize>()).sum()
}

fn percent(share: f64) -> String {
    format!("{:.2}", 100.0 * share)
}

fn scores(report: &Report, window: usize) -> String {
    let mut text =
        "## Scores\n\nPer cent, by the tagger in f32. A name is right if its bounds and its type are.\n".to_owned();
    for set in report.plain() {
        let interval = set.evaluation.interval;
        let scores = &set.evaluation.scores;
        let row = |name: &str, score: &Score| {
            let Score { precision, recall, f1, support } = *score;
            vec![name.to_owned(), percent(precision), percent(recall), percent(f1), support.to_string()]
        };
        let mut rows: Vec<Vec<String>> = scores.types.iter().map(|(label, score)| row(label, score)).collect();
        rows.push(row("micro", &scores.micro));
        rows.push(row("macro", &scores.macro_average));
        text += &format!(
            "\n### {}\n\n{} documents, {}; 95 % interval of the micro F1: {} to {}.\n\n{}",
            set.name,
            set.evaluation.documents,
            if set.exact { "exact spans of running text" } else { "whole words of the corpus's own" },
            percent(interval.low),
            percent(interval.high),
            table(&["type", "P", "R", "F1", "names"], rows)
        );
        if let Some(Score { precision, recall, f1, .. }) = report.joined(set).map(|copy| copy.evaluation.scores.micro) {
            text += &format!(
                "\nWith neighbouring sentences joined to stretches of up to {window} tokens, so that every window is full: P {}, \
                 R {}, F1 {}.\n",
                percent(precision),
                percent(recall),
                percent(f1)
            );
        }
    }
    text
}

fn probabilities(report: &Report) -> String {
    let mut text = "## Probabilities\n\n".to_owned();
    let Some(temperature) = report.temperature else {
        return text + "No temperature was fitted, as there was no dev set in which a name was found.\n";
    };
    let selected: Vec<&str> = report.sets.iter().filter(|s| s.selected).map(|s| s.name.as_str()).collect();
    let errors = report.plain().filter_map(|set| {
        let after = set.evaluation.calibration.as_ref()?.error;
        let before = set.before.map_or_else(|| "–".into(), percent);
        Some(vec![set.name.clone(), before, percent(after)])
    });
    text += &format!(
        "Logits are divided by {temperature}: the temperature at which the scores of the names in {} have the least negative \
         log-likelihood. Expected calibration error, per cent, ten bins:\n\n{}",
        selected.join(", "),
        table(&["dev set", "before", "after"], errors)
    );
    for set in report.plain().filter(|s| s.selected) {
        if let Some(calibration) = &set.evaluation.calibration {
            text += &format!("\nWhat `--min-score` leaves on {}:\n\n{}", set.name, thresholds(calibration));
        }
    }
    text
}

fn thresholds(calibration: &Calibration) -> String {
    let rows = calibration.thresholds.iter().map(|row| {
        let Score { precision, recall, f1, .. } = row.score;
        vec![format!("{}", row.at), row.kept.to_string(), percent(precision), percent(recall), percent(f1)]
    });
    table(&["score from", "names", "P", "R", "F1"], rows)
}

fn limits(run: &FineTune, report: &Report) -> String {
    let mut limits = vec![
        "The dev sets chose the best step and the temperature; on text that had no say in either, expect less.".to_owned(),
        "Text unlike the corpora above (dialect, verse, transcripts, other centuries) was neither learnt from nor measured."
            .to_owned(),
        "Names do not nest and do not overlap, and a name that is never written as in the corpora may be missed.".to_owned(),
    ];
    for set in report.plain() {
        let types = set.evaluation.scores.types.iter().filter(|(_, score)| score.support > 0);
        if let Some((label, score)) = types.min_by(|a, b| a.1.f1.total_cmp(&b.1.f1)) {
            limits.push(format!("The weakest type on {} is {label}, with an F1 of {}.", set.name, percent(score.f1)));
        }
    }
    if !run.recipe.has_clitics() {
        limits.push("Where a name begins inside its first word is decided by a rule, not learnt.".into());
    }
    let lines: Vec<String> = limits.iter().map(|limit| format!("- {limit}\n")).collect();
    format!("## Limits\n\n{}", lines.concat())
}
