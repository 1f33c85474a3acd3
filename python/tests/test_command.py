"""The command lines of the wheel, and that the library says what is wrong with the same words."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import alam
import pytest

BESIDE = Path(sys.executable).parent
TEXT = "سافر نواف سلام إلى بيروت وألمانيا."


def run(*line: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in line], capture_output=True, text=True, check=False, cwd=cwd)


@pytest.mark.parametrize("start", [[sys.executable, "-m", "alam"], [BESIDE / "alam"]])
def test_the_command_line_is_whole(start: list[object], tmp_path: Path) -> None:
    assert run(*start, "--version").stdout == f"alam {alam.__version__}\n"
    assert run(*start, "info").returncode == 0
    assert run(*start, "tag", "--colour").returncode == 2
    assert run(*start, "tag", "nowhere.txt", cwd=tmp_path).returncode == 3
    measured = run(*start, "bench", "--articles", "1", "--passes", "1", "--warm-up", "0", "--json")
    assert measured.returncode == 0, measured.stderr


def test_shells_complete_the_script(tmp_path: Path) -> None:
    script = tmp_path / "completions"
    script.write_text(run(BESIDE / "alam", "completions", "bash").stdout)
    ask = 'COMP_WORDS=(alam tag --gaz); COMP_CWORD=2; _alam alam --gaz tag; echo "${COMPREPLY[@]}"'
    assert run("bash", "-c", f"source {script}; complete -p alam; {ask}").stdout.splitlines()[-1] == "--gazetteer"


def test_training_is_there(tmp_path: Path) -> None:
    assert run(BESIDE / "alam-train", "--version").stdout == f"alam-train {alam.__version__}\n"
    assert "finetune" in run(BESIDE / "alam-train", "--help").stdout
    assert run(BESIDE / "alam-train", "finetune").returncode == 2
    lost = run(BESIDE / "alam-train", "finetune", "nowhere.toml", "--out", "model", cwd=tmp_path)
    assert lost.returncode == 3 and "nowhere.toml" in lost.stderr
    (tmp_path / "texts.txt").write_text((TEXT + "\n") * 2000, encoding="utf-8")
    recipe = 'text = ["texts.txt"]\nvocab_size = 500\nmin_count = 2\ncut_proclitics = true\n'
    (tmp_path / "recipe.toml").write_text(recipe)
    learnt = run(BESIDE / "alam-train", "tokenizer", "recipe.toml", "--out", "vocabulary", cwd=tmp_path)
    assert learnt.returncode == 0, learnt.stderr
    assert json.loads((tmp_path / "vocabulary" / "tokenizer.json").read_text())["model"]["type"] == "WordPiece"


def said(*line: object, cwd: Path) -> str:
    """What the command line says is wrong, as an exception would say it: with an argument for a flag, and no room before a tip."""
    found = run(BESIDE / "alam", *line, cwd=cwd)
    assert found.returncode != 0
    first, *more = found.stderr.splitlines()
    lines = [first, *(line for line in more if line.startswith("  "))]
    message = "\n".join(line.strip() for line in lines).removeprefix("alam: ")
    flag, colon, rest = message.removeprefix("--").partition(":")
    return (flag.replace("-", "_") if message.startswith("--") else flag) + colon + rest


CASES: dict[str, tuple[list[str], Callable[[], Any]]] = {
    "no model": (["tag", "a.txt", "--model", "/nowhere"], lambda: alam.Tagger("/nowhere")),
    "a model that was not fetched": (["tag", "a.txt", "--model", "org/name"], lambda: alam.Tagger("org/name")),
    "a folder without a model": (["tag", "a.txt", "--model", "empty"], lambda: alam.Tagger("empty")),
    "a model with broken settings": (["tag", "a.txt", "--model", "broken"], lambda: alam.Tagger("broken")),
    "no convention": (["tag", "a.txt", "--convention", "none"], lambda: alam.Tagger(convention="none")),
    "no type": (["tag", "a.txt", "--labels", "XYZ"], lambda: alam.Tagger(labels=["XYZ"])),
    "no gazetteer": (["tag", "a.txt", "--gazetteer", "own.tsv"], lambda: alam.Tagger(gazetteer="own.tsv")),
    "a broken gazetteer": (["tag", "a.txt", "--gazetteer", "a.txt"], lambda: alam.Tagger(gazetteer="a.txt")),
    "no file": (["tag", "nowhere.jsonl"], lambda: alam.read("nowhere.jsonl")),
    "a broken record": (["tag", "broken.jsonl", "--quiet"], lambda: list(alam.read("broken.jsonl"))),
    "a field that is not there": (
        ["tag", "other.csv", "--text-field", "body"],
        lambda: list(alam.read("other.csv", text="body")),
    ),
    "names over each other": (
        ["convert", "over.jsonl", "--format", "csv"],
        lambda: list(alam.read("over.jsonl")),
    ),
}


@pytest.mark.parametrize("what", CASES)
def test_what_is_wrong_is_said_in_the_same_words(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    Path("a.txt").write_text(TEXT, encoding="utf-8")
    Path("broken.jsonl").write_text('{oops\n{"id":"b","text":"y"}\n')
    Path("over.jsonl").write_text('{"id":"b","text":"abcdef","entities":[[0,3,"PER"],[2,4,"LOC"]]}\n')
    Path("other.csv").write_text("id,text\n1,x\n")
    Path("empty").mkdir()
    Path("broken").mkdir()
    Path("broken", "tagger.json").write_text('{"windoww": 3}')
    line, call = CASES[what]
    with pytest.raises((ValueError, OSError, RuntimeError)) as raised:
        call()
    assert "\n".join(line.strip() for line in str(raised.value).splitlines()) == said(*line, cwd=tmp_path)


def test_statistics_are_those_of_the_command(tagger: alam.Tagger, tmp_path: Path) -> None:
    names = tmp_path / "names.jsonl"
    alam.write(names, tagger.stream([(f"2024-05-{1 + day % 20:02}/{day}", TEXT) for day in range(50)]))
    with names.open("a") as file:
        file.write("{oops\n")
    printed = run(BESIDE / "alam", "stats", names, "--format", "json", "--top", 3)
    assert alam.stats(names, top=3) == json.loads(printed.stdout)
    assert alam.stats(names)["failed"] == 1


def test_scores_are_those_of_the_command(tagger: alam.Tagger, tmp_path: Path) -> None:
    gold, predicted = tmp_path / "gold.jsonl", tmp_path / "predicted.jsonl"
    documents = list(tagger.stream([(str(number), TEXT) for number in range(5)]))
    alam.write(gold, documents)
    alam.write(predicted, [*documents[:3], *(alam.Document(d.text, d.names[:1], id=d.id) for d in documents[3:])])
    printed = run(BESIDE / "alam", "eval", gold, predicted, "--json")
    wanted = json.loads(printed.stdout)
    found = alam.evaluate(alam.read(gold), alam.read(predicted))
    for ours, theirs in [(found["micro"], wanted["micro"]), (found["types"]["PER"], wanted["types"]["PER"])]:
        assert (ours["precision"], ours["recall"], ours["f1"], ours["support"]) == pytest.approx(
            tuple(theirs[key] for key in ("p", "r", "f1", "support"))
        )
    assert found["interval"] == pytest.approx((wanted["interval"]["low"], wanted["interval"]["high"]))
    assert found["micro"]["f1"] < 1


@pytest.mark.parametrize(("source", "shown"), [("texts", "50/50 documents"), ("iter(texts)", "50 documents")])
def test_a_bar_is_shown_on_a_terminal(source: str, shown: str) -> None:
    program = (
        f"import alam\ntexts = [{TEXT!r}] * 50\n"
        f"found = list(alam.Tagger().stream({source}, progress=True))\n"
        "assert len(found) == 50\n"
    )
    primary, secondary = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", program], stderr=secondary)
    os.close(secondary)
    seen = b""
    while True:
        try:
            more = os.read(primary, 4096)
        except OSError:
            more = b""
        if not more:
            break
        seen += more
    os.close(primary)
    assert process.wait(timeout=60) == 0
    assert shown in seen.decode()
