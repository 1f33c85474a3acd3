"""One tagger for all tests, and the sample article."""

from __future__ import annotations

from pathlib import Path

import alam
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session")
def tagger() -> alam.Tagger:
    return alam.Tagger()


@pytest.fixture(scope="session")
def article() -> str:
    return (SAMPLES / "article.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def articles(article: str) -> list[str]:
    paragraphs = [line for line in article.splitlines() if line.strip()]
    return [article, *paragraphs, "", "لا اسم هنا", "وصل أنطونيو غوتيريش إلى القاهرة والرياض."] * 20
