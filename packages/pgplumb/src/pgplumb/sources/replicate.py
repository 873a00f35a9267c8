"""A live database, rebuilt from its snapshot in a scratch database."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final

from psycopg import Connection

from pgplumb.errors import PlumbError
from pgplumb.planner.difference import Difference, described, differences
from pgplumb.planner.prove import Proof, Take, prove, run
from pgplumb.postgres.roles import missing_role
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources.model import LiveDatabase, Server
from pgplumb.sources.roles import how_to_make, make_role
from pgplumb.sources.versions import as_on, lost_on, version_of

# What PostgreSQL writes from what it has parsed, and of which each version has its own style.
_WORDS: Final = frozenset(
    {"definition", "expression", "expressions", "generated", "using", "check", "default"}
)
Open = Callable[[], AbstractContextManager[Connection[Any]]]


def replicate(
    source: LiveDatabase,
    snapshot: Snapshot,
    server: Server,
    *,
    connection: Connection[Any],
    another: Open,
    take: Take,
) -> tuple[Snapshot, tuple[str, ...]]:
    """Make an empty database on `server` what the snapshot says.

    In: a connection to the empty database; what opens `another` one, to be thrown away.
    Out: the snapshot of the rebuilt database, and notes for people. The two snapshots are equal
    but for definitions that PostgreSQL writes in another way in another version, which are noted.
    Raises PlumbError when the server can't hold what the live database does.
    """
    notes: list[str] = []
    empty = take(connection)
    version, live_version = version_of(empty), version_of(snapshot)
    lost = ", ".join(str(item.identity) for item in lost_on(snapshot, version))
    if lost:
        notes.append(f"PostgreSQL {version} knows no MAINTAIN, which is left out: {lost}")
    snapshot = as_on(snapshot, version)
    while True:
        proof = prove(empty, snapshot, another, take=take)
        role = None if proof.refusal is None else missing_role(proof.refusal.error)
        if role is None:
            break
        if not server.makes_roles:
            message = f'{source.name} names the role "{role}", which {server.url.server} lacks.'
            raise PlumbError(message, hint=how_to_make(server, role))
        note = make_role(server, role)
        notes += [] if note is None else [note]
    if proof.refusal or run(connection, proof.statements):
        raise _not_held(source, server, proof)
    rebuilt = take(connection)
    left = differences(rebuilt, snapshot)
    if left and (version == live_version or not _is_about_words(left)):
        raise _not_held(source, server, proof)
    if left:
        names = ", ".join(dict.fromkeys(str(each.identity) for each in left))
        notes.append(
            f"{source.name} is PostgreSQL {live_version}; {version}, on which it is rebuilt, writes"
            f" these in other words: {names}"
        )
    return rebuilt, tuple(notes)


def _is_about_words(left: Sequence[Difference]) -> bool:
    """Whether everything is there, and only expressions read in another way."""
    return all(
        each.what in _WORDS and each.before is not None and each.after is not None for each in left
    )


def _not_held(source: LiveDatabase, server: Server, proof: Proof) -> PlumbError:
    message = f"{source.name} can't be rebuilt on {server.url.server}, where plans are tried out"
    if proof.refusal is not None:
        diagnostic = proof.refusal.error.diag
        details = [diagnostic.message_detail, diagnostic.message_hint]
        message += f": {diagnostic.message_primary or proof.refusal.error}"
        lines = [*proof.refusal.planned.statement.sql.splitlines(), *filter(None, details)]
    else:
        lines = [described(proof.left)]
    hint = "\n".join([*lines, "A server of the same version and with the same extensions will do."])
    return PlumbError(message, hint=hint)
