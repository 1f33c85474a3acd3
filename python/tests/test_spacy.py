"""The component of spaCy."""

from __future__ import annotations

from typing import Any

import pytest

spacy = pytest.importorskip("spacy")

TEXT = "سافر نواف سلام إلى بيروت وألمانيا."


@pytest.fixture(scope="module")
def nlp() -> Any:
    nlp = spacy.blank("ar")
    nlp.add_pipe("alam")
    return nlp


def test_entities_are_runs_of_tokens_and_spans_are_all(nlp: Any, tagger: Any) -> None:
    doc = nlp(TEXT)
    names = tagger(TEXT)
    assert doc._.alam == names
    assert [span._.alam for span in doc.spans["alam"]] == names
    assert [ent.text for ent in doc.ents] == ["نواف سلام", "بيروت"]
    germany = doc.spans["alam"][-1]
    assert germany.text == "وألمانيا" and germany._.alam.text == "ألمانيا" and germany.label_ == "LOC"


def test_batches_bytes_and_pictures(nlp: Any) -> None:
    from spacy import displacy
    from spacy.tokens import Doc, DocBin

    docs = list(nlp.pipe([TEXT] * 300))
    assert {doc.to_json()["ents"][0]["start"] for doc in docs} == {5}
    box = DocBin(store_user_data=True, docs=docs[:2])
    again = list(DocBin().from_bytes(box.to_bytes()).get_docs(nlp.vocab))
    assert again[0]._.alam == docs[0]._.alam
    doc = Doc(nlp.vocab).from_bytes(docs[0].to_bytes())
    assert [span._.alam for span in doc.spans["alam"]] == docs[0]._.alam
    assert "بيروت" in displacy.render(docs[0], style="ent")
    assert "بيروت" in displacy.render(docs[0], style="span", options={"spans_key": "alam"})


def test_a_pipeline_is_saved_and_loaded(nlp: Any, tmp_path: Any) -> None:
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert [ent.text for ent in again(TEXT).ents] == [ent.text for ent in nlp(TEXT).ents]
