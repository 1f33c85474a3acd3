"""Names of a frame of polars, one row a name:

    python examples/python/polars_frame.py
"""

from pathlib import Path

import alam
import polars as pl

sample = Path(__file__).resolve().parents[2] / "samples" / "article.txt"
articles = pl.DataFrame({"body": [line for line in sample.read_text(encoding="utf-8").splitlines() if line]})

tagger = alam.Tagger()
names = tagger.tag_table(articles.with_row_index("id"), text="body")

flat = names.select("id", "names").explode("names").drop_nulls("names").unnest("names")
print(flat.group_by("label").agg(pl.len().alias("mentions"), pl.col("canonical").n_unique().alias("names")).sort("label"))
print(flat.filter(pl.col("score") > 0.9).group_by("canonical").len().sort("len", "canonical", descending=True).head(3))
