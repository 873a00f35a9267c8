"""The text of the generated modules, one function a kind of module."""

from pgplumb.codegen.render.package import GeneratedFile, render_package

__all__ = ["GeneratedFile", "render_package"]
