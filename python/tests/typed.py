"""A program as a type checker sees it; it is not run."""

import alam
from typing_extensions import assert_type

tagger = alam.Tagger(threads=1, labels=["PER"])
names = tagger("x")
assert_type(names, list[alam.Name])
assert_type(names[0].score, float | None)
assert_type(tagger.tag_all(["x"]), list[list[alam.Name]])
for document in tagger.stream([("a", "x"), "y", {"text": "z"}]):
    assert_type(document, alam.Document)
    assert_type(document.names, list[alam.Name])
assert_type(alam.write("a.jsonl", alam.read("b.jsonl")), int)
assert_type(alam.evaluate([], [])["micro"]["f1"], float)
assert_type(alam.pipeline()("x")[0]["score"], float)
