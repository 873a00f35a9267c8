"""Versions of new migrations."""

from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import MigrationsDirectory
from pgplumb.migrations.versions import new_versions

NOW = datetime(2026, 11, 21, 12, 0, 59, 123, tzinfo=UTC)


def versions(folder: Path, *names: str, tool: str = "atlas") -> list[str]:
    for name in names:
        (folder / name).touch()
    return list(islice(new_versions(MigrationsDirectory(folder, tool), NOW), 2))


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ["20261121120059", "20261121120100"]),
        (("20250101000000_a.sql", "readme.sql"), ["20261121120059", "20261121120100"]),
        # Somebody's clock is ahead, or several were written within a second.
        (("20261121120059_a.sql",), ["20261121120100", "20261121120101"]),
        (("20271231235959_a.sql",), ["20280101000000", "20280101000001"]),
        (
            ("V20261121120059__a.sql", "U20261121120059__a.sql"),
            ["20261121120100", "20261121120101"],
        ),
        (("0009_a.up.sql", "0009_a.down.sql"), ["0010", "0011"]),
        (("1_a.sql", "9_b.sql", "10_c.sql"), ["11", "12"]),
        (("V2__a.sql", "V10__b.sql", "R__c.sql"), ["11", "12"]),
    ],
)
def test_versions_are_behind_those_that_are_there(
    names: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    assert versions(tmp_path, *names) == expected


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert versions(tmp_path / "migrations") == ["20261121120059", "20261121120100"]


def test_names_that_would_come_before_others(tmp_path: Path) -> None:
    assert versions(tmp_path, "99_a.sql", tool="goose") == ["100", "101"]
    with pytest.raises(PlumbError, match="no version of the same length comes behind 99"):
        versions(tmp_path)
    (tmp_path / "99_a.sql").unlink()
    with pytest.raises(PlumbError, match="99999999999999 is not a time"):
        versions(tmp_path, "99999999999999_a.sql")
