"""A small project to run commands in."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ATLAS_HCL = """
env "default" {
  src = ["file://db/schema"]
  migration { dir = "file://db/migrations" }
}
"""
CONTACT = "create table contact (id int primary key, name text not null, kind text);\n"


class Done(NamedTuple):
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str


class Project:
    """A small project: one schema file, no migrations yet."""

    def __init__(self, root: Path, plumb: Callable[..., Done]) -> None:
        self.root = root
        self.plumb = plumb
        self.schema = root / "db" / "schema" / "schema.sql"
        self.migrations = root / "db" / "migrations"
        self.schema.parent.mkdir(parents=True)
        self.schema.write_text(CONTACT)

    def diff(self, *arguments: str) -> Done:
        return self.plumb("diff", *arguments)

    def files(self) -> list[Path]:
        return sorted(self.migrations.glob("*.sql"))

    def latest(self) -> str:
        return self.files()[-1].read_text()
