"""Whether names of broken lines are those of the whole text.

    python3 benches/wraps.py ALAM CORPUS.jsonl [DOCUMENTS]

Documents (JSON lines with a field `text`) are wrapped at 40 to 80 columns and tagged. Printed is in how many of them the names
are those of the text before, for each way in which paragraphs may be parted, and how many unwrapped documents are noticed. A
paragraph that ends with a comma was broken in mid sentence before it came here: it is put together with the next one first.
"""

import json
import subprocess
import sys
import textwrap

COLUMNS = (40, 50, 60, 70, 80)


def tagged(alam, texts):
    lines = "".join(json.dumps({"id": str(number), "text": text}) + "\n" for number, text in enumerate(texts))
    command = [alam, "tag", "--input-format", "jsonl", "-", "--summary", "/dev/stderr"]
    ran = subprocess.run(command, input=lines.encode(), capture_output=True, check=True)
    records = [json.loads(line) for line in ran.stdout.decode().splitlines()]
    names = [[(name["label"], name.get("canonical", name["text"])) for name in record["entities"]] for record in records]
    message = ran.stderr.decode()
    noticed = json.loads(message[message.index("\n{\n"):].rsplit("}", 1)[0] + "}").get("noticed", {})
    return names, noticed.get("wrapped", 0)


def mended(text):
    return text.replace("،\n", "، ")


def body(text):
    """All paragraphs as one, without a headline, which is none of them."""
    first, *rest = text.split("\n")
    parts = rest if rest and first.strip()[-1:] not in ".!?؟…:؛»”" else [first, *rest]
    return " ".join(" ".join(parts).split())


def wrapped(text, columns):
    return "\n".join(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False))


def main():
    alam, corpus = sys.argv[1:3]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with open(corpus, encoding="utf-8") as file:
        texts = [mended(json.loads(line)["text"]) for line in file][:most]
    names, noticed = tagged(alam, texts)
    print(f"{len(texts)} documents as they are: {noticed} noticed as wrapped")
    bodies = [body(text) for text in texts]
    whole = tagged(alam, bodies)[0]
    ways = {
        "paragraphs on lines of their own": (texts, "\n", names),
        "paragraphs parted by an empty line": (texts, "\n\n", names),
        "all but the headline one paragraph": (bodies, "\n", whole),
    }
    for way, (texts, parting, wanted) in ways.items():
        same = 0
        for columns in COLUMNS:
            broken = [parting.join(wrapped(p, columns) for p in text.split("\n")) for text in texts]
            same += sum(found == there for found, there in zip(tagged(alam, broken)[0], wanted))
        print(f"{way}: the same names in {same} of {len(COLUMNS) * len(texts)}")


main()
