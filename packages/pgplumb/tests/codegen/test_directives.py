"""What a query's comment says: to people, to the generator, to the gates."""

from pgplumb.codegen.directives import parse_directives


def test_what_the_gates_read_is_no_docstring() -> None:
    found = parse_directives([" All of them.", " plumb:ignore no-where -- why", " plumb:api"])
    assert found.text == "All of them."
    assert parse_directives([" plumb: lead, and not a directive"]).text is not None
