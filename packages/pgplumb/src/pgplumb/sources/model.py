"""The sources of a schema, read but not yet applied."""

from dataclasses import dataclass

from pgplumb.urls import DatabaseUrl


@dataclass(frozen=True, slots=True)
class SqlText:
    """SQL for PostgreSQL, and the file it is from, as the user would write it.

    What is not for PostgreSQL is blank: lines and columns are those of the file. A text that
    `continues` goes on in the session of the one before: it is behind a `\\i` in the same file, or
    is the file that the `\\i` names.
    """

    path: str
    text: str
    continues: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    """SQL from files or from standard input.

    in_order: they are migrations, and nothing of them may be applied before what is in front of it.
    notes: what of the files is left out, for people.
    """

    name: str
    texts: tuple[SqlText, ...]
    in_order: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LiveDatabase:
    """A database in use, which is only ever read."""

    url: DatabaseUrl

    @property
    def name(self) -> str:
        """The URL without its password."""
        return self.url.redacted


Source = Script | LiveDatabase


@dataclass(frozen=True, slots=True)
class Server:
    """Where scratch databases are made.

    makes_roles: whether roles that SQL names and that are missing may be made there. True of our
    own servers only: roles belong to the whole server, and they stay.
    is_temporary: whether the server goes away with the command.
    """

    url: DatabaseUrl
    makes_roles: bool
    is_temporary: bool = False
