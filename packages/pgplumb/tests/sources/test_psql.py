import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.sources.psql import Foreign, foreign_parts, without

DUMP = r"""
\restrict KEY's
SET x = 1;
COPY public.a (id, "from stdin;") FROM stdin;
1	it's; \n
\N	$$
\.
CREATE TABLE b (note text DEFAULT 'a
\d b'); \echo "odd
COMMENT ON TABLE b IS E'\\ \' ;';
"""


def found(text: str) -> list[tuple[Foreign, str]]:
    return [(part.why, text[part.start : part.end]) for part in foreign_parts(text)]


def test_a_dump() -> None:
    assert found(DUMP) == [
        (Foreign.COMMAND, r"\restrict KEY's"),
        (Foreign.ROWS, DUMP[DUMP.index("COPY") : DUMP.index("CREATE")]),
        (Foreign.COMMAND, r'\echo "odd'),
    ]
    left = without(DUMP, list(foreign_parts(DUMP)))
    assert [line.rstrip() for line in left.splitlines()] == [
        "",
        "",
        "SET x = 1;",
        *[""] * 4,
        "CREATE TABLE b (note text DEFAULT 'a",
        r"\d b');",
        r"COMMENT ON TABLE b IS E'\\ \' ;';",
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "create role a login password 'x'",
        "Create User a",
        "alter role a set search_path = b",
        "drop group a",
        "grant a to b with admin option",
        "revoke a from b",
        'grant connect on database "on" to b',
        "create database a",
        "alter database a owner to b",
        "comment on database a is 'b'",
        "comment on role a is 'b'",
        "alter system set work_mem = '1MB'",
        "create tablespace a location '/tmp'",
        "grant set on parameter work_mem to a",
    ],
)
def test_what_is_about_the_whole_server(statement: str) -> None:
    assert found(f"select 1; {statement}; select 2;") == [(Foreign.SERVER, f"{statement};")]
    assert found(f"select 1; {statement}") == [(Foreign.SERVER, statement)]


@pytest.mark.parametrize(
    "statement",
    [
        "create user mapping for a server b",
        "drop user mapping for a server b",
        "alter default privileges for role a grant select on tables to b",
        "grant select on table a to b",
        'grant select on "database" to b',
        "copy a from '/tmp/rows'",
        "copy (select 'from stdin') to '/tmp/rows'",
        "create table a (database text, role text, tablespace text)",
        "comment on column a.database is 'b'",
        "create function f() returns int begin atomic select 1; end",
        "select 'create role a;', $$create role a;$$ -- create role a;",
    ],
)
def test_what_is_not(statement: str) -> None:
    assert found(f"{statement}\n;") == []


@given(
    st.lists(
        st.sampled_from(
            ["select 1;", "\\x 'y\n", "'\\a", "$$;", "--\\z\n", "create role a;", "é;", '"', "\n"]
        )
    ).map("".join)
)
def test_what_is_left_stays_on_its_line_and_in_its_column(text: str) -> None:
    parts = list(foreign_parts(text))
    left = without(text, parts)
    assert len(left) == len(text)
    assert left.count("\n") == text.count("\n")
    assert all(one in {other, " "} for one, other in zip(left, text, strict=True))
    assert [part.start for part in parts] == sorted(part.start for part in parts)
    assert list(foreign_parts(left)) == []
