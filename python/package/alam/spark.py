"""alam inside Spark: one tagger a worker process, batches of Arrow, nothing of our own that moves data.

>>> from alam.spark import tag                                                   # doctest: +SKIP
>>> tag(articles, text="body").select("id", "names").show()                      # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import types as t

from ._alam import Tagger

__all__ = ["NAMES", "tag"]

NAMES = t.ArrayType(
    t.StructType(
        [
            t.StructField("text", t.StringType(), False),
            t.StructField("label", t.StringType(), False),
            t.StructField("start", t.LongType(), False),
            t.StructField("end", t.LongType(), False),
            t.StructField("score", t.DoubleType(), True),
            t.StructField("canonical", t.StringType(), False),
            t.StructField("token", t.StringType(), False),
            t.StructField("token_start", t.LongType(), False),
            t.StructField("token_end", t.LongType(), False),
            t.StructField("group", t.LongType(), True),
            t.StructField("source", t.StringType(), False),
        ]
    ),
    False,
)
"""The type of the column of names."""

_taggers: dict[str, Tagger] = {}


def _tagger(options: dict[str, Any]) -> Tagger:
    """The tagger of this worker process, which Spark keeps from batch to batch and from job to job."""
    key = repr(sorted(options.items()))
    if key not in _taggers:
        _taggers[key] = Tagger(**options)
    return _taggers[key]


def tag(
    df: DataFrame, text: str = "text", *, names: str = "names", error: str = "error", **options: Any
) -> DataFrame:
    """The same rows with two more columns: ``names`` (``NAMES``) and ``error``.

    A row whose text is null has null names, and the reason in ``error``; no row is lost and no job fails for one. ``options`` are
    those of ``Tagger``; ``threads`` is 1 unless given, as Spark runs a worker for each core. Works on streaming data frames, too.
    """
    schema = df.schema
    if text not in schema.names:
        raise KeyError(f"text: wanted one of the columns {', '.join(schema.names)}, found {text!r}")
    if not isinstance(schema[text].dataType, t.StringType):
        raise TypeError(f"text: wanted a column of strings, found {schema[text].dataType.simpleString()}")
    for column in (names, error):
        if column in schema.names:
            raise ValueError(f"{column}: wanted a name that no column has; pass another with names= or error=")
    options.setdefault("threads", 1)
    Tagger(**options)  # What is wrong with the options is said here, not by every task.

    def tagged(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            if batch.num_rows == 0:
                continue
            found, wrong = _column(batch.column(text), options)
            yield pa.RecordBatch.from_arrays([*batch.columns, found, wrong], names=[*batch.schema.names, names, error])

    wanted = t.StructType([*schema.fields, t.StructField(names, NAMES, True), t.StructField(error, t.StringType(), True)])
    return df.mapInArrow(tagged, wanted)


def _column(texts: pa.Array, options: dict[str, Any]) -> tuple[pa.Array, pa.Array]:
    """The names of a column of texts, and what is wrong with those that have none."""
    tagger = _tagger(options)
    try:
        found = pa.chunked_array(tagger.tag_column(pa.chunked_array([texts]))).combine_chunks()
        reasons = [None if valid else "wanted a text, found null" for valid in texts.is_valid().to_pylist()]
    except (ValueError, RuntimeError):
        rows: list[Any] = []
        reasons = []
        for value in texts.to_pylist():
            try:
                rows.append(None if value is None else [name.dict() for name in tagger(value)])
                reasons.append(None if value is not None else "wanted a text, found null")
            except (ValueError, RuntimeError) as wrong:
                rows.append(None)
                reasons.append(str(wrong))
        found = pa.array(rows, type=_ARROW)
    return found.cast(_ARROW), pa.array(reasons, type=pa.string())


_ARROW = pa.list_(
    pa.field(
        "element",
        pa.struct(
            [
                pa.field("text", pa.string(), nullable=False),
                pa.field("label", pa.string(), nullable=False),
                pa.field("start", pa.int64(), nullable=False),
                pa.field("end", pa.int64(), nullable=False),
                pa.field("score", pa.float64()),
                pa.field("canonical", pa.string(), nullable=False),
                pa.field("token", pa.string(), nullable=False),
                pa.field("token_start", pa.int64(), nullable=False),
                pa.field("token_end", pa.int64(), nullable=False),
                pa.field("group", pa.int64()),
                pa.field("source", pa.string(), nullable=False),
            ]
        ),
        nullable=False,
    )
)
