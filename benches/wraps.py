"""Whether names of broken lines are those of the whole text.

    python3 benches/wraps.py ALAM CORPUS.jsonl [DOCUMENTS]

Documents (JSON lines with a field `text`) are wrapped at 40 to 80 columns and tagged. Printed is in how many of them the names
are those of the text before, for each way in which paragraphs may be parted, and how many unwrapped documents are noticed.
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


def wrapped(text, columns):
    return "\n".join(textwrap.wrap(text, columns, break_long_words=False, break_on_hyphens=False))


def main():
    alam, corpus = sys.argv[1:3]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 200
    with open(corpus, encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in file][:most]
    names, noticed = tagged(alam, texts)
    print(f"{len(texts)} documents as they are: {noticed} noticed as wrapped")
    whole = tagged(alam, [" ".join(text.split()) for text in texts])[0]
    ways = {
        "paragraphs on lines of their own": ("\n", names),
        "paragraphs parted by an empty line": ("\n\n", names),
        "all of it one paragraph": (None, whole),
    }
    for way, (parting, wanted) in ways.items():
        same = 0
        for columns in COLUMNS:
            broken = [
                wrapped(text, columns) if parting is None else parting.join(wrapped(p, columns) for p in text.split("\n"))
                for text in texts
            ]
            same += sum(found == there for found, there in zip(tagged(alam, broken)[0], wanted))
        print(f"{way}: the same names in {same} of {len(COLUMNS) * len(texts)}")


main()
