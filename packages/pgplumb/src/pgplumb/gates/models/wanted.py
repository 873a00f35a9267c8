"""The models that would be generated for a database as it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from psycopg import Connection, IsolationLevel

from pgplumb.codegen.build import build_package
from pgplumb.codegen.model import ModelClass
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render import render_package
from pgplumb.gates.revisions import History, read_history
from pgplumb.nullability import read_snapshot
from pgplumb.postgres.catalog import Catalog, Relation, read_catalog
from pgplumb.postgres.databases import connect
from pgplumb.sqlc_plugin.answers import relation_proofs
from pgplumb.sqlc_plugin.options import Options
from pgplumb.urls import DatabaseUrl

ATLAS_SCHEMA: Final = "atlas_schema_revisions"
# What models are made of; the rest of a package is about queries.
_FILES: Final = ("models.py", "enums.py", "_fields.py")
_KINDS: Final = {
    "r": "table",
    "p": "table",
    "v": "view",
    "m": "materialized view",
    "f": "foreign table",
    "c": "composite type",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What models have to be like.

    relations: by the name of the model's class. enums: PostgreSQL's name by that of the class.
    version: the server's major one.
    """

    relations: Mapping[str, Relation]
    models: Mapping[str, ModelClass]
    enums: Mapping[str, str]
    files: Mapping[str, str]
    version: int
    history: History | None

    def write(self, folder: Path) -> None:
        """Write them as a package."""
        folder.mkdir()
        (folder / "__init__.py").write_text("", encoding="utf-8")
        for name, text in self.files.items():
            (folder / name).write_text(text, encoding="utf-8")


def name_of(relation: Relation) -> str:
    """A relation by its kind and its name, as the other gates write it."""
    return f"{_KINDS[relation.kind]} {relation.schema}.{relation.name}"


def read_wanted(url: DatabaseUrl, options: Options, tool: str) -> Wanted:
    """Read a database, in one transaction that can't change anything.

    options: of the plugin, by which models are generated. tool: whose format migrations are in.
    Raises PlumbError when the database can't be read.
    """
    with connect(url) as connection:
        connection.read_only = True
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        with connection.transaction(force_rollback=True):
            return _read(connection, options, tool)


def _read(connection: Connection[Any], options: Options, tool: str) -> Wanted:
    history = read_history(connection, tool)
    catalog = _without(read_catalog(connection), None if history is None else history.table)
    choices = replace(options.choices, overrides=options.choices.overrides.within(catalog))
    registry = Registry(
        catalog, relation_proofs(read_snapshot(connection), catalog), choices.overrides
    )
    package, _ = build_package(registry, [], choices)
    relations = [each for each in catalog.relations.values() if registry.has_model(each.oid)]
    models = {registry.model_of(each.oid).class_name: each for each in relations}
    files = {file.name: file.text for file in render_package(package, options.style)}
    return Wanted(
        models,
        {model.class_name: model for model in package.models},
        {each.class_name: each.postgres_name for each in package.enums},
        {name: files[name] for name in _FILES if name in files},
        connection.info.server_version // 10000,
        history,
    )


def _without(catalog: Catalog, table: tuple[str, str] | None) -> Catalog:
    """The catalog without the table that says which migrations have run."""
    kept = {
        oid: relation
        for oid, relation in catalog.relations.items()
        if relation.schema != ATLAS_SCHEMA and (relation.schema, relation.name) != table
    }
    return Catalog(catalog.types, kept)
