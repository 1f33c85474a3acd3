"""Names of a data set of Ray: one tagger an actor, batches of Arrow:

    python examples/python/ray_data.py
"""

from pathlib import Path

import alam
import pyarrow as pa
import ray


class Names:
    """What an actor holds: the model is loaded once."""

    def __init__(self) -> None:
        self.tagger = alam.Tagger(threads=1)

    def __call__(self, batch: pa.Table) -> pa.Table:
        return self.tagger.tag_table(batch, text="body")


if __name__ == "__main__":
    sample = Path(__file__).resolve().parents[2] / "samples" / "article.txt"
    lines = [line for line in sample.read_text(encoding="utf-8").splitlines() if line]
    table = pa.table({"id": range(len(lines) * 100), "body": lines * 100})

    ray.init(num_cpus=2, include_dashboard=False, logging_level="error")
    articles = ray.data.from_arrow(table).repartition(8)
    tagged = articles.map_batches(Names, batch_format="pyarrow", compute=ray.data.ActorPoolStrategy(size=2))
    found = pa.concat_tables(ray.get(tagged.to_arrow_refs())).sort_by("id")
    assert found["names"].to_pylist() == alam.Tagger().tag_table(table, text="body")["names"].to_pylist()
    print(found.num_rows, "rows,", sum(map(len, found["names"].to_pylist())), "names, as one tagger finds them")
