"""Names of texts and streams; what is refused, and with which words."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import alam
import pytest

TEXT = "وصل أنطونيو غوتيريش إلى القاهرة، وقالت وألمانيا للأمم المتحدة 🙂 إن لبوتين موقفا."


def test_names_are_the_letters_at_their_code_points(tagger: alam.Tagger) -> None:
    names = tagger(TEXT)
    assert ("أنطونيو غوتيريش", "PER") in [(name.text, name.label) for name in names]
    for name in names:
        assert TEXT[name.start : name.end] == name.text
        assert TEXT[name.token_start : name.token_end] == name.token
        assert name.score is not None and 0 <= name.score <= 1
        assert name.source == "model" and name.group is None
    united = next(name for name in names if name.canonical == "الأمم المتحدة")
    assert united.token == "للأمم المتحدة"


def test_the_command_line_finds_the_same(tagger: alam.Tagger, articles: list[str], tmp_path: Path) -> None:
    texts = tmp_path / "texts.jsonl"
    texts.write_text("".join(json.dumps({"id": str(i), "text": text}) + "\n" for i, text in enumerate(articles)))
    run = subprocess.run([sys.executable, "-m", "alam", "tag", texts], capture_output=True, check=True)
    wanted = [json.loads(line)["entities"] for line in run.stdout.splitlines()]
    found = tagger.tag_all(articles)
    assert found == [document.names for document in tagger.stream(articles)]
    for entities, names in zip(wanted, found, strict=True):
        assert [(e["start"], e["end"], e["label"], e["text"], e["score"]) for e in entities] == [
            (n.start, n.end, n.label, n.text, n.score) for n in names
        ]
        assert [e.get("canonical", e["text"]) for e in entities] == [n.canonical for n in names]
        assert [e.get("token_text", e["text"]) for e in entities] == [n.token for n in names]


def test_names_are_values(tagger: alam.Tagger) -> None:
    names = tagger(TEXT)
    again = tagger(TEXT)
    assert names == again and {hash(name) for name in names} == {hash(name) for name in again}
    assert pickle.loads(pickle.dumps(names)) == names
    assert alam.Name(**names[0].dict()) == names[0]
    assert eval(repr(names[0]), {"Name": alam.Name}) == names[0]
    assert repr(alam.Name("مُحَمَّد", "PER", 0, 8)) == "Name('مُحَمَّد', 'PER', 0, 8, None)"
    assert not hasattr(names[0], "__dict__")
    for attribute in ("text", "other"):
        with pytest.raises(AttributeError):
            setattr(names[0], attribute, "x")


def test_streams_take_texts_pairs_dicts_and_documents_and_keep_their_order(tagger: alam.Tagger) -> None:
    items: list[Any] = [TEXT, ("a", TEXT), {"id": 7, "text": TEXT, "date": "2024-05-01"}, alam.Document(TEXT, id="d")]
    documents = list(tagger.stream(items))
    assert [document.id for document in documents] == ["0", "a", "7", "d"]
    assert documents[2].date == "2024-05-01"
    assert all(document.names == tagger(TEXT) for document in documents)


def test_a_stream_holds_a_bounded_number_of_documents(tagger: alam.Tagger) -> None:
    taken = 0

    def source() -> Any:
        nonlocal taken
        while True:
            taken += 1
            yield TEXT * 20

    stream = tagger.stream(source())
    for _ in range(10):
        next(stream)
    assert taken < 200


def test_what_a_source_raises_comes_behind_what_it_gave(tagger: alam.Tagger) -> None:
    def source() -> Any:
        yield "سافر إلى بيروت"
        raise LookupError("gone")

    stream = tagger.stream(source())
    assert next(stream).names[0].text == "بيروت"
    with pytest.raises(LookupError, match="gone"):
        next(stream)


def test_a_bar_is_no_hindrance(tagger: alam.Tagger) -> None:
    assert len(list(tagger.stream([TEXT] * 3, progress=True))) == 3


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (None, "NoneType"),
        (3, "int"),
        (b"x", "bytes"),
        (("a",), "tuple"),
        (("a", None), "NoneType"),
        ({"body": "x"}, "dict without it"),
        ({"text": None}, "dict without it"),
        ({"text": 3}, "int"),
    ],
)
def test_what_is_no_document_is_refused_with_its_number(tagger: alam.Tagger, item: Any, found: str) -> None:
    with pytest.raises(TypeError, match=f"document 1: wanted .*, found {found}"):
        list(tagger.stream([TEXT, item]))
    with pytest.raises(TypeError, match=f"document 1: wanted .*, found {found}"):
        tagger.tag_all([TEXT, item])


def test_one_text_is_no_list_of_texts_and_a_list_no_text(tagger: alam.Tagger) -> None:
    with pytest.raises(TypeError, match="texts: wanted a list of str, found a str\ntip: "):
        tagger.tag_all(TEXT)
    with pytest.raises(TypeError, match="documents: wanted an iterable of texts, found a str\ntip: "):
        tagger.stream(TEXT)
    wrong: Any
    for wrong, found in (([TEXT], "list"), (None, "NoneType"), (TEXT.encode(), "bytes")):
        with pytest.raises(TypeError, match=f"text: wanted a str, found {found}"):
            tagger(wrong)
        with pytest.raises(TypeError, match=f"text: wanted a str, found {found}"):
            tagger.tag(wrong)


def test_half_of_a_surrogate_pair_is_refused_with_its_place(tagger: alam.Tagger) -> None:
    with pytest.raises(ValueError, match="text: wanted a text that can be written in UTF-8"):
        tagger("a\ud83d")
    with pytest.raises(ValueError, match="document 1: wanted a text that can be written in UTF-8"):
        tagger.tag_all([TEXT, "\udc00"])


def test_nothing_gives_nothing(tagger: alam.Tagger) -> None:
    assert tagger("") == [] and tagger.tag_all([]) == [] and list(tagger.stream([])) == []
    assert tagger.tag_all(["", "   \n\n", "لا"]) == [[], [], []]
    assert tagger.tag_all(text for text in [TEXT]) == [tagger(TEXT)]


def test_a_huge_text_is_tagged_to_its_end(tagger: alam.Tagger) -> None:
    sentence = "سافر نواف سلام إلى بيروت. "
    text = sentence * 50_000
    names = tagger(text)
    assert len(names) == 100_000 and {name.text for name in names} == {"نواف سلام", "بيروت"}
    assert names[-1].end == len(text) - 2 and text[names[-1].start : names[-1].end] == "بيروت"


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"model": "/nowhere"}, FileNotFoundError, "model: wanted a model folder"),
        ({"model": "org/model"}, OSError, "alam fetch"),
        ({"precision": "f16"}, ValueError, 'wanted "int8" or "f32", found `f16`'),
        ({"labels": ["XYZ"]}, ValueError, "wanted types of the model"),
        ({"min_score": 2}, ValueError, "from 0 to 1"),
        ({"convention": "none"}, ValueError, "none"),
        ({"device": "tpu"}, ValueError, "device"),
        ({"threads": 5000}, ValueError, "threads: wanted a number from 0 to 1024, found 5000"),
        ({"threads": -1}, ValueError, "threads: wanted a number from 0 to 1024, found -1"),
        ({"min_score": float("nan")}, ValueError, "from 0 to 1"),
        ({"labels": "PER"}, TypeError, "labels"),
        ({"gazetteer": "/nowhere.tsv"}, FileNotFoundError, "/nowhere.tsv"),
        ({"colour": 1}, TypeError, "colour"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        alam.Tagger(**options)


def test_options_do_what_they_say(tmp_path: Path) -> None:
    own = tmp_path / "own.tsv"
    own.write_text("موقفا\tMISC\n", encoding="utf-8")
    options: dict[str, Any] = {"convention": "anercorp", "threads": 1, "gazetteer": own, "group": True}
    tagger = alam.Tagger(labels=["PER", "MISC"], min_score=0.3, **options)
    names = tagger(TEXT)
    assert {name.label for name in names} <= {"PER", "MISC"}
    assert [name.text for name in names if name.source == "gazetteer"] == ["موقفا"]
    assert all(name.group is not None for name in names)
    assert tagger.labels == ["PER", "MISC"] and "anercorp" in tagger.conventions


def test_a_pickled_tagger_finds_the_same(tagger: alam.Tagger) -> None:
    sure = alam.Tagger(min_score=0.9)
    assert pickle.loads(pickle.dumps(sure))(TEXT) == sure(TEXT)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map_async(tagger.tag, [TEXT]).get(timeout=60) == [tagger(TEXT)]


_forked: alam.Tagger


def _tag_forked(text: str) -> list[alam.Name]:
    return _forked.tag(text)


def test_a_forked_process_tags(tagger: alam.Tagger) -> None:
    global _forked
    _forked = tagger
    wanted = tagger(TEXT)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(_tag_forked, [TEXT] * 4).get(timeout=60) == [wanted] * 4


def test_threads_share_a_tagger(tagger: alam.Tagger, articles: list[str]) -> None:
    wanted = tagger.tag_all(articles)
    found: dict[int, Any] = {}

    def tag(number: int) -> None:
        found[number] = tagger.tag_all(articles)

    threads = [threading.Thread(target=tag, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number] == wanted for number in range(4))


def test_the_lock_is_released(tagger: alam.Tagger, articles: list[str]) -> None:
    ticks = 0
    done = threading.Event()

    def tick() -> None:
        nonlocal ticks
        while not done.is_set():
            ticks += 1
            time.sleep(0.001)

    thread = threading.Thread(target=tick)
    thread.start()
    tagger.tag_all(articles * 5)
    during = ticks
    done.set()
    thread.join()
    assert during > 3


def test_memory_does_not_grow() -> None:
    script = Path(__file__).with_name("memory.py")
    subprocess.run([sys.executable, script, "--calls", os.environ.get("ALAM_CALLS", "6000")], check=True)
