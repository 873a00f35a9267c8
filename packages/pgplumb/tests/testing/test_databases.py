"""Test databases, without pytest's plugin around them."""

from pathlib import Path

import psycopg
import pytest

from pgplumb.testing.databases import TestDatabases


def test_a_template_that_others_have_pushed_out_is_made_again(
    users: pytest.Pytester, server_url: str
) -> None:
    """Only the newest templates are kept, and several projects take turns on one server."""
    databases = TestDatabases.of_project(Path(users.path), server_url)
    with psycopg.connect(server_url, autocommit=True) as server:

        def templates() -> set[str]:
            rows = server.execute(
                "select datname from pg_database where datname like 'plumb\\_shadow\\_template\\_%'"
            )
            return {name for (name,) in rows}

        for name in templates():
            server.execute(f'drop database "{name}"'.encode())
        url = databases.make()
        with psycopg.connect(url) as connection:
            assert connection.execute("select count(*) from person").fetchone() == (0,)
        assert len(templates()) == 1
    databases.close()
