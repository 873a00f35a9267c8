"""The errors that pgplumb raises for something the user can mend."""


class PlumbError(Exception):
    """Something the user can mend: what is wrong, and what to do about it.

    `str(error)` is the whole message, ready for the terminal: it never holds a password and never
    needs a traceback beside it. `hint` says what to do and is printed on a line of its own.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message}\n{self.hint}"


class ServerDownError(PlumbError):
    """PostgreSQL does not answer at the URL it is expected at."""


class LocatedError(PlumbError):
    """Something is wrong in a file; each place is a line that begins with file:line:column."""
