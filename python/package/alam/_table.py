"""Tables of the libraries that people have, around ``Tagger.tag_column``."""

from __future__ import annotations

from typing import Any


def tag_table(tagger: Any, table: Any, text: str, names: str) -> Any:
    """See ``Tagger.tag_table``."""
    module = type(table).__module__.partition(".")[0]
    columns = {"pyarrow": "column_names", "polars": "columns", "pandas": "columns"}.get(module)
    if columns is None:
        wanted = "a table of pyarrow, polars or pandas"
        raise TypeError(f"table: wanted {wanted}, found {type(table).__module__}.{type(table).__qualname__}")
    there = list(table.schema.names if type(table).__name__ == "RecordBatch" else getattr(table, columns))
    if text not in there:
        raise KeyError(f"text: wanted one of the table's columns ({', '.join(map(str, there))}), found {text!r}")
    if module == "pyarrow":
        import pyarrow as pa

        column = table.column(text)
        if isinstance(table, pa.RecordBatch):
            found = pa.chunked_array(tagger.tag_column(pa.chunked_array([column]))).combine_chunks()
        else:
            found = pa.chunked_array(tagger.tag_column(column))
        if names in there:
            return table.set_column(there.index(names), names, found)
        return table.append_column(names, found)
    if module == "polars":
        import polars as pl

        return table.with_columns(pl.Series(names, tagger.tag_column(table.get_column(text))))
    import pandas as pd
    import pyarrow as pa

    column = pa.chunked_array([pa.array(table[text], from_pandas=True)])
    found = pa.chunked_array(tagger.tag_column(column))
    # Rows go by their place; the table's index may have any.
    series = found.to_pandas(types_mapper=pd.ArrowDtype)
    series.index = table.index
    return table.assign(**{names: series})
