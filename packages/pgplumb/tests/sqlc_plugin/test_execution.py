"""Every function of every golden case is called, on a database with the schema of the case."""

import importlib
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from enum import Enum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import asyncpg
import psycopg
import pytest
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range
from pydantic import BaseModel, ValidationError
from typing_extensions import is_typeddict

from .conftest import WITH_OUTPUT, Connect

pytestmark = pytest.mark.anyio

Import = Callable[[str], Any]
CASES = [folder.name for folder in WITH_OUTPUT]
# Not every value is one that the column takes.
REFUSALS = (
    psycopg.IntegrityError,
    psycopg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.DataError,
    ValueError,  # of a time without the zone that asyncpg needs
)
VALUES: dict[Any, Any] = {
    Any: None,
    bytes: b"1",
    date: date(2026, 1, 1),
    datetime: datetime(2026, 1, 1),
    time: time(1),
    timedelta: timedelta(1),
    UUID: UUID(int=1),
    Mapping: {},
    Range: Range(empty=True),
    Multirange: Multirange(),
    asyncpg.Range: asyncpg.Range(empty=True),
    IPv4Address: IPv4Address("10.0.0.1"),
    IPv4Interface: IPv4Interface("10.0.0.1"),
    IPv4Network: IPv4Network("10.0.0.0/8"),
}


@pytest.fixture
def import_module(trees: Path) -> Iterator[Import]:
    """Imports a module of the packages that are expected."""
    path = sys.path
    sys.path = [str(trees), *path]
    yield importlib.import_module
    sys.path = path


@pytest.fixture
def open_connection(connect_async: Any, database_of: Callable[[str], str]) -> Any:
    """Opens a connection of the case's driver."""

    @asynccontextmanager
    async def opened(case: str) -> AsyncGenerator[Any]:
        conn = await asyncpg.connect(database_of(case))
        try:
            yield conn
        finally:
            await conn.close()

    def choose(case: str) -> Any:
        return opened(case) if case.startswith("asyncpg") else connect_async(case)

    return choose


def calls(module: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The module's functions, each with arguments; where items are given, none and one."""
    names: list[str] = module.__all__
    for function in (getattr(module, name) for name in names):
        if not inspect.isfunction(function) or function.__module__ != module.__name__:
            continue
        conn, *parameters = inspect.signature(function).parameters.values()
        assert conn.name == "conn"
        given = {each.name: each.annotation for each in parameters if each.default is each.empty}
        yield function, {name: value_of(each) for name, each in given.items()}
        items = {name: item_of(each) for name, each in given.items()}
        if any(items.values()):
            yield function, {name: [value_of(item)] for name, item in items.items()}


def item_of(annotation: Any) -> Any:
    """The class of an item, where the annotation is of some of them."""
    if hasattr(annotation, "_fields"):
        return annotation
    found = (item_of(each) for each in get_args(annotation))
    return next((each for each in found if each is not None), None)


def value_of(annotation: Any) -> Any:
    """The simplest value of a type: NULL where it may be that."""
    annotation = getattr(annotation, "__supertype__", annotation)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return value_of(arguments[0])
    if origin in (Union, UnionType):
        return None if NoneType in arguments else value_of(arguments[0])
    kind = origin or annotation
    if kind in VALUES:
        return VALUES[kind]
    if hasattr(kind, "_fields"):
        return kind(*(value_of(kind.__annotations__[name]) for name in kind._fields))
    if issubclass(kind, BaseModel):
        return kind(
            **{name: value_of(field.annotation) for name, field in kind.model_fields.items()}
        )
    if issubclass(kind, Enum):
        return next(iter(kind))
    if is_typeddict(kind):
        return {name: value_of(each) for name, each in kind.__annotations__.items()}
    return [] if issubclass(kind, Iterable) and not issubclass(kind, str) else kind("1")


def is_refusal(module: Any, error: Exception) -> bool:
    if isinstance(error, ValidationError):  # `-- non-null: total` does not hold without rows
        return error.title == "CountNotesRow"
    no_rows = sys.modules[f"{module.__package__.removesuffix('.sync')}._query"].NoRowsError
    return isinstance(error, (*REFUSALS, no_rows))


@pytest.mark.parametrize("case", CASES)
async def test_every_function_runs(
    case: str, import_module: Import, open_connection: Any, connect: Connect
) -> None:
    module = import_module(f"case_{case}.query")
    found = list(calls(module))
    assert found
    if not any(inspect.iscoroutinefunction(function) for function, _ in found):
        run_all(module, connect(case))  # sync_only
        return
    async with open_connection(case) as conn:
        for function, arguments in found:
            try:
                result = function(conn, **arguments)
                if hasattr(result, "__aiter__"):
                    async for _ in result:
                        pass
                else:
                    await result
            except Exception as error:
                if not is_refusal(module, error):
                    raise


@pytest.mark.parametrize(
    "case", [each.name for each in WITH_OUTPUT if (each / "expected/sync").is_dir()]
)
def test_every_synchronous_function_runs(
    case: str, import_module: Import, connect: Connect
) -> None:
    run_all(import_module(f"case_{case}.sync.query"), connect(case))


def run_all(module: Any, conn: psycopg.Connection[Any]) -> None:
    found = list(calls(module))
    assert found
    for function, arguments in found:
        try:
            result = function(conn, **arguments)
            if inspect.isgenerator(result):
                list(result)
        except Exception as error:
            if not is_refusal(module, error):
                raise
