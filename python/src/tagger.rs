//! The tagger as Python sees it.

use crate::document::{Document, letters};
use crate::errors::raised;
use crate::finder::Finder;
use crate::name::Name;
use crate::pool::{Pool, given_up};
use crate::stream::Stream;
use crate::table;
use alam::gazetteer::Gazetteer;
use alam::{Options, Source};
use alam_models::{Device, Precision};
use pyo3::exceptions::{PyFileNotFoundError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyIterator, PyList, PyString};
use pyo3_arrow::PyChunkedArray;
use std::path::PathBuf;
use std::sync::Arc;

/// Finds names. `tagger(text)` gives those of one text; a tagger can be shared by threads, used after a fork and pickled.
///
/// Parameters, as the flags of the command line:
///
/// - `model`: the folder of a model, or the id of one that `alam fetch` has fetched; None is the model of the package.
/// - `convention`: the annotation guideline that names follow, of those in `conventions`; None is the first.
/// - `precision`: "int8" or "f32", the arithmetic on the processor.
/// - `threads`: from 0 to 1024 threads to work in; 0 is one a core.
/// - `device`: "cpu", "cuda" or "cuda:N". The wheel has no CUDA in it.
/// - `labels`: types that are kept, `["PER", "LOC"]` say; None keeps all.
/// - `min_score`: from 0 to 1; names that the model is less sure of are left out.
/// - `keep_clitics`: leaves و ف ب ل ك on the names that they are written together with.
/// - `sentences_apart`: tags every sentence by itself, without the look at all mentions of a name together.
/// - `gazetteer`: a file of your own names, one `name<TAB>type` a line.
/// - `group`: gives the mentions of one name in a text the same number.
/// - `label_names`: what the model's labels mean, in the order of their numbers, where its config.json does not say it.
///
/// Raises FileNotFoundError or OSError for a model or a file that is not there, ValueError for an argument, a model's settings or
/// a gazetteer that cannot be meant, RuntimeError for a model that cannot run.
#[pyclass(frozen, module = "alam")]
#[derive(Debug)]
pub(crate) struct Tagger {
    finder: Arc<Finder>,
    /// What it was made with, for pickle.
    made_with: Py<PyDict>,
}

/// More threads than any machine has processors for: to make them all can take a machine from everybody else.
const MOST_THREADS: usize = 1024;

/// Where a model comes from: the package, a folder, or the cache of models that were fetched.
fn source(model: Option<PathBuf>) -> PyResult<Source> {
    match model {
        None => Ok(Source::Embedded),
        Some(folder) if folder.is_dir() => Ok(Source::Folder(folder)),
        Some(id) => match id.to_str().filter(|_| !id.exists() && !id.is_absolute() && !id.starts_with(".")) {
            Some(id) => {
                let revised = if id.contains('@') { id.to_owned() } else { format!("{id}@main") };
                let folder = alam::hub::resolve(&revised).map(Source::Folder);
                folder.map_err(|error| PyFileNotFoundError::new_err(format!("model: {error}")))
            }
            None => {
                let message = format!("model: wanted a model folder or a model's id, found `{}`", id.display());
                Err(PyFileNotFoundError::new_err(message))
            }
        },
    }
}

/// Where a model runs.
fn device(name: &str) -> PyResult<Device> {
    let number = name.strip_prefix("cuda:").and_then(|number| number.parse().ok());
    match (name, number) {
        ("cpu", _) => Ok(Device::Cpu),
        ("cuda", _) => Ok(Device::Cuda(0)),
        (_, Some(number)) => Ok(Device::Cuda(number)),
        _ => Err(PyValueError::new_err(format!("device: wanted \"cpu\", \"cuda\" or \"cuda:N\", found `{name}`"))),
    }
}

#[pymethods]
impl Tagger {
    #[new]
    #[pyo3(signature = (model=None, *, convention=None, precision="int8", threads=0, device="cpu", labels=None, min_score=0.0, keep_clitics=false, sentences_apart=false, gazetteer=None, group=false, label_names=None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        py: Python<'_>,
        model: Option<PathBuf>,
        convention: Option<String>,
        precision: &str,
        threads: i64,
        device: &str,
        labels: Option<Vec<String>>,
        min_score: f32,
        keep_clitics: bool,
        sentences_apart: bool,
        gazetteer: Option<PathBuf>,
        group: bool,
        label_names: Option<Vec<String>>,
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
        made_with.set_item("label_names", &label_names)?;
        let precision = match precision {
            "int8" => Precision::Int8,
            "f32" => Precision::F32,
            other => {
                return Err(PyValueError::new_err(format!("precision: wanted \"int8\" or \"f32\", found `{other}`")));
            }
        };
        let wanted = usize::try_from(threads).ok().filter(|threads| *threads <= MOST_THREADS);
        let threads = wanted.ok_or_else(|| {
            PyValueError::new_err(format!("threads: wanted a number from 0 to {MOST_THREADS}, found {threads}"))
        })?;
        if !(0.0..=1.0).contains(&min_score) {
            return Err(PyValueError::new_err(format!("min_score: wanted a number from 0 to 1, found {min_score}")));
        }
        let source = source(model)?;
        let options = Options {
            device: self::device(device)?,
            precision,
            keep_clitics,
            second_look: !sentences_apart,
            convention,
            labels: label_names.unwrap_or_default(),
            ..Options::default()
        };
        let pool = Pool::new(threads);
        let tagger = pool.run(py, || alam::Tagger::load(&source, options))?.stopping_when(given_up);
        let gazetteer = gazetteer.as_deref().map(Gazetteer::read).transpose().map_err(raised)?;
        let gazetteer = gazetteer.map(|names| if keep_clitics { names.keeping_clitics() } else { names });
        let labels = labels.unwrap_or_default();
        let finder = Finder { tagger, gazetteer, labels, min_score, group, pool };
        finder.check_labels()?;
        Ok(Tagger { finder: Arc::new(finder), made_with: made_with.unbind() })
    }

    /// The names of one text, a str: a list of Name, in the order of the text.
    ///
    /// Raises TypeError for what is no str, ValueError for a text with half of a surrogate pair, KeyboardInterrupt at Ctrl-C.
    fn __call__(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<Name>> {
        let mut document = alam::Document { text: letters(text, "text", "a str")?, ..alam::Document::default() };
        self.finder.tag(py, std::slice::from_mut(&mut document))?;
        Ok(Name::all_of(&document))
    }

    /// The names of one text: `tagger(text)`, as a method for `map`.
    fn tag(&self, py: Python<'_>, text: &Bound<'_, PyAny>) -> PyResult<Vec<Name>> {
        self.__call__(py, text)
    }

    /// The names of each of many texts: a list of as many lists of Name, in the order of the texts.
    ///
    /// `texts` is any iterable of str (or of what `stream` takes). All are read before the first is tagged; then they are tagged in
    /// batches, on all threads, without the interpreter's lock. `stream` holds a few at a time.
    ///
    /// Raises TypeError or ValueError, with its number, for an item that is no text; KeyboardInterrupt at Ctrl-C.
    fn tag_all<'py>(&self, py: Python<'py>, texts: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyList>> {
        if texts.is_instance_of::<PyString>() {
            let message = "texts: wanted a list of str, found a str\ntip: tagger(text) tags one text";
            return Err(PyTypeError::new_err(message));
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

    /// Documents with their names, one by one, in order: an iterator of Document.
    ///
    /// `documents` is any iterable of str, (id, text), dict with "text" (and "id", "date") or Document; what has no id gets its
    /// number. A bounded number of them is held: some batches of text, or one document. `progress=True` shows a bar on standard
    /// error, where that is a terminal.
    ///
    /// What the iterable raises comes behind the documents that it gave. Raises TypeError or ValueError, with its number, for an
    /// item that is no document; KeyboardInterrupt at Ctrl-C.
    #[pyo3(signature = (documents, *, progress=false))]
    fn stream(slf: &Bound<'_, Self>, documents: &Bound<'_, PyAny>, progress: bool) -> PyResult<Stream> {
        if documents.is_instance_of::<PyString>() {
            let message = "documents: wanted an iterable of texts, found a str\ntip: tagger(text) tags one text";
            return Err(PyTypeError::new_err(message));
        }
        let length = documents.len().ok();
        Ok(Stream::new(
            slf.get().finder.clone(),
            PyIterator::from_object(documents)?.unbind(),
            progress.then_some(length),
        ))
    }

    /// The names of each text of an Arrow column: a chunked column of as many lists of structs, null where the text is null.
    ///
    /// `texts` is whatever hands on strings by the Arrow C stream interface (`__arrow_c_stream__`): a ChunkedArray of pyarrow, a
    /// Series of polars. The structs have the attributes of Name, offsets in code points. Raises TypeError for other columns.
    fn tag_column(&self, py: Python<'_>, texts: PyChunkedArray) -> PyResult<PyChunkedArray> {
        table::tag(py, &self.finder, &texts)
    }

    /// A table with a further column: the names of the texts in its column `text`.
    ///
    /// `table` is a Table or RecordBatch of pyarrow, a DataFrame of polars or of pandas; the same kind comes back, with as many
    /// rows in the same order. The column `names` has a list of structs a row, with the attributes of Name, null where the text is
    /// null; one that is there already is replaced. Texts go from Arrow to Arrow, none becomes a Python object.
    ///
    /// Raises KeyError where the table has no such column, TypeError where it is no table or the column has no strings.
    #[pyo3(signature = (table, text="text", names="names"))]
    fn tag_table<'py>(
        slf: &Bound<'py, Self>,
        table: &Bound<'py, PyAny>,
        text: &str,
        names: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("alam._table")?.call_method1("tag_table", (slf, table, text, names))
    }

    /// The types of names that it finds, a list of str.
    #[getter]
    fn labels(&self) -> Vec<String> {
        let known = self.finder.tagger.labels().types();
        let wanted =
            |label: &&str| self.finder.labels.is_empty() || self.finder.labels.iter().any(|wanted| wanted == label);
        known.iter().map(|label| &**label).filter(wanted).map(str::to_owned).collect()
    }

    /// The annotation conventions that its model knows, a list of str, the default one first.
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
