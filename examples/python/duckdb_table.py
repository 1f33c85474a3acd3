"""Names of a query of DuckDB, and SQL over them; tables go both ways as Arrow:

    python examples/python/duckdb_table.py
"""

from pathlib import Path

import alam
import duckdb

sample = Path(__file__).resolve().parents[2] / "samples" / "article.txt"
duckdb.sql(f"create table articles as select unnest(string_split(content, chr(10))) as body from read_text('{sample}')")

tagger = alam.Tagger()
tagged = tagger.tag_table(duckdb.sql("select * from articles where body != ''").to_arrow_table(), text="body")

# A table of Arrow is a table of DuckDB by the name of its variable.
print(
    duckdb.sql("""
    select name.label, count(*) as mentions, count(distinct name.canonical) as names
    from (select unnest(names) as name from tagged) group by name.label order by name.label
""")
)
duckdb.sql("copy (select body, names from tagged) to 'names.parquet'")
print(duckdb.sql("select count(*) as rows, sum(len(names)) as mentions from 'names.parquet'"))
