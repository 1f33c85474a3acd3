//! `POST /`: the shape of the Hugging Face Inference API for token classification, which `huggingface_hub` asks.
//!
//! `{"inputs": …, "parameters": {"aggregation_strategy", "ignore_labels", "stride"}}` gives what a pipeline gives: a list of
//! names, of several inputs a list of lists. Names are whole words here, whatever the strategy.

use super::answer;
use super::body;
use super::problem::Problem;
use super::service::Service;
use super::tag::in_time;
use super::wishes::Wishes;
use crate::Document;
use crate::formats::Writer;
use crate::formats::hf::HfWriter;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Strategies of transformers that make whole names.
const STRATEGIES: [&str; 4] = ["simple", "first", "average", "max"];

/// See the module.
pub(crate) async fn classify(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let wishes = Wishes::of_query(query.as_deref().unwrap_or_default()).map_err(Problem::bad)?;
    let job = wishes.meant(&service).map_err(Problem::bad)?;
    let mut fields = body::object(&body::whole(body, &service.limits).await?)?;
    let ignored = parameters(fields.remove("parameters")).map_err(Problem::bad)?;
    let (texts, many) = inputs(fields, service.limits.texts)?;
    let documents = texts.into_iter().map(|text| job.read(Document { text, ..Document::default() })).collect();
    let mut out = Vec::new();
    for tagged in in_time(&service, documents, &job).await? {
        let mut document = tagged.map_err(Problem::bug)?;
        job.select(&mut document);
        document.entities.retain(|name| !ignored.iter().any(|label| **label == *name.label));
        service.metrics.found(document.entities.len());
        out.push(if out.is_empty() { b'[' } else { b',' });
        HfWriter::new(&mut out).write(&document).map_err(|error| Problem::bug(error.to_string()))?;
    }
    match many {
        true if out.is_empty() => out.extend_from_slice(b"[]"),
        true => out.push(b']'),
        false => drop(out.remove(0)),
    }
    Ok(answer::json(out))
}

/// The texts, and whether they came as a list.
fn inputs(mut fields: Map<String, Value>, most: usize) -> Result<(Vec<String>, bool), Problem> {
    const WANTED: &str = "`inputs`: wanted a string or a list of strings";
    let inputs = fields.remove("inputs");
    // Hints for a host of many models (`use_cache`, `wait_for_model`), which is waited for here anyway.
    fields.remove("options");
    if let Some(name) = fields.keys().next() {
        return Err(Problem::bad(format!("wanted `inputs` and `parameters`, found `{name}`")));
    }
    match inputs {
        Some(Value::String(text)) => Ok((vec![text], false)),
        Some(Value::Array(texts)) if texts.len() > most => {
            Err(Problem::large(format!("`inputs`: wanted at most {most} texts, found {}", texts.len())))
        }
        Some(Value::Array(texts)) => {
            let text = |text| match text {
                Value::String(text) => Ok(text),
                _ => Err(Problem::bad(format!("{WANTED}, found something else in the list"))),
            };
            Ok((texts.into_iter().map(text).collect::<Result<_, _>>()?, true))
        }
        Some(_) => Err(Problem::bad(format!("{WANTED}, found something else"))),
        None => Err(Problem::bad(format!("{WANTED}, found none"))),
    }
}

/// The labels that are left out.
fn parameters(parameters: Option<Value>) -> Result<Vec<String>, String> {
    let fields = match parameters {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Object(fields)) => fields,
        Some(_) => return Err("`parameters`: wanted an object, found something else".into()),
    };
    let mut ignored = Vec::new();
    for (name, value) in fields {
        match (name.as_str(), value) {
            // Nothing is cut off here, so there is nothing that windows could be told.
            ("stride", Value::Number(_)) | (_, Value::Null) => {}
            ("aggregation_strategy", Value::String(strategy)) if STRATEGIES.contains(&strategy.as_str()) => {}
            ("aggregation_strategy", value) => {
                let known = STRATEGIES.join(", ");
                return Err(format!("`aggregation_strategy`: wanted {known}, as names are whole, found {value}"));
            }
            ("ignore_labels", Value::Array(labels)) => {
                let label = |label: &Value| label.as_str().map(str::to_owned);
                let labels: Option<Vec<String>> = labels.iter().map(label).collect();
                ignored = labels.ok_or("`ignore_labels`: wanted a list of strings, found something else in it")?;
            }
            (name, _) => {
                return Err(format!(
                    "`parameters`: wanted `aggregation_strategy`, `ignore_labels` (a list) or `stride` (a number), found `{name}`"
                ));
            }
        }
    }
    Ok(ignored)
}
