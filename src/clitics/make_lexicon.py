"""Makes lexicon.txt, first words of names by which `cut_by_rule` tells a proclitic from a name's own letter.

    python3 make_lexicon.py FOLDER_OF_GAZETTEERS > lexicon.txt

The folder holds loc.tsv, per.tsv, org.tsv, misc.tsv, per_first.tsv, name_token.tsv: `name<TAB>source`, one a line.
"""

import re
import sys
from collections import Counter
from pathlib import Path

# A word counts for what it can be: a place that is one word alone, the first word of a longer one, a first name.
PLACE, PLACE_OF_MANY, FIRST_NAME, OTHER = 4, 2, 3, 1
# Words that begin with a proclitic's letter count so often at least, others so often.
LOOK_ALIKE, PLAIN = 2, 4
# A look-alike is left out where the name behind its first letters is so many times as frequent.
RATIO = 3

# Names of the press that the gazetteers have not, or not often enough.
PRESS = """
باسم بكين بيونغ بايدن بلينكن بوتين برشيد بنغازي بوليساريو وام وفا واس واتساب ويست ويستهام ويليام ويليامز ويلسون ووترز
وارسو واين وكالة وزارة ولاية لبنى لافروف لابيد لينوفو لوساكا لوزاكا ليفانتي لانزاروتي لاليغا لجنة لجان لواء لقجع لفتيت
لحسن لوموند ليكود لاذقية كأس كلية كتائب كييف كتلة كازا فليك فينغر فيسبوك فاينانشال فتح أوكرانيا صنعاء طهران أكادير
إسطنبول أبها تبوك مسقط حضرموت عسير عجمان سلا تطوان صفرو داعش تويتر إنستغرام يوتيوب جربة مدنين سطات تزنيت خنيفرة تطاوين
زاكورة إفران خريبكة تاونات سيبيريا شبوة
"""

FOLD = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ة": "ه", "ـ": None})
MARKS = re.compile("[\u064b-\u065f\u0670]")

HEADER = """\
# First words of names as the full normaliser spells them, sorted. A digit says how many letters are those of the word before.
# Made by make_lexicon.py from the WikiFANE gazetteer (Alotaibi and Lee, 2013; CC BY 3.0), Wikidata (CC0), Unicode CLDR
# (Unicode-3.0), lists of Arabic first names (MIT, CC0) and of Egyptian places (MIT).
"""


def fold(name):
    return MARKS.sub("", name).translate(FOLD)


def cuts(word):
    """Letters that can be proclitics, as `cuts` of clitics.rs has them."""
    conjunction, preposition = word[0] in "وف", lambda n: word[n : n + 1] in ("ب", "ل", "ك")
    allowed = [
        conjunction or preposition(0),
        conjunction and preposition(1) or word[:2] == "لل",
        conjunction and word[1:3] == "لل",
    ]
    return [n for n, allow in enumerate(allowed, 1) if allow and len(word) >= n + 2]


def count(folder):
    counts = Counter()
    for kind in ("loc", "per", "org", "misc", "per_first", "name_token"):
        for line in (folder / f"{kind}.tsv").read_text("utf-8").splitlines():
            words = fold(line.split("\t")[0]).split()
            place = PLACE if len(words) == 1 else PLACE_OF_MANY
            weight = {"loc": place, "per_first": FIRST_NAME}.get(kind, OTHER)
            for word in words if kind == "per" else words[:1]:
                if re.fullmatch("[\u0621-\u064a]{2,}", word):
                    counts[word] += weight
    return counts


def choose(counts):
    look_alikes, plain = set(), set()
    for word, n in counts.items():
        if not cuts(word):
            if n >= PLAIN and len(word) > 2 and not word.startswith("ال"):
                plain.add(word)
            # The article and a name that begins with lam: what is left of it behind ل.
            if n >= PLAIN and word.startswith("الل") and len(word) > 4:
                look_alikes.add(word[2:])
        elif n >= LOOK_ALIKE and RATIO * n >= max(counts[word[k:]] for k in cuts(word)):
            if not word.startswith("لل") or word.startswith("للا"):
                look_alikes.add(word)
    names = look_alikes | plain

    def matters(word):
        """Nobody takes an unknown word with ب, ف or ك for a name behind a proclitic, unless that name is known."""
        behind = (word[k:] for k in cuts(word))
        return word[0] in "ول" or counts[word] >= PLAIN or any(b in names or b.startswith("ال") for b in behind)

    return plain | {word for word in look_alikes if matters(word)} | set(map(fold, PRESS.split()))


def main():
    print(HEADER, end="")
    before = ""
    for word in sorted(choose(count(Path(sys.argv[1])))):
        same = next((i for i, (a, b) in enumerate(zip(word, before)) if a != b), min(len(word), len(before)))
        same = min(same, 9)
        print(f"{same}{word[same:]}")
        before = word


main()
