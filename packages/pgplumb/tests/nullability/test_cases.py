"""The cases: what is proven of each column, held against what the queries return.

A case is a statement with a sign for each of its columns above it:

    +  proven: it must never be NULL in any state of the data
    -  not proven, and NULL somewhere
    ?  not proven: it can be NULL, though not in these data
    ~  not proven, but it is never NULL: here the proofs could be sharper
    none  the statement can't be analysed

Below that line another may say what holds instead on a server before some version ("before 18:"),
or on one that was built without libxml ("without xml:").
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from pgplumb.nullability import Statement, Verdict, explain

from .states import HERE, States

CASES = HERE / "cases"


_SIGNS = re.compile(r"--(?: (before \d+|without xml):)?((?: [-+?~])*| none)")


@dataclass(frozen=True)
class Case:
    """A statement, the signs of its columns, and those that hold under another condition."""

    text: str
    signs: list[str]
    otherwise: dict[str, list[str]]

    def signs_on(self, states: States) -> list[str]:
        """The signs on the server that is there."""
        for condition, signs in self.otherwise.items():
            kind, _, argument = condition.partition(" ")
            if states.version < int(argument) if kind == "before" else not states.has_xml:
                return signs
        return self.signs


def prove(
    connection: psycopg.Connection,
    statements: Sequence[Statement],
    *,
    fresh_materialized_views: bool = False,
) -> list[tuple[bool, ...] | None]:
    """Of each column whether it is proven non-null."""
    found = explain(connection, statements, fresh_materialized_views=fresh_materialized_views)
    return [
        None if verdicts is None else tuple(verdict.non_null for verdict in verdicts)
        for verdicts in found
    ]


def _cases(path: Path) -> list[Case]:
    found: dict[str, Case] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.strip().split("\n")
        signs: dict[str, list[str]] = {}
        while lines[0].startswith("--"):
            match = _SIGNS.fullmatch(lines.pop(0))
            assert match is not None, block
            signs[match[1] or ""] = match[2].split()
        text = "\n".join(lines).removesuffix(";")
        assert text not in found, f"twice: {text}"
        found[text] = Case(text, signs.pop(""), signs)
    return list(found.values())


ALL = {path.stem: _cases(path) for path in sorted(CASES.glob("*.sql"))}


@pytest.fixture(scope="module")
def states(database: str) -> Iterator[States]:
    made = States(database, shared="globals.sql", extra=["odd.sql", "app.sql"])
    yield made
    made.close()


@pytest.mark.parametrize("topic", ALL)
def test_what_is_proven(states: States, topic: str) -> None:
    cases = ALL[topic]
    wrong: list[str] = []
    verdicts_of_all = states.explain([case.text for case in cases])
    for case, verdicts in zip(cases, verdicts_of_all, strict=True):
        signs = case.signs_on(states)
        found = ["none"] if verdicts is None else ["+" if v.non_null else "-" for v in verdicts]
        expected = [sign if sign in {"+", "none"} else "-" for sign in signs]
        if found != expected:
            reasons = [verdict.reason for verdict in verdicts or ()]
            wrong.append(
                f"{case.text}\n  expected {' '.join(expected)}\n  found    {found} {reasons}"
            )
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("topic", ALL)
def test_what_the_queries_return(states: States, topic: str) -> None:
    wrong: list[str] = []
    for case in ALL[topic]:
        observed = states.observe(case.text)
        for column, sign in enumerate(case.signs_on(states)):
            if (sign in "+~" and column in observed.null) or (
                sign == "-" and column not in observed.null
            ):
                wrong.append(f"{case.text}\n  column {column + 1} is {sign}; NULL: {observed.null}")
    assert not wrong, "\n".join(wrong)


def test_precision() -> None:
    signs = Counter(sign for cases in ALL.values() for case in cases for sign in case.signs)
    assert sum(map(len, ALL.values())) > 400
    assert signs["+"] / (signs["+"] + signs["~"]) > 0.94
    application = Counter(sign for case in ALL["application"] for sign in case.signs)
    assert application["~"] == 0


def _verdicts(connection: psycopg.Connection[tuple[object, ...]], text: str) -> list[Verdict]:
    [verdicts] = explain(connection, [Statement(text)])
    assert verdicts is not None
    return list(verdicts)


def test_a_not_valid_constraint_proves_nothing(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE TABLE t (x int, y int NOT NULL)")
        connection.execute("INSERT INTO t VALUES (NULL, 1)")
        not_valid = "ALTER TABLE t ADD CONSTRAINT c NOT NULL x NOT VALID"
        if connection.info.server_version < 180000:  # and there are none
            with pytest.raises(psycopg.errors.SyntaxError):
                connection.execute(not_valid)
            return
        connection.execute(not_valid)
        assert [v.non_null for v in _verdicts(connection, "TABLE t")] == [False, True]
        connection.execute("UPDATE t SET x = 1")
        connection.execute("ALTER TABLE t VALIDATE CONSTRAINT c")
        assert [v.non_null for v in _verdicts(connection, "TABLE t")] == [True, True]


def test_a_materialized_view_may_be_older_than_a_constraint(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        connection.execute("CREATE TABLE t (x int)")
        connection.execute("INSERT INTO t VALUES (NULL)")
        connection.execute(
            "CREATE MATERIALIZED VIEW m AS SELECT x, count(*) AS n FROM t GROUP BY x"
        )
        connection.execute("DELETE FROM t")
        connection.execute("ALTER TABLE t ALTER x SET NOT NULL")
        statement = [Statement("TABLE m")]
        assert connection.execute("TABLE m").fetchall() == [(None, 1)]
        assert prove(connection, statement) == [(False, True)]
        assert prove(connection, statement, fresh_materialized_views=True) == [(True, True)]


def test_parameters_the_caller_never_sends_null_for(empty_database: str) -> None:
    statement = Statement("SELECT $1, $2 || 'x'", (23, 25), frozenset({2}))
    with psycopg.connect(empty_database) as connection:
        assert prove(connection, [statement]) == [(False, True)]


def test_statements_that_are_no_queries(empty_database: str) -> None:
    texts = [
        "BEGIN",
        "SHOW all",
        "nonsense",
        "",
        "SELECT 1; SELECT 2",
        "SELECT /* open",
        "CALL f()",
    ]
    fine = ["SELECT 1 -- comment", "SELECT 1; ", "SELECT '; END' /* ; */;", 'SELECT 1 AS "é"']
    with psycopg.connect(empty_database) as connection:
        proofs = prove(connection, [Statement(text) for text in texts + fine])
        assert proofs == [None] * len(texts) + [(True,)] * len(fine)
        # Nothing is left behind, in whatever transaction it was called.
        assert connection.execute(
            "SELECT count(*) FROM pg_proc WHERE proname LIKE 'pgplumb%'"
        ).fetchone() == (0,)
        assert prove(connection, [Statement("SELECT 1")] * 300 + [Statement("no")]) == [
            *([(True,)] * 300),
            None,
        ]


def test_parameters_of_odd_types_and_too_many(empty_database: str) -> None:
    with psycopg.connect(empty_database) as connection:
        assert prove(connection, [Statement("SELECT $1 = ROW(1, 2)", (2249,))]) == [None]
        assert prove(connection, [Statement("SELECT 1", (23,) * 101)]) == [None]


@pytest.mark.parametrize("factory", [psycopg.Cursor, psycopg.RawCursor, psycopg.ClientCursor])
@pytest.mark.parametrize("autocommit", [True, False])
def test_any_connection(database: str, factory: type[psycopg.Cursor], *, autocommit: bool) -> None:
    with psycopg.connect(database, cursor_factory=factory, autocommit=autocommit) as connection:
        assert prove(connection, [Statement("SELECT $1::int, 1", (23,))]) == [(False, True)]


def test_deep_statements_take_no_time(states: States) -> None:
    nested = "coalesce(" * 60 + "l.x" + ", r.x)" * 60
    texts = [
        f"SELECT {nested} FROM a l FULL JOIN b r ON l.id = r.id",  # noqa: S608
        "SELECT " + " || ".join(["'a'::text"] * 900),
        "SELECT id FROM b" + "".join(f" FULL JOIN b b{n} USING (id)" for n in range(7)),  # noqa: S608
    ]
    verdicts = states.explain(texts)
    assert [row and row[0].non_null for row in verdicts] == [False, False, True]
