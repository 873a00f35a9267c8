"""Differences as findings: in words that people understand, at the place that is to be changed."""

from pathlib import Path

import pytest

from pgplumb.gates.differences import in_words
from pgplumb.gates.findings import Place, relative
from pgplumb.gates.locate import Locator
from pgplumb.snapshot.facts import IdentityColumn, NotNull, SequenceOptions
from pgplumb.snapshot.model import OWNER, Grant, Identity, Kind
from pgplumb.sources.model import SqlText

from .conftest import SAMPLE

SCHEMA = SAMPLE / "db" / "schema"
OPTIONS = SequenceOptions("bigint", 1, 1, 1, 100, 1, cycle=False)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "none"),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        ("", "none"),
        ((), "none"),
        ("one\r\ntwo", "one\\r\ntwo"),
        (("sad", "ok"), "sad, ok"),
        (Identity(Kind.TABLE, ("public", "t")), "table public.t"),
        (NotNull(None, valid=True, no_inherit=False), "NOT NULL"),
        (
            NotNull("n", valid=False, no_inherit=True),
            "NOT NULL called n NOT VALID NO INHERIT",
        ),
        (OPTIONS, "type bigint, start 1, increment 1, minimum 1, maximum 100, cache 1"),
        (
            IdentityColumn(always=False, sequence="", options=OPTIONS),
            f"BY DEFAULT, {in_words(OPTIONS)}",
        ),
        (
            frozenset(
                {
                    Grant("", "SELECT", grantable=False),
                    Grant("app", "UPDATE", grantable=True),
                    Grant("app", "INSERT", grantable=False),
                    Grant(OWNER, "SELECT", grantable=False),
                }
            ),
            "SELECT to PUBLIC\nSELECT to the owner\nINSERT, UPDATE with grant option to app",
        ),
    ],
)
def test_facts_in_words(value: object, words: str) -> None:
    assert in_words(value) == words


@pytest.mark.parametrize(
    ("kind", "path", "what", "place"),
    [
        (Kind.TABLE, "public customer", "", "20_tables.sql:2:14"),
        (Kind.TABLE, "public customer", "comment", "20_tables.sql:17:18"),
        (Kind.TABLE, "public customer", "grants", "50_access.sql:6:17"),
        (Kind.COLUMN, "public customer credit", "", "20_tables.sql:8:5"),
        (Kind.COLUMN, "public customer credit", "comment", "20_tables.sql:18:28"),
        (Kind.CONSTRAINT, "public customer customer_email_key", "", "20_tables.sql:12:16"),
        # PostgreSQL's own name for it is nowhere: then the table it belongs to.
        (Kind.CONSTRAINT, "public purchase purchase_pkey", "", "20_tables.sql:21:14"),
        (Kind.INDEX, "public customer_name", "", "20_tables.sql:15:14"),
        (Kind.FUNCTION, "public keep_name ", "", "30_functions.sql:5:17"),
        (Kind.TRIGGER, "public customer customer_keep_name", "", "30_functions.sql:21:16"),
        (Kind.POLICY, "public purchase purchase_of_good_customers", "", "50_access.sql:3:15"),
        (Kind.EXTENSION, "citext", "", "10_types.sql:1:32"),
        (Kind.TABLE, "public nowhere", "", None),
    ],
)
def test_places_of_objects(kind: Kind, path: str, what: str, place: str | None) -> None:
    texts = [SqlText(str(file), file.read_text()) for file in sorted(SCHEMA.glob("*.sql"))]
    found = Locator(texts, SCHEMA).place_of(Identity(kind, tuple(path.split(" "))), what)
    assert (found and str(found)) == place


def test_places_are_relative_to_the_project(tmp_path: Path) -> None:
    assert relative(tmp_path / "db" / "a.sql", tmp_path) == "db/a.sql"
    assert relative("db/a.sql", tmp_path) == "db/a.sql"
    assert relative("/elsewhere/a.sql", tmp_path) == "/elsewhere/a.sql"
    assert str(Place("a.sql")) == "a.sql"
    assert str(Place("a.sql", 3)) == "a.sql:3"
