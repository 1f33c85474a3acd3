"""The shape of transformers' pipelines, so that a program changes one line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypedDict, overload

from ._alam import Name, Tagger


class Entity(TypedDict):
    """A name as ``pipeline("token-classification", aggregation_strategy="simple")`` returns it."""

    entity_group: str
    score: float
    word: str
    start: int
    end: int


def _entity(name: Name) -> Entity:
    score = 1.0 if name.score is None else name.score
    return {"entity_group": name.label, "score": score, "word": name.text, "start": name.start, "end": name.end}


class Pipeline:
    """Called with a text it returns a list of dicts, with a list of texts a list of such lists, with an iterator an iterator of them."""

    def __init__(self, tagger: Tagger) -> None:
        self.tagger: Tagger = tagger

    @overload
    def __call__(self, inputs: str, *, batch_size: int | None = None) -> list[Entity]: ...
    @overload
    def __call__(self, inputs: list[str], *, batch_size: int | None = None) -> list[list[Entity]]: ...
    @overload
    def __call__(self, inputs: Iterator[str], *, batch_size: int | None = None) -> Iterator[list[Entity]]: ...
    def __call__(
        self, inputs: str | list[str] | Iterator[str], *, batch_size: int | None = None
    ) -> list[Entity] | list[list[Entity]] | Iterator[list[Entity]]:
        """Tags a text, a list of texts, or texts as they come; ``batch_size`` is there for programs that give it, and says nothing here."""
        if isinstance(inputs, str):
            return [_entity(name) for name in self.tagger(inputs)]
        if isinstance(inputs, list):
            return [[_entity(name) for name in names] for names in self.tagger.tag_all(inputs)]
        return ([_entity(name) for name in document.names] for document in self.tagger.stream(inputs))


def pipeline(model: str | None = None, **options: Any) -> Pipeline:
    """What returns names as ``transformers.pipeline("token-classification", aggregation_strategy="simple")`` does.

    ``model`` and ``options`` are those of ``Tagger``. ``word`` is the exact letters of the name.
    """
    return Pipeline(Tagger(model, **options))
