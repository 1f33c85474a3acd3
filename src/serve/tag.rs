//! `POST /v1/tag`: names of texts, however they are sent.

use super::body;
use super::lines;
use super::problem::Problem;
use super::queue::Tagged;
use super::request::{Form, Request};
use super::service::Service;
use super::wishes::{Job, Wishes};
use super::{answer, limits::Limits};
use crate::Document;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use std::sync::Arc;

/// What bodies may be.
const KINDS: &str = "application/json, application/x-ndjson, text/plain or text/html";

/// See the module.
pub(crate) async fn tag(
    State(service): State<Arc<Service>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let wishes = Wishes::of_query(query.as_deref().unwrap_or_default()).map_err(Problem::bad)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let request = match &*kind {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => {
            let job = wishes.meant(&service).map_err(Problem::bad)?;
            return Ok(lines::answer(service, job, body));
        }
        "application/json" => Request::of_json(&body::whole(body, &service.limits).await?, wishes, &service)?,
        "text/plain" => Request::of_text(&body::whole(body, &service.limits).await?, wishes, &service)?,
        "text/html" => Request::of_text(&body::whole(body, &service.limits).await?, wishes.html(), &service)?,
        "" => return Err(unknown(&format!("content-type: wanted {KINDS}, found none"))),
        other => return Err(unknown(&format!("content-type: wanted {KINDS}, found `{other}`"))),
    };
    let Request { form, documents, job } = request;
    let ids: Vec<String> = documents.iter().map(|document| document.id.clone()).collect();
    let tagged = in_time(&service, documents, &job).await?;
    written(form, &ids, tagged, &job, &service)
}

fn unknown(detail: &str) -> Problem {
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail)
}

/// Documents tagged within the time that a request has.
///
/// # Errors
/// A queue without room, and one that took too long.
pub(crate) async fn in_time(service: &Service, documents: Vec<Document>, job: &Job) -> Result<Vec<Tagged>, Problem> {
    let Limits { time, .. } = service.limits;
    tokio::time::timeout(time, service.queue.tag(documents, &job.tagger)).await.unwrap_or_else(|_| {
        let seconds = time.as_secs_f64();
        Err(Problem::busy(format!("wanted an answer within {seconds} s, found none yet"), service.queue.seconds()))
    })
}

fn written(form: Form, ids: &[String], tagged: Vec<Tagged>, job: &Job, service: &Service) -> Result<Response, Problem> {
    let mut out = Vec::new();
    if form == Form::List {
        out.extend_from_slice(b"{\"documents\":[");
    }
    for (number, (id, tagged)) in ids.iter().zip(tagged).enumerate() {
        if let (Form::One, Err(message)) = (form, &tagged) {
            return Err(Problem::bug(message.clone()));
        }
        if number > 0 {
            out.push(b',');
        }
        answer::line(&mut out, id, tagged, job, &service.metrics).map_err(|error| Problem::bug(error.to_string()))?;
        if form == Form::List {
            out.pop();
        }
    }
    if form == Form::List {
        out.extend_from_slice(b"]}\n");
    }
    Ok(answer::json(out))
}
