"""What words say of a line: whether it is a headline, by its last word and by the first one behind it.

    zstdcat --long=27 RAW.txt.zst | python3 src/reading/lines/make_headlines.py > src/reading/lines/headline.tsv

Read are documents of paragraphs of a line each, parted by empty lines. A first paragraph that no mark ends is a headline. Written
is, for words that are frequent enough at that place or elsewhere, by how much the place is likelier: the logarithm, in tenths.
Rows that begin with @ stand for the shape of all other words; `headline.rs` knows the same shapes.
"""

import math
import sys
from collections import Counter

LEAST = 15
SHRUNK = 3.0
TELLING = 4

STOPS = tuple(".!?؟…:؛۔;")
CLOSERS = "\"'”’»›)]} "
ARTICLES = ("ال", "وال", "بال", "فال", "كال", "لل")


def first_shape(word):
    if any(c.isnumeric() for c in word):
        return "@digit"
    if not any("\u0600" <= c <= "\u06ff" and c.isalpha() for c in word):
        return "@foreign"
    if not word[0].isalpha():
        return "@sign"
    if word.startswith(ARTICLES):
        return "@article"
    if len(word) < 4:
        return "@short"
    if word.endswith("ت") and not word.endswith("ات"):
        return "@ت"
    return {"و": "@و", "ف": "@و", "ت": "@ي", "ي": "@ي", "ن": "@ي", "ب": "@ب", "ل": "@ب", "أ": "@أ", "ا": "@أ"}.get(word[0], "@other")


def last_shape(word):
    if word.endswith(("،", ",")):
        return "@comma"
    if not word[-1].isalnum():
        return "@sign"
    if any(c.isnumeric() for c in word):
        return "@digit"
    if not any("\u0600" <= c <= "\u06ff" for c in word):
        return "@foreign"
    return "@article" if word.startswith(ARTICLES) else "@other"


def documents(lines):
    document = []
    for line in lines:
        if words := line.split():
            document.append(words)
        elif document:
            yield document
            document = []
    if document:
        yield document


def rows(place, there, elsewhere, shape):
    shapes, other = Counter(), Counter()
    for counted, by_shape in ((there, shapes), (elsewhere, other)):
        for word, count in counted.items():
            by_shape[shape(word)] += count
    part = sum(there.values()) / sum(elsewhere.values())
    ratio = {name: (shapes[name] + 1) / (other[name] * part + 1) for name in sorted(other)}
    for name, value in ratio.items():
        yield place, name, round(10 * math.log(value))
    for word in sorted(there | elsewhere):
        expected = elsewhere[word] * part
        if there[word] + expected < LEAST or shape(word) in ("@digit", "@foreign"):
            continue
        value = 10 * math.log((there[word] + SHRUNK * ratio[shape(word)]) / (expected + SHRUNK))
        if abs(value - 10 * math.log(ratio[shape(word)])) >= TELLING:
            yield place, word, round(value)


def main():
    leads, ends, firsts, lasts = Counter(), Counter(), Counter(), Counter()
    for document in documents(sys.stdin):
        for words in document:
            for word, behind in zip(words, words[1:]):
                if not word.endswith(STOPS):
                    firsts[behind] += 1
                    lasts[word] += 1
        if len(document) > 1 and not " ".join(document[0]).rstrip(CLOSERS).endswith(STOPS):
            leads[document[1][0]] += 1
            ends[document[0][-1]] += 1
    for place, counts in (("first", (leads, firsts, first_shape)), ("last", (ends, lasts, last_shape))):
        for row in rows(place, *counts):
            print(*row, sep="\t")


main()
