from collections.abc import Iterable, Iterator, Sequence
from os import PathLike
from typing import Any, Literal, TypedDict, TypeVar, final

__version__: str

_Table = TypeVar("_Table")
_Item = str | tuple[str, str] | dict[str, Any] | "Document"

class NameDict(TypedDict):
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
    id: str
    date: str | None
    text: str
    names: list[NameDict]

class Score(TypedDict):
    precision: float
    recall: float
    f1: float
    support: int

Evaluation = TypedDict(
    "Evaluation",
    {"micro": Score, "macro": Score, "types": dict[str, Score], "interval": tuple[float, float]},
)

@final
class Name:
    def __new__(
        cls,
        text: str,
        label: str,
        start: int,
        end: int,
        score: float | None = None,
        *,
        canonical: str | None = None,
        token: str | None = None,
        token_start: int | None = None,
        token_end: int | None = None,
        group: int | None = None,
        source: Literal["model", "gazetteer"] = "model",
    ) -> Name: ...
    @property
    def text(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def score(self) -> float | None: ...
    @property
    def canonical(self) -> str: ...
    @property
    def token(self) -> str: ...
    @property
    def token_start(self) -> int: ...
    @property
    def token_end(self) -> int: ...
    @property
    def group(self) -> int | None: ...
    @property
    def source(self) -> Literal["model", "gazetteer"]: ...
    def dict(self) -> NameDict: ...
    def __hash__(self) -> int: ...
    def __eq__(self, other: object) -> bool: ...

@final
class Document:
    def __new__(
        cls, text: str, names: Iterable[Name] | None = None, *, id: str = "", date: str | None = None
    ) -> Document: ...
    @property
    def id(self) -> str: ...
    @property
    def date(self) -> str | None: ...
    @property
    def text(self) -> str: ...
    @property
    def names(self) -> list[Name]: ...
    def dict(self) -> DocumentDict: ...
    def __eq__(self, other: object) -> bool: ...

@final
class Stream(Iterator[Document]):
    def __iter__(self) -> Stream: ...
    def __next__(self) -> Document: ...

@final
class Documents(Iterator[Document]):
    def __iter__(self) -> Documents: ...
    def __next__(self) -> Document: ...

@final
class Tagger:
    def __new__(
        cls,
        model: str | PathLike[str] | None = None,
        *,
        convention: str | None = None,
        precision: Literal["int8", "f32"] = "int8",
        threads: int = 0,
        device: str = "cpu",
        labels: Sequence[str] | None = None,
        min_score: float = 0.0,
        keep_clitics: bool = False,
        sentences_apart: bool = False,
        gazetteer: str | PathLike[str] | None = None,
        group: bool = False,
    ) -> Tagger: ...
    def __call__(self, text: str) -> list[Name]: ...
    def tag(self, text: str) -> list[Name]: ...
    def tag_all(self, texts: Iterable[str]) -> list[list[Name]]: ...
    def stream(self, documents: Iterable[_Item], *, progress: bool = False) -> Stream: ...
    def tag_column(self, texts: Any) -> Any: ...
    def tag_table(self, table: _Table, text: str = "text", names: str = "names") -> _Table: ...
    @property
    def labels(self) -> list[str]: ...
    @property
    def conventions(self) -> list[str]: ...

def read(
    path: str | PathLike[str],
    *,
    format: str | None = None,
    text: str = "text",
    id: str | None = None,
    date: str = "date",
) -> Documents: ...
def write(
    path: str | PathLike[str], documents: Iterable[_Item], *, format: str | None = None, with_text: bool = True
) -> int: ...
def evaluate(gold: Iterable[Document], predicted: Iterable[Document]) -> Evaluation: ...
def stats(*paths: str | PathLike[str], top: int = 20) -> Any: ...
def main(line: Sequence[str]) -> int: ...
