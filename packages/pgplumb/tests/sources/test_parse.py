import io
import sys
from pathlib import Path

import pytest

from pgplumb.errors import PlumbError
from pgplumb.sources.model import LiveDatabase, Script
from pgplumb.sources.parse import parse_source


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(**files: str) -> None:
    """Write files: `a__b_sql` is a/b.sql."""
    for name, text in files.items():
        path = Path(name.replace("__", "/").replace("_sql", ".sql").replace("_sum", ".sum"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def script(text: str) -> Script:
    source = parse_source(text)
    assert isinstance(source, Script)
    return source


def paths(text: str) -> list[str]:
    return [each.path for each in script(text).texts]


def test_a_file() -> None:
    Path("bom.sql").write_bytes(b"\xef\xbb\xbfselect 1;")
    source = script("bom.sql")
    assert [(each.path, each.text) for each in source.texts] == [("bom.sql", "select 1;")]
    assert not source.in_order
    assert script("file://bom.sql").texts == source.texts


def test_an_empty_file_is_an_empty_schema() -> None:
    write(none_sql="")
    assert [each.text for each in script("none.sql").texts] == [""]
    assert script("empty").texts == ()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\\restrict x\nselect 1;")))
    [text] = script("-").texts
    assert (text.path, text.text.strip()) == ("<stdin>", "select 1;")


def test_a_schema_folder_is_read_by_name_with_those_in_it() -> None:
    write(db__b_sql="", db__a__z_sql="", db__a__y__x_sql="", db__a_sql="", db__c="")
    write(**{"db__.hidden_sql": "", "db__.git__d_sql": "", "db__e.down_sql": ""})
    assert paths("db") == ["db/a/y/x.sql", "db/a/z.sql", "db/a.sql", "db/b.sql"]
    assert not script("db").in_order


@pytest.mark.parametrize(
    ("files", "order"),
    [
        ({"m__atlas_sum": "", "m__2_b_sql": "", "m__1_a_sql": ""}, ["m/1_a.sql", "m/2_b.sql"]),
        ({"m__atlas_sum": ""}, []),
        (
            {"m__10_a.up_sql": "", "m__10_a.down_sql": "", "m__9_b.up_sql": "", "m__x_sql": ""},
            ["m/9_b.up.sql", "m/10_a.up.sql"],
        ),
        (
            {"m__10_a_sql": "-- +goose Up\nselect 1;", "m__9_b_sql": "-- +goose Up\n"},
            ["m/9_b.sql", "m/10_a.sql"],
        ),
        (
            {"m__2_a_sql": "-- migrate:up\n", "m__1_b_sql": "-- migrate:up transaction:false\n"},
            ["m/1_b.sql", "m/2_a.sql"],
        ),
        (
            {
                "m__atlas_sum": "",
                "m__1_sql": "create table a ();",
                "m__2_sql": "-- atlas:checkpoint\n\ncreate table a ();",
                "m__3_sql": "create table b (); -- atlas:checkpoint",
            },
            ["m/2.sql", "m/3.sql"],
        ),
    ],
    ids=["atlas", "none yet", "golang-migrate", "goose", "dbmate", "a checkpoint"],
)
def test_a_folder_of_migrations_keeps_its_order(files: dict[str, str], order: list[str]) -> None:
    write(**files)
    assert paths("m") == order
    assert script("m").in_order


def test_flyway_s_versions_baseline_and_repeatables() -> None:
    Path("m/sub").mkdir(parents=True)
    names = ["V1__a", "V1.10__c", "sub/V1.9__b", "V2_1__d", "U2_1__d", "R__view", "R__a", "B1.5__x"]
    for name in names:
        Path(f"m/{name}.sql").touch()
    assert paths("m") == [
        f"m/{name}.sql"
        for name in ["B1.5__x", "sub/V1.9__b", "V1.10__c", "V2_1__d", "R__a", "R__view"]
    ]
    assert script("m").in_order


def test_a_rollback_section_is_left_out() -> None:
    write(m__1_a_sql="-- +goose Up\ncreate table a ();\n-- +goose Down\ndrop table a;")
    assert "drop" not in script("m").texts[0].text


def test_included_files_are_read_where_they_are_included_and_not_again() -> None:
    write(
        db__main_sql="create schema a;\n\\i 'db/parts/one.sql'\n  \\ir parts/two.sql\nselect 1;",
        db__parts__one_sql="create table one ();",
        db__parts__two_sql="create table two ();",
    )
    texts = script("db").texts
    assert [(each.path, each.continues) for each in texts] == [
        ("db/main.sql", False),
        ("db/parts/one.sql", True),
        ("db/main.sql", True),
        ("db/parts/two.sql", True),
        ("db/main.sql", True),
    ]
    assert texts[0].text == "create schema a;\n"
    assert texts[-1].text == "\n\n\nselect 1;"
    assert paths("db/main.sql") == paths("db")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("\n \\i nowhere.sql", r"a\.sql:2:2: there is no file 'nowhere\.sql' to include"),
        ("\\ir a.sql", r"a\.sql:1:1: a\.sql includes itself"),
        ("select 'x' \\gexec", r"a\.sql:1:12: \\gexec is a command of psql"),
    ],
)
def test_commands_of_psql_that_can_t_be_followed(text: str, message: str) -> None:
    write(a_sql=text)
    with pytest.raises(PlumbError, match=message):
        parse_source("a.sql")


def test_a_database() -> None:
    source = parse_source("postgresql://me:secret@db.example.com/app")
    assert isinstance(source, LiveDatabase)
    assert source.url.database == "app"
    assert source.name == "postgres://me:***@db.example.com/app"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nowhere", "There is no file or folder 'nowhere'"),
        ("nothing", "The folder 'nothing' holds no .sql file"),
        ("latin.sql", "latin.sql: can't be read as UTF-8 text"),
        ("mysql://me:secret@host/app", "Not the URL of a PostgreSQL database: mysql://me:"),
        ("postgres://me:secret@a,b/app", "The database URL names several servers"),
    ],
)
def test_what_can_t_be_read(text: str, message: str) -> None:
    Path("nothing").mkdir()
    Path("latin.sql").write_bytes("-- é".encode("latin-1"))
    with pytest.raises(PlumbError) as caught:
        parse_source(text)
    assert message in caught.value.message
    assert "secret" not in str(caught.value)
