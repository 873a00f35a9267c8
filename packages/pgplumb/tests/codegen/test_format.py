"""Generated code is as ruff formats it, with the brackets that black wants besides."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pgplumb.codegen.format import format_files
from pgplumb.codegen.render import GeneratedFile
from pgplumb.errors import PlumbError

NAMES = st.sampled_from(["a", "bb", "some_name", "a_rather_long_name_of_something"])
EXPRESSIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds("(({}) if ({}) else ({}))".format, inner, inner, inner),
        st.builds("{}({}, {})".format, NAMES, inner, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("[{} for each in {} if {}]".format, inner, NAMES, NAMES),
        st.builds("({} and {})".format, inner, inner),
    ),
    max_leaves=12,
)
ANNOTATIONS = st.recursive(
    NAMES,
    lambda inner: st.one_of(
        st.builds("{} | {}".format, inner, inner),
        st.builds("{}[{}, {}]".format, NAMES, inner, inner),
    ),
    max_leaves=8,
)
FUNCTIONS = st.builds(
    "def {}(one: {}, *, other: {}) -> {}:\n    return {}\n".format,
    NAMES,
    *[ANNOTATIONS] * 3,
    EXPRESSIONS,
)


def formatted(texts: Sequence[str], directory: Path, line_length: int) -> list[str]:
    files = [GeneratedFile(f"module_{number}.py", text) for number, text in enumerate(texts)]
    return [file.text for file in format_files(files, directory, line_length)]


def bare(text: str) -> Iterator[str]:
    """What takes several lines in a text and stands in no brackets, though black wants them."""
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.IfExp():
                found: ast.expr = node
            case ast.arg(annotation=ast.BinOp() as union):
                found = union
            case _:
                continue
        if found.lineno == found.end_lineno:
            continue
        segment = ast.get_source_segment(text, found) or ""
        lines = text.splitlines(keepends=True)
        place = sum(map(len, lines[: found.lineno - 1])) + found.col_offset
        before, behind = text[:place].rstrip(), text[place + len(segment) :].lstrip()
        if not (before.endswith("(") and behind.startswith(")")):
            yield segment


@settings(max_examples=25, deadline=None)
@given(st.lists(FUNCTIONS, min_size=20, max_size=40), st.sampled_from([20, 40, 60, 88]))
def test_what_takes_several_lines_is_in_brackets(functions: list[str], line_length: int) -> None:
    # As unparsed, they have no brackets but those they need.
    sources = [ast.unparse(ast.parse(each)) for each in functions]
    texts = formatted(sources, Path("/"), line_length)
    assert [segment for text in texts for segment in bare(text)] == []
    assert formatted(texts, Path("/"), line_length) == texts


def test_the_projects_line_length_is_kept(tmp_path: Path) -> None:
    text = "value = function(first_argument, second_argument)\n"
    assert formatted([text], tmp_path, 88) == [text]
    (tmp_path / "ruff.toml").write_text("line-length = 40\nexclude = ['*.py']\n")
    [file] = format_files([GeneratedFile("sub/module.py", text)], tmp_path)
    assert file.text == "value = function(\n    first_argument, second_argument\n)\n"


def test_a_configuration_that_ruff_refuses_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ruff.toml").write_text("line-length = 'long'\n")
    with pytest.raises(PlumbError, match=r"ruff format failed: (?s:.*)line-length"):
        format_files([GeneratedFile("module.py", "")], tmp_path)
