"""The import of people from a CSV file, of any size."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable
from contextlib import asynccontextmanager, suppress
from typing import Final
from uuid import UUID

import psycopg

from app.channels import IMPORT_PROGRESS, ImportProgress
from app.copy import load_csv
from app.database import DatabaseClient
from app.services import RuleError
from db import contact, lock
from db.copy_progress import CopyProgressQueries, get_backend_pid

_TIME_LIMIT: Final = 600.0
_SECONDS_BETWEEN_REPORTS: Final = 0.2


async def import_people(
    client: DatabaseClient,
    import_id: UUID,
    chunks: AsyncIterable[bytes],
    bytes_total: int | None = None,
) -> int:
    """Load given_name,family_name,email, all or nothing; give the number of people.

    In: how the import is called in what IMPORT_PROGRESS tells of it, the CSV, and its bytes if
    their number is known. Raises RuleError while another import runs, and as `load_csv` does.
    """
    progress = ImportProgress(import_id=import_id, bytes_total=bytes_total)
    try:
        async with client.transaction(statement_timeout=_TIME_LIMIT) as conn:
            if not await lock.try_lock_in_transaction(conn, name="import of people"):
                raise RuleError("Another import is running.")
            async with _reporting(client, progress, await get_backend_pid(conn)):
                progress.rows = await load_csv(conn, contact.IMPORT_PEOPLE.sql, chunks)
    except BaseException:
        progress.state = "failed"
        with suppress(psycopg.Error):
            await _tell(client, progress)
        raise
    progress.state = "done"
    progress.bytes_processed = bytes_total or progress.bytes_processed
    await _tell(client, progress)
    return progress.rows


async def _tell(client: DatabaseClient, progress: ImportProgress) -> None:
    # On a connection of its own: what the import's tells is heard only when it has ended.
    async with client.connection() as conn:
        await IMPORT_PROGRESS.notify(conn, progress)


@asynccontextmanager
async def _reporting(
    client: DatabaseClient, progress: ImportProgress, pid: int
) -> AsyncGenerator[None]:
    """Tell now and then how far the COPY of that session has come, while the block runs."""

    async def report() -> None:
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_REPORTS)
            with suppress(psycopg.Error):
                copied = await CopyProgressQueries(client).get_copy_progress(pid=pid)
                if copied is not None:
                    progress.rows = copied.tuples_processed
                    progress.bytes_processed = copied.bytes_processed
                    await _tell(client, progress)

    reporter = asyncio.create_task(report())
    try:
        yield
    finally:
        reporter.cancel()
        await asyncio.gather(reporter, return_exceptions=True)
