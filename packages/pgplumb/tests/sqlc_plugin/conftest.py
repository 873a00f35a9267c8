"""Generated packages to import, and databases with their schemas."""

import importlib
import re
import shutil
import sys
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgplumb.server import TemporaryServer

from .test_cases import CASES, generate, prepare

CHOSEN_TYPES = """
from typing import Any, NewType
from pydantic import BaseModel
from typing_extensions import TypedDict

BookId = NewType("BookId", int)

class Metadata(BaseModel):
    title: str
    pages: int = 0

class Document(TypedDict):
    text: str

class Isbn(str):
    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema())

class Field(Isbn): ...
"""

Connect = Callable[[str], psycopg.Connection]
Packages = Callable[..., str]
EXPECTED = [case for case in sorted(CASES.iterdir()) if (case / "expected").is_dir()]
WITH_OUTPUT = [case for case in EXPECTED if (case / "expected" / "query.py").exists()]


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All expected packages, completed with the modules that are the same everywhere."""
    root = tmp_path_factory.mktemp("trees")
    (root / "chosen_types.py").write_text(CHOSEN_TYPES)
    for case in EXPECTED:
        package = root / f"case_{case.name}"
        shutil.copytree(case / "expected", package)
        if case not in WITH_OUTPUT:
            copy_orm_runtime(package)
            continue
        if (
            "from asyncpg" in (package / "query.py").read_text()
            or (package / "_codecs.py").exists()
        ):
            copy_asyncpg_runtime(package)
            continue
        is_sync = "asynchronous." not in (package / "query.py").read_text()
        copy_runtime(package, "run_sync" if is_sync else "run_async", ".")
        if (package / "sync").is_dir():
            copy_runtime(package / "sync", "run_sync", "..")
    return root


def copy_runtime(package: Path, run: str, dots: str) -> None:
    runtime = files("pgplumb.codegen.runtime")
    names = {"query": "_query", "rows": "_rows", "reader": "_reader"}
    names |= {"copying": "_copying", "kept": "_kept", "prepared": "_prepared", run: "_run"}
    names |= {"wire": "_wire", "fields": "_fields"}
    for source, target in names.items():
        text = runtime.joinpath(f"{source}.py").read_text("utf-8")
        (package / f"{target}.py").write_text(
            re.sub(r"from \.(\w+) import", rf"from {dots}_\1 import", text)
        )
    (package / "__init__.py").touch()


def copy_orm_runtime(package: Path) -> None:
    for name in ("types", "ranges"):
        text = files("pgplumb.codegen.runtime").joinpath(f"orm_{name}.py").read_text("utf-8")
        (package / f"_{name}.py").write_text(text)
    (package / "__init__.py").touch()


def copy_asyncpg_runtime(package: Path) -> None:
    runtime = files("pgplumb.codegen.runtime")
    for name in ("asyncpg_query", "rows", "asyncpg_run", "asyncpg_wire", "asyncpg_fields"):
        text = runtime.joinpath(f"{name}.py").read_text("utf-8")
        (package / f"_{name.removeprefix('asyncpg_')}.py").write_text(
            re.sub(r"from \.(?:asyncpg_)?(\w+) import", r"from ._\1 import", text)
        )
    (package / "__init__.py").touch()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def server_for(server_url: str) -> Iterator[Callable[[str], str]]:
    """Gives the server for a case: a private one where the other lacks an extension.

    pgvector is not part of PostgreSQL as ltree is.
    """
    with psycopg.connect(server_url) as connection:
        rows = connection.execute("select name from pg_available_extensions").fetchall()
    available = {name for (name,) in rows}
    with ExitStack() as stack:
        private: list[str] = []

        def server(case: str) -> str:
            schema = (CASES / case / "schema.sql").read_text()
            if set(re.findall(r"create extension if not exists (\w+)", schema)) <= available:
                return server_url
            if not private:
                private.append(str(stack.enter_context(TemporaryServer()).url))
            return private[0]

        yield server


@pytest.fixture(scope="session")
def packages(
    server_for: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Packages]:
    """Gives the name of a case's generated package, made and importable.

    `packages("types", "binary: true", queries)`: made with these options, and these queries
    besides the case's own.
    """
    path = sys.path
    made: dict[tuple[str, str, str], str] = {}

    def package(case: str, options: str = "", queries: str = "") -> str:
        key = (case, options, queries)
        if key not in made:
            name = f"generated_{case}_{len(made)}"
            folder = tmp_path_factory.mktemp(case)
            prepare(case, folder, options, queries)
            done = generate(folder, server_for(case))
            assert done.returncode == 0, done.stderr
            (folder / "generated").rename(folder / name)
            (folder / "chosen_types.py").write_text(CHOSEN_TYPES)
            sys.path = [str(folder), *sys.path]
            importlib.invalidate_caches()
            made[key] = name
        return made[key]

    yield package
    sys.path = path
    for name in [name for name in sys.modules if name.startswith("generated_")]:
        del sys.modules[name]


@pytest.fixture
def queries(packages: Packages) -> Callable[[str], Any]:
    """Gives the synchronous query module of a case."""
    return lambda case: importlib.import_module(f"{packages(case)}.sync.query")


@pytest.fixture
def async_queries(packages: Packages) -> Callable[[str], Any]:
    """Gives the asynchronous query module of a case."""
    return lambda case: importlib.import_module(f"{packages(case)}.query")


@pytest.fixture
def database_of(
    server_for: Callable[[str], str], database_on: Callable[[str], str]
) -> Callable[[str], str]:
    """Makes a database with the schema of a case; gives its URL."""

    def make(case: str) -> str:
        url = database_on(server_for(case))
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute((CASES / case / "schema.sql").read_bytes())
        return url

    return make


@pytest.fixture
def connect(database_of: Callable[[str], str]) -> Iterator[Connect]:
    """Connects to a database with the schema of a case."""
    with ExitStack() as stack:
        yield lambda case: stack.enter_context(
            psycopg.connect(database_of(case), autocommit=True, options="-c timezone=UTC")
        )


@pytest.fixture
def connect_async(database_of: Callable[[str], str]) -> Callable[[str], Any]:
    """Opens an asynchronous connection to a database with the schema of a case."""

    @asynccontextmanager
    async def connect_to(case: str) -> AsyncGenerator[psycopg.AsyncConnection]:
        async with await psycopg.AsyncConnection.connect(
            database_of(case), autocommit=True, options="-c timezone=UTC"
        ) as connection:
            yield connection

    return connect_to
