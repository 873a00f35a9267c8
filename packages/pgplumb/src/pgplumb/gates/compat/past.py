"""The project as a commit has it: its SQL and its configuration, in a temporary folder."""

import tarfile
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pgplumb.gates.git import archive, tracked_files
from pgplumb.project import ROOT_FILES
from pgplumb.settings import Settings

_WANTED: Final = frozenset({*ROOT_FILES, "atlas.sum"})


@contextmanager
def past_project(settings: Settings, commit: str) -> Generator[Settings | None]:
    """The settings of the project as it was; None where the commit has none of it.

    Server and tools are those of today. Raises PlumbError when git fails.
    """
    names = [
        name
        for name in tracked_files(settings, commit)
        if name.endswith(".sql") or Path(name).name in _WANTED
    ]
    with tempfile.TemporaryDirectory(prefix="plumb-past-") as folder:
        root = Path(folder).resolve() / "project"
        root.mkdir()
        if not names:
            yield None
            return
        packed = root.parent / "project.tar"
        archive(settings, commit, names, packed)
        with tarfile.open(packed) as file:
            for member in file:
                content = file.extractfile(member)
                if content is not None:
                    path = root / member.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content.read())
        yield replace(settings, root=root)
