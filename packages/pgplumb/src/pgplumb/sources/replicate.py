"""A live database, rebuilt from its snapshot in a scratch database."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from psycopg import Connection

from pgplumb.errors import PlumbError
from pgplumb.planner.prove import Proof, Take, prove, run
from pgplumb.snapshot.model import Snapshot
from pgplumb.sources.model import LiveDatabase, Server
from pgplumb.sources.refusal import missing_role
from pgplumb.sources.roles import how_to_make, make_role

Open = Callable[[], AbstractContextManager[Connection[Any]]]


def replicate(
    source: LiveDatabase,
    snapshot: Snapshot,
    server: Server,
    *,
    connection: Connection[Any],
    another: Open,
    take: Take,
) -> tuple[str, ...]:
    """Make an empty database on `server` what the snapshot says; gives notes for people.

    connection: to the empty database. another: opens one more, to be thrown away.
    Raises PlumbError when the server can't hold what the live database does.
    """
    notes: list[str] = []
    while True:
        proof = prove(take(connection), snapshot, another, take=take)
        role = None if proof.refusal is None else missing_role(proof.refusal.error)
        if role is None:
            break
        if not server.makes_roles:
            message = f'{source.name} names the role "{role}", which {server.url.server} lacks.'
            raise PlumbError(message, hint=how_to_make(server, role))
        note = make_role(server, role)
        notes += [] if note is None else [note]
    refusal = proof.refusal or run(connection, proof.statements)
    if refusal is not None or proof.left:
        raise _not_held(source, server, proof)
    return tuple(notes)


def _not_held(source: LiveDatabase, server: Server, proof: Proof) -> PlumbError:
    message = f"{source.name} can't be rebuilt on {server.url.server}, where plans are tried out"
    if proof.refusal is not None:
        diagnostic = proof.refusal.error.diag
        details = [diagnostic.message_detail, diagnostic.message_hint]
        message += f": {diagnostic.message_primary or proof.refusal.error}"
        lines = [*proof.refusal.planned.statement.sql.splitlines(), *filter(None, details)]
    else:
        lines = [f"{each.identity}: {each.what}" for each in proof.left]
    hint = "\n".join([*lines, "A server of the same version and with the same extensions will do."])
    return PlumbError(message, hint=hint)
