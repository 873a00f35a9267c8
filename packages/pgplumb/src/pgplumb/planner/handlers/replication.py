"""Publications and subscriptions."""

from collections.abc import Iterable, Sequence
from typing import Final

from pgplumb.planner.expressions import reparsable
from pgplumb.planner.handler import Alteration, Context, Handler, facts_of
from pgplumb.planner.handlers.plain import PlainHandler
from pgplumb.planner.names import literal, qualified, quoted, reference
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.facts import Inheritance
from pgplumb.snapshot.facts_replication import Publication, PublicationTable, Subscription
from pgplumb.snapshot.model import CatalogObject, Identity, Kind, Options, Snapshot

_ALL_OPERATIONS: Final = ("insert", "update", "delete", "truncate")
_GENERATED: Final = {"n": "none", "s": "stored"}


class PublicationHandler(PlainHandler):
    """A publication."""

    def mergeable(self, part: CatalogObject, item: CatalogObject, context: Context) -> bool:
        """Its tables and schemas."""
        return part.identity.kind in {Kind.PUBLICATION_TABLE, Kind.PUBLICATION_SCHEMA}

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE PUBLICATION."""
        made: Publication = facts_of(item)
        words = [f"CREATE {reference(item.identity)}"]
        published = [_published(part, context.target) for part in parts]
        if made.all_tables:
            words.append("FOR ALL TABLES")
        elif published:
            words.append(f"FOR {', '.join(published)}")
        unchanged = Publication(
            made.all_tables, _ALL_OPERATIONS, via_partition_root=False, generated_columns="n"
        )
        options = list(_options(unchanged, made))
        if options:
            words.append(f"WITH ({', '.join(options)})")
        return [Statement(" ".join(words))]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER PUBLICATION ... SET."""
        old: Publication = facts_of(before)
        new: Publication = facts_of(after)
        if old.all_tables != new.all_tables:
            return None
        options = ", ".join(_options(old, new))
        return Alteration([Statement(f"ALTER {reference(after.identity)} SET ({options})")])


def _options(old: Publication, new: Publication) -> Iterable[str]:
    if old.operations != new.operations:
        yield f"publish = {literal(', '.join(new.operations))}"
    if old.via_partition_root != new.via_partition_root:
        yield f"publish_via_partition_root = {str(new.via_partition_root).lower()}"
    if old.generated_columns != new.generated_columns:
        yield f"publish_generated_columns = {_GENERATED[new.generated_columns]}"


class PublicationPartHandler(Handler):
    """A table or schema of a publication."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """ALTER PUBLICATION ... ADD."""
        publication = quoted(item.identity.path[0])
        return [
            Statement(f"ALTER PUBLICATION {publication} ADD {_published(item, context.target)}")
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """ALTER PUBLICATION ... DROP."""
        publication = quoted(item.identity.path[0])
        name = _name(item, context.source)
        sql = f"ALTER PUBLICATION {publication} DROP {name}"
        return [Statement(sql, frozenset({Hazard.BREAKS_CODE}))]


def _published(item: CatalogObject, snapshot: Snapshot) -> str:
    name = _name(item, snapshot)
    if not isinstance(item.facts, PublicationTable):
        return name
    columns, condition = item.facts.columns, item.facts.filter
    if columns is not None:
        name += f" ({', '.join(map(quoted, columns))})"
    return f"{name} WHERE ({reparsable(condition)})" if condition else name


def _name(item: CatalogObject, snapshot: Snapshot) -> str:
    """A table or schema as ALTER PUBLICATION names it; its children are not meant."""
    path = item.identity.path[1:]
    if item.identity.kind is Kind.PUBLICATION_SCHEMA:
        return f"TABLES IN SCHEMA {qualified(path)}"
    only = "ONLY " if _has_children(path, snapshot) else ""
    return f"TABLE {only}{qualified(path)}"


def _has_children(table: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Whether other tables inherit from it; partitions are never meant separately."""
    return any(
        isinstance(item.facts, Inheritance)
        and item.facts.bound is None
        and item.facts.parent == Identity(Kind.TABLE, table)
        for item in snapshot
    )


class SubscriptionHandler(PlainHandler):
    """A subscription. No statement here makes PostgreSQL connect to the publisher."""

    def create(
        self, item: CatalogObject, parts: Sequence[CatalogObject], context: Context
    ) -> Sequence[Statement]:
        """CREATE SUBSCRIPTION, not enabled and without a slot: that is for people to do."""
        made: Subscription = facts_of(item)
        options = ["connect = false"]
        if made.slot != item.identity.path[0]:  # else it is what PostgreSQL would choose
            options.append(f"slot_name = {_slot(made)}")
        options += map(_option, made.options)
        return [
            Statement(
                f"CREATE {reference(item.identity)} CONNECTION {literal(made.connection or '')}"
                f" PUBLICATION {_publications(made)} WITH ({', '.join(options)})"
            )
        ]

    def drop(self, item: CatalogObject, context: Context) -> Sequence[Statement]:
        """DROP SUBSCRIPTION; its slot, which only the publisher can drop, is named."""
        made: Subscription = facts_of(item)
        name = reference(item.identity)
        drop = f"DROP {name}"
        if made.slot:
            slot = made.slot.replace("\n", " ")
            drop = f"-- The replication slot {slot} stays on the publisher: drop it there.\n{drop}"
        return [
            Statement(f"ALTER {name} DISABLE"),
            Statement(f"ALTER {name} SET (slot_name = NONE)"),
            Statement(drop, frozenset({Hazard.BREAKS_CODE})),
        ]

    def alter(
        self, before: CatalogObject, after: CatalogObject, context: Context
    ) -> Alteration | None:
        """ALTER SUBSCRIPTION, for what needs no word from the publisher."""
        old: Subscription = facts_of(before)
        new: Subscription = facts_of(after)
        changes = _changed_options(old, new)
        if changes is None:
            return None
        name = reference(after.identity)
        statements: list[Statement] = []
        if None not in {old.connection, new.connection} and old.connection != new.connection:
            statements.append(
                Statement(
                    f"ALTER {name} CONNECTION {literal(new.connection or '')}",
                    frozenset({Hazard.BREAKS_CODE}),
                )
            )
        if old.publications != new.publications:
            statements.append(
                Statement(
                    f"ALTER {name} SET PUBLICATION {_publications(new)} WITH (refresh = false)"
                )
            )
        if changes:
            statements.append(Statement(f"ALTER {name} SET ({', '.join(changes)})"))
        return Alteration(statements)


def _publications(made: Subscription) -> str:
    return ", ".join(map(quoted, made.publications))


# What CREATE SUBSCRIPTION takes for options that are not given.
_DEFAULTS: Final = {
    "binary": "false",
    "disable_on_error": "false",
    "origin": "any",
    "password_required": "true",
    "run_as_owner": "false",
    "synchronous_commit": "off",
}


def _changed_options(old: Subscription, new: Subscription) -> list[str] | None:
    """What SET takes, None where it would have to tell the publisher."""
    was, will = _with_defaults(old.options), _with_defaults(new.options)
    for told in ("two_phase", "failover"):
        if was.pop(told, None) != will.pop(told, None):
            return None
    changes = [_option(f"{name}={value}") for name, value in will.items() if was[name] != value]
    if old.slot != new.slot:
        changes.append(f"slot_name = {_slot(new)}")
    return changes


def _with_defaults(options: Options) -> dict[str, str]:
    named = (option.partition("=") for option in options)
    return _DEFAULTS | {name: value for name, _, value in named}


def _slot(made: Subscription) -> str:
    return literal(made.slot) if made.slot else "NONE"


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{name} = {literal(value)}" if name == "synchronous_commit" else f"{name} = {value}"
