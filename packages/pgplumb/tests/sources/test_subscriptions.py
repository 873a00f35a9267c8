"""Subscriptions, which CREATE DATABASE leaves out of a copy."""

from collections.abc import Callable

from pgplumb.sources.build import build
from pgplumb.sources.compare import compare
from pgplumb.sources.model import Script, Server

KEPT = "create subscription kept connection 'host=a' publication p with (connect = false);"


def test_subscriptions_that_stay_are_let_alone(
    script: Callable[..., Script], server: Server
) -> None:
    old = script(
        KEPT,
        "create subscription altered connection 'host=a' publication p with (connect = false);",
        "create subscription gone connection 'host=a' publication p with (connect = false);",
    )
    new = script(
        KEPT,
        "create subscription altered connection 'host=a' publication q with (connect = false);",
        "create table t (a int);",
    )
    with build(old, server) as source, build(new, server) as target:
        done = compare(source, target)
    planned = [each.statement.sql for each in done.proof.statements]
    assert not [sql for sql in planned if "kept" in sql]
    assert [sql for sql in planned if "subscription altered" in sql.lower()] == [
        "ALTER SUBSCRIPTION altered SET PUBLICATION q WITH (refresh = false)"
    ]
    assert any(sql.endswith("DROP SUBSCRIPTION gone") for sql in planned)
