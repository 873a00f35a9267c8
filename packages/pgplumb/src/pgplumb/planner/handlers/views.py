"""Views and materialized views."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.text import option_changes, option_list
from pgplumb.planner.names import qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import CatalogObject

if TYPE_CHECKING:
    from pgplumb.snapshot import facts


class ViewHandler(Handler):
    """A view."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE VIEW."""
        return [_view("CREATE VIEW", item)]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP VIEW."""
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """CREATE OR REPLACE, which keeps the columns there are and may add some behind them."""
        old: facts.View = facts_of(before)
        new: facts.View = facts_of(after)
        if new.columns[: len(old.columns)] != old.columns:
            return None
        if old.definition != new.definition:
            # Options that are not named here are gone afterwards, and those named are set.
            return Alteration([_view("CREATE OR REPLACE VIEW", after)])
        view = qualified(after.identity.path)
        return Alteration(
            [
                Statement(f"ALTER VIEW {view} {change}")
                for change in option_changes(old.options, new.options)
            ]
        )


def _view(verb: str, item: CatalogObject) -> Statement:
    made: facts.View = facts_of(item)
    options = f" WITH ({option_list(made.options)})" if made.options else ""
    query = reparsable(made.definition.rstrip().rstrip(";"))
    return Statement(f"{verb} {qualified(item.identity.path)}{options} AS\n{query}")


class MaterializedViewHandler(Handler):
    """A materialized view."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE MATERIALIZED VIEW, filled as in the target."""
        made: facts.MaterializedView = facts_of(item)
        words = [f"CREATE MATERIALIZED VIEW {qualified(item.identity.path)}"]
        if made.access_method:
            words.append(f"USING {quoted(made.access_method)}")
        if made.options:
            words.append(f"WITH ({option_list(made.options)})")
        if made.tablespace:
            words.append(f"TABLESPACE {quoted(made.tablespace)}")
        query = reparsable(made.definition.rstrip().rstrip(";"))
        words.append(f"AS\n{query}")
        if not made.populated:
            return [Statement(f"{' '.join(words)}\nWITH NO DATA")]
        return [Statement(" ".join(words))]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP MATERIALIZED VIEW: what it held can be computed again."""
        sql = f"DROP {reference(item.identity)}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """Options and where it is stored; another query makes it anew."""
        old: facts.MaterializedView = facts_of(before)
        new: facts.MaterializedView = facts_of(after)
        if old.definition != new.definition:
            return None
        name = f"ALTER {reference(after.identity)}"
        changes = [f"{name} {change}" for change in option_changes(old.options, new.options)]
        if old.access_method != new.access_method:
            changes.append(f"{name} SET ACCESS METHOD {quoted(new.access_method or 'heap')}")
        if old.tablespace != new.tablespace:
            changes.append(f"{name} SET TABLESPACE {quoted(new.tablespace or 'pg_default')}")
        if old.populated != new.populated:
            data = "" if new.populated else " WITH NO DATA"
            view = qualified(after.identity.path)
            changes.append(f"REFRESH MATERIALIZED VIEW {view}{data}")
        return Alteration([Statement(change) for change in changes])
