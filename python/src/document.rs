//! A document as Python sees it.

use crate::name::{Name, quoted};
use alam::Entity;
use alam::formats::offsets::{OffsetUnit, Offsets};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

/// A text with its names.
///
/// `Document(text, names=None, *, id="", date=None)`: `text` is the original text, a str; `names` are `Name` objects whose offsets
/// count its code points, in any order, none over another; `id` names it in its source; `date` is when it appeared, as its source
/// says it, or None.
///
/// Raises ValueError where a name's letters are not those that stand at its place, or two names overlap; TypeError where one is no
/// Name.
#[pyclass(frozen, module = "alam")]
#[derive(Debug)]
pub(crate) struct Document {
    /// The original text, a str.
    #[pyo3(get)]
    text: String,
    /// Its names, a list of Name in the order of the text.
    #[pyo3(get)]
    names: Py<PyList>,
    /// What it is called in its source, a str; its number where the source does not say.
    #[pyo3(get)]
    id: String,
    /// When it appeared, as its source says it, a str or None.
    #[pyo3(get)]
    date: Option<String>,
}

/// The letters of a text, whose place is named where it is none.
pub(crate) fn letters(value: &Bound<'_, PyAny>, place: &str, wanted: &str) -> PyResult<String> {
    let text = value.cast::<PyString>().map_err(|_| {
        let found = kind(value);
        PyTypeError::new_err(format!("{place}: wanted {wanted}, found {found}"))
    })?;
    text.to_str().map(str::to_owned).map_err(|_| {
        let tip = "tip: text.encode(\"utf-16\", \"surrogatepass\").decode(\"utf-16\", \"replace\")";
        let found = "found one with half of a surrogate pair";
        PyValueError::new_err(format!("{place}: wanted a text that can be written in UTF-8, {found}\n{tip}"))
    })
}

/// The name of a value's type.
fn kind(value: &Bound<'_, PyAny>) -> String {
    value.get_type().name().map_or_else(|_| "another type".into(), |name| name.to_string())
}

/// The names of a text, in order.
fn entities(names: &Bound<'_, PyAny>, text: &str) -> PyResult<Vec<Entity>> {
    let offsets = Offsets::new(text, OffsetUnit::Char);
    let entity = |name: PyResult<Bound<'_, PyAny>>| {
        let name = name?;
        let Ok(known) = name.cast::<Name>() else {
            return Err(PyTypeError::new_err(format!("names: wanted alam.Name, found {}", kind(&name))));
        };
        known.get().in_text(text, &offsets)
    };
    let mut entities = names.try_iter()?.map(entity).collect::<PyResult<Vec<_>>>()?;
    entities.sort_by_key(|entity| entity.span);
    if let Some(pair) = entities.windows(2).find(|pair| pair[0].span.overlaps(pair[1].span)) {
        let [one, other] = [&pair[0], &pair[1]].map(|name| {
            let [start, end] = [name.span.start(), name.span.end()].map(|byte| offsets.of_byte(byte));
            format!("{start} to {end} ({})", name.label)
        });
        let message = format!("names: wanted names that do not overlap, found {one} and {other}");
        return Err(PyValueError::new_err(message));
    }
    Ok(entities)
}

impl Document {
    /// A document of alam.
    pub(crate) fn of(py: Python<'_>, document: alam::Document) -> PyResult<Document> {
        let names = PyList::new(py, Name::all_of(&document))?.unbind();
        Ok(Document { text: document.text, names, id: document.id, date: document.date })
    }

    /// What is to be tagged or written: a text, a pair of an id and a text, a dict with `text` and perhaps `id` and `date`, or a
    /// document.
    pub(crate) fn given(item: &Bound<'_, PyAny>, number: usize) -> PyResult<alam::Document> {
        let place = format!("document {number}");
        let wanted = "a str, an (id, text), a dict with \"text\" or an alam.Document";
        let wrong = |found: String| PyTypeError::new_err(format!("{place}: wanted {wanted}, found {found}"));
        let mut document = alam::Document { id: number.to_string(), ..alam::Document::default() };
        if let Ok(pair) = item.cast::<PyTuple>() {
            let (id, text): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract().map_err(|_| wrong(kind(item)))?;
            (document.id, document.text) = (id.str()?.to_str()?.to_owned(), letters(&text, &place, wanted)?);
        } else if let Ok(record) = item.cast::<PyDict>() {
            let field = |name: &str| PyResult::Ok(record.get_item(name)?.filter(|value| !value.is_none()));
            let shown = |value: Bound<'_, PyAny>| PyResult::Ok(value.str()?.to_str()?.to_owned());
            let text = field("text")?.ok_or_else(|| wrong(format!("{} without it", kind(item))))?;
            document.text = letters(&text, &place, wanted)?;
            document.id = field("id")?.map(shown).transpose()?.unwrap_or(document.id);
            document.date = field("date")?.map(shown).transpose()?;
        } else if let Ok(given) = item.cast::<Document>() {
            let given = given.get();
            document.text.clone_from(&given.text);
            document.id.clone_from(&given.id);
            document.date.clone_from(&given.date);
            document.entities = entities(given.names.bind(item.py()), &document.text)?;
        } else {
            document.text = letters(item, &place, wanted)?;
        }
        Ok(document)
    }
}

#[pymethods]
impl Document {
    #[new]
    #[pyo3(signature = (text, names=None, *, id=String::new(), date=None))]
    fn new(
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        names: Option<&Bound<'_, PyAny>>,
        id: String,
        date: Option<String>,
    ) -> PyResult<Document> {
        let text = letters(text, "text", "a str")?;
        let entities = names.map(|names| entities(names, &text)).transpose()?.unwrap_or_default();
        Document::of(py, alam::Document { text, entities, id, date, ..alam::Document::default() })
    }

    /// A dict of its attributes: `id`, `date`, `text`, and `names` as a list of dicts.
    fn dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let names = PyList::empty(py);
        for name in self.names.bind(py) {
            names.append(name.call_method0("dict")?)?;
        }
        let dict = PyDict::new(py);
        dict.set_item("id", &self.id)?;
        dict.set_item("date", &self.date)?;
        dict.set_item("text", &self.text)?;
        dict.set_item("names", names)?;
        Ok(dict)
    }

    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<((), Bound<'py, PyDict>)> {
        let arguments = PyDict::new(py);
        arguments.set_item("text", &self.text)?;
        arguments.set_item("names", &self.names)?;
        arguments.set_item("id", &self.id)?;
        arguments.set_item("date", &self.date)?;
        Ok(((), arguments))
    }

    fn __eq__(&self, py: Python<'_>, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        let Ok(other) = other.cast::<Document>() else { return Ok(false) };
        let other = other.get();
        let same = (&self.id, &self.date, &self.text) == (&other.id, &other.date, &other.text);
        Ok(same && self.names.bind(py).eq(other.names.bind(py))?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let letters = self.text.chars().count();
        let names = self.names.bind(py).len();
        Ok(format!("<alam.Document {}: {letters} code points, {names} names>", quoted(py, &self.id)?))
    }
}
