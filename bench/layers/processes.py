"""What is measured in processes of their own: memory of a stream, time of an import."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from .cases import OURS, cases
from .places import generate, places

COLUMNS: Final = (
    ("id", "bigint", "int"),
    ("name", "text", "str"),
    ("title", "text", "str"),
    ("note", "text", "str"),
    ("size", "integer", "int"),
    ("price", "numeric", "Decimal"),
    ("made_at", "timestamptz", "datetime"),
    ("made_on", "date", "date"),
    ("active", "boolean", "bool"),
    ("code", "uuid", "UUID"),
    ("weight", "double precision", "float"),
    ("kind", "text", "str"),
)
_USUAL: Final = """\
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID
"""
_BASES: Final = {
    "Pydantic": "from pydantic import BaseModel as Base\n",
    "SQLAlchemy ORM": (
        "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
        "class Base(DeclarativeBase): pass\n"
    ),
    "SQLModel": "from sqlmodel import Field, SQLModel\n",
}
# What a service has imported anyway is no cost of the models.
_TIMED: Final = """\
import sys, time, datetime, decimal, uuid, ipaddress, typing, dataclasses, collections.abc
import psycopg, pydantic, psycopg.types.json, psycopg.types.numeric, psycopg.types.range
import psycopg.types.multirange, psycopg.types.hstore, psycopg.types.array
if sys.argv[2] == "SQLAlchemy ORM":
    import sqlalchemy.orm
if sys.argv[2] == "SQLModel":
    import sqlmodel
sys.path.insert(0, sys.argv[1])
started = time.perf_counter()
__import__(sys.argv[3])
print(time.perf_counter() - started)
"""


def peak(url: str, folder: Path, case: str, layer: str, number: int) -> float:
    """The most memory, in MiB, of a process in which the layer reads that many rows."""
    program = Path(__file__).parent.parent / "rows.py"
    arguments = ["--peak", url, str(folder), case, layer, str(number)]
    return float(_output([sys.executable, str(program), *arguments]))


async def print_peak(url: str, folder: str, case: str, layer: str, number: str) -> None:
    """What such a process does."""
    async with places(url, Path(folder)) as at:
        layers = next(each.layers for each in cases(at) if each.name == case)
        await layers[layer](int(number))
    print(_highest())


def _highest() -> float:
    """The most memory that this process had, in MiB.

    Not getrusage's: that begins with what the process had that started this one.
    """
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def write_models(url: str, folder: Path, count: int) -> dict[str, str]:
    """Write as many models for each layer; give the module to import by layer."""
    columns = ", ".join(f"{name} {sql} not null" for name, sql, _ in COLUMNS)
    tables = (f"create table thing_{number} ({columns});" for number in range(count))
    queries = (
        f"-- name: GetThing{number} :one\nselect * from thing_{number} where id = $1;\n"
        for number in range(count)
    )
    (folder / "schema.sql").write_text("\n".join(tables))
    (folder / "query.sql").write_text("\n".join(queries))
    generate(url, folder)
    for layer, imports in _BASES.items():
        lines = [_USUAL, imports]
        for number in range(count):
            lines += _model(layer, number)
        (folder / f"{_module(layer)}.py").write_text("\n".join(lines) + "\n")
    return {OURS: "generated.query", **{layer: _module(layer) for layer in _BASES}}


def _module(layer: str) -> str:
    return f"models_{layer.lower().replace(' ', '_')}"


def _model(layer: str, number: int) -> list[str]:
    match layer:
        case "SQLAlchemy ORM":
            base, key = "Base", "id: Mapped[int] = mapped_column(primary_key=True)"
            fields = [f"{name}: Mapped[{python}]" for name, _, python in COLUMNS[1:]]
        case "SQLModel":
            base, key = "SQLModel, table=True", "id: int = Field(primary_key=True)"
            fields = [f"{name}: {python}" for name, _, python in COLUMNS[1:]]
        case _:
            base, key = "Base", "id: int"
            fields = [f"{name}: {python}" for name, _, python in COLUMNS[1:]]
    table = f'__tablename__ = "thing_{number}"'
    body = [key, *fields] if layer == "Pydantic" else [table, key, *fields]
    return [f"class Thing{number}({base}):", *(f"    {each}" for each in body)]


def import_time(folder: Path, layer: str, module: str) -> float:
    """How many seconds the import takes in a new process."""
    return float(_output([sys.executable, "-c", _TIMED, str(folder), layer, module]))


def _output(command: list[str]) -> Any:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def run_peak(arguments: list[str]) -> None:
    """`rows.py --peak ...`."""
    url, folder, case, layer, number = arguments
    asyncio.run(print_peak(url, folder, case, layer, number))
