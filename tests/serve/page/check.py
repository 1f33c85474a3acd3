"""The page in a real browser: `python3 tests/serve/page/check.py target/release/alam [FOLDER FOR PICTURES]`.

Wants Debian's packages chromium and chromium-driver. Each check is a function; the first that fails ends it.
"""

import json
import pathlib
import subprocess
import sys
import tempfile

import browser as keys
from browser import Browser
from hand import TEXT, Service, begin, download, gone, has, marks, ready, remove, save, select

ALAM = sys.argv[1]
PICTURES = sys.argv[2] if len(sys.argv) > 2 else None
ARTICLE = (pathlib.Path(__file__).parents[3] / "samples/article.txt").read_text()


def alam(*args, **more):
    return subprocess.run([ALAM, *args], capture_output=True, text=True, **more)


def names_come_as_one_types(window, service):
    window.type("#text", "زار فلاديمير بوتين القاهرة")
    has(window, "القاهرة")
    window.type("#text", keys.HOME + "أمس ")
    assert window.run(TEXT) == "أمس زار فلاديمير بوتين القاهرة"
    assert window.run("return document.querySelector('#text').selectionStart") == 4, "the caret stays where one types"
    assert "القاهرة" in marks(window), "names keep their letters while one types"
    ready(window)
    window.wait("return document.querySelector('#all tbody').rows.length > 0")


def what_is_shown_is_what_alam_tag_finds(window, service):
    begin(window, ARTICLE)
    record = json.loads(alam("tag", "--markup", "text", "-", input=ARTICLE).stdout)
    assert marks(window) == [name["text"] for name in record["entities"]]
    shown = window.run("return [...document.querySelectorAll('#view')].map(v => v.textContent.replaceAll('\\u200d', ''))")[0]
    assert shown == ARTICLE.replace("\u200d", ""), "every letter is there once"
    count = window.run("return [...document.querySelectorAll('#types label')].map(l => +l.textContent.match(/\\d+/)[0])")
    assert sum(count) == len(record["entities"])


def types_and_scores_are_filters(window, service):
    before = len(marks(window))
    window.click("#types input[data-label=PER]")
    fewer = len(marks(window))
    assert 0 < fewer < before
    window.click("#types input[data-label=PER]")
    window.run("const s = document.querySelector('#score'); s.value = 90; s.dispatchEvent(new Event('input'))")
    assert 0 < len(marks(window)) < before
    window.run("const s = document.querySelector('#score'); s.value = 0; s.dispatchEvent(new Event('input'))")
    assert len(marks(window)) == before


def mentions_of_one_name_light_up_together(window, service):
    lit = window.run(
        "const m = [...document.querySelectorAll('#view mark')].find(m => m.textContent.includes('حلب'));"
        "m.dispatchEvent(new MouseEvent('mouseover', {bubbles: true}));"
        "return [...document.querySelectorAll('#view mark.lit')].map(m => m.textContent.replaceAll('\\u200d', ''))"
    )
    assert len(lit) > 1 and set(lit) == {"حلب"}, lit


def a_word_with_a_particle_is_the_name_without_it(window, service):
    begin(window, "وقال الكرملين إن لبوتين رأيا")
    if "بوتين" in marks(window):
        remove(window, "بوتين")
        gone(window, "بوتين")
    select(window, "لبوتين")
    assert window.run("return document.querySelector('#bar bdi').textContent") == "بوتين"
    window.click("#bar button[data-label=PER]")
    has(window, "بوتين")
    assert window.run("return document.querySelector('#bar').hidden")
    assert window.run("return [...document.querySelectorAll('#view mark.own')].map(m => m.dataset.start)") == ["18"]


def undo_and_redo_go_through_corrections(window, service):
    window.run("document.activeElement.blur()")
    window.press(keys.CONTROL, "z")
    gone(window, "بوتين")
    window.press(keys.CONTROL, keys.SHIFT, "z")
    has(window, "بوتين")
    window.click("#undo")
    gone(window, "بوتين")
    window.click("#redo")
    has(window, "بوتين")


def a_selection_takes_marks_and_ligatures_whole(window, service):
    text = "قال مُحَمَّدٌ لِأخيه سلامٌ ﷺ 😀 وسلا ولا شيء"
    begin(window, text)
    for name in marks(window):
        remove(window, name)
        gone(window, name)
    # Up to the letter whose marks are behind it, and over two letters that are drawn as one.
    select(window, "مُحَمَّد")
    window.click("#bar button[data-label=PER]")
    has(window, "مُحَمَّدٌ")
    select(window, "سلا ")
    window.click("#bar button[data-label=LOC]")
    has(window, "سلا")
    window.run("window.copied = null; navigator.clipboard.writeText = async (t) => { window.copied = t; }")
    window.click(".copy[data-kind=json]")
    record = json.loads(window.wait("return window.copied"))
    for name in record["entities"]:
        assert text[name["start"]:name["end"]] == name["text"], "positions are code points"
    window.click(".copy[data-kind=brat]")
    line = window.wait("return window.copied.startsWith('T1') && window.copied").splitlines()[0]
    assert line == f"T1\tPER 4 {4 + len('مُحَمَّدٌ')}\tمُحَمَّدٌ", line
    window.click(".copy[data-kind=csv]")
    assert window.wait("return window.copied.startsWith('id,') && window.copied").splitlines()[1].startswith(",4,")


def a_selection_goes_over_the_edges_of_names(window, service):
    begin(window, "زار وزير الخارجية بدر عبد العاطي مدينة بيروت أمس")
    select(window, "مدينة بيروت")
    assert window.run("return document.querySelector('#bar bdi').textContent") == "مدينة بيروت"
    window.click("#bar button[data-label=LOC]")
    has(window, "مدينة بيروت")
    assert "بيروت" not in marks(window), "the longer name goes before the one within"
    copied = window.run(
        "const data = new DataTransfer(), range = document.createRange(); range.selectNodeContents(document.querySelector('#view'));"
        "getSelection().removeAllRanges(); getSelection().addRange(range);"
        "document.querySelector('#view').dispatchEvent(new ClipboardEvent('copy', {clipboardData: data, bubbles: true}));"
        "getSelection().removeAllRanges(); return data.getData('text/plain')"
    )
    assert copied == window.run(TEXT), "what is copied has no letters that the text has not"


def a_name_is_corrected_by_keys_alone(window, service):
    begin(window, "وصل وفد من بيروت إلى القاهرة ثم عاد إلى بيروت")
    window.run("document.querySelector('#view mark').focus()")
    first = window.run("return document.activeElement.textContent.replaceAll('\\u200d', '')")
    window.press(keys.LEFT)
    assert window.run("return document.activeElement.dataset.i") == "1", "left is onward in Arabic"
    window.press(keys.RIGHT)
    window.press(keys.ENTER)
    window.wait("return document.querySelector('#editor').open")
    assert first in window.run("return document.querySelector('#editor-name').textContent")
    window.press(keys.LEFT)
    window.run("document.querySelector('#same').click()")
    window.press(keys.ENTER)
    window.wait("return !document.querySelector('#editor').open")
    kinds = window.run("return [...document.querySelectorAll('#view mark.own')].map(m => m.className.slice(0, 2))")
    assert len(kinds) == 2 and len(set(kinds)) == 1, f"{kinds}: both mentions, one type"
    window.press(keys.DELETE)
    window.wait("return document.querySelectorAll('#view mark.own').length === 1")


def bounds_move_by_letters_with_their_marks(window, service):
    begin(window, "زار مُحَمَّدٌ")
    window.run("document.querySelector('#text').setSelectionRange(4, 7)")
    window.press(keys.CONTROL, "e")
    window.wait("return document.querySelector('#editor').open")
    assert window.run("return document.querySelector('#editor-name').textContent") == "مُحَ"
    window.click("[data-move='end 1']")
    assert window.run("return document.querySelector('#editor-name').textContent") == "مُحَمَّ"
    window.click("[data-move='end -1']")
    window.click("[data-move='start 1']")
    assert window.run("return document.querySelector('#editor-name').textContent") == "حَ"
    window.press(keys.ESCAPE)
    window.wait("return !document.querySelector('#editor').open")


def corrected_texts_are_read_by_alam_eval(window, service, downloads):
    begin(window, "وقال الكرملين إن لبوتين 😀 رأيا في بيروت")
    window.type("#id", "خبر-1")
    save(window, 1)
    begin(window, ARTICLE)
    window.run("document.querySelector('#id').value = ''")
    save(window, 2)
    path = download(window, downloads, 2)
    records = [json.loads(line) for line in path.read_text().splitlines()]
    assert [sorted(record) for record in records] == [["entities", "id", "text"]] * 2
    for record in records:
        for name in record["entities"]:
            assert record["text"][name["start"]:name["end"]] == name["text"]
    ran = alam("eval", str(path), "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)
    return path


def a_reload_keeps_what_was_done_and_a_file_opens_as_gold(window, service, path):
    window.open(service.page)
    window.wait("return document.querySelectorAll('#documents li').length === 2")
    assert window.run(TEXT) == ARTICLE
    window.run(
        "const data = new DataTransfer(); data.items.add(new File([arguments[0]], 'gold.jsonl'));"
        "document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))",
        '{"id":"g","text":"😀 زار بوتين مصر","entities":[{"start":6,"end":11,"label":"MISC"}]}\n',
    )
    window.wait("return document.querySelectorAll('#documents li').length === 3")
    ready(window)
    assert marks(window) == ["بوتين"], "gold is as it is, whatever a model finds"


def pages_and_files_open_as_text(window, service):
    drop = (
        "const data = new DataTransfer(); data.items.add(new File([new Uint8Array(arguments[0])], arguments[1]));"
        "document.dispatchEvent(new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true}))"
    )
    page = "<html><head><title>x</title></head><body><script>alert(1)</script><p>زار بوتين</p><img src=x onerror=alert(2)><p>مصر&nbsp;أمس</p></body></html>"
    window.run(drop, list(page.encode()), "page.html")
    window.wait("return document.querySelector('#text').value === 'زار بوتين\\n\\nمصر أمس' || document.querySelector('#text').value === 'زار بوتين\\nمصر أمس'")
    window.run(drop, list("زار بوتين".encode("windows-1256")), "old.txt")
    window.wait("return document.querySelector('#text').value === 'زار بوتين'")
    ready(window)


def both_languages_have_a_direction(window, service):
    assert window.run("return document.documentElement.dir + document.documentElement.lang") == "rtlar"
    window.click("#language")
    assert window.run("return document.documentElement.dir + document.documentElement.lang") == "ltren"
    assert window.run("return document.querySelector('#save').textContent") == "Add this text"
    window.click("#language")


def everything_has_a_name_for_a_screen_reader(window, service):
    begin(window, ARTICLE)
    window.devtools("Accessibility.enable")
    nodes = window.devtools("Accessibility.getFullAXTree")["nodes"]
    roles = ("button", "textbox", "checkbox", "slider", "link", "radio")
    found = [node for node in nodes if node.get("role", {}).get("value") in roles and not node.get("ignored")]
    assert len(found) > 40, len(found)
    nameless = [node for node in found if not node.get("name", {}).get("value")]
    assert not nameless, nameless[:3]
    stops = window.run("return document.querySelectorAll('#view [tabindex=\"0\"]').length")
    assert stops == 1, "the names are one stop of the Tab key; arrows go within"


def nothing_comes_from_elsewhere(window, service):
    hosts = window.run("return [...new Set(performance.getEntriesByType('resource').map(r => new URL(r.name).origin))]")
    assert hosts in ([], [service.page.rstrip("/")]), hosts
    assert window.errors() == [], "the console is empty"


def a_token_is_asked_for(window):
    service = Service(ALAM, ALAM_TOKEN="a-token-of-26-letters-long")
    try:
        window.open(service.page)
        window.run("document.querySelector('#sample').click()")
        window.wait("return document.querySelector('#locked').open")
        window.type("#token", "a-token-of-26-letters-long" + keys.ENTER)
        window.wait("return document.querySelectorAll('#view mark').length > 3")
    finally:
        service.stop()


def pictures(window, service):
    folder = pathlib.Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    window.open(service.page)
    begin(window, ARTICLE)
    for name, size, dark in [("desktop", (1280, 900), False), ("dark", (1280, 900), True), ("phone", (390, 844, True), False)]:
        window.size(*size)
        window.dark(dark)
        window.run("scrollTo(0, 0)")
        window.picture(folder / f"{name}.png")
    window.run("document.querySelector('#view').scrollIntoView()")
    window.picture(folder / "phone-names.png")
    window.run("document.querySelectorAll('#view mark')[6].click()")
    window.wait("return document.querySelector('#editor').open")
    window.picture(folder / "phone-editor.png")
    window.press(keys.ESCAPE)
    window.size(1280, 900)
    select(window, "مسؤولين" if "مسؤولين" in ARTICLE else "رئيس الوزراء")
    window.picture(folder / "bar.png")
    window.run("getSelection().removeAllRanges(); document.querySelector('#view mark').click()")
    window.wait("return document.querySelector('#editor').open")
    window.picture(folder / "editor.png")
    window.press(keys.ESCAPE)
    window.click("#language")
    window.dark(True)
    window.picture(folder / "english.png")


def main():
    with tempfile.TemporaryDirectory() as downloads:
        window = Browser(downloads)
        service = Service(ALAM)
        try:
            window.open(service.page)
            for check in [
                names_come_as_one_types,
                what_is_shown_is_what_alam_tag_finds,
                types_and_scores_are_filters,
                mentions_of_one_name_light_up_together,
                a_word_with_a_particle_is_the_name_without_it,
                undo_and_redo_go_through_corrections,
                a_selection_takes_marks_and_ligatures_whole,
                a_selection_goes_over_the_edges_of_names,
                a_name_is_corrected_by_keys_alone,
                bounds_move_by_letters_with_their_marks,
                both_languages_have_a_direction,
                everything_has_a_name_for_a_screen_reader,
                pages_and_files_open_as_text,
            ]:
                check(window, service)
                print("ok", check.__name__)
            path = corrected_texts_are_read_by_alam_eval(window, service, downloads)
            print("ok corrected_texts_are_read_by_alam_eval")
            a_reload_keeps_what_was_done_and_a_file_opens_as_gold(window, service, path)
            print("ok a_reload_keeps_what_was_done_and_a_file_opens_as_gold")
            nothing_comes_from_elsewhere(window, service)
            print("ok nothing_comes_from_elsewhere")
            if PICTURES:
                pictures(window, service)
            a_token_is_asked_for(window)
            print("ok a_token_is_asked_for")
        finally:
            window.close()
            service.stop()


main()
