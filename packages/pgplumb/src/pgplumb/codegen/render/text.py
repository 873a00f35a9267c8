"""Building blocks of Python source: imports, literals, docstrings."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from pgplumb.codegen.names import IMPORTED

_STANDARD_LIBRARY = frozenset(
    {
        *("builtins", "collections.abc", "contextlib", "dataclasses", "datetime", "decimal"),
        *("enum", "types"),
        *("ipaddress", "typing", "uuid"),
    }
)


@dataclass(slots=True)
class Imports:
    """What a module imports; rendered in the order that isort and ruff keep.

    `taken` are the names that the module defines itself.
    """

    taken: Collection[str] = ()
    chosen_names: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    modules: set[tuple[str, str | None]] = field(default_factory=set[tuple[str, str | None]])
    names: dict[str, set[str]] = field(default_factory=dict[str, set[str]])

    def module(self, name: str, alias: str | None = None) -> None:
        """`import name` or `import name as alias`."""
        self.modules.add((name, alias))

    def name(self, module: str, name: str) -> str:
        """`from module import name`; returns the name."""
        self.names.setdefault(module, set()).add(name)
        return name

    def chosen(self, module: str, name: str) -> str:
        """As `name`, for a name that the user has chosen; returns what it is called here."""
        known = self.chosen_names.get((module, name))
        if known is not None:
            return known
        others = {*self.taken, *IMPORTED, *self.chosen_names.values()}
        called = name if name not in others else f"{module.replace('.', '_')}_{name}"
        self.chosen_names[module, name] = called
        self.name(module, name if called == name else f"{name} as {called}")
        return called

    def render(self) -> str:
        """The import section with a blank line between its groups."""
        groups: list[list[str]] = [[], [], []]
        for module, alias in sorted(self.modules, key=lambda each: each[0]):
            line = f"import {module}" if alias is None else f"import {module} as {alias}"
            groups[_group(module)].append(line)
        for module in sorted(self.names, key=_relative_last):
            names = sorted(self.names[module], key=_member_order)
            plain = [name for name in names if " as " not in name]
            lines = [[name] for name in names if " as " in name] + [plain] * bool(plain)
            groups[_group(module)] += [
                f"from {module} import {', '.join(line)}" for line in sorted(lines)
            ]
        return "\n\n".join("\n".join(group) for group in groups if group)


def _group(module: str) -> int:
    if module.startswith("."):
        return 2
    return 0 if module in _STANDARD_LIBRARY else 1


def _relative_last(module: str) -> tuple[int, str]:
    # ruff keeps `from ..x` before `from . import x`: the longest way up first.
    dots = len(module) - len(module.lstrip("."))
    return (-dots, module)


def _member_order(name: str) -> tuple[int, str]:
    # ruff's order-by-type: constants, then classes, then the rest.
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return (kind, name)


def string(text: str) -> str:
    """A string literal of one line, in the quotes that ruff format prefers."""
    body = repr(text)[1:-1]
    if repr(text)[0] == "'":
        body = body.replace("\\'", "'").replace('"', '\\"')
    if '"' in text and "'" not in text:
        return repr(text)
    return f'"{body}"'


def text_block(text: str) -> str:
    """A triple-quoted string that begins on a line of its own and ends with a line break."""
    escaped = (
        text.replace("\\", "\\\\")
        .replace('"""', '\\"\\"\\"')
        .replace("\r", "\\r")
        .replace("\0", "\\0")
    )
    return f'"""\\\n{escaped}\n"""'


def docstring(text: str, indent: str = "") -> str:
    """A docstring; any text is fit for one."""
    text = text.strip()
    closing = text.endswith('"')
    escaped = (text[:-1] if closing else text).replace("\\", "\\\\").replace("\0", "\\0")
    escaped = escaped.replace('"""', '\\"\\"\\"') + ('\\"' if closing else "")
    lines = escaped.split("\n")
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""'
    body = "\n".join(f"{indent}{line.rstrip()}" if line.strip() else "" for line in lines[1:])
    return f'{indent}"""{lines[0].rstrip()}\n{body}\n{indent}"""'


def sentence(text: str) -> str:
    """The text with a full stop behind it, as a docstring's first line has."""
    return text if text.rstrip().endswith((".", "!", "?", ":", "\n")) else f"{text.rstrip()}."


def indented(lines: Iterable[str], indent: str = "    ") -> str:
    """The lines, indented and joined."""
    return "\n".join(f"{indent}{line}" if line else "" for line in lines)


def public_names(names: Iterable[str]) -> str:
    """`__all__`, in the order that ruff keeps."""
    listed = ", ".join(string(name) for name in sorted(set(names), key=_member_order))
    return f"__all__ = [{listed}]"


def module_text(head: str, imports: Imports, parts: Iterable[str], *, public: str = "") -> str:
    """A module: docstring, imports, parts, with the blank lines that ruff keeps between them."""
    body = [public] * bool(public) + list(parts)
    rendered = imports.render()
    text = f"{head}\n\n{rendered}" if rendered else head
    if body:
        definition = body[0].startswith(("class ", "def ", "async def ", "@"))
        text += ("\n\n\n" if definition else "\n\n") + "\n\n\n".join(body)
    return text
