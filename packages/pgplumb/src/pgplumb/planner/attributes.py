"""What any object may have: an owner, a comment, privileges."""

from collections.abc import Iterable
from typing import Final

from pgplumb.planner.names import literal, qualified, quoted, reference, routine
from pgplumb.planner.statement import Hazard, Statement
from pgplumb.snapshot.model import OWNER, ROUTINES, CatalogObject, Grant, Identity, Kind

# What GRANT calls a kind of object, where it is not TABLE.
_GRANT_WORDS: Final = {
    Kind.SCHEMA: "SCHEMA",
    Kind.SEQUENCE: "SEQUENCE",
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


def attribute_statements(before: CatalogObject | None, after: CatalogObject) -> Iterable[Statement]:
    """The statements that give an object its owner, comment and privileges.

    before: the object as it is; None when it has just been created.
    """
    if after.owner != (before.owner if before else None):
        owner = quoted(after.owner) if after.owner else "CURRENT_USER"
        yield Statement(f"ALTER {reference(after.identity)} OWNER TO {owner}")
    if after.comment != (before.comment if before else None):
        text = literal(after.comment) if after.comment else "NULL"
        yield Statement(f"COMMENT ON {reference(after.identity)} IS {text}")
    if after.grants is not None:
        had = before.grants if before else after.default_grants
        yield from _grants(after, had or frozenset(), after.grants)


def _grants(
    item: CatalogObject, before: frozenset[Grant], after: frozenset[Grant]
) -> Iterable[Statement]:
    yield from _privileges(item, "REVOKE", sorted(before - after), after)
    yield from _privileges(item, "GRANT", sorted(after - before), before)


def _privileges(
    item: CatalogObject, verb: str, grants: list[Grant], others: frozenset[Grant]
) -> Iterable[Statement]:
    """One statement for each role and grant option; the same privileges of one role together."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for grant in grants:
        twin = Grant(grant.grantee, grant.privilege, not grant.grantable)
        only_option = twin in others
        if verb == "REVOKE" and only_option and not grant.grantable:
            continue  # GRANT ... WITH GRANT OPTION gives the rest
        if verb == "GRANT" and only_option and not grant.grantable:
            continue  # REVOKE GRANT OPTION FOR has left it
        groups.setdefault((grant.grantee, only_option and grant.grantable), []).append(
            grant.privilege + ("*" if grant.grantable else "")
        )
    for (grantee, only_option), names in groups.items():
        for grantable in (False, True):
            chosen = [name.rstrip("*") for name in names if name.endswith("*") == grantable]
            if not chosen:
                continue
            role = quoted(grantee) if grantee not in {"", OWNER} else ""
            role = role or ("PUBLIC" if grantee == "" else _owner(item))
            target = _target(item.identity, chosen)
            if verb == "REVOKE":
                option = "GRANT OPTION FOR " if only_option else ""
                yield Statement(
                    f"REVOKE {option}{target} FROM {role}", frozenset({Hazard.BREAKS_CODE})
                )
            else:
                option = " WITH GRANT OPTION" if grantable else ""
                yield Statement(f"GRANT {target} TO {role}{option}")


def _owner(item: CatalogObject) -> str:
    return quoted(item.owner) if item.owner else "CURRENT_USER"


def _target(identity: Identity, privileges: list[str]) -> str:
    if identity.kind is Kind.COLUMN:
        column = quoted(identity.path[-1])
        listed = ", ".join(f"{privilege} ({column})" for privilege in privileges)
        return f"{listed} ON TABLE {qualified(identity.path[:-1])}"
    word = _GRANT_WORDS.get(identity.kind, "TABLE")
    routines = identity.kind in ROUTINES or identity.kind is Kind.AGGREGATE
    name = routine(identity) if routines else qualified(identity.path)
    return f"{', '.join(privileges)} ON {word} {name}"
