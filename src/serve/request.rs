//! What a body says that is read whole: its texts, and what is wanted of them.

use super::body;
use super::limits::Limits;
use super::problem::Problem;
use super::service::Service;
use super::wishes::{Job, Wishes};
use crate::document::Document;
use crate::formats::jsonl;
use serde_json::{Map, Value};

/// How many texts were sent, which is how the answer is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    One,
    List,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) form: Form,
    pub(crate) documents: Vec<Document>,
    pub(crate) job: Job,
}

impl Request {
    /// A body of JSON: `{"text": …}` or `{"texts": […]}`, with wishes beside.
    ///
    /// # Errors
    /// What was wanted and what was found.
    pub(crate) fn of_json(body: &[u8], wishes: Wishes, service: &Service) -> Result<Request, Problem> {
        let mut fields = body::object(body)?;
        let own: Map<String, Value> = ["text", "id", "date"]
            .into_iter()
            .filter_map(|name| Some((name.to_owned(), fields.remove(name)?)))
            .collect();
        let texts = fields.remove("texts");
        let wishes = wishes.and(fields).map_err(Problem::bad)?;
        let job = wishes.meant(service).map_err(Problem::bad)?;
        let (form, documents) = match texts {
            None if own.contains_key("text") => {
                let plain = jsonl::Options { entities: job.fields.entities, ..jsonl::Options::default() };
                let document = jsonl::value(own, "text", &plain).map_err(|error| Problem::bad(error.place().1))?;
                (Form::One, vec![document])
            }
            Some(Value::Array(texts)) if own.is_empty() => (Form::List, list(texts, &job, &service.limits)?),
            Some(_) if own.is_empty() => return Err(Problem::bad("`texts`: wanted a list, found something else")),
            Some(_) => return Err(Problem::bad("wanted `text` or `texts`, found both, or an `id` beside `texts`")),
            None => return Err(Problem::bad("wanted `text` or `texts`, found neither")),
        };
        let documents = documents.into_iter().map(|document| job.read(document)).collect();
        Ok(Request { form, documents, job })
    }

    /// A body that is one text.
    ///
    /// # Errors
    /// Bytes that are no UTF-8; wishes that cannot be met.
    pub(crate) fn of_text(body: &[u8], wishes: Wishes, service: &Service) -> Result<Request, Problem> {
        let job = wishes.meant(service).map_err(Problem::bad)?;
        let text = std::str::from_utf8(body).map_err(|error| {
            Problem::bad(format!("body: wanted UTF-8, found another byte at {}", error.valid_up_to()))
        })?;
        let document = Document { id: "text".into(), text: text.into(), ..Document::default() };
        Ok(Request { form: Form::One, documents: vec![job.read(document)], job })
    }
}

/// The texts of a list: strings, or records as a line of JSON has them.
fn list(texts: Vec<Value>, job: &Job, limits: &Limits) -> Result<Vec<Document>, Problem> {
    if texts.len() > limits.texts {
        return Err(Problem::large(format!(
            "`texts`: wanted at most {}, found {}\ntip: lines of JSON (application/x-ndjson) may be any number",
            limits.texts,
            texts.len()
        )));
    }
    let one = |(number, text)| {
        let place = format!("texts[{number}]");
        match text {
            Value::String(text) => Ok(Document { id: place, text, ..Document::default() }),
            Value::Object(fields) => {
                jsonl::value(fields, &place, &job.fields).map_err(|error| Problem::bad(error.to_string()))
            }
            _ => Err(Problem::bad(format!("`{place}`: wanted a string or an object, found something else"))),
        }
    };
    texts.into_iter().enumerate().map(one).collect()
}
