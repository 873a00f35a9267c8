"""Imports models and says what they are: run by the project's own Python, as a file.

It uses nothing but the standard library and the Pydantic that it finds there. A request in JSON on
standard input, the answer in JSON on standard output; what imported modules print goes to stderr.
"""

import enum
import importlib
import inspect
import json
import os
import pkgutil
import sys
import traceback
import types
import typing
from typing import Any

_BUILTIN = "builtins"


def main() -> None:
    """Read the request, write the answer."""
    answer_to = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    sys.path[:0] = request["paths"]
    with answer_to:
        json.dump(_answer(request), answer_to)


def _answer(request: dict[str, Any]) -> dict[str, Any]:
    """What there is in packages, and what classes are; and what does not import."""
    answer: dict[str, Any] = {"packages": {}, "classes": {}, "failures": []}
    try:
        importlib.import_module("pydantic")
    except ImportError as error:
        return {"missing": str(error)}
    for name in request["packages"]:
        answer["packages"][name] = _package(name, answer["failures"])
    for name in request["classes"]:
        module, _, qualified = name.partition(":")
        imported = _import(module, answer["failures"])
        if imported is None:
            continue
        found: Any = imported
        for part in qualified.split("."):
            found = getattr(found, part, None)
        is_model = _is_model(found)
        answer["classes"][name] = _model(found, None) if is_model else None
    return answer


def _package(name: str, failures: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The models and enums of a generated package; None where it does not import."""
    package = _import(name, failures)
    if package is None:
        return None
    for each in pkgutil.walk_packages(package.__path__, f"{name}.", onerror=lambda _: None):
        _import(each.name, failures)
    found: dict[str, Any] = {"models": {}, "enums": {}}
    models, enums = sys.modules.get(f"{name}.models"), sys.modules.get(f"{name}.enums")
    if models is None:
        return None
    for key, value in vars(models).items():
        if _is_model(value) and value.__module__ == models.__name__:
            found["models"][key] = _model(value, name)
    for key, value in vars(enums).items() if enums is not None else ():
        if _is_enum(value) and value.__module__ == f"{name}.enums":
            found["enums"][key] = [member.value for member in value]
    return found


def _import(name: str, failures: list[dict[str, Any]]) -> Any:
    try:
        return importlib.import_module(name)
    except KeyboardInterrupt:
        raise
    # SystemExit, too: a module does as it likes.
    except BaseException as error:
        frames = [
            {"file": frame.filename, "line": frame.lineno}
            for frame in traceback.extract_tb(error.__traceback__)
        ]
        if isinstance(error, SyntaxError) and error.filename:
            frames.append({"file": error.filename, "line": error.lineno})
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        failure = {"module": name, "message": text, "frames": frames}
        # Whoever imports what does not import fails at the same place.
        known = [(each["message"], each["frames"][-1]) for each in failures]
        if (text, frames[-1]) not in known:
            failures.append(failure)
        return None


def _is_model(value: object) -> bool:
    from pydantic import BaseModel  # noqa: PLC0415  that there is none is an answer, too

    return inspect.isclass(value) and issubclass(value, BaseModel)


def _is_enum(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, enum.Enum)


def _model(model: Any, package: str | None) -> dict[str, Any]:
    fields: list[dict[str, Any]] = []
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        column = alias if isinstance(alias, str) else field.alias or name
        fields.append({"name": name, "column": column, "type": _type(field.annotation, package)})
    try:
        file = inspect.getsourcefile(model)
    except (OSError, TypeError):
        file = None
    return {"name": model.__qualname__, "fields": fields, "file": file}


def _type(annotation: Any, package: str | None) -> Any:
    """An annotation as JSON: a name, or a mapping that says what kind of type it is."""
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is Any:
        return "Any"
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        return _type(arguments[0], package)
    if origin is typing.Literal:
        return {"literal": list(arguments)}
    if origin is typing.Union or origin is types.UnionType:
        return {"union": [_type(each, package) for each in arguments]}
    if hasattr(annotation, "__value__"):  # type Alias = ...
        return _type(annotation.__value__, package)
    if hasattr(annotation, "__supertype__"):  # NewType
        return _type(annotation.__supertype__, package)
    if origin is not None:
        of = [_type(each, package) for each in arguments if each is not ...]
        return {"generic": _name(origin, package), "of": of}
    if _is_enum(annotation):
        labels = [member.value for member in annotation]
        return {"enum": _name(annotation, package), "labels": labels}
    if _is_model(annotation):
        return {"model": _name(annotation, package)}
    if inspect.isclass(annotation):
        bases = [_name(each, package) for each in annotation.__mro__[1:-1]]
        return {"class": _name(annotation, package), "bases": bases}
    return {"class": str(annotation), "bases": []}


def _name(value: Any, package: str | None) -> str:
    """The name of a class; inside its package without the package's name."""
    module = value.__module__
    if module == _BUILTIN:
        return str(value.__qualname__)
    if package is not None and module.startswith(f"{package}."):
        module = module.removeprefix(f"{package}.")
    return f"{module}.{value.__qualname__}"


if __name__ == "__main__":
    main()
