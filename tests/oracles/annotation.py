"""What annotation tools and GLiNER read from files that alam writes for them, by their own code.

    pip install spacy pandas chardet pyexcel seqeval
    pip download --no-deps doccano==1.8.4 gliner==0.2.17 -d WHEELS
    python tests/oracles/annotation.py target/release/alam WHEELS

doccano is a server and GLiNER brings torch: of both, the modules that read a file run here, and what else they import is put
there empty. Prodigy cannot be had freely; what it does with a task is done here with spaCy, as its page on the format says:
tokens make up the text, and a name is a span of whole tokens.

Writes tests/golden/annotation.json, which tests/cli/oracles.rs compares with.
"""
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import unittest.mock
import uuid
import zipfile

import spacy

HERE = pathlib.Path(__file__).parent


def empty(*names):
    """Modules in which everything is a class."""
    for name in names:
        module = types.ModuleType(name)
        module.__getattr__ = lambda attribute: type(attribute, (), {})
        module.__path__ = []
        sys.modules[name] = module


def of_doccano(path):
    empty("examples", "examples.models", "label_types", "label_types.models", "labels", "labels.models", "projects", "projects.models")
    # It is written for the first pydantic, which the second one has in itself; spaCy is for the second.
    sys.modules["pydantic"], second = importlib.import_module("pydantic.v1"), sys.modules["pydantic"]
    parsers = importlib.import_module("backend.data_import.pipeline.parsers")
    label = importlib.import_module("backend.data_import.pipeline.label")
    sys.modules["pydantic"] = second
    parser = parsers.JSONLParser(encoding="utf-8")
    read = []
    for row in parser.parse(str(path)):
        spans = [label.SpanLabel.parse(uuid.uuid4(), one) for one in row["label"]]
        text = row["text"]
        read.append([text, [[s.start_offset, s.end_offset, s.label, text[s.start_offset : s.end_offset]] for s in spans]])
    assert not parser.errors, parser.errors
    return read


def of_prodigy(path):
    vocab = spacy.blank("ar").vocab
    read = []
    for line in path.open(encoding="utf-8"):
        task = json.loads(line)
        tokens = task["tokens"]
        doc = spacy.tokens.Doc(vocab, words=[t["text"] for t in tokens], spaces=[t["ws"] for t in tokens])
        assert doc.text == task["text"] and [t.idx for t in doc] == [t["start"] for t in tokens]
        names = [doc.char_span(s["start"], s["end"], label=s["label"]) for s in task["spans"]]
        for name, span in zip(names, task["spans"]):
            assert (name.start, name.end - 1) == (span["token_start"], span["token_end"])
        read.append([doc.text, [[n.start_char, n.end_char, n.label_, n.text] for n in names]])
    return read


def of_gliner(path):
    torch = ("torch", "torch.utils", "torch.utils.data", "torch.nn", "torch.nn.functional", "torch.nn.utils", "torch.nn.utils.rnn")
    for name in torch:
        sys.modules[name] = unittest.mock.MagicMock()
    for name in ("gliner", "gliner.data_processing"):
        # Without what the packages themselves import.
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [sys.path[0] + "/" + name.replace(".", "/")]
    processor = importlib.import_module("gliner.data_processing.processor")
    read = []
    # The first line of its training script: data = json.load(f).
    for example in json.loads(path.read_text(encoding="utf-8")):
        words, names = example["tokenized_text"], example["ner"]
        ids = {label: number for number, label in enumerate(sorted({name[2] for name in names}), 1)}
        places = processor.BaseProcessor.get_dict(names, ids)
        label = {number: label for label, number in ids.items()}
        read.append([words, [[first, last, label[n], " ".join(words[first : last + 1])] for (first, last), n in places.items()]])
    return read


def main(alam, wheels):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for wheel in pathlib.Path(wheels).glob("*.whl"):
            zipfile.ZipFile(wheel).extractall(folder / "tools", [n for n in zipfile.ZipFile(wheel).namelist() if n.endswith(".py")])
        sys.path.insert(0, str(folder / "tools"))
        written, read = {}, {}
        for format, reader in (("doccano", of_doccano), ("prodigy", of_prodigy), ("gliner", of_gliner)):
            path = folder / (format + ".json")
            subprocess.run([alam, "convert", HERE / "sample.jsonl", "-f", format, "-q", "-o", path], check=True)
            written[format], read[format] = path.read_text(encoding="utf-8"), reader(path)
    golden = {"written": written, "read": read}
    (HERE.parent / "golden" / "annotation.json").write_text(json.dumps(golden, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
