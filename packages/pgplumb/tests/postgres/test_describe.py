"""Queries are described many at once: each as if it were the only one."""

import psycopg
import pytest

from pgplumb.postgres.databases import connect
from pgplumb.postgres.describe import Description, Refusal, ResultColumn, describe
from pgplumb.urls import parse_url

INT4, TEXT = 23, 25
MANY = 200  # more than are sent together


def test_each_query_has_its_own_answer(empty_database: str) -> None:
    queries = [
        "select 1 as one",
        "selec",
        "select $1::text as größe, nope",
        ";",
        "select 1; select 2",
    ]
    answers = [
        Description((ResultColumn("one", INT4, 0, 0),), ()),
        Refusal('syntax error at or near "selec"', None, 1),
        Refusal('column "nope" does not exist', None, 27),
        Description((), ()),
        Refusal("cannot insert multiple commands into a prepared statement", None, 0),
    ]
    with connect(parse_url(empty_database)) as connection:
        assert describe(connection, []) == []
        assert describe(connection, queries * MANY) == answers * MANY
        # The connection is what it was.
        assert connection.execute("select 1").fetchone() == (1,)
        assert connection.pgconn.nonblocking


def test_a_column_says_where_it_is_from(empty_database: str) -> None:
    with connect(parse_url(empty_database)) as connection:
        connection.execute("create table t (id int, name varchar(7))")
        row = connection.execute("select 't'::regclass::oid::int8").fetchone()
        assert row is not None
        [answer] = describe(connection, ["select name, id + $1 as next from t where name = $2"])
    assert answer == Description(
        (ResultColumn("name", 1043, row[0], 2, 7 + 4), ResultColumn("next", INT4, 0, 0)),
        (INT4, TEXT),
    )


def test_long_answers_do_not_hold_up_long_questions(empty_database: str) -> None:
    wide = "select " + ", ".join(
        f"{number} as a_column_with_a_long_name_{number}" for number in range(1600)
    )
    with connect(parse_url(empty_database)) as connection:
        answers = describe(connection, [wide] * MANY)
    assert len(answers) == MANY
    assert all(isinstance(each, Description) and len(each.columns) == 1600 for each in answers)


def test_a_lost_connection_is_an_error(empty_database: str) -> None:
    url = parse_url(empty_database)
    with connect(url) as connection, connect(url) as other:
        # It waits until the other session has ended.
        other.execute("select pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
        with pytest.raises(psycopg.OperationalError):
            describe(connection, ["select 1"])
