"""What the tools that formats are for read from files that alam writes, and a Parquet file as one of them writes it.

    pip install spacy pyarrow datasets label-studio-sdk
    python tests/oracles/formats.py target/release/alam

Writes tests/golden/oracles.json and tests/golden/pyarrow*.parquet, which tests/cli/oracles.rs compares with.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import datasets
import label_studio_sdk
import pyarrow
import pyarrow.parquet
import spacy
from label_studio_sdk._extensions.label_studio_tools.core.label_config import parse_config
from label_studio_sdk.converter import Converter

HERE = pathlib.Path(__file__).parent
GOLDEN = HERE.parent / "golden"
CONFIG = """<View><Text name="text" value="$text"/><Labels name="label" toName="text">
<Label value="PER"/><Label value="LOC"/><Label value="ORG"/></Labels></View>"""


def converted(alam, folder, format):
    path = folder / format
    command = [alam, "convert", HERE / "sample.jsonl", "--format", format, "-q", "-o", path]
    subprocess.run(command, check=True)
    return path


def of_spacy(path):
    blank = spacy.blank("ar")
    docs = [spacy.tokens.Doc(blank.vocab).from_json(json.loads(line)) for line in path.open(encoding="utf-8")]
    return [[doc.text, [[e.start_char, e.end_char, e.label_, e.text] for e in doc.ents]] for doc in docs]


def of_table(rows):
    names = lambda row: [[e["start"], e["end"], e["label"], row["text"][e["start"] : e["end"]]] for e in row["entities"]]
    return [[row["text"], names(row)] for row in rows]


def of_label_studio(path, folder):
    assert set(parse_config(CONFIG)) == {"label"}
    tasks = json.loads(path.read_text(encoding="utf-8"))
    # The converter exports annotations: what a person would have accepted as it is.
    for number, task in enumerate(tasks):
        task["id"] = number
        task["annotations"] = [dict(task.pop("predictions")[0], id=number)]
    accepted = folder / "accepted.json"
    accepted.write_text(json.dumps(tasks), encoding="utf-8")
    Converter(CONFIG, str(folder)).convert_to_json_min(str(accepted), str(folder / "out"), is_dir=False)
    tasks = sorted(json.loads((folder / "out" / "result.json").read_text(encoding="utf-8")), key=lambda task: task["id"])
    names = lambda task: [[e["start"], e["end"], e["labels"][0], e["text"]] for e in task.get("label", [])]
    return [[task["text"], names(task)] for task in tasks]


def main(alam):
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        table = converted(alam, folder, "parquet").rename(folder / "a.parquet")
        cache = str(folder / "cache")
        read = {
            "spacy": of_spacy(converted(alam, folder, "spacy")),
            "pyarrow": of_table(pyarrow.parquet.read_table(table).to_pylist()),
            "datasets": of_table(datasets.load_dataset("parquet", data_files=str(table), split="train", cache_dir=cache)),
            "label-studio-sdk": of_label_studio(converted(alam, folder, "label-studio"), folder),
        }
        written = {name: (folder / name).read_text(encoding="utf-8") for name in ["spacy", "label-studio"]}
    versions = {module.__name__: module.__version__ for module in [spacy, pyarrow, datasets]}
    result = {"versions": versions, "read": read, "written": written}
    text = json.dumps(result, ensure_ascii=False, indent=1)
    (GOLDEN / "oracles.json").write_text(text + "\n", encoding="utf-8")
    rows = [json.loads(line) for line in (HERE / "sample.jsonl").open(encoding="utf-8")]
    table = pyarrow.Table.from_pylist(rows)
    pyarrow.parquet.write_table(table, GOLDEN / "pyarrow.parquet")
    for codec in ["gzip", "zstd", "brotli", "lz4"]:
        pyarrow.parquet.write_table(table, GOLDEN / f"pyarrow-{codec}.parquet", compression=codec)
    checked = GOLDEN / "pyarrow-checksums.parquet"
    pyarrow.parquet.write_table(table, checked, compression="none", write_page_checksum=True)


main(sys.argv[1])
