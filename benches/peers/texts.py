"""Articles made of the sample sentences of `alam bench`: as long as articles of newspapers, one word in twenty new."""

import json
import random

from facts import ROOT, WORK

SENTENCES = (ROOT / "src" / "cli" / "commands" / "bench" / "sentences.txt").read_text(encoding="utf-8").splitlines()
LETTERS = [w for s in SENTENCES for w in s.split() if len(w) > 3 and all("ء" <= c <= "ي" for c in w)]


def sentence(rng):
    """A sample sentence with words that no article had before."""

    def word(old):
        if rng.randrange(20):
            return old
        a, b = rng.choice(LETTERS), rng.choice(LETTERS)
        return a[: len(a) // 2] + b[len(b) // 2 :]

    return " ".join(word(w) for w in rng.choice(SENTENCES).split(" "))


def article(rng, words):
    """Paragraphs of up to four sentences, until there are enough words."""
    paragraphs, found = [], 0
    while found < words:
        sentences = []
        for _ in range(rng.randint(1, 4)):
            sentences.append(sentence(rng))
            found += len(sentences[-1].split())
            if found >= words:
                break
        paragraphs.append(" ".join(sentences))
    return "\n".join(paragraphs)


def articles(count, seed=1, words=None):
    """So many articles: of exp(N(5.5, 0.8)) words from 30 to 4,000, or of that many each."""
    rng = random.Random(seed)
    length = lambda: words or int(min(max(rng.lognormvariate(5.5, 0.8), 30), 4000))
    return [article(rng, length()) for _ in range(count)]


def write(path, texts):
    """One JSON record a line."""
    WORK.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number, text in enumerate(texts):
            file.write(json.dumps({"id": str(number), "text": text}, ensure_ascii=False) + "\n")
