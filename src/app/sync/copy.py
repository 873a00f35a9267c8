# Made from app/copy.py by scripts/sync_twins.py: change that one.
"""CSV in and out by COPY: PostgreSQL reads and writes it, in constant memory here.

Rows go in by the generated `:copyfrom` functions, and come out by the streams of `stream: N`
queries. `app.copy` is the same, asynchronous.
"""

from collections.abc import Callable, Generator, Iterable
from typing import Final, LiteralString

from app.sync.database import Connection

_CHUNK_SIZE: Final = 2**16


def load_csv(
    conn: Connection,
    copy_sql: LiteralString,
    chunks: Iterable[bytes],
    *,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Load CSV in UTF-8 into the table and columns of a `:copyfrom` query; return how many rows.

    In: the query's text, such as `contact.IMPORT_CONTACTS.sql`; the CSV, whose first line names
    just those columns; what is told after each chunk how many bytes have been taken. All is
    loaded or nothing. Raises psycopg's DataError or IntegrityError with the line in
    `diag.context`, and whatever the chunks raise.
    """
    statement = copy_sql.strip().removesuffix("(format binary)")
    taken = 0
    with conn.cursor() as cursor:
        with cursor.copy(f"{statement} (format csv, header match, encoding 'utf8')") as copy:
            for chunk in chunks:
                copy.write(chunk)
                taken += len(chunk)
                if on_progress is not None:
                    on_progress(taken)
        return cursor.rowcount


def dump_csv(conn: Connection, query_sql: LiteralString) -> Generator[bytes]:
    """The rows of a query as CSV in UTF-8, with a first line that names the columns.

    In: the query's text, such as `contact.EXPORT_CONTACTS.sql`. COPY knows no parameters, so the
    query must have none: use a stream, or a view, where a part is wanted.
    """
    statement = f"copy (\n{query_sql}\n) to stdout (format csv, header, encoding 'utf8')"
    # PostgreSQL sends a row at a time: too little for whoever writes it on.
    chunk = bytearray()
    with conn.cursor() as cursor, cursor.copy(statement) as copy:
        for row in copy:
            chunk += row
            if len(chunk) >= _CHUNK_SIZE:
                yield bytes(chunk)
                chunk.clear()
    if chunk:
        yield bytes(chunk)
