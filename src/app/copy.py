"""CSV in and out by COPY: PostgreSQL reads and writes it, in constant memory here.

Rows go in by the generated `:copyfrom` functions, and come out by the streams of `stream: N`
queries. `app.sync.copy` is the same, synchronous.
"""

from collections.abc import AsyncGenerator, AsyncIterable, Awaitable, Callable
from typing import Final, LiteralString

from app.database import Connection

_CHUNK_SIZE: Final = 2**16


async def load_csv(
    conn: Connection,
    copy_sql: LiteralString,
    chunks: AsyncIterable[bytes],
    *,
    on_progress: Callable[[int], Awaitable[None]] | None = None,
) -> int:
    """Load CSV in UTF-8 into the table and columns of a `:copyfrom` query; return how many rows.

    In: the query's text, such as `contact.IMPORT_CONTACTS.sql`; the CSV, whose first line names
    just those columns; what is told after each chunk how many bytes have been taken. All is
    loaded or nothing. Raises psycopg's DataError or IntegrityError with the line in
    `diag.context`, and whatever the chunks raise.
    """
    statement = copy_sql.strip().removesuffix("(format binary)")
    taken = 0
    async with conn.cursor() as cursor:
        async with cursor.copy(f"{statement} (format csv, header match, encoding 'utf8')") as copy:
            async for chunk in chunks:
                await copy.write(chunk)
                taken += len(chunk)
                if on_progress is not None:
                    await on_progress(taken)
        return cursor.rowcount


async def dump_csv(conn: Connection, query_sql: LiteralString) -> AsyncGenerator[bytes]:
    """The rows of a query as CSV in UTF-8, with a first line that names the columns.

    In: the query's text, such as `contact.EXPORT_CONTACTS.sql`. COPY knows no parameters, so the
    query must have none: use a stream, or a view, where a part is wanted.
    """
    statement = f"copy (\n{query_sql}\n) to stdout (format csv, header, encoding 'utf8')"
    # PostgreSQL sends a row at a time: too little for whoever writes it on.
    chunk = bytearray()
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        async for row in copy:
            chunk += row
            if len(chunk) >= _CHUNK_SIZE:
                yield bytes(chunk)
                chunk.clear()
    if chunk:
        yield bytes(chunk)
