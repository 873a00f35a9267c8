"""A new project's files: the template's, without the example."""

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pgplumb.errors import PlumbError
from pgplumb.settings import DEFAULT_URL
from pgplumb.starting import template
from pgplumb.urls import parse_url

_FILES: Final = Path(__file__).parent / "files"
_NAME: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
# Other projects on the same machine have servers of their own; the template's is below these.
_FIRST_PORT: Final = 54_330
_PORTS: Final = 600

SCHEMA: Final[Mapping[str, str]] = {
    "extensions.sql": "-- Extensions.\n",
    "types.sql": "-- Enums, composite types, domains.\n",
    "tables.sql": "-- Tables, with their constraints and indexes.\n",
    "functions.sql": "-- Functions and procedures.\n",
    "views.sql": "-- Views.\n",
    "views_materialized.sql": "-- Materialized views.\n",
    "triggers.sql": "-- Triggers.\n",
    "policies.sql": "-- Row-level security.\n",
}
"""The schema files of a new project, in the order they are applied in."""

_ATLAS_FILES: Final = re.compile(r'(?<=src = \[\n)(?: +"file://db/schema/.*\n)+')
_SQLC_FILES: Final = re.compile(r"(?<=schema:\n)(?: +- db/schema/.*\n)+")

# Of the template's development; a project that needs one of them adds it.
_NOT_NEEDED: Final = frozenset(
    {
        *("black", "check-jsonschema", "hatchling", "httpx", "hypothesis", "jsonschema"),
        *("opentelemetry-sdk", "playwright", "rich", "sarif-pydantic", "types-jsonschema"),
        *("types-pyyaml", "fastapi", "uvicorn"),
    }
)
_WORKSPACE: Final = """\
# The tools are a copy of the template's packages.
[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
pgplumb = { workspace = true }
pgplumb-atlas = { workspace = true }"""
_GIT: Final = """\
[tool.uv.sources]
pgplumb = {{ git = "{url}"{rev}, subdirectory = "packages/pgplumb" }}
pgplumb-atlas = {{ git = "{url}"{rev}, subdirectory = "packages/pgplumb-atlas" }}"""
_OTHER_WORDS: Final = (
    (".env.example", "docs/application.md", "src/app/settings.py"),
    ("src/app/__init__.py", "The example application", "The application"),
)
_COPIED: Final = """
## The tools

`packages/` holds a copy of pgplumb, the tools, as members of the workspace: nobody has to touch it. To update it, put the folders `pgplumb` and `pgplumb-atlas` of a newer clone of the template in their place (without their `tests`), then `uv lock` and `make setup`.
"""  # noqa: E501  a paragraph
_FROM_GIT: Final = """
## The tools

pgplumb, the tools, comes from the repository that `[tool.uv.sources]` in pyproject.toml names. To update it, name another `rev` there, then `uv lock` and `make setup`.
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Plan:
    """What the project is to be.

    git: the repository that the tools come from, and its revision; a copy in packages/ if None.
    """

    name: str
    port: int
    git: str | None = None
    rev: str | None = None


def check_name(name: str) -> None:
    """Raise PlumbError for what can't be a project's name."""
    if not _NAME.fullmatch(name):
        raise PlumbError(
            f"A project can't be called {name!r}.",
            hint="Use letters, digits, ., - and _, for example: plumb init ../shop",
        )


def default_port(name: str) -> int:
    """A port for the project's development server: always the same for one name."""
    return _FIRST_PORT + zlib.crc32(name.encode()) % _PORTS


def lay_out(source: Path, folder: Path, plan: Plan) -> None:
    """Write the project's files into an empty folder. Raises OSError."""
    copied = template.PACKAGES if plan.git is None else ()
    template.copy(source, folder, template.KEPT + copied)
    for name, text in SCHEMA.items():
        _write(folder / "db" / "schema" / name, text)
    (folder / "db" / "migrations").mkdir()
    values = {
        "NAME": plan.name,
        "PORT": str(plan.port),
        "CHECKOUT": _checkout(source),
        "MORE": _COPIED if plan.git is None else _FROM_GIT,
        **_requirements(source, plan),
    }
    places = {"github": ".github/workflows"}
    for file in sorted(_FILES.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            head, *rest = file.relative_to(_FILES).parts
            name = "/".join([places.get(head, head), *rest]).removesuffix(".txt")
            _write(folder / name, _filled(file.read_text(encoding="utf-8"), values))
    default = parse_url(DEFAULT_URL).port
    for name in (".env.example", "atlas.hcl", "sqlc.yaml", "docker-compose.yml"):
        template.rewrite(folder, name, lambda text: text.replace(str(default), str(plan.port)))
    for path in (folder / "docs").glob("*.md"):
        template.rewrite(folder, f"docs/{path.name}", template.without_dead_links(path))
    for name, old, new in _OTHER_WORDS:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def name_schema_files(folder: Path, names: Sequence[str]) -> None:
    """Have atlas.hcl and sqlc.yaml name these files of db/schema. Raises OSError."""
    atlas = "".join(f'    "file://db/schema/{name}",\n' for name in names)
    sqlc = "".join(f"      - db/schema/{name}\n" for name in names)
    template.rewrite(folder, "atlas.hcl", lambda text: _ATLAS_FILES.sub(atlas, text))
    template.rewrite(folder, "sqlc.yaml", lambda text: _SQLC_FILES.sub(sqlc, text))


def _checkout(source: Path) -> str:
    text = (source / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    found = re.search(r"uses: (actions/checkout@.*)", text)
    if found is None:
        raise PlumbError(f"{source} is not whole: its ci.yml checks nothing out.")
    return found[1]


def _requirements(source: Path, plan: Plan) -> dict[str, str]:
    project = template.read_pyproject(source)
    groups = project["dependency-groups"]
    own = template.dependencies(project["project"]["dependencies"], frozenset())
    dev = template.dependencies([*groups["dev"], *groups["web"]], _NOT_NEEDED)
    rev = "" if plan.rev is None else f', rev = "{plan.rev}"'
    return {
        "DEPENDENCIES": _lines(own),
        "DEV": _lines(sorted(dev)),
        "SOURCES": _WORKSPACE if plan.git is None else _GIT.format(url=plan.git, rev=rev),
    }


def _lines(requirements: Iterable[str]) -> str:
    return "\n".join(f'    "{each}",' for each in requirements)


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub("@([A-Z]+)@", lambda found: values[found[1]], text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
