"""Names of texts and streams; what is refused, and with which words."""

from __future__ import annotations

import gc
import json
import multiprocessing
import os
import pickle
import signal
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


@pytest.mark.parametrize("start", [[sys.executable, "-m", "alam"], [str(Path(sys.executable).with_name("alam"))]])
def test_the_command_line_is_whole(start: list[str], tmp_path: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*start, *words], capture_output=True, text=True, check=False, cwd=tmp_path)

    assert run("--version").stdout == f"alam {alam.__version__}\n"
    assert run("info").returncode == 0
    assert run("tag", "--colour").returncode == 2
    assert run("tag", "nowhere.txt").returncode == 3
    measured = run("bench", "--articles", "1", "--passes", "1", "--warm-up", "0", "--json")
    assert measured.returncode == 0, measured.stderr


def test_names_are_values(tagger: alam.Tagger) -> None:
    names = tagger(TEXT)
    again = tagger(TEXT)
    assert names == again and {hash(name) for name in names} == {hash(name) for name in again}
    assert pickle.loads(pickle.dumps(names)) == names
    assert alam.Name(**names[0].dict()) == names[0]
    assert "أنطونيو غوتيريش" in repr(names[0])
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
    assert len(list(tagger.stream(iter([TEXT] * 3), progress=True))) == 3


@pytest.mark.parametrize(
    ("item", "found"),
    [(None, "NoneType"), (3, "int"), ({"body": "x"}, "dict"), ({"text": 3}, "int"), (("a",), "tuple"), (b"x", "bytes")],
)
def test_what_is_no_document_is_refused_with_its_number(tagger: alam.Tagger, item: Any, found: str) -> None:
    with pytest.raises(TypeError, match=f"document 1: wanted .*, found {found}"):
        list(tagger.stream([TEXT, item]))
    with pytest.raises(TypeError, match=f"document 1: wanted .*, found {found}"):
        tagger.tag_all([TEXT, item])


def test_one_text_is_no_list_of_texts(tagger: alam.Tagger) -> None:
    with pytest.raises(TypeError, match="wanted a list of str"):
        tagger.tag_all(TEXT)


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"model": "/nowhere"}, FileNotFoundError, "model: wanted a model folder"),
        ({"model": "org/model"}, OSError, "alam fetch"),
        ({"precision": "f16"}, ValueError, 'wanted "int8" or "f32"'),
        ({"labels": ["XYZ"]}, ValueError, "wanted types of the model"),
        ({"min_score": 2}, ValueError, "from 0 to 1"),
        ({"convention": "none"}, ValueError, "none"),
        ({"device": "tpu"}, ValueError, "device"),
        ({"threads": 5000}, ValueError, "from 0 to 1024"),
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


def test_an_interrupt_ends_a_long_list() -> None:
    program = (
        "import alam, sys\n"
        "tagger = alam.Tagger()\n"
        "print('ready', flush=True)\n"
        f"tagger.tag_all([{TEXT!r} * 20] * 100_000)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline() == b"ready\n"
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        begin = time.monotonic()
        _, said = process.communicate(timeout=30)
        assert time.monotonic() - begin < 5
        assert b"KeyboardInterrupt" in said


def test_memory_does_not_grow(tagger: alam.Tagger) -> None:
    def resident() -> int:
        pages = Path("/proc/self/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")

    def tag(times: int) -> None:
        for _ in range(times):
            tagger(TEXT)
        gc.collect()

    tag(2000)
    before = resident()
    tag(int(os.environ.get("ALAM_CALLS", "10000")))
    assert resident() - before < 4 << 20
