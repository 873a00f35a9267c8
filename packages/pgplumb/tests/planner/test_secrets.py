"""Passwords are never read, and survive what is done beside them."""

import json

import pytest

from pgplumb.planner.difference import differences
from pgplumb.snapshot.secrets import is_secret, public_connection, public_options, secret_notes
from pgplumb.snapshot.take import take_snapshot

from .states import bring, database, sql_between, state_of

SECRET = "hunter2"  # noqa: S105
OLD = f"""
    create foreign data wrapper w options (api_token '{SECRET}');
    create server s foreign data wrapper w options (host 'a', secret_access_key '{SECRET}');
    create user mapping for public server s options (user 'me', password '{SECRET}');
    create foreign table t (a int) server s options (table_name 't', password '{SECRET}');
    create subscription sub connection 'host=a password={SECRET} dbname=b' publication p
        with (connect = false);
"""
NEW = """
    create foreign data wrapper w options (debug '1');
    create server s foreign data wrapper w options (host 'b');
    create user mapping for public server s options (user 'you');
    create foreign table t (a int) server s options (table_name 'u');
    create subscription sub connection 'host=a dbname=b' publication p, q
        with (connect = false);
"""


def test_secrets_are_in_no_snapshot_and_no_plan(server_url: str) -> None:
    nothing, old, new = (state_of(server_url, script).snapshot for script in ("", OLD, NEW))
    assert "table_name" in json.dumps(old.as_data())
    assert SECRET not in json.dumps(old.as_data())
    assert SECRET not in repr(old)
    for source in (nothing, old, new):
        for target in (nothing, old, new):
            assert SECRET not in sql_between(source, target)


def test_what_is_left_out_is_said(server_url: str) -> None:
    nothing, old, new = (state_of(server_url, script).snapshot for script in ("", OLD, NEW))
    notes = sorted(note.partition(": secrets are")[0] for note in secret_notes(nothing, old))
    assert notes == [
        "foreign table public.t: password",
        "foreign-data wrapper w: api_token",
        "server s: secret_access_key",
        "subscription sub: password",
        "user mapping s.PUBLIC: password",
    ]
    assert len(secret_notes(new, old)) == len(notes)
    assert secret_notes(old, old) == secret_notes(old, new) == []


def test_secrets_survive_changes(server_url: str) -> None:
    new = state_of(server_url, NEW).snapshot
    with database(server_url, OLD) as (_, connection):
        bring(connection, new)
        assert differences(take_snapshot(connection), new) == []
        secrets = connection.execute(
            "select fdwoptions[1] from pg_foreign_data_wrapper"
            " union all select srvoptions[2] from pg_foreign_server"
            " union all select umoptions[2] from pg_user_mapping"
            " union all select ftoptions[2] from pg_foreign_table"
            " union all select subconninfo from pg_subscription where subname = 'sub'"
        ).fetchall()
    assert [text for (text,) in secrets] == [
        f"api_token={SECRET}",
        f"secret_access_key={SECRET}",
        f"password={SECRET}",
        f"password={SECRET}",
        f"host=a password={SECRET} dbname=b",
    ]


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("host=a dbname=b", "host=a dbname=b"),
        ("host=a password=x dbname=b", "host=a dbname=b"),
        (r"host=a password = 'it\'s x' dbname=b", "host=a dbname=b"),
        ("password=x", ""),
        (r"user='password=x' password=a\ b host=c", "user='password=x' host=c"),
        ("host=a sslpassword=x sslkey=/k", "host=a sslkey=/k"),
        ("postgresql://me:x@a:5433/b", "user=me dbname=b host=a port=5433"),
        ("postgresql://a/b?password=x", "dbname=b host=a"),
        ("postgresql://a/b", "postgresql://a/b"),
        ("no such = thing password=x", ""),
    ],
)
def test_connection_strings(text: str, public: str) -> None:
    assert public_connection(text) == public


def test_option_names() -> None:
    assert public_options(["user=a", "password=b", "Api_Key=c", "host=d=e"]) == (
        "host=d=e",
        "user=a",
    )
    assert not any(
        map(is_secret, ("user", "host", "sslkey", "keepalives", "fetch_size", "extensions"))
    )
