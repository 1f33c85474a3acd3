"""alam inside Spark: one tagger a worker process, batches of Arrow, nothing of our own that moves data.

>>> from alam.spark import tag
>>> tag(articles, text="body").select("id", "names").show()

Needs pyspark 4 and pyarrow on the driver, and this package on every worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as t
from pyspark.sql.pandas.types import from_arrow_type

from ._alam import Tagger, names_field

__all__ = ["NAMES", "tag"]

_ARROW: pa.DataType = pa.field(names_field()).type

NAMES: t.DataType = from_arrow_type(_ARROW)
"""The type of the column of names: an array of structs with the attributes of ``Name``, offsets in code points."""

_NULL = "wanted a text, found null"

_taggers: dict[str, Tagger] = {}


def _tagger(options: dict[str, Any]) -> Tagger:
    """The tagger of this worker process, which Spark keeps from batch to batch and from job to job."""
    key = repr(sorted(options.items()))
    if key not in _taggers:
        _taggers[key] = Tagger(**options)
    return _taggers[key]


def tag(
    df: DataFrame,
    text: str = "text",
    *,
    id: str | None = None,
    names: str = "names",
    error: str = "error",
    **options: Any,
) -> DataFrame:
    """The same rows with two more columns: ``names`` (``NAMES``) and ``error`` (a string).

    ``text`` is the column of texts. With ``id``, the rows have that column and the two new ones alone: less to move. A row whose text
    is null, or cannot be tagged, has null names and the reason in ``error``; no row is lost and no job fails for one. ``options`` are
    those of ``Tagger``; ``threads`` is 1 unless given, as Spark runs a worker for each core. Works on streaming data frames, too.

    Raises KeyError for a column that is not there, TypeError for one without strings, ValueError for a new column whose name is
    taken, and whatever ``Tagger`` raises: all of it here, before a task is sent.
    """
    for argument, column in (("text", text), ("id", id)):
        if column is not None and column not in df.columns:
            raise KeyError(f"{argument}: wanted one of the columns {', '.join(df.columns)}, found {column!r}")
    found = df.schema[text].dataType
    if not isinstance(found, t.StringType):
        raise TypeError(f"text: wanted a column of strings, found {found.simpleString()}")
    kept = [place for place, column in enumerate(df.columns) if id in (None, column)]
    for column in (names, error):
        if column in [df.columns[place] for place in kept]:
            raise ValueError(f"{column}: wanted a name that no column has; pass another with names= or error=")
    options.setdefault("threads", 1)
    Tagger(**options)  # What is wrong with the options is said here, not by every task.

    new = [t.StructField(names, NAMES), t.StructField(error, t.StringType())]
    schema = t.StructType([*(df.schema.fields[place] for place in kept), *new])

    def tagged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            columns = [batch.column(place) for place in kept]
            found = _tagged(batch.column(text), options)
            yield pa.RecordBatch.from_arrays([*columns, *found], names=schema.names)

    return df.mapInArrow(tagged, schema)


def _tagged(texts: pa.Array, options: dict[str, Any]) -> tuple[pa.Array, pa.Array]:
    """The names of a column of texts, and what is wrong with those that have none."""
    tagger = _tagger(options)
    try:
        found = pa.chunked_array(tagger.tag_column(pa.chunked_array([texts]))).combine_chunks()
        return found, pa.array([None if valid else _NULL for valid in texts.is_valid().to_pylist()], type=pa.string())
    except (ValueError, RuntimeError):
        rows = [_row(tagger, value) for value in texts.to_pylist()]
        return pa.array([row[0] for row in rows], type=_ARROW), pa.array([row[1] for row in rows], type=pa.string())


def _row(tagger: Tagger, value: str | None) -> tuple[Any, str | None]:
    """The names of one text, or what is wrong with it."""
    if value is None:
        return None, _NULL
    try:
        return [name.dict() for name in tagger(value)], None
    except (ValueError, RuntimeError) as wrong:
        return None, str(wrong)
