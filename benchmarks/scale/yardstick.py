"""Bare DuckDB queries over the same rows: as many columns per person and post as the features have, nothing checked or shrunk."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq

from features.in_parts import FEATURE_TABLES

PERSON = """
SELECT e.person, a.*, s.*, d.*, r.*, c.*, t.*, v.* FROM e
LEFT JOIN (SELECT person, avg(score) a1, arg_max(score, period_end) a2, regr_slope(score, epoch(period_end)) a3, stddev(score) a4,
  count(score) a5, max(period_end) a6, avg(exposure) a7, min(score) a8, count(DISTINCT rater) a9 FROM appraisals GROUP BY person) a
  USING (person)
LEFT JOIN (SELECT person, count(*) s1, max(start_on) s2, min(start_on) s3,
  sum(datediff('day', start_on, coalesce(end_on, DATE '2026-01-01'))) s4,
  count(DISTINCT s.unit_id) s5, count(DISTINCT job_family) s6, max(level) s7, arg_max(level, start_on) s8,
  arg_max(job_family, start_on) s9,
  count(*) FILTER (start_on > DATE '2021-01-01') s10, sum(datediff('day', start_on, end_on)) FILTER (supervisory) s11,
  sum(datediff('day', start_on, end_on)) FILTER (kind <> 'definitive') s12, arg_max(s.unit_id, start_on) s13,
  arg_max(move_type, start_on) s14 FROM assignments LEFT JOIN positions s USING (position_id) GROUP BY person) s USING (person)
LEFT JOIN (SELECT person, max(value) d1, max(from_on) d2 FROM educations GROUP BY person) d USING (person)
LEFT JOIN (SELECT person, arg_max(value, from_on) r1, max(from_on) r2 FROM ranks GROUP BY person) r USING (person)
LEFT JOIN (SELECT person, avg(level) c1, max(assessed_on) c2 FROM competencies GROUP BY person) c USING (person)
LEFT JOIN (SELECT person, sum(hours) FILTER (finished_on > DATE '2024-01-01') t1, count(*) t2,
  count(*) FILTER (regexp_matches(course, 'PKN|PKA|PKP|PIM|epemimpinan')) t3 FROM trainings GROUP BY person) t USING (person)
LEFT JOIN (SELECT person, avg(answer) FILTER (reviewer_kind = 'peer') v1, avg(answer) FILTER (reviewer_kind = 'superior') v2
  FROM peer_reviews GROUP BY person) v USING (person)
"""
POST = """
SELECT p.position_id, level, job_family, job_kind, job_class, headcount, strategic, supervisory, min_education, min_rank, u.kind,
  h.*, q.*, w.*, x.*, y.*, z.*, k.* FROM positions p LEFT JOIN units u USING (unit_id)
LEFT JOIN (SELECT position_id, count(DISTINCT person) h1 FROM assignments GROUP BY position_id) h USING (position_id)
LEFT JOIN (SELECT position_id, avg(score) q1 FROM appraisals GROUP BY position_id) q USING (position_id)
LEFT JOIN (SELECT s.unit_id, count(DISTINCT person) FILTER (end_on IS NULL) w1, count(*) FILTER (start_on > DATE '2025-01-01') w2,
  count(DISTINCT position_id) w3 FROM assignments JOIN positions s USING (position_id) GROUP BY s.unit_id) w USING (unit_id)
LEFT JOIN (SELECT unit_id, avg(score) x1, stddev(score) x2 FROM appraisals GROUP BY unit_id) x USING (unit_id)
LEFT JOIN (SELECT unit_id, arg_max("index", period_end) y1, regr_slope("index", epoch(period_end)) y2
  FROM service_index GROUP BY unit_id) y USING (unit_id)
LEFT JOIN (SELECT unit_id, regr_slope(visitors, epoch(period_end)) z1 FROM service_demand GROUP BY unit_id) z USING (unit_id)
LEFT JOIN (SELECT now.unit_id, avg(answer) k1 FROM surveys
  JOIN (SELECT person, arg_max(s.unit_id, start_on) unit_id FROM assignments JOIN positions s
  USING (position_id) GROUP BY person) now USING (person) GROUP BY now.unit_id) k USING (unit_id)
"""
NUMBERED = {"employee_id": "person", "rater_id": "rater"}


def ready(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """Return a connection on one thread to the tables of a snapshot where they lie, persons as numbers."""
    database = duckdb.connect()
    database.execute("SET threads = 1")
    database.execute("SET memory_limit = '6GB'")
    for name in FEATURE_TABLES:
        files = sorted(str(path) for path in (*snapshot.glob(f"part-*/{name}.parquet"), *snapshot.glob(f"{name}.parquet")))
        if not files:
            continue
        columns = pq.read_schema(files[0]).names
        listed = ", ".join(f'"{column}" AS {NUMBERED.get(column, chr(34) + column + chr(34))}' for column in columns)
        database.execute(f'CREATE VIEW "{name}" AS SELECT {listed} FROM read_parquet({files!r})')  # noqa: S608
    database.execute("CREATE VIEW e AS SELECT DISTINCT person FROM employees")
    return database


def query(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the columns per person and per post to ``folder``."""
    for name, asked in (("people", PERSON), ("posts", POST)):
        database.sql(asked).write_parquet(str(folder / f"{name}.parquet"))


def columns(folder: Path) -> int:
    """Return how many columns `query` wrote, identifiers left out."""
    return sum(len([name for name in pq.read_schema(path).names if not name.startswith(("person", "position_id"))])
               for path in folder.iterdir())  # fmt: skip
