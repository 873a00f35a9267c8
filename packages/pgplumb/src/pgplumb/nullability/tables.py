"""The columns of tables, views and materialized views, read or written to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from . import scope as scopes
from .facts import Verdict, nullable, proven
from .nodes import queries

if TYPE_CHECKING:
    from .prover import Options, Prover
    from .scope import Scope


def column(
    prover: Prover, relation: int, number: int, *, inherited: bool, options: Options
) -> Verdict:
    """A column of a table, view or the like."""
    catalog = prover.catalog
    kind = catalog.kind(relation)
    name = catalog.name(relation)
    if options.target and (relation in catalog.ruled or relation in catalog.instead):
        return nullable(f"rules or triggers on {name} decide what is returned")
    if number == 0:
        return proven(f"a row of {name}")
    if kind in {"v", "m"} and number > 0:
        return _view_column(prover, relation, number, options)
    inherited = inherited or options.target
    if number < 0:
        if catalog.local(relation, inherited=inherited):
            return proven("a system column")
        return nullable("a system column of a foreign table or of a sequence")
    if kind == "f":
        return nullable(f"{name} is a foreign table: its constraints are not enforced here")
    if not catalog.enforced(relation, number, inherited=inherited):
        return nullable(f"a column of {name} without a NOT NULL that binds all its rows")
    if options.durable:
        return nullable(f"NOT NULL of {name} may be younger than the materialized view's rows")
    return proven(f"NOT NULL in {name}")


def _view_column(prover: Prover, relation: int, number: int, options: Options) -> Verdict:
    """A column of a view: that of its query.

    A materialized view's rows date from its last refresh. Its own query can't have been changed
    since (there is no CREATE OR REPLACE for it), so what the query's text proves holds. What other
    objects prove may be younger than the rows: a NOT NULL set on a table later, a view replaced, a
    domain's constraint. None of it is relied on.
    """
    name = prover.catalog.name(relation)
    if options.durable and prover.catalog.kind(relation) == "v":
        return nullable(f"view {name} may have been replaced since the materialized view's refresh")
    scope = query_of(prover, relation, options)
    if scope is None:
        return nullable(f"the query of {name} can't be read")
    verdict = scope.column(number)
    return verdict._replace(reason=f"{name}: {verdict.reason}")


def query_of(prover: Prover, relation: int, options: Options) -> Scope | None:
    """The scope of a view's query, one for all; None where it can't be read, or may be another."""
    if prover.catalog.kind(relation) == "m":
        options = options._replace(durable=not prover.fresh, target=False)
    elif options.durable:
        return None
    if (relation, options) not in prover.views:
        prover.views[relation, options] = _query(prover, relation, options)
    return prover.views[relation, options]


def view(prover: Prover, relation: int, options: Options) -> Scope | None:
    """A scope of a view's query, of the caller's own; None for what is no view."""
    if prover.catalog.kind(relation) != "v" or options.durable:
        return None
    return _query(prover, relation, options)


def _query(prover: Prover, relation: int, options: Options) -> Scope | None:
    found = queries(prover.catalog.rule(relation) or "<>")
    if len(found) != 1:
        return None
    return scopes.Scope(replace(prover, non_null_parameters=frozenset()), found[0], None, options)
