"""The text of the generated modules, one function a kind of module."""

from pgplumb.codegen.render.package import GeneratedFile, Style, render_package

__all__ = ["GeneratedFile", "Style", "render_package"]
