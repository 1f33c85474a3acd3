"""The last tenth of WikiFANE as running text with exact names: where they begin inside their words.

    onsets.py surface.conll clitics.conll OUT.jsonl
    alam eval OUT.jsonl --convention wikifane

Both files hold the same sentences; in the second, clitics are words of their own. A sentence is left out where a word is
not the letters of its parts (`عاصمتها` and `عاصمة ها`).
"""

import json
import pathlib
import sys


def sentences(path):
    """Lists of (word, tag)."""
    blocks = pathlib.Path(path).read_text(encoding="utf-8").split("\n\n")
    return [[tuple(line.split()) for line in block.splitlines()] for block in blocks if block.strip()]


def aligned(surface, parts):
    """The text and the exact names of a sentence; None where the letters differ."""
    text, names, parts = "", [], iter(parts)
    for word, _ in surface:
        text += " " if text else ""
        rest = word
        while rest:
            part, tag = next(parts, ("\0", "O"))
            if not rest.startswith(part):
                return None
            start, rest = len(text), rest[len(part):]
            text += part
            if tag.startswith("B-"):
                names.append({"start": start, "end": len(text), "label": tag[2:]})
            elif tag.startswith("I-") and names:
                names[-1]["end"] = len(text)
    return text, names


def main():
    surface, parts, out = sys.argv[1:]
    surface, parts = sentences(surface), sentences(parts)
    lines, left_out = [], 0
    for i in range(-(-len(surface) * 9 // 10), len(surface)):
        sentence = aligned(surface[i], parts[i])
        if sentence is None:
            left_out += 1
            continue
        text, names = sentence
        entities = [dict(name, text=text[name["start"]:name["end"]]) for name in names]
        lines.append(json.dumps({"id": str(i), "text": text, "entities": entities}, ensure_ascii=False))
    pathlib.Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} sentences, {left_out} left out", file=sys.stderr)


if __name__ == "__main__":
    main()
