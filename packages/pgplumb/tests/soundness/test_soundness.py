"""Random schemas and queries through the plugin: nothing that is annotated non-null is ever None.

PLUMB_SOUNDNESS_QUERIES and PLUMB_SOUNDNESS_SEED make it longer and different.
"""

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from .queries import QueryMaker
from .schemas import SchemaMaker
from .trial import Counts, Trial

QUERIES = int(os.environ.get("PLUMB_SOUNDNESS_QUERIES", "2000"))
SEED = int(os.environ.get("PLUMB_SOUNDNESS_SEED", "1"))
A_SCHEMA = 200
SETTINGS = "-c timezone=UTC -c statement_timeout=2s -c client_min_messages=error"


def test_many_queries(
    empty_database: str, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    counts, started, schemas = Counts(), time.monotonic(), 0
    while counts.queries < QUERIES:
        seed = f"{SEED}:{schemas}"
        counts.add(try_schema(empty_database, tmp_path, random.Random(seed).randrange, A_SCHEMA))  # noqa: S311
        schemas += 1
    for name, count in vars(counts).items():
        record_property(name, str(count))  # what workers can send
    print(f"{schemas} schemas, {time.monotonic() - started:.0f} s, {vars(counts)}")
    # The queries are worth running: many return rows, and much is claimed of them.
    assert counts.returned_rows > 0.4 * counts.queries
    assert counts.proven > 0.6 * counts.never_null


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
)
@given(data=st.data())
def test_a_schema(
    empty_database: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    def choose(below: int) -> int:
        return data.draw(st.integers(0, below - 1)) if below > 1 else 0

    try_schema(empty_database, tmp_path_factory.mktemp("schema"), choose, 2)


def try_schema(url: str, folder: Path, choose: Callable[[int], int], queries: int) -> Counts:
    """One random schema and so many random queries over it. Raises UnsoundError."""
    with psycopg.connect(url, autocommit=True, options=SETTINGS) as connection:
        connection.execute("drop schema public cascade")
        connection.execute("create schema public")
        maker = SchemaMaker(connection, choose)
        schema = maker.make()
        trial, generator = Trial(connection, url, schema, folder), QueryMaker(schema, choose)
        attempts = 0
        while len(trial.queries) < queries and attempts < 5 * queries:
            wanted = queries - len(trial.queries)
            trial.add([generator.draft() for _ in range(wanted)], choose)
            attempts += wanted
        return trial.run(maker.load)
