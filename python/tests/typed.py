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
assert_type(alam.pipeline()(["x"])[0][0]["entity_group"], str)
assert_type(next(alam.pipeline()(text for text in ["x"]))[0]["start"], int)
assert_type(names[0].dict()["group"], int | None)
assert_type(alam.Document("x", [alam.Name("x", "PER", 0, 1)], id="1").dict()["names"][0]["score"], float | None)


class Table:
    """Whatever kind of table goes in comes out."""


assert_type(tagger.tag_table(Table(), text="body"), Table)
