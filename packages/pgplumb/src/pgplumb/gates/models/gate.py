"""The gate `models`: Pydantic models as they are when imported, against a database's catalog.

Reading files would see what is written; this sees what a program gets. The database is the one
that the migrations make, or any by its URL, production included: it is only read.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pgplumb.errors import LocatedError
from pgplumb.gates.applied import applied_migrations
from pgplumb.gates.findings import Finding, Place, Rule, relative
from pgplumb.gates.located import refused
from pgplumb.gates.migrations import REPLAY
from pgplumb.gates.model import Result, judged
from pgplumb.gates.models.places import Places
from pgplumb.gates.models.project import (
    Imported,
    Package,
    import_models,
    packages_of,
    written_models,
)
from pgplumb.gates.models.shapes import in_words, is_fit, is_nullable, is_same, without_none
from pgplumb.gates.models.wanted import Wanted, name_of, read_wanted
from pgplumb.gates.workspace import Workspace
from pgplumb.postgres.catalog import Relation
from pgplumb.postgres.databases import connect_for_maintenance
from pgplumb.sqlc_plugin.options import Options

NAME: Final = "models"
_ROWS: Final = (
    "Rows of this database don't fit: what reads them fails with a ValidationError, or takes one "
    "thing for another."
)
_FIX: Final = (
    "`plumb generate` writes the models of the schema files, `plumb diff NAME` the migration that "
    "is missing; a live database wants the code that was made for it, or `plumb apply`. A model "
    "of your own, change yourself."
)
DOES_NOT_IMPORT: Final = Rule(
    NAME,
    "does-not-import",
    "Every program that imports it stops there.",
    "Mend it; what is generated: `plumb generate`.",
)
MISSING_MODEL: Final = Rule(NAME, "missing-model", "Nothing can read its rows.", _FIX)
EXTRA_MODEL: Final = Rule(NAME, "extra-model", "There is nothing that it could be read from.", _FIX)
MISSING_FIELD: Final = Rule(NAME, "missing-field", _ROWS, _FIX)
EXTRA_FIELD: Final = Rule(NAME, "extra-field", _ROWS, _FIX)
TYPE: Final = Rule(NAME, "type", _ROWS, _FIX)
NULLABLE: Final = Rule(NAME, "nullable", _ROWS, _FIX)
LABELS: Final = Rule(NAME, "labels", _ROWS, _FIX)
_VIEWS: Final = "vm"


def examine(workspace: Workspace) -> Result:
    """Import the models, read the database, compare. Raises PlumbError."""
    settings = workspace.settings
    packages: Sequence[Package | None] = packages_of(settings)
    written = written_models(settings)
    if not packages and not written:
        return judged([], clean="there are no models", failed="")
    try:
        url = workspace.watched or workspace.migrated().url
    except LocatedError as error:
        found = refused(REPLAY, error, settings.root)
        return judged(found, clean="", failed="the migrations do not run")
    findings: list[Finding] = []
    notes: list[str] = []
    count = 0
    for number, package in enumerate(packages or [None]):
        options = Options() if package is None else package.block.options
        wanted = read_wanted(url, options, workspace.directory.format)
        # What people have written is looked at once.
        classes = {} if number else written
        imported = import_models(settings, package, list(classes), wanted)
        comparison = _Comparison(
            settings.root, wanted, imported, package, _trusts(workspace, wanted)
        )
        findings += comparison.findings(classes)
        count += comparison.count
        notes = [*notes, *comparison.notes]
        if workspace.watched is not None and number == 0:
            notes += _pending(workspace, wanted)
    name = "the migrated database" if workspace.watched is None else _name(workspace)
    many = "one difference" if len(findings) == 1 else f"{len(findings)} differences"
    return judged(
        findings,
        clean=f"{count} models are those of {name}",
        failed=f"{many} between the models and {name}",
        notes=list(dict.fromkeys(notes)),
    )


class _Comparison:
    """Compares models with what a database wants."""

    def __init__(
        self,
        root: Path,
        wanted: Wanted,
        imported: Imported,
        package: Package | None,
        trusts_views: bool,  # noqa: FBT001
    ) -> None:
        self._root = root
        self._wanted = wanted
        self._imported = imported
        self._places = Places(root)
        self._models = self._enums = Path()
        if package is not None:
            folder = root / package.folder
            self._models, self._enums = folder / "models.py", folder / "enums.py"
        self._trusts_views = trusts_views
        self.count = 0
        self.notes: list[str] = []

    def findings(self, written: Mapping[str, tuple[str, str]]) -> list[Finding]:
        """All that differs: in what does not import, in what is generated, in what is written."""
        found = [self._failure(each) for each in self._imported.failures]
        if self._imported.generated is not None:
            found += self._generated(self._imported.generated)
        for name, table in written.items():
            found += self._written(name, table)
        return found

    def _failure(self, failure: Mapping[str, Any]) -> Finding:
        frames = [Path(each["file"]) for each in failure["frames"]]
        lines = [each["line"] for each in failure["frames"]]
        inside = [
            Place(relative(file, self._root), line)
            for file, line in zip(frames, lines, strict=True)
            if file.is_relative_to(self._root) and ".venv" not in file.parts
        ]
        return DOES_NOT_IMPORT.finding(
            f"{failure['module']} does not import: {failure['message']}",
            place=inside[-1] if inside else None,
        )

    # -- what is generated

    def _generated(self, found: Mapping[str, Any]) -> Iterator[Finding]:
        wanted = self._imported.wanted
        for name, labels in wanted["enums"].items():
            yield from self._enum(name, labels, found["enums"].get(name))
        for name in found["enums"].keys() - wanted["enums"].keys():
            yield EXTRA_MODEL.finding(
                f"enums.{name} is of no enum type",
                place=self._places.place_of(self._enums, name),
                found=f"enums.{name}",
            )
        for name, model in wanted["models"].items():
            own = found["models"].get(name)
            relation = self._wanted.relations.get(name)
            if relation is None:
                continue
            self.count += 1
            if own is None:
                yield MISSING_MODEL.finding(
                    f"{name_of(relation)} has no model",
                    place=self._places.place_of(self._models, None),
                    about=name_of(relation),
                    expected=f"models.{name}",
                )
                continue
            yield from self._model(f"models.{name}", relation, model, own, self._models)
        for name in found["models"].keys() - wanted["models"].keys():
            # Values of row types have models of their own, where queries want them.
            if name.removesuffix("Value") not in wanted["models"]:
                yield EXTRA_MODEL.finding(
                    f"models.{name} is of no table, view or type",
                    place=self._places.place_of(self._models, name),
                    found=f"models.{name}",
                )

    def _enum(self, name: str, labels: list[str], found: list[str] | None) -> Iterator[Finding]:
        about = f"enum {_qualified(self._wanted.enums[name])}"
        if found is None:
            yield MISSING_MODEL.finding(
                f"{about} has no class",
                place=self._places.place_of(self._enums, None),
                about=about,
                expected=f"enums.{name}",
            )
        elif found != labels:
            yield LABELS.finding(
                f"enums.{name}: labels are {', '.join(found)} and should be {', '.join(labels)}",
                place=self._places.place_of(self._enums, name),
                about=about,
                expected=", ".join(labels),
                found=", ".join(found),
            )

    # -- what people have written

    def _written(self, name: str, table: tuple[str, str]) -> Iterator[Finding]:
        if name not in self._imported.classes:
            return  # its module does not import, and that has been said
        found = self._imported.classes[name]
        if found is None:
            yield DOES_NOT_IMPORT.finding(f"{name} is no Pydantic model", found=name)
            return
        self.count += 1
        file = Path(found["file"] or "")
        names = {(each.schema, each.name): key for key, each in self._wanted.relations.items()}
        key = names.get(table)
        if key is None:
            yield EXTRA_MODEL.finding(
                f"{name} is of table {'.'.join(table)}, and there is none",
                place=self._places.place_of(file, found["name"]),
                found=name,
            )
            return
        model, relation = self._imported.wanted["models"][key], self._wanted.relations[key]
        yield from self._model(name, relation, model, found, file, is_written=True)

    # -- both

    def _model(
        self,
        name: str,
        relation: Relation,
        wanted: Mapping[str, Any],
        found: Mapping[str, Any],
        file: Path,
        *,
        is_written: bool = False,
    ) -> Iterator[Finding]:
        own = {each["column"]: each for each in found["fields"]}
        class_name = found["name"].rpartition(".")[2]
        columns = self._wanted.models[wanted["name"]].fields
        for field, column in zip(wanted["fields"], columns, strict=True):
            about = f"column {relation.schema}.{relation.name}.{column.column}"
            given = own.pop(field["column"], None) or own.pop(column.column, None)
            if given is None:
                yield MISSING_FIELD.finding(
                    f"{about} has no field in {name}",
                    place=self._places.place_of(file, class_name),
                    about=about,
                    expected=in_words(field["type"]),
                )
                continue
            place = self._places.place_of(file, class_name, given["name"])
            where = f"{name}.{given['name']}"
            yield from self._field(
                where,
                about,
                field["type"],
                given["type"],
                place=place,
                relation=relation,
                is_written=is_written,
            )
        for given in own.values():
            yield EXTRA_FIELD.finding(
                f"{name}.{given['name']} is of no column of {name_of(relation)}",
                place=self._places.place_of(file, class_name, given["name"]),
                about=name_of(relation),
                found=in_words(given["type"]),
            )

    def _field(
        self,
        where: str,
        about: str,
        wanted: Any,
        found: Any,
        *,
        place: Place,
        relation: Relation,
        is_written: bool,
    ) -> Iterator[Finding]:
        words = {"expected": in_words(wanted), "found": in_words(found)}
        fits = (is_fit if is_written else is_same)(without_none(wanted), without_none(found))
        if not fits:
            yield TYPE.finding(
                f"{where}: type is {words['found']} and should be {words['expected']}",
                place=place,
                about=about,
                **words,
            )
            return
        if is_nullable(wanted) == is_nullable(found) or "Any" in (wanted, found):
            return
        if relation.kind in _VIEWS and not self._trusts_views:
            self.notes.append(
                "which columns of views may be NULL was not compared: another version of "
                "PostgreSQL proves less, or more"
            )
            return
        message = (
            f"{where} takes no None, and {about} may be NULL"
            if is_nullable(wanted)
            else f"{where} may be None, and {about} is never NULL"
        )
        yield NULLABLE.finding(message, place=place, about=about, **words)


def _trusts(workspace: Workspace, wanted: Wanted) -> bool:
    """Whether what is proven of views there is what would be proven here."""
    if workspace.watched is None:
        return True
    with connect_for_maintenance(workspace.settings.url) as server:
        return server.info.server_version // 10000 == wanted.version


def _pending(workspace: Workspace, wanted: Wanted) -> list[str]:
    """What the database has not run yet, where it says what it has run."""
    if wanted.history is None:
        return []
    applied = applied_migrations(wanted.history, workspace.directory)
    names = ", ".join(file.name for file in applied.pending)
    return [f"not applied there yet: {names}"] if names else []


def _name(workspace: Workspace) -> str:
    url = workspace.watched
    return "" if url is None else f"{url.server}/{url.database}" if url.database else url.server


def _qualified(name: str) -> str:
    return name if "." in name else f"public.{name}"
