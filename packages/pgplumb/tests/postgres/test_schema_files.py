from pathlib import Path

import pytest

from pgplumb.errors import PlumbError
from pgplumb.postgres.schema_files import fingerprint, read_schema_files


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name.replace('__', '.')}.sql").write_text(text)


def test_a_folder_gives_its_files_in_order_of_name(tmp_path: Path) -> None:
    write(tmp_path, b="b", a="a", c__down="c")
    (tmp_path / "notes.txt").write_text("not SQL")
    (tmp_path / ".hidden.sql").write_text("hidden")

    assert [file.path for file in read_schema_files(tmp_path, ["."])] == ["a.sql", "b.sql"]
    assert [file.path for file in read_schema_files(tmp_path, ["b.sql", "a.sql"])] == [
        "b.sql",
        "a.sql",
    ]
    assert [file.path for file in read_schema_files(tmp_path, ["[ab].sql"])] == ["a.sql", "b.sql"]


@pytest.mark.parametrize(
    "rollback",
    [
        "-- +goose Down",
        "-- +migrate Down",
        "-- migrate:down",
        "---- create above / drop below ----",
    ],
)
def test_a_rollback_section_is_left_out(tmp_path: Path, rollback: str) -> None:
    write(tmp_path, a=f"create table a ();\n{rollback}\ndrop table a;\n")
    [file] = read_schema_files(tmp_path, ["a.sql"])
    assert file.text == "create table a ();\n"


def test_psql_s_own_commands_are_left_out_and_lines_keep_their_numbers(tmp_path: Path) -> None:
    write(tmp_path, a="\\restrict KEY\nselect 1;\n\\unrestrict KEY\n")
    [file] = read_schema_files(tmp_path, ["a.sql"])
    assert file.text == "\nselect 1;\n\n"


def test_line_ends_stay(tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_bytes(b"comment on table a is 'one\r\ntwo';\r\n\\restrict x\r\n")
    [file] = read_schema_files(tmp_path, ["a.sql"])
    assert file.text == "comment on table a is 'one\r\ntwo';\r\n\n"


def test_the_fingerprint_is_of_content_and_order(tmp_path: Path) -> None:
    write(tmp_path, a="1", b="2", c="1")
    a, b, c = (read_schema_files(tmp_path, [f"{name}.sql"]) for name in "abc")
    assert fingerprint(a + b) == fingerprint(c + b)
    assert len({fingerprint(files) for files in (a, b, a + b, b + a)}) == 4


def test_a_path_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PlumbError, match=r"nowhere\.sql: no such file or folder"):
        read_schema_files(tmp_path, ["nowhere.sql"])
