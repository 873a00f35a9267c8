"""A project whose tests use the plugin, and runs of pytest in it."""

from collections.abc import Callable, Iterator

import psycopg
import pytest

MIGRATION = """
create table person (
    id bigint generated always as identity primary key,
    name text not null,
    age int not null default 36
);
"""
Pytest = Callable[..., pytest.RunResult]


@pytest.fixture
def users(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with one migration and no tests yet."""
    monkeypatch.delenv("PLUMB_TEST_URL", raising=False)
    pytester.path.joinpath("sqlc.yaml").write_text('version: "2"\n')
    migrations = pytester.mkdir("db") / "migrations"
    migrations.mkdir()
    (migrations / "20260101000000_first.sql").write_text(MIGRATION)
    return pytester


@pytest.fixture
def run_pytest(users: pytest.Pytester, server_url: str) -> Pytest:
    """A function that runs the project's tests on the server, in a process of their own."""

    def run(*arguments: str) -> pytest.RunResult:
        # anyio is what runs asynchronous tests here; other plugins have no say in it.
        return users.runpytest_subprocess(
            *("-p", "no:cacheprovider", "-p", "no:hypothesispytest"),
            *("--plumb-url", server_url, *arguments),
        )

    return run


@pytest.fixture
def made_by_tests(server_url: str) -> Iterator[Callable[[], set[str]]]:
    """A function that gives the databases that tests have made since and have not dropped."""
    with psycopg.connect(server_url, autocommit=True) as server:

        def names() -> set[str]:
            rows = server.execute("select datname from pg_database").fetchall()
            return {name for (name,) in rows}

        before = names()
        yield lambda: names() - before
