"""What any object may have: an owner, a comment, privileges."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pgplumb.planner.handler import Context
from pgplumb.planner.names import literal, qualified, quoted, reference, routine
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.facts import Constraint
from pgplumb.snapshot.facts_privileges import DefaultPrivileges
from pgplumb.snapshot.model import (
    OWNED_AS_THEIR_WHOLE,
    OWNER,
    ROUTINES,
    CatalogObject,
    Grant,
    Identity,
    Kind,
)

# What GRANT calls a kind of object, where it is not TABLE.
_GRANT_WORDS: Final = {
    Kind.SCHEMA: "SCHEMA",
    Kind.SEQUENCE: "SEQUENCE",
    Kind.IDENTITY_SEQUENCE: "SEQUENCE",
    Kind.FUNCTION: "FUNCTION",
    Kind.PROCEDURE: "PROCEDURE",
    Kind.AGGREGATE: "FUNCTION",
    Kind.LANGUAGE: "LANGUAGE",
    Kind.ENUM: "TYPE",
    Kind.COMPOSITE: "TYPE",
    Kind.RANGE: "TYPE",
    Kind.BASE_TYPE: "TYPE",
    Kind.DOMAIN: "DOMAIN",
    Kind.FOREIGN_DATA_WRAPPER: "FOREIGN DATA WRAPPER",
    Kind.SERVER: "FOREIGN SERVER",
}
# What ALTER DEFAULT PRIVILEGES calls the kinds of objects that it is for.
DEFAULT_PRIVILEGES_WORDS: Final = {
    Kind.TABLE: "TABLES",
    Kind.FOREIGN_TABLE: "TABLES",
    Kind.VIEW: "TABLES",
    Kind.MATERIALIZED_VIEW: "TABLES",
    Kind.SEQUENCE: "SEQUENCES",
    Kind.IDENTITY_SEQUENCE: "SEQUENCES",
    Kind.FUNCTION: "FUNCTIONS",
    Kind.PROCEDURE: "FUNCTIONS",
    Kind.AGGREGATE: "FUNCTIONS",
    Kind.ENUM: "TYPES",
    Kind.COMPOSITE: "TYPES",
    Kind.DOMAIN: "TYPES",
    Kind.RANGE: "TYPES",
    Kind.BASE_TYPE: "TYPES",
    Kind.SCHEMA: "SCHEMAS",
}


def attribute_statements(
    before: CatalogObject | None, after: CatalogObject, context: Context | None = None
) -> Iterable[Statement]:
    """The statements that give an object its owner, comment and privileges.

    before: the object as it is; None when it has just been created, and then `context` tells about
    default privileges.
    """
    if after.owner != (before.owner if before else None):
        role = quoted(after.owner) if after.owner else "CURRENT_USER"
        yield Statement(f"ALTER {reference(after.identity)} OWNER TO {role}")
    if after.comment != (before.comment if before else None):
        words = after.default_comment if after.comment is None else after.comment
        yield _comment(reference(after.identity), words)
    yield from _index_comment(before, after)
    if after.grants is not None:
        had = before.grants if before else _granted_at_creation(after, context)
        owner = _owner(after, context)
        if before is None or after.owner != before.owner:
            had = _as_the_owners(had or frozenset(), owner)
        yield from grant_statements(
            had or frozenset(),
            after.grants,
            owner=owner,
            target=lambda privileges: _target(after.identity, privileges),
            order=after.grantees,
        )


def _index_comment(before: CatalogObject | None, after: CatalogObject) -> Iterable[Statement]:
    if isinstance(after.facts, Constraint):
        old = before.facts if before else None
        had = old.index_comment if isinstance(old, Constraint) else None
        comment = after.facts.index_comment
        if comment != had:
            index = qualified((after.identity.path[0], after.identity.path[-1]))
            yield _comment(f"INDEX {index}", comment)


def _comment(target: str, words: str | None) -> Statement:
    return Statement(f"COMMENT ON {target} IS {literal(words) if words else 'NULL'}")


def grant_statements(
    before: frozenset[Grant],
    after: frozenset[Grant],
    *,
    owner: str | None,
    target: Callable[[list[str]], str],
    prefix: str = "",
    order: Sequence[str] = (),
) -> Iterable[Statement]:
    """REVOKE and GRANT that turn one set of privileges into the other.

    owner: who OWNER is, None for the role that runs this. target: privileges and what they are ON.
    order: of the grantees; those that are not in it come behind.
    """
    names = _Names(quoted(owner) if owner else "CURRENT_USER", target, prefix)
    yield from _privileges(names, "REVOKE", sorted(before - after), after)
    places = {grantee: place for place, grantee in reversed([*enumerate(order)])}
    added = sorted(after - before, key=lambda each: (places.get(each.grantee, len(order)), each))
    yield from _privileges(names, "GRANT", added, before)


@dataclass(frozen=True, slots=True)
class _Names:
    """How the statements name the owner, the object and what is to stand before them."""

    owner: str
    target: Callable[[list[str]], str]
    prefix: str


def _privileges(
    names: _Names, verb: str, grants: list[Grant], others: frozenset[Grant]
) -> Iterable[Statement]:
    """One statement for each role and grant option; the same privileges of one role together."""
    groups: dict[tuple[str, bool, bool], list[str]] = {}
    for grant in grants:
        only_option = Grant(grant.grantee, grant.privilege, not grant.grantable) in others
        if only_option and not grant.grantable:
            continue  # GRANT ... WITH GRANT OPTION gives it, REVOKE GRANT OPTION FOR has left it
        key = grant.grantee, only_option, grant.grantable
        groups.setdefault(key, []).append(grant.privilege)
    for (grantee, only_option, grantable), privileges in groups.items():
        role = {"": "PUBLIC", OWNER: names.owner}.get(grantee) or quoted(grantee)
        target = names.target(privileges)
        if verb == "REVOKE":
            option = "GRANT OPTION FOR " if only_option else ""
            sql = f"{names.prefix}REVOKE {option}{target} FROM {role}"
            yield Statement(sql, frozenset({Hazard.BREAKS_CODE}))
        else:
            option = " WITH GRANT OPTION" if grantable else ""
            yield Statement(f"{names.prefix}GRANT {target} TO {role}{option}")


def _granted_at_creation(item: CatalogObject, context: Context | None) -> frozenset[Grant]:
    """The privileges of an object that has just been created.

    They are PostgreSQL's own choice but for the default privileges in force. Of those, the plan
    drops what is to go before all else, and adds or changes what it has to after all else.
    """
    granted = item.default_grants or frozenset()
    objects = DEFAULT_PRIVILEGES_WORDS.get(item.identity.kind)
    if objects is None or context is None:
        return granted
    everywhere = _in_force("", objects, context)
    if everywhere is not None:
        granted = frozenset(everywhere.grants)
    if item.identity.kind is not Kind.SCHEMA:
        in_schema = _in_force(item.identity.path[0], objects, context)
        granted |= frozenset(in_schema.grants if in_schema else ())
    return granted


def _as_the_owners(granted: frozenset[Grant], owner: str | None) -> frozenset[Grant]:
    """The privileges when what was granted to the role that has become the owner is the owner's."""
    granted = frozenset(
        replace(grant, grantee=OWNER) if grant.grantee == owner else grant for grant in granted
    )
    return frozenset(
        grant
        for grant in granted
        if grant.grantable or Grant(grant.grantee, grant.privilege, grantable=True) not in granted
    )


def _in_force(schema: str, objects: str, context: Context) -> DefaultPrivileges | None:
    identity = Identity(Kind.DEFAULT_PRIVILEGES, ("", schema, objects))
    found = context.source.get(identity) if identity in context.target else None
    return found.facts if found and isinstance(found.facts, DefaultPrivileges) else None


def _owner(item: CatalogObject, context: Context | None) -> str | None:
    while item.identity.kind in OWNED_AS_THEIR_WHOLE and item.parent and context is not None:
        item = context.target[item.parent]
    return item.owner


def _target(identity: Identity, privileges: list[str]) -> str:
    if identity.kind is Kind.COLUMN:
        column = quoted(identity.path[-1])
        listed = ", ".join(f"{privilege} ({column})" for privilege in privileges)
        return f"{listed} ON TABLE {qualified(identity.path[:-1])}"
    word = _GRANT_WORDS.get(identity.kind, "TABLE")
    routines = identity.kind in ROUTINES or identity.kind is Kind.AGGREGATE
    name = routine(identity) if routines else qualified(identity.path)
    return f"{', '.join(privileges)} ON {word} {name}"
