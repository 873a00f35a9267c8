"""Pieces of SQL that several kinds of objects share."""

from collections.abc import Iterable
from itertools import takewhile

from pgplumb.planner.names import literal, quoted
from pgplumb.snapshot.facts import SequenceOptions
from pgplumb.snapshot.model import Options

_LARGEST = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def option_list(options: Iterable[str]) -> str:
    """`name=value` options as WITH and SET take them."""
    return ", ".join(_option(option) for option in options)


def option_changes(before: Options, after: Options) -> Iterable[str]:
    """`SET (...)` and `RESET (...)`, as far as there is something to do.

    What is set stands behind what is there: that is how they get into the order of `after`.
    """
    if before == after:
        return
    gone = {option.partition("=")[0] for option in before}
    gone -= {option.partition("=")[0] for option in after}
    there = [option for option in before if option in after]
    pairs = zip(there, after, strict=False)
    stay = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    changed = after[stay:]
    if gone:
        yield f"RESET ({', '.join(_name(name) for name in sorted(gone))})"
    if changed:
        yield f"SET ({option_list(changed)})"


def _option(option: str) -> str:
    name, _, value = option.partition("=")
    plain = value.replace(".", "").replace("_", "").replace("-", "").isalnum()
    return f"{_name(name)} = {value if plain else literal(value)}"


def _name(name: str) -> str:
    return ".".join(quoted(part) for part in name.split(".")) if "." in name else quoted(name)


def foreign_options(options: Options) -> str:
    """OPTIONS (...) of a foreign object being created, "" when it has none."""
    written = ", ".join(
        f"{quoted(name)} {literal(value)}"
        for name, _, value in (option.partition("=") for option in options)
    )
    return f" OPTIONS ({written})" if written else ""


def foreign_option_changes(before: Options, after: Options) -> str:
    """OPTIONS (ADD ..., SET ..., DROP ...) that turn one into the other."""
    old, new = _values(before), _values(after)
    changes = [f"DROP {quoted(name)}" for name in old if name not in new]
    changes += [
        f"{'SET' if name in old else 'ADD'} {quoted(name)} {literal(value)}"
        for name, value in new.items()
        if old.get(name) != value
    ]
    return f"OPTIONS ({', '.join(changes)})"


def _values(options: Options) -> dict[str, str]:
    return {name: value for name, _, value in (option.partition("=") for option in options)}


def sequence_defaults(options: SequenceOptions) -> SequenceOptions:
    """What PostgreSQL would choose for a sequence of that type and direction."""
    largest = _LARGEST[options.type]
    ascending = options.increment > 0
    minimum = 1 if ascending else -largest - 1
    maximum = largest if ascending else -1
    return SequenceOptions(
        options.type,
        options.minimum if ascending else options.maximum,
        1,
        minimum,
        maximum,
        1,
        cycle=False,
    )


def sequence_clauses(
    options: SequenceOptions, base: SequenceOptions | None = None
) -> Iterable[str]:
    """The clauses for what differs from `base` (default: from PostgreSQL's own choice)."""
    base = base or sequence_defaults(options)
    if options.increment != base.increment:
        yield f"INCREMENT BY {options.increment}"
    if options.minimum != base.minimum:
        yield f"MINVALUE {options.minimum}"
    if options.maximum != base.maximum:
        yield f"MAXVALUE {options.maximum}"
    if options.start != base.start:
        yield f"START WITH {options.start}"
    if options.cache != base.cache:
        yield f"CACHE {options.cache}"
    if options.cycle != base.cycle:
        yield "CYCLE" if options.cycle else "NO CYCLE"
