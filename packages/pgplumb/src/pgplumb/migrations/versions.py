"""The versions of new migration files: each is behind those that are there."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.migrations.configuration import MigrationsDirectory

_VERSION: Final = re.compile(r"[VU]?(\d+)")
_TIMESTAMP: Final = "%Y%m%d%H%M%S"
_TIMESTAMP_LENGTH: Final = 14


def new_versions(directory: MigrationsDirectory, now: datetime | None = None) -> Iterator[str]:
    """Versions in the manner of the files there are: times (UTC) or numbers, without end.

    Raises PlumbError when a number can't be behind the others.
    """
    there = _versions(directory)
    latest = max(there, key=int, default="")
    if latest and len(latest) != _TIMESTAMP_LENGTH:
        return _numbers(directory, latest)
    return _times(latest, (now or datetime.now(UTC)).replace(tzinfo=None, microsecond=0))


def _versions(directory: MigrationsDirectory) -> list[str]:
    if not directory.folder.is_dir():
        return []
    found = (_VERSION.match(file.name) for file in directory.folder.glob("*.sql"))
    return [match[1] for match in found if match]


def _numbers(directory: MigrationsDirectory, latest: str) -> Iterator[str]:
    number = int(latest)
    while True:
        number += 1
        version = str(number).zfill(len(latest))
        # Atlas orders files by their names, the other tools by their numbers.
        if directory.format == "atlas" and version < latest:
            raise PlumbError(
                f"{directory.folder}: no version of the same length comes behind {latest}.",
                hint="Give the migrations longer numbers, then run `atlas migrate hash`.",
            )
        yield version


def _times(latest: str, now: datetime) -> Iterator[str]:
    version = now
    if latest >= now.strftime(_TIMESTAMP):
        try:
            version = datetime.strptime(latest, _TIMESTAMP) + timedelta(seconds=1)
        except ValueError as error:
            raise PlumbError(
                f"The latest migration's version {latest} is not a time (YYYYMMDDHHMMSS) and"
                " not in the past, so the next one can't be known."
            ) from error
    while True:
        yield version.strftime(_TIMESTAMP)
        version += timedelta(seconds=1)
