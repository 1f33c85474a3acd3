//! The backend that a Label Studio project asks for pre-annotations: `/predict`, `/setup` and `/health`.
//!
//! The protocol is that of `label_studio_ml`: <https://labelstud.io/guide/ml_create>.

use super::answer;
use super::body;
use super::label_config::LabelConfig;
use super::problem::Problem;
use super::service::Service;
use super::tag::in_time;
use super::wishes::Wishes;
use crate::Document;
use crate::formats::label_studio::{Region, regions};
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// What Label Studio tells models apart by.
const VERSION: &str = concat!("alam ", env!("CARGO_PKG_VERSION"));

#[derive(Serialize)]
struct Prediction<'a> {
    model_version: &'static str,
    /// The mean of the names' scores, by which a project can be sorted; 1 where there are none.
    score: f64,
    result: Vec<Region<'a>>,
}

#[derive(Serialize)]
struct Results<'a> {
    results: Vec<Prediction<'a>>,
}

/// `POST /predict`: the names of tasks.
pub(crate) async fn predict(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    body: Body,
) -> Result<Response, Problem> {
    let wishes = Wishes::of_query(query.as_deref().unwrap_or_default()).map_err(Problem::bad)?;
    let job = wishes.meant(&service).map_err(Problem::bad)?;
    let mut fields = body::object(&body::whole(body, &service.limits).await?)?;
    let config = match fields.remove("label_config") {
        None | Some(Value::Null) => LabelConfig::default(),
        Some(Value::String(xml)) => {
            LabelConfig::read(&xml).map_err(|message| Problem::bad(format!("`label_config`: {message}")))?
        }
        Some(_) => return Err(Problem::bad("`label_config`: wanted a string, found something else")),
    };
    let Some(Value::Array(tasks)) = fields.remove("tasks") else {
        return Err(Problem::bad("`tasks`: wanted a list, found none"));
    };
    if tasks.len() > service.limits.texts {
        let most = service.limits.texts;
        return Err(Problem::large(format!("`tasks`: wanted at most {most}, found {}", tasks.len())));
    }
    let text = |(number, mut task): (usize, Value)| match field(&mut task, &config.field) {
        Some(Value::String(text)) => Ok(job.read(Document { text, ..Document::default() })),
        _ => Err(Problem::bad(format!("`tasks[{number}].data.{}`: wanted a text, found none", config.field))),
    };
    let documents = tasks.into_iter().enumerate().map(text).collect::<Result<Vec<Document>, Problem>>()?;
    let tagged = in_time(&service, documents, &job).await?;
    let mut documents = tagged.into_iter().collect::<Result<Vec<Document>, String>>().map_err(Problem::bug)?;
    documents.iter_mut().for_each(|document| job.select(document));
    service.metrics.found(documents.iter().map(|document| document.entities.len()).sum());
    let results = documents.iter().map(|document| Prediction {
        model_version: VERSION,
        score: mean(document),
        result: regions(document, (&config.from_name, &config.to_name), |label| config.label_for(label)),
    });
    // Strings, numbers and lists of them: there is no value here without a JSON form.
    Ok(answer::json(serde_json::to_vec(&Results { results: results.collect() }).unwrap_or_default()))
}

/// A field of a task's data, whatever the task is.
fn field(task: &mut Value, name: &str) -> Option<Value> {
    task.get_mut("data").and_then(|data| data.get_mut(name)).map(Value::take)
}

fn mean(document: &Document) -> f64 {
    let scores: Vec<f64> = document.entities.iter().filter_map(|name| name.score.map(f64::from)).collect();
    if scores.is_empty() { 1.0 } else { scores.iter().sum::<f64>() / scores.len() as f64 }
}

/// `POST /setup`: what a project is told when it is connected.
pub(crate) async fn setup(State(service): State<Arc<Service>>, body: Body) -> Result<Response, Problem> {
    let mut fields = body::object(&body::whole(body, &service.limits).await?)?;
    if let Some(Value::String(xml)) = fields.remove("schema") {
        LabelConfig::read(&xml).map_err(|message| Problem::bad(format!("`schema`: {message}")))?;
    }
    Ok(answer::json(json!({"model_version": VERSION}).to_string()))
}

/// `GET /health`
pub(crate) async fn health() -> Response {
    answer::json(json!({"status": "UP", "model_class": "alam"}).to_string())
}
