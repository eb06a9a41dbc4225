# SPDX-License-Identifier: Apache-2.0
"""Templates print and Python thinks: loops over what is ready, conditions on one flag, text. Nothing is worked out in them."""

from __future__ import annotations

import os
import unittest
from collections.abc import Iterator

from jinja2 import Environment, nodes

IDLC = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "idlc", "idlc"))

_FINE = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Include, nodes.Name, nodes.Getattr, nodes.Const,
         nodes.Macro, nodes.FromImport)  # fmt: skip

ESCAPES = {"md", "safe"}
"""Filters that make text safe for the page it stands on."""


def templates() -> Iterator[str]:
    for place, _, names in os.walk(IDLC):
        yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".jinja"))


def is_plain(node: nodes.Node) -> bool:
    """A name, or a member of one: `module.types`."""
    return isinstance(node, nodes.Name) or (isinstance(node, nodes.Getattr) and is_plain(node.node))


def logic_in(node: nodes.Node) -> Iterator[str]:
    """What is more than a template should do, with its line."""
    if not _is_simple(node):
        yield f"line {node.lineno}: {type(node).__name__}"
    for child in node.iter_child_nodes():
        yield from logic_in(child)


def _is_simple(node: nodes.Node) -> bool:
    if isinstance(node, nodes.For):
        return is_plain(node.iter) and node.test is None and not node.else_ and not node.recursive
    if isinstance(node, nodes.If):
        test = node.test.node if isinstance(node.test, nodes.Not) else node.test
        return is_plain(test) and not node.elif_
    if isinstance(node, nodes.Not):
        return is_plain(node.node)
    if isinstance(node, nodes.Filter):
        return node.name in ESCAPES and not node.args and is_plain(node.node)
    if isinstance(node, nodes.Call):  # of a macro
        return isinstance(node.node, nodes.Name) and all(is_plain(item) for item in node.args) and not node.kwargs
    return isinstance(node, _FINE)


class TemplatesTest(unittest.TestCase):
    def test_no_template_thinks(self) -> None:
        paths = list(templates())
        self.assertGreater(len(paths), 15)
        for path in paths:
            with open(path, encoding="utf-8") as stream, self.subTest(os.path.relpath(path, IDLC)):
                self.assertEqual([], list(logic_in(Environment().parse(stream.read()))))

    def test_thinking_is_found(self) -> None:
        for text in ("{% if a == b %}{% endif %}", "{% if a and b %}{% endif %}", "{% set a = 1 %}", "{{ a + b }}",
                     "{{ a | join(', ') }}", "{{ a[0] }}", "{{ a.b() }}", "{% if a %}{% elif b %}{% endif %}",
                     "{% for a in b if a %}{% endfor %}", "{% for a in b | sort %}{% endfor %}"):  # fmt: skip
            self.assertNotEqual([], list(logic_in(Environment().parse(text))), text)


if __name__ == "__main__":
    unittest.main()
