"""What a hand does on the page, and what it sees there."""

import json
import os
import pathlib
import subprocess

import browser as keys

MARKS = "return [...document.querySelectorAll('#view mark')].map(m => [...m.childNodes].filter(n => !n.joiner).map(n => n.data).join(''))"
TEXT = "return document.querySelector('#text').value"


class Service:
    """`alam serve` on a port that is free."""

    def __init__(self, alam, *flags, **environment):
        command = [alam, "serve", "--listen", "127.0.0.1:0", "-q", *flags]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment})
        self.page = json.loads(self.process.stderr.readline())["page"]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(20) == 0


def begin(window, text):
    """Types a text over what is there, and waits for its names."""
    window.run("const t = document.querySelector('#text'); t.focus(); t.select();")
    window.run("document.execCommand('insertText', false, arguments[0])", text)
    ready(window)


def ready(window):
    window.wait("return !document.querySelector('#view').classList.contains('stale') && /[0-9]|اسم|لا أسماء/.test(document.querySelector('#status').textContent)")


def marks(window):
    return window.run(MARKS)


def gone(window, name):
    window.wait(MARKS.replace("return ", "return !(") + ").includes(arguments[0])", name)


def has(window, name):
    window.wait(MARKS.replace("return ", "return (") + ").includes(arguments[0])", name)


def points(window, letters, nth=0):
    """The middles of the first and the last letter of some letters in the view, a little outwards: where a hand drags."""
    return window.run(
        """
        const [letters, nth] = arguments, view = document.querySelector('#view'), text = document.querySelector('#text').value;
        let start = -1;
        for (let i = 0; i <= nth; i++) start = text.indexOf(letters, start + 1);
        const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT), nodes = [];
        while (walker.nextNode()) if (!walker.currentNode.joiner) nodes.push(walker.currentNode);
        const box = (at) => { const node = nodes.find(n => n.start <= at && at < n.start + n.length), range = document.createRange();
          range.setStart(node, at - node.start); range.setEnd(node, at - node.start + 1); return range.getBoundingClientRect(); };
        view.scrollIntoView({block: 'center'});
        const first = box(start), last = box(start + letters.trimEnd().length - 1);
        return [[first.right + 1, (first.top + first.bottom) / 2], [last.left - 1, (last.top + last.bottom) / 2]];
        """,
        letters,
        nth,
    )


def select(window, letters, nth=0):
    window.drag(*points(window, letters, nth))
    window.wait("return !document.querySelector('#bar').hidden")


def remove(window, name):
    window.run("[...document.querySelectorAll('#view mark')].find(m => m.textContent.replaceAll('\\u200d', '') === arguments[0]).focus()", name)
    window.press(keys.DELETE)


def save(window, count):
    """Adds the text to those that are kept, of which there are so many then."""
    window.click("#save")
    window.wait(f"return document.querySelectorAll('#documents li').length === {count}")


def download(window, folder, count):
    """The file with the texts that are kept, so many of them."""
    window.click("#download")
    path = pathlib.Path(folder, "corrected.jsonl")
    for _ in range(200):
        if path.exists() and path.read_text().count("\n") == count:
            break
        window.wait("return true")
    return path
