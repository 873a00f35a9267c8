"""What asyncpg makes of PostgreSQL's values, and what it takes, where that is not what models hold.

Nothing is registered on a connection: values are converted on their way to asyncpg's own codecs and
from them. A connection on which `set_type_codec` was called for one of these types would give
something else.
"""

import json as _json
import re
import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date as _date
from datetime import datetime
from datetime import time as _time
from decimal import Decimal
from math import isfinite, isnan
from typing import Any, NamedTuple, TypeGuard
from uuid import UUID

import asyncpg
from asyncpg.pgproto import pgproto

_HSTORE = re.compile(r'"((?:[^"\\]|\\.)*)"=>(?:"((?:[^"\\]|\\.)*)"|NULL)', re.DOTALL)
_ESCAPED, _TO_ESCAPE = re.compile(r"\\(.)", re.DOTALL), re.compile(r'(["\\])')
_NUMBER = re.compile(r"[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|nan)", re.IGNORECASE)
_FLOAT = struct.Struct("f")
# PostgreSQL writes a float8 with an exponent from here on, Python from 1e16.
_LARGE = 1e15
# The very objects that asyncpg gives for `infinity` and `-infinity`; each equals a finite value.
_INFINITE: tuple[object, ...] = tuple(
    getattr(pgproto, f"{sign}infinity_{kind}")
    for sign in ("", "negative_")
    for kind in ("date", "datetime")
)


class Codec(NamedTuple):
    """`read` makes of what asyncpg gives what a model holds, `write` the opposite; neither is asked
    about NULL. `from_list`: asyncpg gives a list for one value.
    """

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    from_list: bool = False

    def load(self, value: Any) -> Any:
        """A value as a model holds it; NULL stays None."""
        return None if value is None else self.read(value)

    def dump(self, value: Any) -> Any:
        """A value as asyncpg takes it; None stays NULL."""
        return None if value is None else self.write(value)


def _same(value: Any) -> Any:
    return value


def _infinity_refused(value: Any) -> Any:
    if any(value is each for each in _INFINITE):
        sign = "" if value.year > 1 else "-"
        raise ValueError(f"Python has no date or time of {sign}infinity")
    return value


def _written_date(value: _date) -> _date:
    if _date(value.year, value.month, value.day) in _INFINITE:
        raise ValueError(f"asyncpg would write {value} as infinity")
    return value


def _written_timestamp(value: _date) -> _date:
    if isinstance(value, datetime):
        _zoneless(value)
        if value in _INFINITE:
            raise ValueError(f"asyncpg would write {value} as infinity")
    return value


def _zoneless(value: Any) -> Any:
    if value.tzinfo is not None:
        raise ValueError(f"{value!r} has a time zone, and its type has none")
    return value


def _zoned(value: Any) -> Any:
    if isinstance(value, datetime | _time) and value.tzinfo is None:
        raise ValueError(f"{value!r} has no time zone, and its type has one")
    return value


def _read_float4(value: float) -> float:
    """The shortest number that is the same float4, as PostgreSQL writes it."""
    if value == 0 or not isfinite(value):
        return value
    sent = _FLOAT.pack(value)
    for digits in range(1, 9):
        short = float(f"{value:.{digits}g}")
        try:
            if _FLOAT.pack(short) == sent:
                return short
        except OverflowError:
            continue
    return float(f"{value:.9g}")


def _number(value: float) -> str:
    """A float8 as PostgreSQL writes it."""
    if not isfinite(value):
        return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if _LARGE <= abs(value) < 10 * _LARGE:
        digits = str(int(abs(value))).rstrip("0")
        mantissa = f"{digits[0]}.{digits[1:]}" if digits[1:] else digits
        return f"{'-' if value < 0 else ''}{mantissa}e+15"
    return repr(value).removesuffix(".0")


def _numbers(value: str, count: int | None = None) -> list[float]:
    found = [float(each) for each in _NUMBER.findall(value)]
    if (count is not None and len(found) != count) or not found:
        raise ValueError(f"{value!r} is not {count or 'some'} numbers")
    return found


def _points(value: str, count: int | None = None) -> list[asyncpg.Point]:
    found = _numbers(value, count and 2 * count)
    if len(found) % 2:
        raise ValueError(f"{value!r} has an odd number of coordinates")
    return [asyncpg.Point(*found[at : at + 2]) for at in range(0, len(found), 2)]


def _read_point(value: Sequence[float]) -> str:
    return f"({_number(value[0])},{_number(value[1])})"


def _write_point(value: str) -> asyncpg.Point:
    return _points(value, 1)[0]


def _read_box(value: Iterable[Sequence[float]]) -> str:
    return ",".join(map(_read_point, value))


def _write_box(value: str) -> asyncpg.Box:
    return asyncpg.Box(*_points(value, 2))


def _read_lseg(value: Iterable[Sequence[float]]) -> str:
    return f"[{_read_box(value)}]"


def _write_lseg(value: str) -> asyncpg.LineSegment:
    return asyncpg.LineSegment(*_points(value, 2))


def _read_line(value: Iterable[float]) -> str:
    return f"{{{','.join(map(_number, value))}}}"


def _write_line(value: str) -> asyncpg.Line:
    return asyncpg.Line(*_numbers(value, 3))


def _read_path(value: asyncpg.Path) -> str:
    points = _read_box(value.points)
    return f"({points})" if value.is_closed else f"[{points}]"


def _write_path(value: str) -> asyncpg.Path:
    return asyncpg.Path(*_points(value), is_closed=not value.lstrip().startswith("["))


def _read_polygon(value: asyncpg.Polygon) -> str:
    return f"({_read_box(value.points)})"


def _write_polygon(value: str) -> asyncpg.Polygon:
    return asyncpg.Polygon(*_points(value))


def _read_circle(value: asyncpg.Circle) -> str:
    return f"<{_read_point(value.center)},{_number(value.radius)}>"


def _write_circle(value: str) -> asyncpg.Circle:
    x, y, radius = _numbers(value, 3)
    return asyncpg.Circle(asyncpg.Point(x, y), radius)


def _read_byte(value: bytes) -> str:
    if value == b"\0":
        return ""
    return value.decode() if value.isascii() else f"\\{value[0]:03o}"


def _write_byte(value: str) -> bytes:
    if re.fullmatch(r"\\[0-3][0-7]{2}", value):
        return bytes([int(value[1:], 8)])
    return value.encode()[:1] or b"\0"


def _read_integers(value: Iterable[int]) -> str:
    return " ".join(map(str, value))


def _write_integers(value: str) -> tuple[int, ...]:
    return tuple(map(int, value.split()))


def _read_tid(value: tuple[int, int]) -> str:
    return f"({value[0]},{value[1]})"


def _write_tid(value: str) -> tuple[int, int]:
    block, row = value.strip("() ").split(",")
    return int(block), int(row)


def _read_snapshot(value: tuple[int, int, Sequence[int]]) -> str:
    return f"{value[0]}:{value[1]}:{','.join(map(str, value[2]))}"


def _write_snapshot(value: str) -> tuple[int, int, tuple[int, ...]]:
    first, last, between = value.split(":")
    return int(first), int(last), tuple(map(int, filter(None, between.split(","))))


def _read_lsn(value: int) -> str:
    value &= 0xFFFF_FFFF_FFFF_FFFF
    return f"{value >> 32:X}/{value & 0xFFFF_FFFF:X}"


def _write_lsn(value: str) -> int:
    high, low = value.split("/")
    number = (int(high, 16) << 32) + int(low, 16)
    return number - (1 << 64) if number >= 1 << 63 else number


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)


def _quoted(value: str) -> str:
    escaped = _TO_ESCAPE.sub(r"\\\1", value)
    return f'"{escaped}"'


def _read_hstore(value: str) -> dict[str, str | None]:
    return {
        _unescaped(found[1]): None if found[2] is None else _unescaped(found[2])
        for found in _HSTORE.finditer(value)
    }


def _write_hstore(value: Mapping[str, str | None]) -> str:
    return ",".join(
        f"{_quoted(key)}=>{'NULL' if own is None else _quoted(own)}" for key, own in value.items()
    )


def _read_vector(value: str) -> list[float]:
    return [float(each) for each in value[1:-1].split(",")]


def _write_vector(value: Sequence[float]) -> str:
    return f"[{','.join(map(repr, map(float, value)))}]"


def _read_bits(value: asyncpg.BitString) -> str:
    return value.as_string().replace(" ", "")


def _read_decimal(value: Decimal) -> str:
    return f"{value:f}"


same = Codec(_same, _same)
json = Codec(_json.loads, _json.dumps)
float4 = Codec(_read_float4, _same)
date = Codec(_infinity_refused, _written_date)
timestamp = Codec(_infinity_refused, _written_timestamp)
timestamptz = Codec(_infinity_refused, _zoned)
time = Codec(_same, _zoneless)
timetz = Codec(_same, _zoned)
bits = Codec(_read_bits, asyncpg.BitString)
byte = Codec(_read_byte, _write_byte)
integer = Codec(str, int)
decimal = Codec(_read_decimal, Decimal)
uuid = Codec(str, UUID)
address = Codec(str, _same)
integers = Codec(_read_integers, _write_integers, from_list=True)
tid = Codec(_read_tid, _write_tid)
snapshot = Codec(_read_snapshot, _write_snapshot)
lsn = Codec(_read_lsn, _write_lsn)
hstore = Codec(_read_hstore, _write_hstore)
vector = Codec(_read_vector, _write_vector)
point = Codec(_read_point, _write_point)
box = Codec(_read_box, _write_box)
lseg = Codec(_read_lseg, _write_lseg)
line = Codec(_read_line, _write_line)
path = Codec(_read_path, _write_path)
polygon = Codec(_read_polygon, _write_polygon)
circle = Codec(_read_circle, _write_circle)


def array(element: Codec, depth: int = 1) -> Codec:
    """An array. `depth`: of what is written; what is read may be of any."""

    def read(value: list[Any]) -> list[Any]:
        return [each(own) for own in value]

    def each(value: Any) -> Any:
        if _is_list(value) and not (element.from_list and _is_value(value)):
            return read(value)
        return None if value is None else element.read(value)

    def write(value: Sequence[Any], left: int = depth) -> list[Any]:
        # asyncpg takes a tuple in an array for a value of a composite type.
        if left > 1:
            return [write(each, left - 1) for each in value]
        return [None if each is None else element.write(each) for each in value]

    return Codec(read, write)


def composite(**fields: Codec) -> Codec:
    """A composite type, its fields in order; gives a dict for the model to validate."""

    def read(value: Iterable[Any]) -> dict[str, Any]:
        return {
            name: field.load(own) for (name, field), own in zip(fields.items(), value, strict=True)
        }

    def write(value: object) -> tuple[Any, ...]:
        values = (getattr(value, name) for name in fields)
        return tuple(
            None if own is None else field.write(own)
            for field, own in zip(fields.values(), values, strict=True)
        )

    return Codec(read, write)


def range_of(subtype: Codec) -> Codec:
    """A range."""

    def read(value: asyncpg.Range[Any]) -> asyncpg.Range[Any]:
        return _with_bounds(value, subtype.read)

    def write(value: asyncpg.Range[Any]) -> asyncpg.Range[Any]:
        return _with_bounds(value, subtype.write)

    return Codec(read, write)


def multirange_of(subtype: Codec) -> Codec:
    """A multirange: a list of ranges."""

    def read(value: Iterable[asyncpg.Range[Any]]) -> list[asyncpg.Range[Any]]:
        return [_with_bounds(each, subtype.read) for each in value]

    def write(value: Iterable[asyncpg.Range[Any]]) -> tuple[asyncpg.Range[Any], ...]:
        # In an array, asyncpg would take a list for a further dimension.
        return tuple(_with_bounds(each, subtype.write) for each in value)

    return Codec(read, write, from_list=True)


def _with_bounds(value: asyncpg.Range[Any], convert: Callable[[Any], Any]) -> asyncpg.Range[Any]:
    if value.isempty:
        return value
    return asyncpg.Range(
        None if value.lower is None else convert(value.lower),
        None if value.upper is None else convert(value.upper),
        lower_inc=value.lower_inc,
        upper_inc=value.upper_inc,
    )


def _is_list(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list)


def _is_value(value: list[Any]) -> bool:
    """Whether a list inside an array is no further dimension: neither lists nor NULL are in it."""
    return not any(each is None or _is_list(each) for each in value)
