import ast
import keyword
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from pgplumb.codegen.names import (
    IMPORTED,
    IMPORTED_BY_MODELS,
    IMPORTED_BY_ORM,
    MODEL_ATTRIBUTES,
    argument_name,
    constant_case,
    field_name,
    member_name,
    pascal_case,
    snake_case,
    unique,
)

CASES = Path(__file__).parents[1] / "sqlc_plugin" / "cases"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("GetContact", "get_contact"),
        ("getContact", "get_contact"),
        ("GetHTTPContact", "get_http_contact"),
        ("get_contact", "get_contact"),
        ("List", "list"),
        ("Import", "import_"),
        ("Top10Contacts", "top10_contacts"),
    ],
)
def test_functions_are_in_snake_case(name: str, expected: str) -> None:
    assert snake_case(name) == expected


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("id", "id"),
        ("type", "type"),
        ("class", "class_"),
        ("copy", "copy_"),
        ("model_dump", "model_dump_"),
        ("_private", "private"),
        ("two words", "two_words"),
        ("1st", "field_1st"),
        ("größe", "größe"),
        ("!", "field_"),
        ("", "field_"),
    ],
)
def test_fields_keep_their_column_s_name_where_they_can(column: str, expected: str) -> None:
    assert field_name(column) == expected


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("in progress", "IN_PROGRESS"),
        ("done!", "DONE"),
        ("+", "PLUS_SIGN"),
        ("", "EMPTY"),
        ("1st", "VALUE_1ST"),
        ("mro", "MRO"),
        ("None", "NONE"),
        ("_x_", "X"),
    ],
)
def test_members_are_constants(label: str, expected: str) -> None:
    assert member_name(label) == expected


def test_every_attribute_of_a_model_is_avoided() -> None:
    public = {name for name in dir(BaseModel) if not name.startswith("_")}
    assert public <= MODEL_ATTRIBUTES


def imported(pattern: str, *, by_orm: bool = False) -> set[str]:
    """The names like those of classes that modules of the golden cases import for themselves.

    by_orm: of the cases with the option `orm`, or of all others.
    """
    found: set[str] = set()
    for path in CASES.glob(f"*/expected/**/{pattern}"):
        options = CASES / path.relative_to(CASES).parts[0] / "options.yaml"
        if by_orm != (options.exists() and "orm:" in options.read_text()):
            continue
        for node in ast.parse(path.read_text()).body:
            if not isinstance(node, ast.ImportFrom) or node.module is None:
                continue
            # What the module's twin defines, and what the user has chosen.
            is_own = node.level == 2 and not node.module.startswith("_")
            if not is_own and node.module != "chosen_types":
                found |= {alias.name for alias in node.names if alias.name[0].isupper()}
    return found


def test_what_generated_modules_import_is_known() -> None:
    of_models = imported("models.py") | imported("enums.py")
    assert "BaseModel" in of_models <= IMPORTED_BY_MODELS
    assert "AsyncConnection" in imported("*.py") <= IMPORTED
    assert "DeclarativeBase" in imported("models.py", by_orm=True) <= IMPORTED_BY_ORM


@given(st.text(max_size=20))
def test_any_text_gives_an_identifier(text: str) -> None:
    names = [field_name(text), argument_name(text), member_name(text), pascal_case(text)]
    names += [snake_case(text), constant_case(text)]
    for name in names:
        assert name.isidentifier()
        assert not keyword.iskeyword(name)
    assert not field_name(text).startswith("_")
    assert not member_name(text).startswith("_")


@given(st.lists(st.sampled_from(["a", "a_2", "a_2_2", "b"]), max_size=12))
def test_unique_names_are_unique(names: list[str]) -> None:
    result = unique(names, taken={"b"})
    assert len(set(result)) == len(names)
    assert "b" not in result
