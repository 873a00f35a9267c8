from pgplumb.sources.model import SqlText
from pgplumb.sources.statements import statements_of


def settings(text: str) -> list[tuple[str, list[str]]]:
    """Each statement with its settings, white space made one."""
    return [
        (" ".join(each.text.split()), [" ".join(one.text.split()) for one in each.settings])
        for each in statements_of([SqlText("a.sql", text)])
    ]


def test_each_statement_has_the_settings_before_it() -> None:
    assert settings(
        "a; set search_path to x; b; select pg_catalog.set_config('search_path', '', false);"
        "set role r; c; reset role; set app.one = 1; set app.two = 2; d; reset all; e"
    ) == [
        ("a", []),
        ("b", ["set search_path to x"]),
        ("c", ["select pg_catalog.set_config('search_path', '', false)", "set role r"]),
        (
            "d",
            [
                "select pg_catalog.set_config('search_path', '', false)",
                "set role r",
                "reset role",
                "set app.one = 1",
                "set app.two = 2",
            ],
        ),
        ("e", []),
    ]


def test_local_settings_end_with_the_transaction() -> None:
    assert settings("begin; set local search_path = x; a; lock table t; commit; b; end; c") == [
        ("a", ["set search_path = x"]),
        ("b", []),
        ("c", []),
    ]


def test_what_is_rolled_back_is_left_out() -> None:
    assert settings(
        "a; start transaction; set search_path = x; b; rollback; c; begin; d;"
        " savepoint s; e; rollback to s; commit; f"
    ) == [("a", []), ("c", []), ("d", []), ("e", []), ("f", [])]


def test_settings_end_with_the_file_unless_it_is_continued() -> None:
    one = SqlText("1.sql", "set search_path = x; a")
    assert [
        len(each.settings)
        for each in statements_of(
            [one, SqlText("2.sql", "b", continues=True), SqlText("3.sql", "c")]
        )
    ] == [1, 1, 0]


def test_places_are_those_of_the_file() -> None:
    text = "-- a\n  set x = 1;\n\tselect 1;"
    [statement] = statements_of([SqlText("a.sql", text)])
    assert text[statement.start :] == "select 1;"
    assert text[statement.settings[0].start :].startswith("set x")
