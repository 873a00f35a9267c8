"""The answer to a request for ORM classes."""

from typing import Any

from psycopg import Connection

from pgplumb.codegen.names import IMPORTED_BY_ORM
from pgplumb.codegen.orm import build_orm
from pgplumb.codegen.registry import Registry
from pgplumb.codegen.render import GeneratedFile
from pgplumb.codegen.render.orm import render_orm
from pgplumb.nullability import read_snapshot
from pgplumb.postgres.catalog import Catalog
from pgplumb.postgres.keys import read_keys
from pgplumb.sqlc_plugin.answers import relation_proofs
from pgplumb.sqlc_plugin.options import Options


def orm_files(shadow: Connection[Any], catalog: Catalog, options: Options) -> list[GeneratedFile]:
    """Write the classes that the option `orm` asks for; they still want formatting.

    Raises PlumbError for a column that can't be mapped.
    """
    proofs = relation_proofs(read_snapshot(shadow), catalog)
    registry = Registry(catalog, proofs, options.choices.overrides, IMPORTED_BY_ORM)
    orm = build_orm(registry, catalog, read_keys(shadow))
    return render_orm(orm, sqlmodel=options.orm == "sqlmodel")
