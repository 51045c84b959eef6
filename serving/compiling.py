"""Templates compiled for what pages do: cells of rows, plain calls, and a lot of short text to escape.

Jinja looks at every value for the sake of what no page here uses: functions that ask for the context, attributes before cells, text
that marks itself as safe. The same output in two thirds of the time; a test compares the two on every kind of value.
"""

from threading import Lock
from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape
from markupsafe._speedups import _escape_inner


def quick(value: object) -> str:
    """Return ``value`` as text of a page, as `markupsafe.escape` does, not marked as safe: the pieces are joined."""
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) in _NUMBERS else escape(value)


_NUMBERS = (int, float)


class Generator(CodeGenerator):
    """Writes templates as Python that escapes by `quick`, calls functions as they are and asks a row for its cell first."""

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name
        """Bring the names used below into the module of the template."""
        self.writeline(f"from {__name__} import quick")
        self.writeline("cell = environment.cell")
        super().visit_Template(node, frame)

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401 - private to Jinja
        assert finalize.src is None
        assert frame.eval_ctx.autoescape
        assert not frame.eval_ctx.volatile
        self.write("quick(")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write ``a.b``."""
        self.write("cell(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:  # noqa: N802 - Jinja's name
        """Write ``f(...)``; nothing here asks for the context."""
        assert not forward_caller
        assert node.dyn_args is None
        assert node.dyn_kwargs is None
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")


_READING = Lock()
"""Numbers in templates are read by `ast.literal_eval`, which in Python 3.11 two threads may not do at once: now and then one
ends in a SystemError (CPython issue 106905). Pages are read when they are first asked for, by whichever thread answers."""


class Pages(Environment):
    """Templates of pages."""

    code_generator_class = Generator

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        with _READING:
            return super()._parse(source, name, filename)

    def cell(self, obj: Any, name: str) -> Any:  # noqa: ANN401 - as Jinja declares it
        """Return the cell ``name`` of a row, else the attribute of that name, else what Jinja finds."""
        if type(obj) is dict and name in obj:
            return obj[name]
        try:
            return getattr(obj, name)
        except AttributeError:
            return self.getattr(obj, name)
