//! The tagger as Python sees it.

use crate::document::Document;
use crate::errors::raised;
use crate::finder::Finder;
use crate::name::Name;
use crate::pool::Pool;
use crate::stream::Stream;
use crate::table;
use alam::gazetteer::Gazetteer;
use alam::{Options, Source};
use alam_models::{Device, Precision};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList};
use pyo3_arrow::PyChunkedArray;
use std::path::PathBuf;
use std::sync::Arc;

/// Finds names.
///
/// `model` is a folder, or the id of a model that `alam fetch` has fetched; the model of the package where it is `None`. The
/// other arguments are those of the command line: `convention`, `precision` ("int8" or "f32"), `threads` (0 is one a core),
/// `device` ("cpu", "cuda" or "cuda:N"), `labels` (types that are kept), `min_score`, `keep_clitics`, `sentences_apart`, `gazetteer`
/// (a file of your own names), `group` (mentions of one name share a number).
///
/// Raises `FileNotFoundError`, `ValueError` or `RuntimeError` for a model that is not there, does not fit or cannot be run.
#[pyclass(frozen, module = "alam")]
#[derive(Debug)]
pub(crate) struct Tagger {
    finder: Arc<Finder>,
    /// What it was made with, for pickle.
    made_with: Py<PyDict>,
}

/// Where a model runs.
fn device(name: &str) -> PyResult<Device> {
    let number = name.strip_prefix("cuda:").and_then(|number| number.parse().ok());
    match (name, number) {
        ("cpu", _) => Ok(Device::Cpu),
        ("cuda", _) => Ok(Device::Cuda(0)),
        (_, Some(number)) => Ok(Device::Cuda(number)),
        _ => Err(PyValueError::new_err(format!("device: wanted \"cpu\", \"cuda\" or \"cuda:N\", found \"{name}\""))),
    }
}

#[pymethods]
impl Tagger {
    #[new]
    #[pyo3(signature = (model=None, *, convention=None, precision="int8", threads=0, device="cpu", labels=None, min_score=0.0, keep_clitics=false, sentences_apart=false, gazetteer=None, group=false))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        model: Option<PathBuf>,
        convention: Option<String>,
        precision: &str,
        threads: usize,
        device: &str,
        labels: Option<Vec<String>>,
        min_score: f32,
        keep_clitics: bool,
        sentences_apart: bool,
        gazetteer: Option<PathBuf>,
        group: bool,
    ) -> PyResult<Tagger> {
        let made_with = PyDict::new(py);
        made_with.set_item("model", &model)?;
        made_with.set_item("convention", &convention)?;
        made_with.set_item("precision", precision)?;
        made_with.set_item("threads", threads)?;
        made_with.set_item("device", device)?;
        made_with.set_item("labels", &labels)?;
        made_with.set_item("min_score", min_score)?;
        made_with.set_item("keep_clitics", keep_clitics)?;
        made_with.set_item("sentences_apart", sentences_apart)?;
        made_with.set_item("gazetteer", &gazetteer)?;
        made_with.set_item("group", group)?;
        let precision = match precision {
            "int8" => Precision::Int8,
            "f32" => Precision::F32,
            other => {
                return Err(PyValueError::new_err(format!("precision: wanted \"int8\" or \"f32\", found \"{other}\"")));
            }
        };
        if threads > 1024 {
            return Err(PyValueError::new_err(format!("threads: wanted a number from 0 to 1024, found {threads}")));
        }
        if !(0.0..=1.0).contains(&min_score) {
            return Err(PyValueError::new_err(format!("min_score: wanted a number from 0 to 1, found {min_score}")));
        }
        let source = match model {
            None => Source::Embedded,
            Some(folder) if folder.is_dir() => Source::Folder(folder),
            Some(id) => match id.to_str().filter(|_| !id.exists() && !id.is_absolute() && !id.starts_with(".")) {
                Some(id) => Source::Folder(alam::hub::resolve(id).map_err(raised)?),
                None => {
                    let found = id.display();
                    let message = format!("model: wanted a model folder or a model's id, found {found}");
                    return Err(pyo3::exceptions::PyFileNotFoundError::new_err(message));
                }
            },
        };
        let options = Options {
            device: self::device(device)?,
            precision,
            keep_clitics,
            second_look: !sentences_apart,
            convention,
            ..Options::default()
        };
        let pool = Pool::new(threads);
        let tagger = pool.run(py, || alam::Tagger::load(&source, options))?;
        let gazetteer = gazetteer.as_deref().map(Gazetteer::read).transpose().map_err(raised)?;
        let gazetteer = gazetteer.map(|names| if keep_clitics { names.keeping_clitics() } else { names });
        let labels = labels.unwrap_or_default();
        let finder = Finder { tagger, gazetteer, labels, min_score, group, pool };
        finder.check_labels()?;
        Ok(Tagger { finder: Arc::new(finder), made_with: made_with.unbind() })
    }

    /// The names of one text, in order: a list of `Name`.
    fn __call__(&self, py: Python<'_>, text: String) -> PyResult<Vec<Name>> {
        let mut document = alam::Document { text, ..alam::Document::default() };
        self.finder.tag(py, std::slice::from_mut(&mut document))?;
        Ok(Name::all_of(&document))
    }

    /// The names of one text, in order: a list of `Name`.
    fn tag(&self, py: Python<'_>, text: String) -> PyResult<Vec<Name>> {
        self.__call__(py, text)
    }

    /// The names of each of many texts, in batches: a list of lists of `Name`.
    fn tag_all<'py>(&self, py: Python<'py>, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        if texts.is_instance_of::<pyo3::types::PyString>() {
            let message = "texts: wanted a list of str, found a str\ntip: tagger(text) tags one text";
            return Err(pyo3::exceptions::PyTypeError::new_err(message));
        }
        let texts = texts.try_iter()?.enumerate();
        let given = |(number, text): (usize, PyResult<Bound<'py, PyAny>>)| Document::given(&text?, number);
        let mut documents = texts.map(given).collect::<PyResult<Vec<alam::Document>>>()?;
        self.finder.tag(py, &mut documents)?;
        let found = PyList::empty(py);
        for document in &documents {
            found.append(PyList::new(py, Name::all_of(document))?)?;
        }
        Ok(found)
    }

    /// Documents with their names, one by one, in order, of any iterable of `str`, `(id, text)`, dicts with `text` (and `id`,
    /// `date`) or `Document`; a bounded number of them is held. `progress=True` shows a bar on standard error.
    #[pyo3(signature = (documents, *, progress=false))]
    fn stream(slf: &Bound<'_, Self>, documents: &Bound<'_, PyAny>, progress: bool) -> PyResult<Stream> {
        let length = documents.len().ok();
        Ok(Stream::new(
            slf.get().finder.clone(),
            PyIterator::from_object(documents)?.unbind(),
            progress.then_some(length),
        ))
    }

    /// The names of each text of an Arrow column, as a column of lists; null where the text is null.
    fn tag_column(&self, py: Python<'_>, texts: PyChunkedArray) -> PyResult<PyChunkedArray> {
        table::tag(py, &self.finder, &texts)
    }

    /// A table of pyarrow, polars or pandas with a further column: the names of the texts of the column `text`, a list of structs
    /// with the attributes of `Name`, null where the text is null. Texts go from Arrow to Arrow, none becomes a Python object.
    /// Raises `KeyError` where the table has no such column, `TypeError` where it is no table or the column has no strings.
    #[pyo3(signature = (table, text="text", names="names"))]
    fn tag_table<'py>(
        slf: &Bound<'py, Self>,
        table: &Bound<'py, PyAny>,
        text: &str,
        names: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("alam._table")?.call_method1("tag_table", (slf, table, text, names))
    }

    /// The types of names that it finds.
    #[getter]
    fn labels(&self) -> Vec<String> {
        let known = self.finder.tagger.labels().types();
        let wanted =
            |label: &&str| self.finder.labels.is_empty() || self.finder.labels.iter().any(|wanted| wanted == label);
        known.iter().map(|label| &**label).filter(wanted).map(str::to_owned).collect()
    }

    /// The annotation conventions that its model knows, the default one first.
    #[getter]
    fn conventions(&self) -> Vec<String> {
        self.finder.tagger.settings().conventions.clone()
    }

    fn __getnewargs_ex__(&self, py: Python<'_>) -> ((), Py<PyDict>) {
        ((), self.made_with.clone_ref(py))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let model = self.made_with.bind(py).get_item("model")?.filter(|model| !model.is_none());
        let model =
            model.map_or_else(|| Ok("of the package".into()), |model| model.repr().map(|repr| repr.to_string()));
        Ok(format!("<alam.Tagger: model {}, {}>", model?, self.labels().join(" ")))
    }
}
