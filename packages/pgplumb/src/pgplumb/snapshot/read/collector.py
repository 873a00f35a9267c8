"""What every reader stands on: addresses, comments, grants and dependencies of a whole database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import namedtuple_row

from pgplumb.snapshot.model import (
    OWNED_AS_THEIR_WHOLE,
    OWNER,
    CatalogObject,
    Facts,
    Grant,
    Identity,
    Snapshot,
)

Address = tuple[int, int, int]
"""classid, objid and objsubid, as in pg_depend."""

# Manual, chapter 5.8, table "ACL Privilege Abbreviations".
_PRIVILEGES: Final = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "C": "CREATE",
    "c": "CONNECT",
    "T": "TEMPORARY",
    "X": "EXECUTE",
    "U": "USAGE",
    "s": "SET",
    "A": "ALTER SYSTEM",
    "m": "MAINTAIN",
}
# What acldefault() calls the kinds of objects that have privileges of their own.
_ACL_KINDS: Final = ("c", "r", "s", "f", "l", "n", "F", "S", "T", "L")

FIRST_USER_OID: Final = 16384
"""Objects with a smaller OID are PostgreSQL's own (FirstNormalObjectId in its source)."""

USER_SCHEMA: Final = (
    "{0}.nspname not in ('pg_catalog', 'information_schema')"
    " and {0}.nspname not like 'pg\\_toast%%' and {0}.nspname not like 'pg\\_temp%%'"
)
"""A condition on pg_namespace, to be formatted with the alias it has."""


@dataclass(frozen=True, slots=True)
class _Found:
    address: Address
    item: CatalogObject
    needs: frozenset[Identity]


@dataclass(frozen=True, slots=True)
class _Derived:
    item: CatalogObject
    needs: tuple[Identity | Address, ...]


class Collector:
    """Collects the objects that the readers find, then joins them by what depends on what."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Read what is common to all kinds; the connection's search_path has to be empty."""
        self._connection = connection
        self.server_version = connection.info.server_version
        self._catalogs = {
            row.relname: row.oid
            for row in self.rows(
                "select relname, oid from pg_catalog.pg_class"
                " where relnamespace = 'pg_catalog'::regnamespace and relkind = 'r'"
            )
        }
        self._me: str = self.rows("select current_user as name")[0].name
        self._comments: dict[Address, str] = {
            (row.classoid, row.objoid, row.objsubid): row.description
            for row in self.rows(
                # What initdb wrote comes first and would be most of it (manual, 67.2.2).
                "select classoid, objoid, objsubid, description from pg_catalog.pg_description"
                " where objoid >= 16384 or objoid = 'public'::regnamespace"
                if self.rows("select 1 from pg_catalog.pg_namespace where nspname = 'public'")
                else "select classoid, objoid, objsubid, description"
                " from pg_catalog.pg_description where objoid >= 16384"
            )
        }
        self._members: dict[tuple[int, int], int] = {}
        self._by_address: dict[Address, Identity] = {}
        for row in self.rows(
            "select d.classid, d.objid, d.refobjid from pg_catalog.pg_depend d"
            " where d.deptype = 'e'"
        ):
            self._members[(row.classid, row.objid)] = row.refobjid
        self._default_grants = {
            row.kind: grants_of(row.acl, self._me)
            for row in self.rows(
                "select kind::text, acldefault(kind, current_user::regrole)::text[] as acl"
                ' from unnest(%s::"char"[]) kind',
                [list(_ACL_KINDS)],
            )
        }
        self._found: list[_Found] = []
        self._adopted: dict[Address, Identity] = {}
        self._derived: list[_Derived] = []
        self._ignored: set[tuple[Address, Address]] = set()

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[Any]:
        """Run a query and give its rows with their columns as attributes."""
        with self._connection.cursor(row_factory=namedtuple_row) as cursor:
            return cursor.execute(query.encode(), parameters or None).fetchall()

    def catalog(self, name: str) -> int:
        """The OID of a system catalog, 0 where this server has no such catalog."""
        return int(self._catalogs.get(name, 0))

    def address(self, catalog: str, oid: int, part: int = 0) -> Address:
        """The address of a row of a system catalog."""
        return (self.catalog(catalog), oid, part)

    def role(self, name: str | None) -> str:
        """A role's name; "" for the one that reads: who that is differs from server to server."""
        return "" if name is None or name == self._me else name

    def default_grants(self, acl_kind: str) -> frozenset[Grant]:
        """The privileges of a new object, `acl_kind` as for acldefault()."""
        return self._default_grants[acl_kind]

    def comment(self, catalog: str, oid: int) -> str | None:
        """The comment on a row of a system catalog."""
        return self._comments.get(self.address(catalog, oid))

    def is_member(self, catalog: str, oid: int) -> bool:
        """Whether an extension owns the object."""
        return (self.catalog(catalog), oid) in self._members

    def add(
        self,
        catalog: str,
        oid: int,
        identity: Identity,
        facts: Facts,
        *,
        part: int = 0,
        owner: str | None = None,
        acl: Sequence[str] | None = None,
        acl_kind: str | None = None,
        parent: Identity | None = None,
        implied_by: Identity | None = None,
        needs: Iterable[Identity] = (),
        comment: str | None = None,
        default_comment: str | None = None,
        secrets: tuple[str, ...] = (),
    ) -> None:
        """Add an object; `acl_kind` as for acldefault(), None for kinds without privileges."""
        address = self.address(catalog, oid, part)
        default = self._default_grants[acl_kind] if acl_kind else None
        grants = default if acl is None else grants_of(acl, owner or self._me)
        comment = comment or self._comments.get(address)
        if default_comment is not None:
            comment = None if comment == default_comment else comment or ""
        item = CatalogObject(
            identity,
            facts,
            owner=None if owner == self._me or identity.kind in OWNED_AS_THEIR_WHOLE else owner,
            grants=grants if acl_kind else None,
            default_grants=default,
            comment=comment,
            default_comment=default_comment,
            parent=parent or self._adopted.get(address),
            implied_by=implied_by,
            position=part,
            secrets=secrets,
            grantees=_grantees(acl or (), owner or self._me),
        )
        self._by_address[address] = identity
        self._found.append(_Found(address, item, frozenset(needs)))

    def adopt(self, catalog: str, oid: int, parent: Identity) -> None:
        """Say whose part the object of this address is, before its own reader adds it."""
        self._adopted[self.address(catalog, oid)] = parent

    def alias(self, catalog: str, oid: int, identity: Identity, *, part: int = 0) -> None:
        """Say that what depends on this address depends on `identity`."""
        self._by_address[(self.catalog(catalog), oid, part)] = identity

    def alias_members(self, extension: int, identity: Identity) -> None:
        """Say that what depends on a member of the extension depends on the extension."""
        for (catalog, oid), owner in self._members.items():
            if owner == extension:
                self._by_address[(catalog, oid, 0)] = identity

    def add_derived(
        self,
        identity: Identity,
        facts: Facts,
        *,
        parent: Identity,
        needs: Iterable[Identity | Address],
    ) -> None:
        """Add an object that has no row of its own in PostgreSQL's dependencies."""
        self._derived.append(_Derived(CatalogObject(identity, facts, parent=parent), tuple(needs)))

    def ignore(self, catalog: str, oid: int, other: str, other_oid: int, part: int = 0) -> None:
        """Leave out one dependency: another object stands for it."""
        self._ignored.add(((self.catalog(catalog), oid, 0), (self.catalog(other), other_oid, part)))

    def identity(self, catalog: str, oid: int, part: int = 0) -> Identity | None:
        """The identity of what was added or aliased at the address."""
        return self._by_address.get((self.catalog(catalog), oid, part))

    def snapshot(self) -> Snapshot:
        """Everything added, with its dependencies."""
        needs: dict[Identity, set[Identity]] = {}
        for row in self.rows(
            "select classid, objid, objsubid, refclassid, refobjid, refobjsubid"
            " from pg_catalog.pg_depend where deptype <> 'e'"
        ):
            address = (row.classid, row.objid, row.objsubid)
            needed = (row.refclassid, row.refobjid, row.refobjsubid)
            if (address, needed) in self._ignored:
                continue
            one, other = self._resolve(address), self._resolve(needed)
            if one is not None and other is not None and one != other:
                needs.setdefault(one, set()).add(other)
        objects = {
            found.item.identity: replace(
                found.item,
                depends_on=(frozenset(needs.get(found.item.identity, ())) | found.needs)
                - {found.item.identity},
            )
            for found in self._found
        }
        for derived in self._derived:
            needed_by = (
                each if isinstance(each, Identity) else self._resolve(each)
                for each in derived.needs
            )
            objects[derived.item.identity] = replace(
                derived.item, depends_on=frozenset(each for each in needed_by if each is not None)
            )
        return Snapshot(
            {identity: objects[identity] for identity in sorted(objects)}, self.server_version
        )

    def _resolve(self, address: Address) -> Identity | None:
        found = self._by_address.get(address)
        return found or self._by_address.get((address[0], address[1], 0))


def grants_of(acl: Iterable[str], owner: str) -> frozenset[Grant]:
    """aclitem[] as text (`grantee=arw*/grantor`) as grants."""
    grants: set[Grant] = set()
    for item in acl:
        grantee, letters = _split(item)
        if grantee == owner:
            grantee = OWNER
        for position, letter in enumerate(letters):
            if letter != "*":
                grantable = letters[position + 1 : position + 2] == "*"
                grants.add(Grant(grantee, _PRIVILEGES[letter], grantable))
    return frozenset(grants)


def _grantees(acl: Iterable[str], owner: str) -> tuple[str, ...]:
    found = (_split(item)[0] for item in acl)
    return tuple(OWNER if grantee == owner else grantee for grantee in found)


def _split(item: str) -> tuple[str, str]:
    """The grantee's name, unquoted, and the letters of its privileges."""
    if not item.startswith('"'):
        grantee, _, rest = item.partition("=")
        return grantee, rest.partition("/")[0]
    end = 1
    while item[end] != '"' or item[end + 1 : end + 2] == '"':
        end += 2 if item[end] == '"' else 1
    return item[1:end].replace('""', '"'), item[end + 2 :].partition("/")[0]
