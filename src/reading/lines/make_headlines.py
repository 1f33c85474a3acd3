"""What words say of a line: whether it is a headline, by its last word, by the first one behind it, by how many of its words the next
two lines repeat, and by a place and an agency that the next one begins with.

    zstdcat --long=27 RAW.txt.zst | python3 src/reading/lines/make_headlines.py > src/reading/lines/headline.tsv

Read are documents of paragraphs of a line each, parted by empty lines. A first paragraph that no mark ends is a headline. Written
is, for words that are frequent enough at that place or elsewhere, by how much the place is likelier: the logarithm, in tenths.
Rows that begin with @ stand for the shape of all other words; `headline.rs` knows the same shapes. Repeated words and datelines
are counted over lines that are full, in every ninth document, wrapped at 40, 60 and 80 columns.
"""

import math
import sys
import textwrap
from collections import Counter

LEAST = 15
SHRUNK = 3.0
TELLING = 4

STOPS = tuple(".!?؟…:؛۔;")
CLOSERS = "\"'”’»›)]} "
ARTICLES = ("ال", "وال", "بال", "فال", "كال", "لل")
LONGEST_ARTICLES = ("وال", "بال", "فال", "كال", "لل", "ال")
DASHES = ("-", "–", "—", "ـ", "/")
DATELINE = 8
REPEATED = 4
EVERY = 9


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


def stem(word):
    while word and not word[0].isalnum():
        word = word[1:]
    while word and not word[-1].isalnum():
        word = word[:-1]
    for article in LONGEST_ARTICLES:
        if word.startswith(article) and len(word) - len(article) >= 3:
            return word[len(article):]
    return word[1:] if len(word) > 4 and word[0] in "وفبلك" else word


def stems(line):
    return {found for found in map(stem, line.split()) if len(found) >= 4}


def has_dateline(line):
    dashed = False
    for word in line.split()[:DATELINE]:
        if dashed and word.endswith(":"):
            return True
        dashed = dashed or word.endswith(DASHES)
    return False


def looks(document):
    """Of each full line of the first paragraphs that begins one: whether it is the headline, what is repeated, whether a dateline follows."""
    for columns in (40, 60, 80):
        lines = []
        for number, words in enumerate(document[:6]):
            broken = textwrap.wrap(" ".join(words), columns, break_long_words=False, break_on_hyphens=False)
            lines += [(line, number == 0 == at, at == 0, at + 1 == len(broken)) for at, line in enumerate(broken)]
        for (line, first, begins, ends), (second, *_), (third, *_) in zip(lines, lines[1:], lines[2:]):
            full = len(line) + 1 + len(second.split()[0]) > columns
            if line.endswith(STOPS) or not full or not begins or first != ends:
                continue
            repeated = len(stems(line) & (stems(second) | stems(third)))
            yield first, min(repeated, REPEATED), has_dateline(second)


def ratios(place, there, elsewhere):
    part = sum(there.values()) / sum(elsewhere.values())
    for name in sorted(elsewhere):
        yield place, name, round(10 * math.log((there[name] + 1) / (elsewhere[name] * part + 1)))


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
    repeated, dated = (Counter(), Counter()), (Counter(), Counter())
    for number, document in enumerate(documents(sys.stdin)):
        for headline, words, dateline in looks(document) if number % EVERY == 0 and len(document) > 1 else ():
            repeated[headline][f"@{words}"] += 1
            dated[headline]["@yes" if dateline else "@no"] += 1
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
    for place, (elsewhere, there) in (("repeated", repeated), ("dateline", dated)):
        for row in ratios(place, there, elsewhere):
            print(*row, sep="\t")


main()
