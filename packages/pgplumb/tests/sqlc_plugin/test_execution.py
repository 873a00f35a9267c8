"""Every query of every golden case runs on a database with the schema of the case."""

import importlib
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import errors

from pgplumb.codegen.runtime import run_sync

from .conftest import WITH_OUTPUT, Connect


def import_query(case: str) -> Any:
    return importlib.import_module(f"case_{case}.query")


@pytest.fixture
def import_case(trees: Path) -> Iterator[Any]:
    """Imports the query module of a case from its expected output."""
    path = sys.path
    sys.path = [str(trees), *path]
    yield import_query
    sys.path = path


@pytest.mark.parametrize("case", [folder.name for folder in WITH_OUTPUT])
def test_every_query_runs(case: str, import_case: Any, connect: Connect) -> None:
    module, conn = import_case(case), connect(case)
    queries = [
        getattr(module, name) for name in module.__all__ if hasattr(getattr(module, name), "sql")
    ]
    assert queries
    for query in queries:
        if query.sql.partition("\n")[2].startswith("copy "):
            assert run_sync.copy_from(conn, query, []) == 0
            continue
        numbers = {int(number) for number in re.findall(r"\$(\d+)", query.sql)}
        # NULL for every parameter runs any query, though not every column takes it.
        with suppress(psycopg.IntegrityError, errors.InvalidParameterValue):
            psycopg.RawCursor(conn).execute(query.sql, [None] * max(numbers, default=0))
