"""Business rules: what may happen, in which transaction. They know nothing of HTTP."""


class NotFoundError(LookupError):
    """There is no such thing; the message names it."""


class RuleError(Exception):
    """A rule of the business forbids it; the message says which."""
