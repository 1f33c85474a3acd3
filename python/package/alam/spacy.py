"""A component for spaCy: ``nlp.add_pipe("alam")``.

``doc.spans["alam"]`` has all names, widened to whole tokens of spaCy where a name ends inside one, as behind a proclitic that
is written together with it (``وألمانيا`` is one token of spaCy's). ``doc.ents`` has those that are a run of tokens, exactly. Each
span has ``span._.alam``, the ``Name`` with its exact letters, score and canonical form; ``doc._.alam`` has the list of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span

from ._alam import Name, Tagger

__all__ = ["Component"]


@Language.factory("alam", default_config={"model": None, "options": {}, "key": "alam"})
class Component:
    """Sets the names of documents; ``model`` and ``options`` are those of ``Tagger``, ``key`` is that of ``doc.spans``."""

    def __init__(self, nlp: Language, name: str, model: str | None, options: dict[str, Any], key: str) -> None:
        self.name: str = name
        self.key: str = key
        self.tagger: Tagger = Tagger(model, **options)
        if not Span.has_extension("alam"):
            Span.set_extension("alam", getter=_name)
        if not Doc.has_extension("alam"):
            Doc.set_extension("alam", getter=_names)

    def __call__(self, doc: Doc) -> Doc:
        """Sets the names of a document."""
        return self._set(doc, self.tagger(doc.text))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 256) -> Iterator[Doc]:
        """Sets the names of documents, in batches."""
        rest = iter(stream)
        while docs := list(islice(rest, batch_size)):
            for doc, names in zip(docs, self.tagger.tag_all([doc.text for doc in docs]), strict=True):
                yield self._set(doc, names)

    def _set(self, doc: Doc, names: list[Name]) -> Doc:
        doc.user_data["alam"] = [name.dict() for name in names]
        spans: list[Span] = []
        exact: list[Span] = []
        for name in names:
            span = doc.char_span(name.start, name.end, label=name.label, alignment_mode="expand")
            if span is None:
                continue
            spans.append(span)
            if span.start_char == name.start and span.end_char == name.end:
                exact.append(span)
        doc.spans[self.key] = spans
        covered = {token for span in exact for token in range(span.start, span.end)}
        others = [ent for ent in doc.ents if covered.isdisjoint(range(ent.start, ent.end))]
        doc.ents = [*others, *exact]
        return doc

    def to_bytes(self, **_: Any) -> bytes:
        """Nothing: the tagger is made from the configuration."""
        return b""

    def from_bytes(self, _data: bytes, **_: Any) -> Component:
        """This component."""
        return self

    def to_disk(self, _path: Any, **_: Any) -> None:
        """Nothing: the tagger is made from the configuration."""

    def from_disk(self, _path: Any, **_: Any) -> Component:
        """This component."""
        return self


def _names(doc: Doc) -> list[Name]:
    return [Name(**name) for name in doc.user_data.get("alam", [])]


def _name(span: Span) -> Name | None:
    for name in span.doc.user_data.get("alam", []):
        if span.start_char <= name["start"] and name["end"] <= span.end_char and name["label"] == span.label_:
            return Name(**name)
    return None
