//! A document as Python sees it.

use crate::name::Name;
use alam::formats::offsets::{OffsetUnit, Offsets};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyTuple};

/// A text with its names.
///
/// `id` names it in its source, `date` is when it appeared, as the source says it, or `None`.
#[pyclass(frozen, module = "alam")]
#[derive(Debug)]
pub(crate) struct Document {
    /// The text.
    #[pyo3(get)]
    text: String,
    /// Its names, in order.
    #[pyo3(get)]
    names: Py<PyList>,
    /// Its name in its source.
    #[pyo3(get)]
    id: String,
    /// When it appeared.
    #[pyo3(get)]
    date: Option<String>,
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
        let mut document = alam::Document { id: number.to_string(), ..alam::Document::default() };
        if let Ok(text) = item.cast::<PyString>() {
            document.text = text.to_str()?.to_owned();
        } else if let Ok(pair) = item.cast::<PyTuple>() {
            (document.id, document.text) = pair.extract().map_err(|_| wrong(item, number))?;
        } else if let Ok(record) = item.cast::<PyDict>() {
            let field = |name: &str| -> PyResult<Option<String>> {
                let value = record.get_item(name)?.filter(|value| !value.is_none());
                let text = |value: Bound<'_, PyAny>| match value.cast::<PyString>() {
                    Ok(text) => Ok(text.to_str()?.to_owned()),
                    Err(_) if name == "text" => Err(wrong(&value, number)),
                    Err(_) => Ok(value.str()?.to_str()?.to_owned()),
                };
                value.map(text).transpose()
            };
            document.text = field("text")?.ok_or_else(|| wrong(item, number))?;
            document.id = field("id")?.unwrap_or(document.id);
            document.date = field("date")?;
        } else if let Ok(given) = item.cast::<Document>() {
            let given = given.get();
            document.text.clone_from(&given.text);
            document.id.clone_from(&given.id);
            document.date.clone_from(&given.date);
            let offsets = Offsets::new(&document.text, OffsetUnit::Char);
            let names = given.names.bind(item.py()).iter();
            let entity = |name: Bound<'_, PyAny>| {
                let name = name.cast::<Name>().map_err(|_| PyTypeError::new_err("names: wanted alam.Name"))?;
                name.get().in_text(&document.text, &offsets)
            };
            let mut entities = names.map(entity).collect::<PyResult<Vec<_>>>()?;
            entities.sort_by_key(|entity| entity.span);
            document.entities = entities;
        } else {
            return Err(wrong(item, number));
        }
        Ok(document)
    }
}

/// That an item is no document.
fn wrong(item: &Bound<'_, PyAny>, number: usize) -> PyErr {
    let found = item.get_type().name().map_or_else(|_| "another type".into(), |name| name.to_string());
    let wanted = "a str, an (id, text), a dict with \"text\" or an alam.Document";
    PyTypeError::new_err(format!("document {number}: wanted {wanted}, found {found}"))
}

#[pymethods]
impl Document {
    /// A document by its text and names.
    #[new]
    #[pyo3(signature = (text, names=None, *, id=String::new(), date=None))]
    fn new(
        py: Python<'_>,
        text: String,
        names: Option<Bound<'_, PyAny>>,
        id: String,
        date: Option<String>,
    ) -> PyResult<Document> {
        let list = PyList::empty(py);
        let offsets = Offsets::new(&text, OffsetUnit::Char);
        for name in names.iter().flat_map(|names| names.try_iter()).flatten() {
            let name = name?;
            name.cast::<Name>()
                .map_err(|_| PyTypeError::new_err("names: wanted alam.Name"))?
                .get()
                .in_text(&text, &offsets)?;
            list.append(name)?;
        }
        Ok(Document { text, names: list.unbind(), id, date })
    }

    /// A dict of its attributes, names as dicts.
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

    fn __repr__(&self, py: Python<'_>) -> String {
        let letters = self.text.chars().count();
        let names = self.names.bind(py).len();
        format!("<alam.Document {:?}: {letters} letters, {names} names>", self.id)
    }
}
