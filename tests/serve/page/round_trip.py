"""From corrections on the page to a better service: `python3 tests/serve/page/round_trip.py target/release/alam target/release/alam-train [FOLDER]`.

Forty sentences with an organisation that the default model does not know are corrected by hand on the page of `alam serve`, saved, made into a
model by `alam-train new` and `finetune`, and served by `alam serve --model`, which must then find the organisation in sentences that nobody
corrected, and what it found before. Wants Debian's packages chromium and chromium-driver. What was made stays in FOLDER where one is named.
"""

import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.request

from browser import Browser
from hand import Service, begin, download, gone, has, marks, remove, save, select

ALAM, TRAIN = sys.argv[1:3]
# Enlightenment: an ordinary word, and no name to the default model.
NAME = "تنوير"
SENTENCES = """أعلنت {} نتائج الربع الأول في {city}
قال متحدث باسم {} إن المشروع يبدأ في {city} العام المقبل
وقع رئيس {} اتفاقا مع وزارة التعليم في {city}
تستعد {} لافتتاح مكتبها الجديد في {city}
انتقدت {} قرار الحكومة أمس
نظمت {} ورشة عمل عن الصحافة في {city}
وأكدت {} في بيان أن التقرير صدر في {city}
ارتفعت أسهم {} بعد إعلان الأرباح
شارك وفد من {} في مؤتمر {city}
يعمل في {} نحو مئتي موظف""".splitlines()
CITIES = "القاهرة تونس بيروت عمان".split()
UNSEEN = """وتعاونت الجامعة مع {} لتدريب الطلاب في الرباط
رفضت {} التعليق على الأنباء
وأضاف المدير أن {} ستوسع نشاطها قريبا
زار أنطونيو غوتيريش مقر {} في جنيف
{} تفتح أبوابها للزوار
زادت أرباح {} هذا العام
لم ترد {} على الأسئلة
وصلت رسالة من {} صباح اليوم""".splitlines()


def run(*command):
    print("$", *command, flush=True)
    subprocess.run(command, check=True)


def names(service, texts):
    """The names that a service finds, a list a text, as (letters, label)."""
    request = urllib.request.Request(service.page + "v1/tag", json.dumps({"texts": texts}).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        records = json.load(answer)["documents"]
    return [[(name["text"], name["label"]) for name in record["entities"]] for record in records]


def correct(window, sentence):
    """Marks the organisation, and nothing else that has its letters."""
    begin(window, sentence)
    for wrong in [mark for mark in marks(window) if NAME in mark]:
        remove(window, wrong)
        gone(window, wrong)
    select(window, NAME)
    window.click("#bar button[data-label=ORG]")
    has(window, NAME)


def corrected(folder):
    """The file with what somebody corrected on the page."""
    window, service = Browser(str(folder)), Service(ALAM)
    try:
        window.open(service.page)
        for number in range(40):
            sentence = SENTENCES[number % len(SENTENCES)].format(NAME, city=CITIES[number // len(SENTENCES)])
            correct(window, sentence + (" ." if number % 3 else ""))
            save(window, number + 1)
        return download(window, folder, 40)
    finally:
        window.close()
        service.stop()


def served(*flags):
    """What is found in sentences that nobody corrected, and in the sample."""
    service = Service(ALAM, *flags)
    try:
        sample = (pathlib.Path(__file__).parents[3] / "samples/article.txt").read_text()
        *unseen, article = names(service, [sentence.format(NAME) for sentence in UNSEEN] + [sample])
        return sum((NAME, "ORG") in found for found in unseen), set(article)
    finally:
        service.stop()


def main(folder):
    found, article = served()
    print(f"before: {found} of {len(UNSEEN)}")
    assert found < len(UNSEEN), "a name that is known teaches nothing"
    path = corrected(folder)
    own = folder / "own"
    run(TRAIN, "new", str(path), "--out", str(own))
    run(TRAIN, "finetune", str(own / "recipe.toml"), "--out", str(own / "model"))
    now, kept = served("--model", str(own / "model"))
    share = len(article & kept) / len(article)
    print(f"after: {now} of {len(UNSEEN)}; of the sample's names {share:.0%} are found as before")
    assert now >= found + 3 and share >= 0.95, (now, article ^ kept)


if len(sys.argv) > 3:
    pathlib.Path(sys.argv[3]).mkdir(parents=True, exist_ok=True)
    main(pathlib.Path(sys.argv[3]).resolve())
else:
    with tempfile.TemporaryDirectory() as made:
        main(pathlib.Path(made))
