"""Foreign-data wrappers, servers and user mappings. Secret options are never seen here."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgplumb.planner.handler import Alteration, Context, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.handlers.text import foreign_option_changes, foreign_options
from pgplumb.planner.names import literal, quoted, reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import CatalogObject, Identity
from pgplumb.snapshot.read.foreign import CURRENT_USER

if TYPE_CHECKING:
    from pgplumb.snapshot.facts_foreign import ForeignDataWrapper, Server, UserMapping


class ForeignDataWrapperHandler(PlainHandler):
    """A foreign-data wrapper."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE FOREIGN DATA WRAPPER."""
        made: ForeignDataWrapper = facts_of(item)
        words = [f"CREATE {reference(item.identity)}"]
        words += [f"HANDLER {made.handler}"] if made.handler else []
        words += [f"VALIDATOR {made.validator}"] if made.validator else []
        return [Statement(" ".join(words) + foreign_options(made.options))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER FOREIGN DATA WRAPPER."""
        old: ForeignDataWrapper = facts_of(before)
        new: ForeignDataWrapper = facts_of(after)
        words = [f"ALTER {reference(after.identity)}"]
        if old.handler != new.handler:
            words.append(f"HANDLER {new.handler}" if new.handler else "NO HANDLER")
        if old.validator != new.validator:
            words.append(f"VALIDATOR {new.validator}" if new.validator else "NO VALIDATOR")
        if old.options != new.options:
            words.append(foreign_option_changes(old.options, new.options))
        return Alteration([Statement(" ".join(words))])


class ServerHandler(PlainHandler):
    """A foreign server."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE SERVER."""
        made: Server = facts_of(item)
        words = [f"CREATE {reference(item.identity)}"]
        words += [f"TYPE {literal(made.type)}"] if made.type else []
        words += [f"VERSION {literal(made.version)}"] if made.version else []
        words.append(f"FOREIGN DATA WRAPPER {quoted(made.wrapper)}")
        return [Statement(" ".join(words) + foreign_options(made.options))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER SERVER, which can change neither type nor wrapper."""
        old: Server = facts_of(before)
        new: Server = facts_of(after)
        if (old.wrapper, old.type) != (new.wrapper, new.type):
            return None
        words = [f"ALTER {reference(after.identity)}"]
        if old.version != new.version:
            words.append(f"VERSION {literal(new.version) if new.version else 'NULL'}")
        if old.options != new.options:
            words.append(foreign_option_changes(old.options, new.options))
        return Alteration([Statement(" ".join(words))])


class UserMappingHandler(PlainHandler):
    """A user mapping."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE USER MAPPING."""
        made: UserMapping = facts_of(item)
        return [Statement(f"CREATE {_mapping(item.identity)}{foreign_options(made.options)}")]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP USER MAPPING, with secrets that nothing can bring back."""
        return [
            Statement(
                f"DROP {_mapping(item.identity)}",
                frozenset({Hazard.DATA_LOSS, Hazard.BREAKS_CODE}),
            )
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER USER MAPPING; secret options stay as they are."""
        changes = foreign_option_changes(facts_of(before).options, facts_of(after).options)
        return Alteration([Statement(f"ALTER {_mapping(after.identity)} {changes}")])


def _mapping(identity: Identity) -> str:
    server, role = identity.path
    written = role if role in {"PUBLIC", CURRENT_USER} else quoted(role)
    return f"USER MAPPING FOR {written} SERVER {quoted(server)}"
