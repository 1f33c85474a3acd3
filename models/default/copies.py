"""Copies of a JSON lines file of names in other spellings, with the names' bounds in them: how little a model minds.

    copies.py GOLD.jsonl FOLDER        # writes plain.jsonl, vocalised.jsonl, stretched.jsonl and hamzaless.jsonl
    alam eval FOLDER/vocalised.jsonl
"""

import json
import pathlib
import random
import sys

MARKS = "ًٌٍَُِّْ"
TATWEEL = "ـ"
JOINS = "بتثجحخسشصضطظعغفقكلمنهيئ"
FOLDED = str.maketrans("أإآىة", "ااايه")


def vocalised(text, i, rng):
    """A letter, often with a mark behind it."""
    letter = "ء" <= text[i] <= "ي" and text[i] != TATWEEL
    return text[i] + (rng.choice(MARKS) if letter and rng.random() < 0.6 else "")


def stretched(text, i, rng):
    """A letter, sometimes with a line to the next."""
    joined = text[i] in JOINS and i + 1 < len(text) and "ء" < text[i + 1] <= "ي"
    return text[i] + (TATWEEL * rng.randint(1, 4) if joined and rng.random() < 0.25 else "")


def hamzaless(text, i, _):
    """A letter as hurried people write it."""
    return text[i].translate(FOLDED)


def copy(document, spell, rng):
    """The document with every letter respelt. A name ends behind what was added to its last letter."""
    text, places = "", [0]
    for i in range(len(document["text"])):
        text += spell(document["text"], i, rng)
        places.append(len(text))
    entities = []
    for entity in document["entities"]:
        start, end = places[entity["start"]], places[entity["end"]]
        entities.append({"start": start, "end": end, "label": entity["label"], "text": text[start:end]})
    return {"id": document["id"], "text": text, "entities": entities}


def main():
    gold, folder = map(pathlib.Path, sys.argv[1:])
    documents = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line]
    folder.mkdir(parents=True, exist_ok=True)
    plain = lambda text, i, _: text[i]  # noqa: E731
    for name, spell in {"plain": plain, "vocalised": vocalised, "stretched": stretched, "hamzaless": hamzaless}.items():
        rng = random.Random(1)
        lines = [json.dumps(copy(document, spell, rng), ensure_ascii=False) for document in documents]
        (folder / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
