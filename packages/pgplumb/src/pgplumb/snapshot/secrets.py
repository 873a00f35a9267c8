"""What is never read into a snapshot, so that it can't be printed: passwords and their like."""

import re
from collections.abc import Iterable
from typing import Final

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from pgplumb.snapshot.model import Options, Snapshot

_SECRET: Final = re.compile(
    r"passw|passphrase|passcode|pwd|secret|token|credential"
    r"|(api|access|account|private|auth|client|server)_?key",
    re.IGNORECASE,
)
# libpq, "Connection Strings": keyword = value, the value in single quotes where it has to be.
_PAIR: Final = re.compile(r"(\w+)\s*=\s*(?:'(?:[^'\\]|\\.)*'|(?:[^\s'\\]|\\.)*)\s*", re.DOTALL)


def is_secret(option: str) -> bool:
    """Whether an option of that name holds a secret, as far as names tell."""
    return _SECRET.search(option) is not None


def public_options(options: Iterable[str] | None) -> Options:
    """Options (`name=value`) of a foreign object, without the secret ones."""
    return Options(option for option in options or () if not is_secret(option.partition("=")[0]))


def secret_options(options: Iterable[str] | None) -> tuple[str, ...]:
    """The names of the options (`name=value`) that are left out."""
    names = (option.partition("=")[0] for option in options or ())
    return tuple(sorted(name for name in names if is_secret(name)))


def public_connection(text: str) -> str:
    """A connection string of libpq without its secrets; one that has none stays as it is.

    "" where this libpq can't read it: better nothing than a password.
    """
    try:
        parameters = conninfo_to_dict(text)
    except ProgrammingError:
        return ""
    public = {name: value for name, value in parameters.items() if not is_secret(name)}
    if public == parameters:
        return text
    pairs = list(_PAIR.finditer(text))
    if "".join(pair[0] for pair in pairs) != text.lstrip():  # a URL
        return make_conninfo("", **public)
    return "".join(pair[0] for pair in pairs if not is_secret(pair[1])).strip()


def secret_parameters(text: str) -> tuple[str, ...]:
    """The names of the parameters of a connection string that are left out."""
    try:
        return tuple(sorted(filter(is_secret, conninfo_to_dict(text))))
    except ProgrammingError:
        return ()


def secret_notes(source: Snapshot, target: Snapshot) -> list[str]:
    """What people should know: the secrets of objects that `source` has not, or has without."""
    return [
        f"{item.identity}: {', '.join(item.secrets)}: secrets are neither read nor written;"
        " set them by hand."
        for item in target
        if item.secrets
        and ((had := source.get(item.identity)) is None or had.secrets != item.secrets)
    ]
