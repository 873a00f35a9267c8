"""Level 1: each drift between database and models that people have met makes a user's test fail.

Models and queries are written by hand here, as before there was a generator.
"""

from collections.abc import Callable

import pytest

Pytest = Callable[..., pytest.RunResult]

TEST = """
import pytest
from psycopg.rows import class_row
from pydantic import BaseModel

class Person(BaseModel):
    id: int
    name: str
    age: int

@pytest.mark.parametrize("columns", ["*", "id, name, age"])
def test_a_person_is_read(conn, columns):
    conn.execute("insert into person (name) values ('Ada')")
    with conn.cursor(row_factory=class_row(Person)) as cursor:
        assert cursor.execute(f"select {columns} from person").fetchone().age == 36
"""

# What a migration changes, and how the tests end that read all columns and named ones.
DRIFTS = {
    "a field is missing": ("drop column age", "ValidationError", "UndefinedColumn"),
    "a column is renamed": ("rename column age to years", "ValidationError", "UndefinedColumn"),
    "a type is another": (
        "alter column age type text, alter column age set default 'thirty-six'",
        "ValidationError",
        "ValidationError",
    ),
    "a value may be missing": (
        "alter column age drop not null, alter column age drop default",
        "ValidationError",
        "ValidationError",
    ),
}


def test_in_step_they_pass(users: pytest.Pytester, run_pytest: Pytest) -> None:
    users.makepyfile(TEST)
    run_pytest().assert_outcomes(passed=2)


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_fails(
    users: pytest.Pytester, run_pytest: Pytest, monkeypatch: pytest.MonkeyPatch, drift: str
) -> None:
    change, *errors = DRIFTS[drift]
    users.path.joinpath("db/migrations/20260102000000_drift.sql").write_text(
        f"alter table person {change};"
    )
    users.makepyfile(TEST)

    monkeypatch.setenv("COLUMNS", "200")
    result = run_pytest("-rf")

    result.assert_outcomes(failed=2)
    found = [line for line in result.outlines if line.startswith("FAILED")]
    assert [error in line for error, line in zip(errors, found, strict=True)] == [True, True], found
