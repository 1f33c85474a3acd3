"""Tables of the libraries that people have, around ``Tagger.tag_column``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any


def tag_table(tagger: Any, table: Any, text: str, names: str) -> Any:
    """See ``Tagger.tag_table``."""
    # A table is of a library that somebody has imported.
    for library, kinds, tagged in _LIBRARIES:
        module = sys.modules.get(library)
        if module is not None and isinstance(table, tuple(getattr(module, kind) for kind in kinds)):
            return tagged(tagger, table, text, names)
    wanted = "a Table or RecordBatch of pyarrow or a DataFrame of polars or pandas"
    raise TypeError(f"table: wanted {wanted}, found {type(table).__module__}.{type(table).__qualname__}")


def _check(text: str, there: Sequence[Any]) -> None:
    if text not in there:
        raise KeyError(f"text: wanted one of the table's columns ({', '.join(map(str, there))}), found {text!r}")


def _arrow(tagger: Any, table: Any, text: str, names: str) -> Any:
    import pyarrow as pa

    there = table.schema.names
    _check(text, there)
    column = table.column(text)
    if isinstance(table, pa.RecordBatch):
        found = pa.chunked_array(tagger.tag_column(pa.chunked_array([column]))).combine_chunks()
    else:
        found = pa.chunked_array(tagger.tag_column(column))
    if names in there:
        return table.set_column(there.index(names), names, found)
    return table.append_column(names, found)


def _polars(tagger: Any, table: Any, text: str, names: str) -> Any:
    import polars as pl

    _check(text, table.columns)
    return table.with_columns(pl.Series(names, tagger.tag_column(table.get_column(text))))


def _pandas(tagger: Any, table: Any, text: str, names: str) -> Any:
    import pandas as pd
    import pyarrow as pa

    _check(text, list(table.columns))
    column = pa.chunked_array([pa.array(table[text], from_pandas=True)])
    found = pa.chunked_array(tagger.tag_column(column))
    # Rows go by their place; the table's index may have any.
    series = found.to_pandas(types_mapper=pd.ArrowDtype)
    series.index = table.index
    return table.assign(**{names: series})


_LIBRARIES: list[tuple[str, tuple[str, ...], Any]] = [
    ("pyarrow", ("Table", "RecordBatch"), _arrow),
    ("polars", ("DataFrame",), _polars),
    ("pandas", ("DataFrame",), _pandas),
]
