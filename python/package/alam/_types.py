"""The dicts that the functions of the package give, as type checkers see them."""

from __future__ import annotations

from typing import Literal, TypedDict


class NameDict(TypedDict):
    """A name as a dict: the attributes of ``Name``."""

    text: str
    label: str
    start: int
    end: int
    score: float | None
    canonical: str
    token: str
    token_start: int
    token_end: int
    group: int | None
    source: Literal["model", "gazetteer"]


class DocumentDict(TypedDict):
    """A document as a dict: the attributes of ``Document``, names as dicts."""

    id: str
    date: str | None
    text: str
    names: list[NameDict]


class Score(TypedDict):
    """How good predictions are: fractions from 0 to 1, and the number of gold names."""

    precision: float
    recall: float
    f1: float
    support: int


Evaluation = TypedDict(
    "Evaluation",
    {"micro": Score, "macro": Score, "types": dict[str, Score], "interval": tuple[float, float]},
)
"""What ``evaluate`` gives: ``interval`` is that of the micro F1."""
