"""Columns of pyarrow, polars and pandas."""

from __future__ import annotations

from typing import Any

import alam
import pytest

pa = pytest.importorskip("pyarrow")
pl = pytest.importorskip("polars")
pd = pytest.importorskip("pandas")

TEXTS = ["سافر نواف سلام إلى بيروت.", None, "", "لا اسم", "وألمانيا"]


def wanted(tagger: alam.Tagger) -> list[Any]:
    return [None if text is None else [name.dict() for name in tagger(text)] for text in TEXTS]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view"])
def test_arrow(tagger: alam.Tagger, kind: str) -> None:
    table = pa.table({"id": range(5), "body": pa.array(TEXTS, type=getattr(pa, kind)())})
    tagged = tagger.tag_table(table, text="body")
    assert isinstance(tagged, pa.Table) and tagged.column_names == ["id", "body", "names"]
    assert tagged.column("names").to_pylist() == wanted(tagger)
    tagged.validate(full=True)
    assert tagged.schema.field("names").type.value_type.field("group").type == pa.int64()
    batch = tagger.tag_table(table.to_batches()[0], text="body")
    assert isinstance(batch, pa.RecordBatch) and batch.column(2).to_pylist() == wanted(tagger)
    sliced = tagger.tag_table(table.slice(3), text="body")
    assert sliced.column("names").to_pylist() == wanted(tagger)[3:]
    assert tagger.tag_table(tagged, text="body").column_names == tagged.column_names


def test_an_empty_table_and_many_chunks(tagger: alam.Tagger) -> None:
    empty = tagger.tag_table(pa.table({"text": pa.array([], pa.string())}))
    assert empty.num_rows == 0 and empty.column_names == ["text", "names"]
    chunks = pa.chunked_array([TEXTS[:2], TEXTS[2:]], type=pa.string())
    assert tagger.tag_table(pa.table({"text": chunks})).column("names").to_pylist() == wanted(tagger)


def test_names_are_those_of_other_texts_whatever_the_chunks(tagger: alam.Tagger, articles: list[str]) -> None:
    many = articles * 5
    table = pa.table({"text": pa.chunked_array([many[:7], [], many[7:]], type=pa.large_string())})
    found = tagger.tag_table(table).column("names")
    assert [len(chunk) for chunk in found.chunks] == [7, 0, len(many) - 7]
    assert found.to_pylist() == [[name.dict() for name in names] for names in tagger.tag_all(many)]


def test_groups_are_numbers_or_null() -> None:
    names = alam.Tagger(group=True).tag_table(pa.table({"text": ["زار بيروت ثم عاد إلى بيروت"]})).column("names")
    assert [name["group"] for name in names.to_pylist()[0]] == [0, 0]


def test_polars(tagger: alam.Tagger) -> None:
    tagged = tagger.tag_table(pl.DataFrame({"text": TEXTS}))
    assert isinstance(tagged, pl.DataFrame)
    assert tagged["names"].to_list() == wanted(tagger)


def test_pandas(tagger: alam.Tagger) -> None:
    tagged = tagger.tag_table(pd.DataFrame({"text": TEXTS}, index=list("abcde")))
    assert isinstance(tagged, pd.DataFrame) and list(tagged.index) == list("abcde")
    assert list(tagged["names"].iloc[0]) == wanted(tagger)[0]
    assert pd.isna(tagged["names"].iloc[1])


def test_what_is_no_table_or_has_no_texts(tagger: alam.Tagger) -> None:
    for table, found in (({"text": TEXTS}, "builtins.dict"), (pl.LazyFrame({"text": TEXTS}), "polars.*LazyFrame")):
        with pytest.raises(TypeError, match=f"table: wanted a Table or RecordBatch of pyarrow or .*, found {found}"):
            tagger.tag_table(table)
    with pytest.raises(KeyError, match="wanted one of the table's columns"):
        tagger.tag_table(pa.table({"body": TEXTS}))
    with pytest.raises(TypeError, match="wanted a column of strings, found Int64"):
        tagger.tag_table(pa.table({"text": [1, 2]}))
    with pytest.raises(TypeError, match="Expected bytes, got a 'int' object"):
        tagger.tag_table(pd.DataFrame({"text": ["x", 3]}, dtype=object))
