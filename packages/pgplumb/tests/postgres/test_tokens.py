import pytest
from hypothesis import given
from hypothesis import strategies as st

from pgplumb.postgres.tokens import Kind, split_statements, tokenize

SQL = st.lists(
    st.sampled_from(
        [
            "select",
            " ",
            "\n",
            "'",
            "''",
            "'a$1'",
            "E'\\''",
            '"',
            '"x"',
            "$1",
            "$tag$",
            "$$",
            "--",
            "/*",
            "*/",
        ]
    ),
    max_size=20,
).map("".join)


@given(SQL | st.text(max_size=30))
def test_tokens_are_the_text_without_its_white_space(sql: str) -> None:
    tokens = list(tokenize(sql))
    rest = list(sql)
    for token in tokens:
        assert sql[token.start : token.end] == token.text
        rest[token.start : token.end] = " " * len(token.text)
    assert not "".join(rest).strip()


@pytest.mark.parametrize(
    ("sql", "parameters"),
    [
        ("select $1", ["$1"]),
        ("select '$1', $2", ["$2"]),
        ("select E'\\'$1', $2", ["$2"]),
        ("select $$ $1 $$, $2", ["$2"]),
        ("select $a$ $$ $1 $a$, $2", ["$2"]),
        ("select /* $1 /* */ $2 */ $3 -- $4\n, $5", ["$3", "$5"]),
        ("select $1 -- $2\r, $3", ["$1", "$3"]),
        ('select "$1", a$2, $3::int', ["$3"]),
        ("select U&'\\0041$1', $2", ["$2"]),
    ],
)
def test_only_real_parameters_are_parameters(sql: str, parameters: list[str]) -> None:
    assert [token.text for token in tokenize(sql) if token.kind is Kind.PARAMETER] == parameters


def test_statements_end_at_their_own_semicolon() -> None:
    function = (
        "create function f() returns int begin atomic"
        " select case when true then 1 end; select 2; end"
    )
    script = f"-- first\nselect ';';\n\n{function};\nselect 3"
    assert [statement for _, statement in split_statements(script)] == [
        "select ';'",
        function,
        "select 3",
    ]
    assert [script[start : start + 6] for start, _ in split_statements(script)] == [
        "select",
        "create",
        "select",
    ]


def test_the_commands_of_a_rule_belong_to_it() -> None:
    rule = "create or replace rule r as on insert to t do also (insert into a values (1); select 2)"
    assert [statement for _, statement in split_statements(f"{rule}; select (1; select 3")] == [
        rule,
        "select (1",
        "select 3",
    ]
