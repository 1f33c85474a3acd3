"""Files in the formats of the command line, scores and statistics."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import alam
import pytest

TEXT = "سافر نواف سلام إلى بيروت وألمانيا."


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst", "a.parquet", "a.conll"])
def test_what_is_written_is_read(tagger: alam.Tagger, tmp_path: Path, name: str) -> None:
    documents = list(tagger.stream([("x", TEXT), ("y", "لا اسم هنا")]))
    assert alam.write(tmp_path / name, documents) == 2
    again = list(alam.read(tmp_path / name))
    words = name.endswith("conll")
    letters = [(n.token if words else n.text, n.label) for d in documents for n in d.names]
    assert [(n.text, n.label) for d in again for n in d.names] == letters
    assert words or [d.id for d in again] == ["x", "y"]


def test_other_formats_are_written(tagger: alam.Tagger, tmp_path: Path) -> None:
    documents = list(tagger.stream([TEXT]))
    for name, format in [("a.html", None), ("a.csv", None), ("b.jsonl", "spacy"), ("c.json", "label-studio")]:
        alam.write(tmp_path / name, documents, format=format)
        assert "بيروت" in (tmp_path / name).read_text(encoding="utf-8")
    alam.write(tmp_path / "brat", documents, format="brat")
    assert any(path.suffix == ".ann" for path in (tmp_path / "brat").iterdir())


def test_a_file_is_whole_or_not_there(tmp_path: Path) -> None:
    broken: list[Any] = [TEXT, 3]
    with pytest.raises(TypeError, match="document 1"):
        alam.write(tmp_path / "a.jsonl", broken)
    assert list(tmp_path.iterdir()) == []


def test_errors_have_their_place(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"nowhere\.jsonl"):
        alam.read(tmp_path / "nowhere.jsonl")
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id":"a","text":"x"}\n{oops\n{"id":"b","text":"y"}\n')
    documents = alam.read(broken)
    assert next(documents).id == "a"
    with pytest.raises(ValueError, match=r"broken\.jsonl:2"):
        next(documents)
    assert next(documents).id == "b"
    with pytest.raises(ValueError, match="format: wanted one of text, "):
        alam.read(broken, format="doc")
    with pytest.raises(ValueError, match="wanted"):
        alam.write(tmp_path / "a.docx", [TEXT])
    with pytest.raises(ValueError, match="^path: wanted a name for format=csv, which ends in .csv, found"):
        alam.write(tmp_path / "a.html", [TEXT], format="csv")


def test_names_have_to_be_in_their_text() -> None:
    with pytest.raises(ValueError, match="wanted `بيروت` at 0 to 5, found `سافر `"):
        alam.Document(TEXT, [alam.Name("بيروت", "LOC", 0, 5)])
    with pytest.raises(ValueError, match="wanted offsets within the text's 34 code points"):
        alam.Document(TEXT, [alam.Name("بيروت", "LOC", 90, 95)])
    with pytest.raises(ValueError, match="5 code points apart"):
        alam.Name("بيروت", "LOC", 0, 3)


def test_names_do_not_overlap_and_are_names() -> None:
    wrong: Any
    for wrong, error, words in (
        ([alam.Name("سافر", "PER", 0, 4), alam.Name("سا", "LOC", 0, 2)], ValueError, r"found 0 to 2 \(LOC\) and 0 to 4"),
        (["سافر"], TypeError, "wanted alam.Name, found str"),
        (3, TypeError, "int"),
    ):
        with pytest.raises(error, match=words):
            alam.Document(TEXT, wrong)
    names = [alam.Name("بيروت", "LOC", 19, 24), alam.Name("سافر", "PER", 0, 4)]
    assert [name.text for name in alam.Document(TEXT, names).names] == ["سافر", "بيروت"]
    assert repr(alam.Document(TEXT, id="مُ")) == "<alam.Document 'مُ': 34 code points, 0 names>"


def test_scores_are_of_bounds_and_types() -> None:
    at = TEXT.index("بيروت")
    gold = [alam.Document(TEXT, [alam.Name("نواف سلام", "PER", 5, 14), alam.Name("بيروت", "LOC", at, at + 5)])]
    assert alam.evaluate(gold, gold)["micro"]["f1"] == 1.0
    predicted = [alam.Document(TEXT, [alam.Name("نواف سلام", "PER", 5, 14), alam.Name("بيروت", "ORG", at, at + 5)])]
    scores = alam.evaluate(gold, predicted)
    assert scores["micro"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert scores["types"]["PER"]["f1"] == 1.0 and scores["types"]["LOC"]["recall"] == 0.0
    assert scores["interval"][0] <= 0.5 <= scores["interval"][1]
    with pytest.raises(ValueError, match="wanted 1 documents"):
        alam.evaluate(gold, [])
    with pytest.raises(ValueError, match="wanted the text of gold"):
        alam.evaluate(gold, [alam.Document("نص")])


def test_statistics_count_names(tagger: alam.Tagger, tmp_path: Path) -> None:
    path = tmp_path / "names.jsonl"
    alam.write(path, tagger.stream([(str(i), TEXT) for i in range(3)]))
    counted = alam.stats(path)
    places = next(kind for kind in counted["types"] if kind["label"] == "LOC")
    assert {name["name"]: name["documents"] for name in places["top"]}["بيروت"] == 3


def test_the_pipeline_has_the_shape_of_transformers() -> None:
    pipe = alam.pipeline()
    one = pipe(TEXT)
    assert [set(entity) for entity in one] == [{"entity_group", "score", "word", "start", "end"}] * len(one)
    assert pipe([TEXT, "لا"], batch_size=32) == [one, []]
    assert list(pipe(text for text in [TEXT, "لا"])) == [one, []]
