"""Names of a frame of Dask, partition by partition; every worker process makes its tagger once:

    python examples/python/dask_frame.py
"""

from functools import cache
from pathlib import Path

import alam
import dask.dataframe as dd
import pandas as pd
import pyarrow as pa


@cache
def tagger() -> alam.Tagger:
    return alam.Tagger(threads=1)


def names(part: pd.DataFrame) -> pd.DataFrame:
    return tagger().tag_table(part, text="body")


if __name__ == "__main__":
    sample = Path(__file__).resolve().parents[2] / "samples" / "article.txt"
    lines = [line for line in sample.read_text(encoding="utf-8").splitlines() if line]
    articles = dd.from_pandas(pd.DataFrame({"body": pd.array(lines * 100, dtype=pd.ArrowDtype(pa.string()))}), npartitions=8)
    # `meta` says what columns come out, so that Dask need not try it on a row.
    tagged = articles.map_partitions(names, meta=alam.Tagger().tag_table(articles._meta, text="body"))
    found = tagged.compute(scheduler="processes", num_workers=2)
    print(found["names"].list.len().groupby(found["body"].str.slice(0, 24), sort=False).agg(["size", "first"]))
    assert found["names"].tolist() == alam.Tagger().tag_table(articles.compute(), text="body")["names"].tolist()
    print(len(found), "rows,", found["names"].list.len().sum(), "names, as one tagger finds them")
