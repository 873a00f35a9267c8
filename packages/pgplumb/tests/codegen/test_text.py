import ast

from hypothesis import given
from hypothesis import strategies as st

from pgplumb.codegen.render.text import Imports, docstring, string, text_block

# A lone surrogate can be in no UTF-8 file, so in no file of SQL.
TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.text("\"\\\n\r'{}$%", max_size=12)


@given(TEXT)
def test_a_string_is_itself(text: str) -> None:
    assert ast.literal_eval(string(text)) == text
    assert "\n" not in string(text)


@given(TEXT)
def test_a_block_is_the_text_with_a_line_break(text: str) -> None:
    assert ast.literal_eval(text_block(text)) == text + "\n"


@given(TEXT)
def test_any_text_can_be_a_docstring(text: str) -> None:
    source = f"def function():\n{docstring(text, '    ')}\n"
    ast.parse(source)


def test_imports_are_in_the_order_that_ruff_keeps() -> None:
    imports = Imports()
    imports.name("._query", "Query")
    imports.name("..contact", "ListRow")
    imports.name("..contact", "GET_CONTACT")
    imports.name("..", "models")
    imports.name("uuid", "UUID")
    imports.module("datetime")
    imports.name("pydantic", "BaseModel")
    assert imports.render() == (
        "import datetime\n"
        "from uuid import UUID\n\n"
        "from pydantic import BaseModel\n\n"
        "from .. import models\n"
        "from ..contact import GET_CONTACT, ListRow\n"
        "from ._query import Query"
    )
